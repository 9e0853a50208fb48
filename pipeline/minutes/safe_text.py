"""Text from a recording or a party, made fit to be shown: it is data and never steers what shows it.

Line and control characters would break a format's lines, bidi overrides would turn a reader's eye; each leaves a visible
trace instead of disappearing. Letters of every script, joined emoji and direction marks stay as they are.
"""

import re
import unicodedata

REPLACED = "\ufffd"

_WHITE_SPACE = re.compile(r"\s+")
# LRE, RLE, PDF, LRO, RLO and the isolates: they reorder text that is not their own.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe_text(text: str) -> str:
    """One line of visible text: white space collapsed, control and bidi-control characters shown as U+FFFD."""
    spaced = _WHITE_SPACE.sub(" ", text).strip()
    return "".join(REPLACED if _steers(character) else character for character in spaced)


def safe_lines(text: str) -> tuple[str, ...]:
    """Text of several lines as lines of visible text, without the empty ones."""
    return tuple(line for row in text.splitlines() if (line := safe_text(row)))


def _steers(character: str) -> bool:
    return character in _BIDI_CONTROLS or (
        unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co", "Zl", "Zp") or character in "\ufeff\ufff9\ufffa\ufffb"
    )
