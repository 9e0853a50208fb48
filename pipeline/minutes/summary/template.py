"""The form of a summary, as the organisation wants it: which sections in which order under which headings, per kind."""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputRefused, UsageError
from pipeline.recording.agreement import Agreement, Role
from pipeline.shipped import CONFIG
from pipeline.texts import Language

MAX_TEMPLATE_BYTES = 64 * 1024
_SHIPPED = CONFIG / "summary.toml"


class Section(StrEnum):
    """What a summary can hold."""

    PRESENT = "present"
    SETTING = "setting"
    PURPOSE = "purpose"
    SAID = "said"
    AGREEMENTS = "agreements"
    REQUESTS = "requests"
    DECISIONS = "decisions"
    OPEN = "open"
    NOT_UNDERSTOOD = "not_understood"
    MADE = "made"


class Form(BaseModel):
    """One kind of summary: its sections in order, which of them stand there even when empty, and their headings per language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sections: tuple[Section, ...]
    always: tuple[Section, ...] = ()
    nl: dict[Section, str]
    en: dict[Section, str]
    voices: dict[Language, dict[Role, str]] = {}

    def voice(self, role: Role, language: Language) -> str | None:
        """What this form calls a role inside a sentence, where it differs from the usual word."""
        return self.voices.get(language, {}).get(role)

    def heading(self, section: Section, language: Language, topic: str = "") -> str:
        """The heading of a section; a form without one prints the section's own name."""
        headings = self.nl if language is Language.DUTCH else self.en
        return headings.get(section, section.value).replace("{topic}", topic)


class Template(BaseModel):
    """All kinds of summary an organisation makes, and which one goes with a complaint regime."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: dict[str, str]
    forms: dict[str, Form]

    def form(self, kind: str) -> Form:
        """The form of a kind. Raises UsageError that names the kinds there are."""
        if kind not in self.forms:
            raise UsageError("unknown_summary_kind", kind=kind, known=", ".join(sorted(self.forms)))
        return self.forms[kind]

    def kind_for(self, agreement: Agreement | None) -> str:
        """Which kind goes with an agreement: a hearing where a committee sits at the table, else by its complaint regime."""
        otherwise = self.kinds.get("otherwise", next(iter(self.forms)))
        if agreement is None:
            return otherwise
        if any(party.role in (Role.CHAIR, Role.COMMITTEE_MEMBER) and party.present is not False for party in agreement.parties):
            return self.kinds.get("hearing", otherwise)
        return self.kinds.get(agreement.procedure.regime or "", otherwise)


def load_template(path: Path | None = None) -> Template:
    """The organisation's template, or the one shipped. Raises InputRefused when the file cannot be read or understood."""
    if path is None:
        return _shipped()
    try:
        with path.expanduser().open("rb") as file:
            data = file.read(MAX_TEMPLATE_BYTES + 1)
    except OSError as error:
        raise InputRefused("summary_template_unreadable", file=path.name) from error
    if len(data) > MAX_TEMPLATE_BYTES:
        raise InputRefused("summary_template_unreadable", file=path.name)
    return _parse(data, path.name)


@cache
def _shipped() -> Template:
    return _parse(_SHIPPED.read_bytes(), _SHIPPED.name)


def _parse(data: bytes, name: str) -> Template:
    try:
        plain: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
        return Template(kinds=plain.pop("kinds", {}), forms=plain)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, RecursionError):
        raise InputRefused("summary_template_unreadable", file=name) from None
