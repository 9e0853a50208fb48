"""What the parties said of the minutes and what was corrected, as it stands in minutes.json.

Nothing here is ever taken away again: a response stays in every later version, a correction keeps what stood there before.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pipeline.recording.agreement import Role

# How the file of a response ends that the party's own page closed.
CLOSED_BY_PAGE = ".closed.json"


class Opinion(StrEnum):
    """What a party thinks of what it marked."""

    AGREE = "eens"
    DISAGREE = "oneens"
    REMARK = "opmerking"
    PROPOSAL = "voorstel"


class SubjectKind(StrEnum):
    """What can be reacted to: a line, a finding of the cut check, a difference of a comparison, a summary sentence, all of it."""

    LINE = "line"
    FINDING = "finding"
    DIFFERENCE = "difference"
    SUMMARY = "summary"
    WHOLE = "whole"


class Form(StrEnum):
    """How a response came in: saved by the party's own page, or entered by somebody from paper, speech or another file."""

    PAGE = "page"
    PAPER = "paper"
    SPOKEN = "spoken"
    FILE = "file"


class ProposedField(StrEnum):
    """What a proposal is about: the words, or who says them."""

    TEXT = "text"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One reaction as a party made it.

    `subject`: the id in the version it was made on (L0012, a finding's id, a summary sentence's number, `whole`); `quote`: the
    words it is about, null for all of it; `start_ms`, `end_ms`: the stretch of the recording, null where there is none;
    `proposal`: what should stand there, for `field`; `made_at`: by the party's own clock; `replaces`: an earlier reaction.
    """

    id: str
    value: Opinion
    text: str
    language: str | None
    kind: SubjectKind
    subject: str
    quote: str | None
    start_ms: int | None
    end_ms: int | None
    field: ProposedField | None
    proposal: str | None
    made_at: str
    replaces: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response that was handed in. `file`: its place in the dossier; `sha256`: of that file.

    `acts_for`: the party this party acts for, null for itself; `side`: client or staff; `received_on`: YYYY-MM-DD;
    `entered_by`: who entered it on behalf of the party; `afterwards`: it came after the minutes were established;
    `closed`: encrypted for the committee until both have responded, so that its reactions are not known yet.
    """

    file: str
    sha256: str
    party: str
    acts_for: str | None
    side: Role
    on_version: str
    received_on: str
    form: Form
    entered_by: str | None
    afterwards: bool
    closed: bool
    reactions: tuple[Reaction, ...]

    @property
    def unreadable(self) -> bool:
        """Whether nobody can read it: the party's page closed it, and the committee's key does not open it."""
        return not self.closed and self.file.endswith(CLOSED_BY_PAGE)

    def is_late(self, before: str | None) -> bool:
        """Whether it came on or after the day `before` which the parties had to respond, or after the minutes were established."""
        return self.afterwards or (before is not None and date.fromisoformat(self.received_on) >= date.fromisoformat(before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time to respond, for both parties alike. `respond_before`: the new day (YYYY-MM-DD); `by`: a role or party's id."""

    respond_before: str
    reason: str
    by: str
    at: str


class CorrectionKind(StrEnum):
    """What a correction changes."""

    TEXT = "text"
    SPEAKER = "speaker"
    VOICE = "voice"
    SPLIT = "split"
    JOIN = "join"


class Standing(StrEnum):
    """How a correction stands: made before the minutes went out, or proposed after that and perhaps decided on."""

    APPLIED = "applied"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction and what became of it; `id` (C0001) is never reused.

    `lines`: what it was made on; `before` and `after`: the text, or the voice (null: nobody named), or for a split and a join
    the texts with " | " between; `quote`: the words of a proposal that could not be placed in the line by itself, whose `after`
    then stands for those words only; `made`: the lines a split or join gave; `reaction`: the reaction that proposed it.
    `at_words`, `at_ms`, `split_speaker`: the place of a split and who says its second part, null for the same voice.
    `voice`: the voice (S1) of which is said who it is, in `before` and `after`: a role, or a role and a name (`client:Name`).
    """

    id: str
    kind: CorrectionKind
    lines: tuple[str, ...]
    before: str | None
    after: str | None
    quote: str | None
    note: str
    by: str
    at: str
    version: str
    standing: Standing
    made: tuple[str, ...] = ()
    reaction: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    reason: str | None = None
    at_words: str | None = None
    at_ms: int | None = None
    split_speaker: str | None = None
    # Added later: left out while empty, so that older versions keep their digest.
    voice: Annotated[str | None, Field(exclude_if=lambda value: not value)] = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide on it."""
        return self.standing is Standing.PROPOSED

    @property
    def is_made(self) -> bool:
        """Whether the minutes follow it."""
        return self.standing in (Standing.APPLIED, Standing.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Established:
    """Who established the minutes, when, and which corrections stayed undecided: of those both readings stand."""

    decided_by: tuple[str, ...]
    at: str
    undecided: tuple[str, ...]
