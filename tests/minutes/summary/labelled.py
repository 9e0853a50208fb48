"""The labelled conversations of tests/data/summary as the rules read them, and the scores that tests and benchmarks share."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.minutes.model import SCHEMA, AgreementReference, Line, LineFlag, Minutes, RecordingReference, Speaker, State
from pipeline.minutes.summary.acts.commitments import Commitment
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.spoken import Conversation, conversation_of
from pipeline.recording.agreement import Role
from pipeline.speech.model import Word, WordFlag
from pipeline.texts import Language

SET = Path(__file__).parents[2] / "data" / "summary"


@dataclass(frozen=True)
class Labelled:
    """A conversation with what a secretary would note. `ids`: the set's line ids to those of the minutes."""

    name: str
    kind: str
    minutes: Minutes
    conversation: Conversation
    expected: dict[str, list[dict[str, Any]]]
    roles: tuple[str, ...]

    @staticmethod
    def id(line: str) -> str:
        return f"L{int(line[1:]):04}"


def conversations(half: str) -> Iterator[Labelled]:
    for file in sorted((SET / "conversations" / half).glob("*.json")):
        yield _read(json.loads(file.read_text(encoding="utf-8")))


def rewordings(half: str) -> Iterator[dict[str, Any]]:
    for row in (SET / "rewordings" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(row)


def _read(plain: dict[str, Any]) -> Labelled:
    lines = tuple(_line(line, plain["language"]) for line in plain["lines"])
    speakers = tuple(Speaker(id=one["id"], name=one["name"], role=_role(one["role"]), confirmed=True) for one in plain["speakers"])
    minutes = minutes_of(lines, speakers, Language(plain["language"]))
    return Labelled(
        name=plain["name"],
        kind=plain["kind"],
        minutes=minutes,
        conversation=conversation_of(minutes, plain["language"], date.fromisoformat(plain["date"])),
        expected=plain["expected"],
        roles=tuple(sorted({one["role"] for one in plain["speakers"]})),
    )


def _role(named: str) -> Role:
    """The role of the product: a manager, whom it does not know, speaks for the organisation."""
    return Role.STAFF if named == "manager" else Role(named)


def _line(plain: dict[str, Any], language: str) -> Line:
    written = plain["text"].split()
    step = max(1, (plain["end_ms"] - plain["start_ms"]) // max(1, len(written)))
    words = tuple(
        Word(
            start_ms=plain["start_ms"] + at * step,
            end_ms=plain["start_ms"] + at * step + step,
            text=word,
            confidence=0.3 if any(doubted in word for doubted in plain["uncertain"]) else 0.9,
            flags=(WordFlag.UNCERTAIN,) if any(doubted in word for doubted in plain["uncertain"]) else (),
        )
        for at, word in enumerate(written)
    )
    return Line(
        id=Labelled.id(plain["id"]),
        start_ms=plain["start_ms"],
        end_ms=plain["end_ms"],
        speaker=plain["speaker"],
        language=language,
        text=plain["text"],
        flags=(LineFlag.UNCERTAIN,) if plain["uncertain"] else (),
        words=words,
    )


def minutes_of(lines: tuple[Line, ...], speakers: tuple[Speaker, ...], language: Language = Language.DUTCH) -> Minutes:
    return Minutes(
        schema=SCHEMA,
        version="v001",
        predecessor=None,
        state=State.CONCEPT,
        created_at="2026-11-25T10:00:00Z",
        report_language=language,
        read_by=(),
        agreement=AgreementReference(sha256=None),
        recording=RecordingReference(
            sha256="0" * 64,
            samples_sha256="0" * 64,
            name="gesprek.m4a",
            duration_ms=max((line.end_ms for line in lines), default=1),
            damaged=False,
            claimed_ms=None,
            claimed_start=None,
            handed_in_by=None,
            handed_in_how=None,
        ),
        speakers=speakers,
        lines=lines,
        coverage=(),
        summary=None,
        cut_check=None,
        cut_check_said=(),
        findings=(),
        changes=(),
        engine=(),
    )


@dataclass
class Score:
    """Counts of a comparison with labels; `also` counts what of the hits is right beside the place."""

    hits: int = 0
    missed: int = 0
    extra: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.extra)

    def add(self, other: "Score") -> None:
        self.hits += other.hits
        self.missed += other.missed
        self.extra += other.extra
        self.right += other.right


def score_agreements(found: Sequence[Commitment], expected: Sequence[dict[str, Any]]) -> Score:
    """One label with one commitment at most, by lines in common; `right`: the same status and voice."""
    gains = np.zeros((len(found), len(expected)))
    for i, commitment in enumerate(found):
        for j, label in enumerate(expected):
            shared = set(commitment.lines) & {Labelled.id(line) for line in label["lines"]}
            if shared:
                same = (commitment.status == label["status"]) + (commitment.who == label["who"])
                gains[i, j] = 1 + 0.1 * same + 0.01 * len(shared)
    pairs = [(i, j) for i, j in zip(*linear_sum_assignment(-gains), strict=True) if gains[i, j] > 0] if gains.size else []
    right = sum(found[i].status == expected[j]["status"] and found[i].who == expected[j]["who"] for i, j in pairs)
    return Score(len(pairs), len(expected) - len(pairs), len(found) - len(pairs), right)


def score_mentions(found: Sequence[Mention], expected: Iterable[dict[str, Any]], labelled: Labelled) -> Score:
    """A label is found when a mention overlaps it; a mention is right when it overlaps a label. `right`: the same kind or value."""
    score, used, places = Score(), set(), dict[tuple[str, str], int]()
    for label in expected:
        line = Labelled.id(label["line"])
        start = labelled.conversation.by_id[line].text.find(label["text"], places.get((line, label["text"]), 0))
        places[line, label["text"]] = start + 1
        hit = [at for at, one in enumerate(found) if one.line == line and one.start < start + len(label["text"]) and start < one.end]
        if not hit:
            score.missed += 1
            continue
        used.add(hit[0])
        score.hits += 1
        value = found[hit[0]].value
        same_kind = found[hit[0]].kind == label.get("kind")
        score.right += same_kind or ("unit" in label and (float(value) if value is not None else None) == label["value"])
    score.extra = len(found) - len(used)
    return score


def score_points(found: Sequence[tuple[str, ...]], expected: Sequence[dict[str, Any]]) -> Score:
    """By any line in common; several points may meet one label."""
    labels = [{Labelled.id(line) for line in label["lines"]} for label in expected]
    hits = sum(any(label & set(lines) for lines in found) for label in labels)
    extra = sum(not any(label & set(lines) for label in labels) for lines in found)
    return Score(hits, len(labels) - hits, extra)
