"""What can be asked of minutes: corrections of words, speakers, splits and joins of lines; decisions on proposals."""

from dataclasses import dataclass

from pipeline.minutes.changes import Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """The whole text of a line, or with `quote` that of these words in it."""

    line: str
    text: str
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSpeaker:
    """Who says a line: a voice of the minutes (S1), or null when nobody can say."""

    line: str
    speaker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoice:
    """Who a voice of the minutes (S1) is, in every line it says."""

    speaker: str
    who: Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A line becomes two. `at_words`: the words the second begins with, as they stand in the text; `at_ms`: when that is said, needed
    only for a line whose text a person wrote; `speaker`: who says the second, null for the same voice."""

    line: str
    at_words: str
    at_ms: int | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Lines of one voice that follow each other become one."""

    lines: tuple[str, ...]


Asked = NewText | NewSpeaker | NewVoice | Split | Join


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A correction somebody asks for, and why (may be empty). `reaction`: the reaction that proposes it."""

    asked: Asked
    note: str = ""
    reaction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The secretary's decision on a proposal. `text`: what the line says then, where the proposal could not be placed by itself."""

    correction: str
    accepted: bool
    reason: str
    text: str | None = None
