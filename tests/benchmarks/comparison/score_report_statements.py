"""Score the comparison of a report with a conversation on tests/data/report_statements.

Usage: python -m tests.benchmarks.comparison.score_report_statements SPLIT [--list]

The speakers carry the names the chair gives them in the first lines of the conversation, as confirmed minutes would.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from pipeline.comparison.model import Outcome, ReportComparison, Statement
from pipeline.comparison.read_report import Report
from pipeline.comparison.report import compare_report
from pipeline.comparison.transcripts import Transcript, Utterance, Voice, spread

DATA = Path(__file__).parents[2] / "data" / "report_statements"
SPLITS = ("tuning", "final", "second_final", "third_tuning", "third_final")


@dataclass
class Score:
    """Counts over a split."""

    said: int = 0
    first: int = 0
    among_three: int = 0
    planted: int = 0
    marked: int = 0
    reason_right: int = 0
    found: int = 0
    found_marked: int = 0
    said_not_found: int = 0
    not_said: int = 0
    not_said_found: int = 0
    omitted: int = 0
    omitted_listed: int = 0
    omitted_heavy: int = 0
    likeness_said: list[float] = field(default_factory=list)
    likeness_not_said: list[float] = field(default_factory=list)
    planted_by_reason: Counter[str] = field(default_factory=Counter)
    marked_by_reason: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def absent_auroc(self) -> float:
        """How well the likeness of the nearest passage tells what was said from what was not."""
        return area_under_curve(self.likeness_said, self.likeness_not_said)


def area_under_curve(upper: Iterable[float], lower: Iterable[float]) -> float:
    """The chance that one of the upper values lies above one of the lower ones."""
    pairs = [(one > other) + (one == other) / 2 for one, other in product(upper, lower)]
    return float(sum(pairs) / len(pairs))


def conversation(split: str) -> Transcript:
    """The conversation a split is about. The third round has conversations of its own."""
    own = DATA / f"{split}_conversation.json"
    written = json.loads((own if own.exists() else DATA / "conversation.json").read_text(encoding="utf-8"))
    utterances = tuple(
        Utterance(line["id"], line["start_ms"], line["end_ms"], line["speaker"], spread(line["text"], line["start_ms"], line["end_ms"]))
        for line in written["lines"]
    )
    names = written.get("speakers", dict.fromkeys(line["speaker"] for line in written["lines"]))
    return Transcript("nl", tuple(Voice(role, name, role) for role, name in names.items()), utterances)


def load(split: str) -> list[dict[str, Any]]:
    """The labelled statements of a split."""
    return [json.loads(line) for line in (DATA / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


def score(split: str) -> Score:
    """Score one split."""
    labelled = load(split)
    result = compare_report(Report("nl", tuple(statement["text"] for statement in labelled)), conversation(split))
    total = Score()
    for label, statement in zip(labelled, result.statements, strict=True):
        _count(total, label, statement)
    _count_omitted(total, split, result)
    return total


def _count(total: Score, label: dict[str, Any], statement: Statement) -> None:
    reasons = [reason.value for reason in statement.reasons]
    likeness = statement.passages[0].likeness
    note = f"{label['id']} {label['text']}\n   labelled {label['outcome']} {label['reasons']} {label['lines']}\n   found    "
    note += f"{statement.outcome} {reasons} {[(passage.lines[0], passage.lines[-1], passage.likeness) for passage in statement.passages]}"
    if label["outcome"] == Outcome.NOT_FOUND:
        total.not_said += 1
        total.not_said_found += statement.outcome is not Outcome.NOT_FOUND
        total.likeness_not_said.append(likeness)
    else:
        hits = [bool(set(passage.lines) & set(label["lines"])) for passage in statement.passages]
        total.said += 1
        total.first += hits[0]
        total.among_three += any(hits)
        total.said_not_found += statement.outcome is Outcome.NOT_FOUND
        total.likeness_said.append(likeness)
    if label["outcome"] == Outcome.POSSIBLY_DIFFERENT:
        total.planted += 1
        total.marked += bool(reasons)
        total.reason_right += set(label["reasons"]) <= set(reasons)
        total.planted_by_reason.update(label["reasons"])
        total.marked_by_reason.update(set(label["reasons"]) & set(reasons))
    if label["outcome"] == Outcome.FOUND:
        total.found += 1
        total.found_marked += bool(reasons)
    if label["outcome"] != statement.outcome or set(label["reasons"]) != set(reasons):
        total.notes.append(note)


def _count_omitted(total: Score, split: str, result: ReportComparison) -> None:
    """A labelled passage is listed when one of its lines is; heavy: in the heavier half of the list."""
    listed = [set(omission.passage.lines) for omission in result.omitted]
    for passage in json.loads((DATA / "omitted.json").read_text(encoding="utf-8"))["passages"]:
        if split in passage["omitted_in"]:
            places = [at for at, lines in enumerate(listed) if lines & set(passage["lines"])]
            total.omitted += 1
            total.omitted_listed += bool(places)
            total.omitted_heavy += bool(places) and places[0] < len(listed) / 2


def main() -> None:
    """Print the figures of one split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("split", choices=SPLITS)
    parser.add_argument("--list", action="store_true", help="show every statement that is judged other than its label")
    options = parser.parse_args()
    total = score(options.split)
    print(f"top-1                        {total.first}/{total.said} = {total.first / total.said:.3f}  (goal 0.93)")
    print(f"top-3                        {total.among_three}/{total.said} = {total.among_three / total.said:.3f}  (goal 0.99)")
    print(f"absent AUROC                 {total.absent_auroc:.3f}  (goal 0.97)")
    print(f"planted changes marked       {total.marked}/{total.planted} = {total.marked / total.planted:.3f}  (goal 0.80)")
    print(f"  with the right reason      {total.reason_right}/{total.planted}")
    for reason, count in sorted(total.planted_by_reason.items()):
        print(f"    {reason:9} {total.marked_by_reason[reason]}/{count}")
    print(f"found statements marked      {total.found_marked}/{total.found}")
    print(f"said but called not found    {total.said_not_found}/{total.said}")
    print(f"not said but called found    {total.not_said_found}/{total.not_said}")
    print(f"weighty omissions listed     {total.omitted_listed}/{total.omitted}, in the heavier half {total.omitted_heavy}")
    if options.list:
        print("\n".join(total.notes))


if __name__ == "__main__":
    main()
