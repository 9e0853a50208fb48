"""The questions of an agreement, asked at the keyboard. Every answer is kept at once, so stopping loses nothing."""

import textwrap
from collections.abc import Callable, Mapping

import typer
from tomlkit import TOMLDocument

from pipeline.cli.console import say
from pipeline.recording.agreement_form import Answer, Place, name_by_role, parse_answer, parties
from pipeline.recording.agreement_questions import STEPS, Kind, Question, Table
from pipeline.texts import Texts

_WIDTH = 80
_HINTS = {
    Kind.YES_NO: "yes_no_help",
    Kind.CHOICE: "choice_help",
    Kind.PARTY: "choice_help",
    Kind.DAY: "day_help",
    Kind.MOMENT: "moment_help",
    Kind.POSITION: "position_help",
    Kind.LIST: "list_help",
}


class Interview:
    """Asks what is still open in a document; `keep` is called after every answer."""

    def __init__(self, document: TOMLDocument, words: Texts, *, keep: Callable[[], None]) -> None:
        self._document, self._words, self._keep = document, words, keep

    def hold(self) -> None:
        """Go through every step. Raises typer's Abort when the person stops; what was answered is kept by then."""
        self._keep()
        for step in STEPS:
            title = self._words(f"agreement.step.{step.key}")
            say(f"\n{title}\n{'-' * len(title)}")
            for rule in step.rules:
                say(_wrapped(f"{self._words(f'rules.{rule}.title')}. {self._words(f'rules.{rule}.words')}"))
            for table in step.tables:
                if self._asked_at_root(table):
                    self._table(table, None)

    def _asked_at_root(self, table: Table) -> bool:
        return table.only_if is None or self._document.get(table.only_if.field) in table.only_if.answers

    def _table(self, table: Table, parent: Place | None) -> None:
        if not table.repeated:
            self._entry(self._place(table, parent, 0))
            return
        number = 0
        while self._place(table, parent, number).read() or self._wants(table, number + 1):
            self._entry(self._place(table, parent, number))
            if not self._place(table, parent, number).read():
                return
            number += 1

    def _place(self, table: Table, parent: Place | None, number: int) -> Place:
        return parent.inside(table, number) if parent else Place(self._document, table, self._words, number=number)

    def _entry(self, place: Place) -> None:
        for question in place.table.questions:
            if question.field not in place.read() and place.asks(question.only_if):
                self._question(question, place)
        for table in place.table.tables:
            if place.asks(table.only_if):
                self._table(table, place)

    def _wants(self, table: Table, number: int) -> bool:
        title = self._words(f"agreement.entry.{table.field}", number=number)
        answer = self._prompt(self._words("agreement.terminal.again", title=title))
        return answer.strip().casefold()[:1] == self._words("agreement.yes")[0]

    def _question(self, question: Question, place: Place) -> None:
        """Ask until the answer is understood or left open."""
        choices = self._choices(question)
        if question.kind is Kind.PARTY and not choices:
            return
        say("")
        say(_wrapped(self._words(question.text_key)))
        if (key := question.text_key.replace(".ask.", ".help.", 1)) in self._words.all_keys():
            say(_wrapped(self._words(key), "  "))
        for number, label in enumerate(choices.values(), 1):
            say(f"  {number}. {label}")
        hint = f" ({self._words(f'agreement.terminal.{_HINTS[question.kind]}')})" if question.kind in _HINTS else ""
        while written := self._prompt(f">{hint}").strip():
            answer = self._understood(question, written)
            if answer is not None:
                place.put(question.field, answer)
                if question.path == "party.role":
                    name_by_role(self._document, place.number)
                self._keep()
                return
            say(self._words("agreement.terminal.not_understood"))

    def _understood(self, question: Question, written: str) -> Answer | None:
        try:
            return parse_answer(question, written, parties(self._document), self._words("agreement.yes"), self._words("agreement.no"))
        except ValueError:
            return None

    def _choices(self, question: Question) -> Mapping[str, str]:
        if question.kind is Kind.PARTY:
            return {party: self._person(party) for party in parties(self._document)}
        return {value: self._words(question.choice_key(value)) for value in question.choices}

    def _person(self, party: str) -> str:
        entry = next(entry for entry in self._document["party"] if entry.get("id") == party)
        role = f"speakers.role.{entry.get('role')}"
        label = self._words(role) if role in self._words.all_keys() else party
        return f"{entry['name']} ({label})" if entry.get("name") else label

    def _prompt(self, text: str) -> str:
        return str(typer.prompt(text, default="", show_default=False, prompt_suffix=" "))


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
