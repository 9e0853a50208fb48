"""A page that opens itself in any browser, offline, with a passphrase: the single-file page of the minutes, encrypted.

AES-256-GCM under a key from PBKDF2-HMAC-SHA256 (RFC 8018): what every browser's WebCrypto can undo without a library.
The outer page's policy allows its own script and exactly those of the page inside, by hash.
"""

import base64
import hashlib
import json
import os
import re
import unicodedata
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.errors import InputRefused
from pipeline.texts import Texts

# OWASP's figure for PBKDF2-HMAC-SHA256 (password storage cheat sheet, 2023); about a second on a cheap phone per million.
ITERATIONS = 600_000
# A browser holds the page several times over while it opens it.
MAX_PAGE_BYTES = 160 * 1024**2
_SCRIPT_TEXTS = ("busy", "wrong", "too_old")
_HERE = Path(__file__).resolve().parent


def lock(page: bytes, passphrase: str, say: Texts) -> bytes:
    """A single-file page (UTF-8 HTML) as one that asks for the passphrase. Raises InputRefused when it is too large."""
    if len(page) > MAX_PAGE_BYTES:
        raise InputRefused("release_page_too_large", megabytes=MAX_PAGE_BYTES // 1024**2)
    salt, nonce = os.urandom(16), os.urandom(12)
    words = unicodedata.normalize("NFC", passphrase.strip()).encode()
    key = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=ITERATIONS).derive(words)
    sealed = {
        "iterations": ITERATIONS,
        "salt": _base64(salt),
        "nonce": _base64(nonce),
        "data": _base64(AESGCM(key).encrypt(nonce, page, None)),
        "say": {name: say(f"release.locked.{name}") for name in _SCRIPT_TEXTS},
    }
    style, script = (Markup((_HERE / f"locked.{kind}").read_text(encoding="utf-8")) for kind in ("css", "js"))
    template = _environment().get_template("locked.html")
    return template.render(
        say=say,
        language=say.language,
        policy=_policy(style, script, page),
        style=style,
        script=script,
        sealed=Markup(json.dumps(sealed, ensure_ascii=True).replace("<", "\\u003c")),
    ).encode()


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)


def _policy(style: str, script: str, page: bytes) -> str:
    """A page that is written over another keeps the other's policy, so this one allows what the page inside allows itself."""
    inner = re.search(rb'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    hashes = {name: re.findall(r"'sha256-[A-Za-z0-9+/=]+'", part) for name, part in _directives(inner[1].decode() if inner else "")}
    styles, scripts = [_hash(style), *hashes.get("style-src", [])], [_hash(script), *hashes.get("script-src", [])]
    return (
        f"default-src 'none'; style-src {' '.join(styles)}; script-src {' '.join(scripts)}; "
        "img-src data:; media-src blob: data:; base-uri 'none'; form-action 'none'"
    )


def _directives(policy: str) -> list[tuple[str, str]]:
    pairs = (part.strip().partition(" ") for part in policy.replace("&#39;", "'").split(";"))
    return [(name, rest) for name, _, rest in pairs]


def _hash(source: str) -> str:
    return f"'sha256-{_base64(hashlib.sha256(source.encode()).digest())}'"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
