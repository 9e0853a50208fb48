"""What the finders of personal data give: items in a text."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of personal data an item is."""

    PERSON = "person"
    PLACE = "place"
    ADDRESS = "address"
    BSN = "bsn"
    BIRTH_DATE = "birth_date"
    DATE = "date"
    PHONE = "phone"
    IBAN = "iban"
    EMAIL = "email"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, order=True)
class PersonalItem:
    """A personal item: `text[start:end]` (Python string indices, end exclusive).

    `value` is what it stands for, so that two notations of one thing are equal: digits of a number, lower-case address of
    a mailbox, 1990-01-31 of a date; for names the text itself.
    """

    start: int
    end: int
    kind: Kind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that are known beforehand, from the agreement: people, organisations, places."""

    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
