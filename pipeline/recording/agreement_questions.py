"""The questions of an agreement, defined once: the terminal, the page and the paper ask the same ones in the same order.

A step is what people talk about at one time; it holds tables of agreement.toml (the root has no name), and a table holds
questions. What a question says stands in the texts under `agreement.ask.<path>`, what helps to answer it, where there is
such a sentence, under `agreement.help.<path>`, and its choices under `agreement.choice.<path>.<value>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.recording.agreement import AnnouncedWhen, EditKind, Outcome, Regime, Role
from pipeline.recording.rules import Rule


class Kind(StrEnum):
    """What an answer is. POSITION: a place in a recording or a length (12:03); MOMENT: a day, with or without a time."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    LIST = "list"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"
    POSITION = "position"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when the answer to `field`, in the table that holds this, is one of `answers`; None is "no answer yet"."""

    field: str
    answers: tuple[str | bool | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One field of agreement.toml. `path` as in `edits.announced.kind`; `choices` are the values of a CHOICE."""

    path: str
    kind: Kind
    choices: tuple[str, ...] = ()
    only_if: Condition | None = None

    @property
    def field(self) -> str:
        """The name of the field in its table."""
        return self.path.rpartition(".")[2]

    @property
    def text_key(self) -> str:
        """What is asked."""
        return f"agreement.ask.{self.path}"

    def choice_key(self, value: str) -> str:
        """What a choice is called."""
        return f"speakers.role.{value}" if self.path == "party.role" else f"agreement.choice.{self.path}.{value}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of agreement.toml; `repeated` when there may be several. `id_prefix`: entries get an id of this kind."""

    path: str
    questions: tuple[Question, ...]
    repeated: bool = False
    tables: tuple["Table", ...] = ()
    only_if: Condition | None = None
    id_prefix: str | None = None

    @property
    def field(self) -> str:
        """The name of the table in what holds it; empty for the root."""
        return self.path.rpartition(".")[2]


