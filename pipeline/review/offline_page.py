"""What every page we write has in common: it asks nothing of the network, and only its own style and script may run."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@cache
def environment(folder: Path) -> Environment:
    """The templates of a folder; every text is escaped."""
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def policy(style: str, script: str | None = None, **directives: str) -> str:
    """A Content-Security-Policy that allows this style and script by hash and nothing else; `media_src="blob:"` adds to it."""
    allowed = {"default-src": "'none'", "style-src": _hash(style)}
    allowed |= {"script-src": _hash(script)} if script else {}
    allowed |= {name.replace("_", "-"): source for name, source in directives.items()}
    allowed |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{directive} {source}" for directive, source in allowed.items())


@cache
def document_style() -> str:
    """The style that the pages for reading and listening share; their own follows it."""
    return (Path(__file__).resolve().parent / "document.css").read_text(encoding="utf-8")


def status_on_every_page(status: str) -> str:
    """The rule that prints the status at the foot of every page; every sign that is not a letter or digit is escaped."""
    escaped = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in status)
    return f'@media print {{ @page {{ @bottom-left {{ content: "{escaped}"; font: 8pt sans-serif; }} }} }}\n'


def json_for_script(plain: Any) -> Markup:
    """JSON for a script element: no sign is left that could end the element or begin a comment."""
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
