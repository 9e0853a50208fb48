"""An agreement being filled in: the TOML document that people read and change, question by question.

The document is valid after every answer, so whoever stops half-way has an agreement. Comments and fields that are not
asked about stay as they were.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Item

from pipeline.recording.agreement import MAX_SHORT_TEXT, MAX_TEXT, SCHEMA, Role, parse_agreement
from pipeline.recording.agreement_questions import STEPS, Condition, Kind, Question, Table
from pipeline.texts import Texts

# People write the time of the clock on the wall; the agreement holds it with its distance to UTC.
CLOCK = ZoneInfo("Europe/Amsterdam")

_Value = TypeVar("_Value")

Answer = str | bool | date | datetime | list[str]
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_POSITION = re.compile(r"(\d{1,2}:)?\d{1,2}:[0-5]\d")
_EMPTY = {Kind.YES_NO: "true", Kind.POSITION: '"0:00"', Kind.LIST: '[""]', Kind.PARTY: '"client"'}


def new_document(say: Texts, now: datetime) -> TOMLDocument:
    """A document with nothing filled in yet."""
    document = tomlkit.document()
    document.add(tomlkit.comment(say("agreement.file.head")))
    document["schema"] = SCHEMA
    document["language"] = str(say.language)
    document["made_at"] = now.astimezone(CLOCK).replace(microsecond=0)
    return document


def open_document(data: bytes) -> TOMLDocument:
    """A document that was begun before, as it stands. Raises InputRefused when it is not an agreement's TOML."""
    parse_agreement(data)
    return tomlkit.parse(data.decode("utf-8-sig"))


def to_bytes(document: TOMLDocument) -> bytes:
    """The document as it is kept."""
    return tomlkit.dumps(document).encode(errors="replace")


class Place:
    """A table of the document that may not exist yet: it is made when the first answer is put in it."""

    def __init__(self, document: TOMLDocument, table: Table, say: Texts, parent: "Place | None" = None, number: int = 0) -> None:
        """`number` counts the entries of a repeated table from zero."""
        self.table = table
        self._document, self._say, self._parent, self.number = document, say, parent, number

    def read(self) -> Mapping[str, Any]:
        """What stands in it; empty when it does not exist."""
        found = self._holder().get(self.table.field) if self.table.path else self._document
        if self.table.repeated:
            found = found[self.number] if isinstance(found, list) and self.number < len(found) else None
        return found if isinstance(found, Mapping) else {}

    def put(self, field: str, answer: Answer) -> None:
        """Write down an answer."""
        self._made()[field] = tomlkit.item(cast(Any, answer))

    def inside(self, table: Table, number: int = 0) -> "Place":
        """A table inside this one."""
        return Place(self._document, table, self._say, self, number)

    def asks(self, condition: Condition | None) -> bool:
        """Whether a question or table with this condition is asked here."""
        return condition is None or self.read().get(condition.field) in condition.answers

    def _holder(self) -> Mapping[str, Any]:
        return self._parent.read() if self._parent else self._document

    def _made(self) -> Any:
        if not self.table.path:
            return self._document
        holder = self._parent._made() if self._parent else self._document
        name = self.table.field
        if name not in holder:
            if self._parent is None:
                _head(holder, self.table, self._say)
            holder.append(name, tomlkit.aot() if self.table.repeated else tomlkit.table())
        if not self.table.repeated:
            return holder[name]
        entries = holder[name]
        while len(entries) <= self.number:
            entries.append(_entry(self.table, len(entries) + 1))
        return entries[self.number]


def _entry(table: Table, number: int) -> Item:
    entry = tomlkit.table()
    if table.id_prefix:
        entry["id"] = f"{table.id_prefix}-{number}"
    return entry


def _head(document: TOMLDocument, table: Table, say: Texts) -> None:
    """Above a new table stands what it is about."""
    step = next(step for step in STEPS if table in step.tables)
    document.add(tomlkit.nl())
    document.add(tomlkit.comment(say(f"agreement.step.{step.key}")))


def name_by_role(document: TOMLDocument, number: int) -> None:
    """Call a person (counted from zero) by their role in logs and minutes: client, or client-2 for a second one.

    Nothing happens when something in the agreement points at this person already.
    """
    entries = cast(list[Any], document["party"])
    role, id_now = entries[number].get("role"), entries[number].get("id")
    if role not in set(Role) or tomlkit.dumps(document).count(f'"{id_now}"') > 1:
        return
    others = {str(entry.get("id")) for place, entry in enumerate(entries) if place != number}
    names = (str(role), *(f"{role}-{count}" for count in range(2, len(entries) + 2)))
    entries[number]["id"] = next(name for name in names if name not in others)