class Phase(StrEnum):
    """When people can answer: most of it before the talk, the rest after it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Step:
    """What people talk about at one time, and the rules it is about. Texts: `agreement.step.<key>`."""

    key: str
    phase: Phase
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...] = ()


def _choice(path: str, choices: type[StrEnum], only_if: Condition | None = None) -> Question:
    return Question(path, Kind.CHOICE, tuple(choices), only_if)


_HELPERS = Condition("role", (Role.SUPPORTER, Role.INTERPRETER, Role.LAWYER))
_NOT_ALLOWED = Condition("outcome", (Outcome.ALTERNATIVE, Outcome.REFUSED))
_TOLD = Condition("when", (AnnouncedWhen.BEFORE, AnnouncedWhen.DURING))
_NOT_BEFORE = Condition("when", (AnnouncedWhen.DURING, AnnouncedWhen.FOUND_LATER))
_SIGNED = Condition("did_not_want_to", (None, False))

STEPS = (
    Step(
        "talk",
        Phase.BEFORE,
        (
            Table("", (Question("case", Kind.TEXT),)),
            Table(
                "conversation",
                (
                    Question("conversation.subject", Kind.TEXT),
                    Question("conversation.place", Kind.TEXT),
                    Question("conversation.planned_at", Kind.MOMENT),
                ),
            ),
        ),
    ),
    Step(
        "people",
        Phase.BEFORE,
        (
            Table(
                "party",
                (
                    _choice("party.role", Role),
                    Question("party.name", Kind.TEXT),
                    Question("party.organisation", Kind.TEXT),
                    Question("party.acts_for", Kind.PARTY, only_if=_HELPERS),
                    Question("party.present", Kind.YES_NO),
                    Question("party.speaks", Kind.YES_NO),
                    Question("party.records", Kind.YES_NO),
                ),
                repeated=True,
                id_prefix="person",
            ),
        ),
    ),
    Step(
        "allowed",
        Phase.BEFORE,
        (
            Table(
                "decision",
                (
                    _choice("decision.outcome", Outcome),
                    Question("decision.weighty_reason", Kind.LONG_TEXT, only_if=_NOT_ALLOWED),
                    Question("decision.alternative", Kind.LONG_TEXT, only_if=_NOT_ALLOWED),
                    Question("decision.alternative_accepted", Kind.YES_NO, only_if=_NOT_ALLOWED),
                    Question("decision.decided_by", Kind.PARTY, only_if=_NOT_ALLOWED),
                ),
            ),
        ),
        (Rule.ALLOWED,),
    ),
    Step(
        "informed",
        Phase.BEFORE,
        (
            Table(
                "information",
                (
                    Question("information.where", Kind.LIST),
                    Question("information.regulations_version", Kind.TEXT),
                    Question("information.url", Kind.TEXT),
                    Question("information.told_at", Kind.MOMENT),
                ),
            ),
        ),
        (Rule.INFORM,),
    ),
    Step(
        "announced",
        Phase.BEFORE,
        (
            Table(
                "announcement",
                (
                    _choice("announcement.when", AnnouncedWhen),
                    Question("announcement.by", Kind.PARTY, only_if=_TOLD),
                    Question("announcement.at", Kind.MOMENT, only_if=_TOLD),
                    Question("announcement.how", Kind.TEXT, only_if=_TOLD),
                    Question("announcement.on_recording", Kind.YES_NO, only_if=_TOLD),
                    Question("announcement.found_out_at", Kind.MOMENT, only_if=Condition("when", (AnnouncedWhen.FOUND_LATER,))),
                    Question("announcement.agreed_afterwards", Kind.LONG_TEXT, only_if=_NOT_BEFORE),
                ),
            ),
        ),
        (Rule.ANNOUNCE,),
    ),
    Step(
        "together",
        Phase.BEFORE,
        (
            Table(
                "tips",
                (
                    Question("tips.agreed_at_start", Kind.YES_NO),
                    Question("tips.said_on_recording", Kind.YES_NO),
                    Question("tips.same_duties", Kind.YES_NO),
                    Question("tips.may_be_used_in_procedure", Kind.YES_NO),
                ),
            ),
        ),
        (Rule.OPEN, Rule.EQUAL, Rule.TRUST),
    ),
    Step(
        "privacy",
        Phase.BEFORE,
        (
            Table(
                "privacy",
                (
                    Question("privacy.everyone_present_told", Kind.YES_NO),
                    Question("privacy.automated_transcription_told", Kind.YES_NO),
                    Question("privacy.purpose", Kind.TEXT),
                    Question("privacy.controller", Kind.TEXT),
                    Question("privacy.contact", Kind.TEXT),
                    Question("privacy.delete_audio_on", Kind.DAY),
                    Question("privacy.delete_minutes_on", Kind.DAY),
                ),
            ),
        ),
        (Rule.PRIVACY,),
    ),
    Step(
        "copies",
        Phase.AFTER,
        (
            Table("", (Question("copy_asked", Kind.YES_NO),)),
            Table(
                "copy",
                (
                    Question("copy.asked_by", Kind.PARTY),
                    Question("copy.of", Kind.PARTY),
                    Question("copy.asked_at", Kind.MOMENT),
                    Question("copy.form", Kind.TEXT),
                    Question("copy.due", Kind.MOMENT),
                    Question("copy.delivered_at", Kind.MOMENT),
                ),
                repeated=True,
                only_if=Condition("copy_asked", (True,)),
            ),
        ),
        (Rule.COPY,),
    ),
    Step(
        "edits",
        Phase.AFTER,
        (
            Table(
                "edits",
                (Question("edits.none", Kind.YES_NO),),
                tables=(
                    Table(
                        "edits.announced",
                        (
                            _choice("edits.announced.kind", EditKind),
                            Question("edits.announced.from", Kind.POSITION),
                            Question("edits.announced.to", Kind.POSITION),
                            Question("edits.announced.length", Kind.POSITION),
                            Question("edits.announced.by", Kind.PARTY),
                            Question("edits.announced.told_at", Kind.MOMENT),
                            Question("edits.announced.reason", Kind.TEXT),
                            Question("edits.announced.original_kept", Kind.YES_NO),
                        ),
                        repeated=True,
                        only_if=Condition("none", (False,)),
                    ),
                ),
            ),
        ),
        (Rule.NO_EDITS,),
    ),
    Step(
        "sharing",
        Phase.AFTER,
        (
            Table("", (Question("shared_with_others", Kind.YES_NO),)),
            Table(
                "recipient",
                (Question("recipient.name", Kind.TEXT), Question("recipient.legal_duty", Kind.TEXT)),
                repeated=True,
                tables=(
                    Table(
                        "recipient.agreed",
                        (
                            Question("recipient.agreed.party", Kind.PARTY),
                            Question("recipient.agreed.at", Kind.MOMENT),
                            Question("recipient.agreed.scope", Kind.TEXT),
                            Question("recipient.agreed.withdrawn_at", Kind.MOMENT),
                        ),
                        repeated=True,
                    ),
                ),
                only_if=Condition("shared_with_others", (True,)),
                id_prefix="recipient",
            ),
        ),
        (Rule.NO_THIRD_PARTIES,),
    ),
    Step(
        "complaint",
        Phase.AFTER,
        (
            Table(
                "procedure",
                (
                    _choice("procedure.regime", Regime),
                    Question("procedure.committee", Kind.TEXT),
                    Question("procedure.committee_may_hear", Kind.YES_NO),
                    Question("procedure.complaint_before", Kind.DAY),
                    Question("procedure.complaint_registered_at", Kind.MOMENT),
                    Question("procedure.complaint_reference", Kind.TEXT),
                    Question("procedure.respond_before", Kind.DAY),
                ),
            ),
        ),
    ),
    Step(
        "signing",
        Phase.AFTER,
        (
            Table(
                "signature",
                (
                    Question("signature.party", Kind.PARTY),
                    Question("signature.did_not_want_to", Kind.YES_NO),
                    Question("signature.signed_at", Kind.MOMENT, only_if=_SIGNED),
                    Question("signature.note", Kind.TEXT),
                ),
                repeated=True,
            ),
        ),
    ),
)


def all_tables() -> Iterator[Table]:
    """Every table in the order it is asked, a table before those inside it."""

    def inside(table: Table) -> Iterator[Table]:
        yield table
        for inner in table.tables:
            yield from inside(inner)

    for step in STEPS:
        for table in step.tables:
            yield from inside(table)


_BY_PATH = {question.path: question for table in all_tables() for question in table.questions}


def question_at(place: str) -> Question | None:
    """The question about a place such as `copy[1].due`; null where the agreement holds more than is asked."""
    return _BY_PATH.get(re.sub(r"\[\d+\]", "", place))
