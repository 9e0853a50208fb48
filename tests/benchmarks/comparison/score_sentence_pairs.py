"""Score the comparison of words on tests/data/sentence_pairs.

Usage: python -m tests.benchmarks.comparison.score_sentence_pairs SPLIT [--list]
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import Difference, DifferenceClass
from pipeline.comparison.transcripts import Transcript, Utterance, Voice, spread
from pipeline.language.plain import plain

DATA = Path(__file__).parents[2] / "data" / "sentence_pairs"
MS_PER_WORD = 400


@dataclass
class Score:
    """Counts over a set; a labelled difference is right when one of the same class shares a word with it."""

    meaningful: int = 0
    right: int = 0
    harmless_pairs: int = 0
    raised: int = 0
    negations_as_filler: int = 0
    pairs: int = 0
    exact: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    right_by_class: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def right_share(self) -> float:
        """Meaningful differences classed right."""
        return self.right / self.meaningful

    @property
    def raised_share(self) -> float:
        """Harmless pairs for which anything but filler was raised."""
        return self.raised / self.harmless_pairs


def as_transcript(text: str, speaker: str, language: str) -> Transcript:
    """One utterance by one known speaker."""
    words = spread(text, 0, MS_PER_WORD * len(text.split()))
    return Transcript(language, (Voice(speaker, name=speaker),), (Utterance("L0001", 0, words[-1].end_ms, speaker, words),))


def compare(pair: dict[str, Any]) -> tuple[Difference, ...]:
    """What the comparison finds for one labelled pair."""
    a = as_transcript(pair["a"], pair.get("speaker_a", "client"), pair["language"])
    b = as_transcript(pair["b"], pair.get("speaker_b", "client"), pair["language"])
    return compare_minutes(a, b).differences


def score(pairs: list[dict[str, Any]]) -> Score:
    """Score labelled pairs."""
    total = Score()
    for pair in pairs:
        found = compare(pair)
        labelled = [difference for difference in pair["differences"] if difference["class"] != DifferenceClass.FILLER]
        raised = [difference for difference in found if difference.kind is not DifferenceClass.FILLER]
        total.pairs += 1
        wrong = []
        for difference in labelled:
            total.meaningful += 1
            total.by_class[difference["class"]] += 1
            if any(difference["class"] == other.kind and touches(difference, other) for other in raised):
                total.right += 1
                total.right_by_class[difference["class"]] += 1
            else:
                wrong.append(difference)
                if difference["class"] == DifferenceClass.NEGATION:
                    total.negations_as_filler += any(other.kind is DifferenceClass.FILLER and touches(difference, other) for other in found)
        if not pair["meaningful"]:
            total.harmless_pairs += 1
            total.raised += bool(raised)
        same = {difference["class"] for difference in labelled} == {difference.kind.value for difference in raised}
        total.exact += same
        if not same or wrong:
            got = "; ".join(f"{other.kind}: {other.a.text!r} / {other.b.text!r}" for other in found)
            total.misses.append(f"{pair['id']}\n   A {pair['a']}\n   B {pair['b']}\n   labelled {pair['differences']}\n   found    {got}")
    return total


def touches(labelled: dict[str, str], found: Difference) -> bool:
    """Whether a found difference shares a word with a labelled one; a speaker difference has no words to share."""
    if labelled["class"] == DifferenceClass.SPEAKER:
        return True
    return any(_words(labelled[name]) & _words(text) for name, text in (("a", found.a.text), ("b", found.b.text)))


def _words(text: str) -> set[str]:
    return {plain(word) for word in text.split()} - {""}


def load(split: str) -> list[dict[str, Any]]:
    """The labelled pairs of a split."""
    return [json.loads(line) for line in (DATA / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print the figures of one split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("split", choices=("tuning", "final", "second_final", "third_tuning", "third_final"))
    parser.add_argument("--list", action="store_true", help="show every pair whose classes differ from the labels")
    options = parser.parse_args()
    total = score(load(options.split))
    print(f"pairs                               {total.pairs}")
    print(f"meaningful differences classed right {total.right}/{total.meaningful} = {total.right_share:.3f}  (goal 0.95)")
    print(f"harmless pairs raised               {total.raised}/{total.harmless_pairs} = {total.raised_share:.3f}  (goal 0.03)")
    print(f"negations classed as filler         {total.negations_as_filler}  (goal 0)")
    print(f"pairs with exactly the labelled classes {total.exact}/{total.pairs}")
    for name in DifferenceClass:
        if total.by_class[name]:
            print(f"  {name:10} {total.right_by_class[name]}/{total.by_class[name]}")
    if options.list:
        print("\n".join(total.misses))


if __name__ == "__main__":
    main()