def fill_in(document: TOMLDocument, answers: Mapping[str, Answer], people: Mapping[Role, str], say: Texts) -> None:
    """Write down answers by the path of their question (tables that are not repeated), and names of people by role."""
    tables = {table.path: table for step in STEPS for table in step.tables}
    for path, answer in answers.items():
        holder, _, field = path.rpartition(".")
        Place(document, tables[holder], say).put(field, answer)
    for role, name in people.items():
        entries = document.get("party", [])
        number = next((place for place, entry in enumerate(entries) if entry.get("role") == role), len(entries))
        person = Place(document, tables["party"], say, number=number)
        person.put("role", str(role))
        person.put("name", name)
        name_by_role(document, number)


def parties(document: TOMLDocument) -> list[str]:
    """The ids of the people in the agreement."""
    return [str(entry["id"]) for entry in document.get("party", []) if isinstance(entry, Mapping) and "id" in entry]


def parse_answer(question: Question, written: str, known_parties: list[str], yes: str, no: str) -> Answer:
    """What somebody wrote, as the field wants it. Raises ValueError when it cannot be understood.

    `yes` and `no` are the words of the language; their first letters do. A choice is its number or its value.
    """
    text = written.strip()
    match question.kind:
        case Kind.YES_NO:
            return _one_of(text.casefold(), {yes: True, yes[0]: True, no: False, no[0]: False})
        case Kind.CHOICE:
            return _one_of(text, _numbered(question.choices))
        case Kind.PARTY:
            return _one_of(text, _numbered(known_parties))
        case Kind.DAY:
            return _day(text)
        case Kind.MOMENT:
            return _moment(text)
        case Kind.POSITION:
            if not _POSITION.fullmatch(text):
                raise ValueError("a place in a recording")
            return text
        case Kind.LIST:
            return [_no_longer(part.strip(), MAX_SHORT_TEXT) for part in text.split(";") if part.strip()]
        case Kind.TEXT:
            return _no_longer(text, MAX_SHORT_TEXT)
        case Kind.LONG_TEXT:
            return _no_longer(text, MAX_TEXT)


def _no_longer(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError("too long")
    return text


def _one_of(text: str, values: Mapping[str, _Value]) -> _Value:
    if text not in values:
        raise ValueError("not one of the choices")
    return values[text]


def _numbered(values: tuple[str, ...] | list[str]) -> dict[str, str]:
    return {str(number): str(value) for number, value in enumerate(values, 1)} | {str(value): str(value) for value in values}


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError("a day")
    day, month, year = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    return date(int(year), int(month), int(day))


def _moment(text: str) -> date | datetime:
    """A day, or a day and a time on the clock of the country."""
    day, _, clock = text.replace("T", " ").rpartition(" ")
    found = _TIME.fullmatch(clock)
    if not found or not day:
        return _day(text)
    on = _day(day.strip())
    return datetime(on.year, on.month, on.day, int(found[1]), int(found[2]), tzinfo=CLOCK)


def empty_form(say: Texts, now: datetime) -> bytes:
    """A form to fill in with a text editor: every field is there as a comment that holds a valid example."""
    root = [line for step in STEPS for table in step.tables if not table.path for line in _fields(table, say)]
    lines = [*tomlkit.dumps(new_document(say, now)).splitlines(), f"# {say('agreement.file.empty')}", "", *root]
    for step in STEPS:
        lines += ["", f"# ---- {say(f'agreement.step.{step.key}')} ----"]
        lines += [f"# {say(f'rules.{rule}.title')}. {say(f'rules.{rule}.words')}" for rule in step.rules]
        lines += [line for table in step.tables if table.path for line in _form(table, say)]
    return ("\n".join(lines) + "\n").encode()


def _form(table: Table, say: Texts) -> Iterator[str]:
    yield f"#[[{table.path}]]" if table.repeated else f"[{table.path}]"
    if table.repeated:
        yield f"# {say('agreement.file.repeat')}"
    yield from _fields(table, say)
    for inner in table.tables:
        yield from _form(inner, say)


def _fields(table: Table, say: Texts) -> Iterator[str]:
    for question in table.questions:
        yield f"# {say(question.text_key)}"
        choices = {value: say(question.choice_key(value)) for value in question.choices}
        if question.kind is Kind.YES_NO:
            choices = {"true": say("agreement.yes"), "false": say("agreement.no")}
        if choices:
            yield f"# {say('agreement.file.choices', choices=', '.join(f'{value} ({label})' for value, label in choices.items()))}"
        yield f"#{question.field} = {_example(question)}"


def _example(question: Question) -> str:
    if question.choices:
        return f'"{question.choices[0]}"'
    if question.kind is Kind.MOMENT:
        return "2026-12-31T14:30:00+01:00"
    return "2026-12-31" if question.kind is Kind.DAY else _EMPTY.get(question.kind, '""')
