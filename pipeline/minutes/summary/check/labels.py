"""The names a summary gives its voices ("de medewerker Wendy Kuipers"), read back: whom a sentence names, and what is left to check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BRACKETS = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A sentence with each voice called by its role alone, and the voices it names."""

    text: str
    voices: frozenset[str]


def read_labels(sentence: str, labels: Mapping[str, str]) -> Named:
    """Find the labels of voices in a sentence, the longest first. `labels`: what each voice is called inside a sentence."""
    text, voices = sentence, set[str]()
    for voice, label in sorted(labels.items(), key=lambda pair: -len(pair[1])):
        pattern = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.IGNORECASE)
        if pattern.search(text):
            voices.add(voice)
            text = pattern.sub(lambda match, role=_role(label): _cased(role, match[0]), text)  # type: ignore[misc]
    return Named(text, frozenset(voices))


def _role(label: str) -> str:
    """De medewerker Wendy Kuipers, de medewerker (spreker 3): the role is what stands before the name or the number."""
    words = _BRACKETS.sub("", label).split()
    return " ".join(words[:2]) if len(words) > 2 and words[0] in ("de", "het", "the") and words[1] != "staff" else _staff(words)


def _staff(words: list[str]) -> str:
    return " ".join(words[:3]) if words[:3] == ["the", "staff", "member"] else " ".join(words)


def _cased(role: str, found: str) -> str:
    return role[:1].upper() + role[1:] if found[:1].isupper() else role
