"""`controleer.html`: checks a chosen file against a bundle in any browser, on a phone too; nothing leaves it.

The page holds the digests of the bundle's files and the control number of each line of the log. It reads the chosen file
in pieces and computes SHA-256 itself (FIPS 180-4): a browser's own only takes a whole file in memory, and not from a file.
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib import resources

from pipeline.texts import Language, texts

_LABELS = (
    "title",
    "what",
    "choose",
    "busy",
    "equal",
    "unknown",
    "failed",
    "number",
    "number_hint",
    "number_equal",
    "number_unknown",
    "limits",
)


def phone_check(dossier: str, files: Mapping[str, str], control_numbers: Sequence[str]) -> str:
    """The page for a bundle: `files` maps names to SHA-256; `control_numbers` of the log's lines, in order."""
    style, script = _asset("controleer.css"), _asset("controleer.js")
    sentences = {label: [texts(language)(f"phone_check.{label}") for language in Language] for label in _LABELS}
    data = {"files": dict(files), "numbers": list(control_numbers), "say": sentences}
    filled = {
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        # Data in a page may not end its element early.
        "data": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        "dossier": html.escape(dossier),
        **{label: _both(sentences[label]) for label in _LABELS},
    }
    page = _asset("controleer.html")
    for name, value in filled.items():
        page = page.replace("{{ " + name + " }}", value)
    return page


def _both(sentences: Sequence[str]) -> str:
    dutch, english = (html.escape(sentence) for sentence in sentences)
    return f'<span lang="nl">{dutch}</span> <span lang="en">{english}</span>'


def _hash(asset: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
