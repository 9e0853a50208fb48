"""Every sentence a user reads, from one file per language (config/texts.nl.toml, config/texts.en.toml)."""

import tomllib
from enum import StrEnum
from functools import cache
from typing import Any

from pipeline.errors import WederhoorError
from pipeline.shipped import CONFIG


class Language(StrEnum):
    """A language that documents and messages can be written in."""

    DUTCH = "nl"
    ENGLISH = "en"


# Details of errors that hold a term of ours, or several with commas between, and the table with its words.
_TERMS = {"parties": "speakers.role", "now": "minutes.state", "wanted": "minutes.state"}


class Texts:
    """The sentences of one language, by dotted key such as `minutes.state.concept`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._sentences = _flatten(tomllib.loads((CONFIG / f"texts.{language}.toml").read_text(encoding="utf-8")))

    def __call__(self, key: str, /, **details: str | int) -> str:
        """The sentence for `key`, its placeholders filled in.

        Raises KeyError for an unknown key or a missing detail: both are faults in our own code.
        """
        return self._sentences[key].format_map(details)

    def raw(self, key: str) -> str:
        """The sentence for `key` with its placeholders as they stand."""
        return self._sentences[key]

    def all_keys(self) -> frozenset[str]:
        """All keys of this language; tests hold the languages against each other with it."""
        return frozenset(self._sentences)

    def explain(self, error: WederhoorError) -> str:
        """What happened, what it means and what to do, one line each."""
        details = {name: self._worded(_TERMS[name], str(value)) if name in _TERMS else value for name, value in error.details.items()}
        return "\n".join(self(f"errors.{error.text_key}.{part}", **details) for part in ("what", "meaning", "advice"))

    def role(self, role: str) -> str:
        """A role in words; one that has no word stands as it was given."""
        return self._worded(_TERMS["parties"], role)

    def _worded(self, table: str, listed: str) -> str:
        return ", ".join(self._sentences.get(f"{table}.{term}", term) for term in listed.split(", "))


@cache
def texts(language: Language) -> Texts:
    """The sentences of `language`, read once."""
    return Texts(language)


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = str(value)
    return flat
