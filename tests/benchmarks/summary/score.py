"""Scores the summary's rules and its check on one half of the labelled set: `python -m tests.benchmarks.summary.score tuning`."""

import sys
from collections import Counter

from pipeline.minutes.summary.acts.commitments import find_commitments
from pipeline.minutes.summary.acts.points import PointKind, find_points
from pipeline.minutes.summary.check import Checker
from pipeline.minutes.summary.mentions.amounts import find_amounts
from pipeline.minutes.summary.mentions.moments import find_moments
from pipeline.minutes.summary.mentions.people import find_people
from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.summarise import RECORD, summarise
from pipeline.minutes.summary.template import load_template
from tests.benchmarks.summary.corrupt import corruptions
from tests.minutes.summary.labelled import (
    Labelled,
    Score,
    conversations,
    rewordings,
    score_agreements,
    score_mentions,
    score_points,
)


def main(half: str, seeds: int = 8) -> None:
    """Counts only: no line of a conversation is printed, so that the half that is scored once stays unread."""
    sets = list(conversations(half))
    kinds = {
        "agreements": lambda one: score_agreements(find_commitments(one.conversation), one.expected["agreements"]),
        "dates": lambda one: score_mentions(find_moments(one.conversation), one.expected["dates"], one),
        "amounts": lambda one: score_mentions(find_amounts(one.conversation), one.expected["amounts"], one),
        "persons": lambda one: score_mentions(find_people(one.conversation), one.expected["persons"], one),
        "requests": lambda one: _points(one, PointKind.REQUEST, "requests"),
        "decisions": lambda one: _points(one, PointKind.DECISION, "decisions"),
        "open points": lambda one: _points(one, PointKind.OPEN, "open_points"),
    }
    for kind, score in kinds.items():
        whole = Score()
        for one in sets:
            whole.add(score(one))
        print(f"{kind}: n {whole.hits + whole.missed}, recall {whole.recall:.3f}, precision {whole.precision:.3f}, right {whole.right}")
    sentences = [sentence for one in sets for sentence in summarise(one.minutes, Setting(), load_template().form(one.kind))]
    told = [sentence for sentence in sentences if sentence.origin != RECORD]
    print(f"sentences of what was said: {len(told)}, with lines {sum(bool(sentence.lines) for sentence in told)}")
    _check(sets, half, seeds)


def _points(one: Labelled, kind: PointKind, label: str) -> Score:
    return score_points([point.lines for point in find_points(one.conversation) if point.kind is kind], one.expected[label])


def _check(sets: list[Labelled], half: str, seeds: int) -> None:
    known = {one.name: (one, Checker(one.conversation)) for one in sets}
    refused, total = Counter[str](), 0
    planted, passed = Counter[str](), Counter[str]()
    seen: set[tuple[str, str]] = set()
    for row in rewordings(half):
        one, checker = known[row["conversation"]]
        lines = [Labelled.id(line) for line in row["lines"]]
        total += 1
        problems = checker.check(row["sentence"], lines)
        if problems:
            refused[problems[0].kind] += 1
        names = list(dict.fromkeys(person["text"] for person in one.expected["persons"]))
        for seed in range(seeds):
            for changed in corruptions(row["sentence"], one.conversation.language, names, one.roles, f"{seed}-{row['id']}"):
                if (row["id"], changed.sentence) not in seen:
                    seen.add((row["id"], changed.sentence))
                    planted[changed.kind] += 1
                    passed[changed.kind] += not checker.check(changed.sentence, lines)
    print(f"faithful sentences refused: {refused.total()} of {total} ({refused.total() / total:.3f}) {dict(refused)}")
    for kind in planted:
        print(f"let through, {kind}: {passed[kind]} of {planted[kind]}")
    print(f"let through in all: {passed.total()} of {planted.total()}")


if __name__ == "__main__":
    main(sys.argv[1])
