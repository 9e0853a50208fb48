"""Learns what the features of an undertaking weigh: `python -m tests.benchmarks.summary.train SET... [--write]`.

A label names lines, not the sentence that undertakes. So the sentence of each label that now weighs most is taken for the one
meant, the weights are fitted to that (logistic regression, squared penalty), and both steps are repeated (multiple-instance
learning). For each set the weights learned from the others are judged on it; with --write those of all sets are shipped.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.minutes.summary.acts.commitments import find_commitments
from pipeline.minutes.summary.acts.features import FeatureReader
from pipeline.minutes.summary.acts.likelihood import Likelihood
from tests.minutes.summary.labelled import Labelled, Score, conversations, score_agreements

PENALTY = 2.0
ROUNDS = 6
FEWEST = 2
# A verb is one of thousands: it must show itself more often than a form before it weighs as much.
VERB_SCALE = 0.4
# What we hold before any label is seen; the penalty pulls towards this, so that a form of which a set has few examples keeps
# its sense. Set from the language, not from the sets.
BELIEVED = {
    "bias": -3.0, "act": 2.0, "act timed": 1.0, "act period": 0.3, "act to other": 0.5, "act inverted": 0.2, "i:can": -1.0,
    "we:can": -1.0, "i:will": 0.5, "i:going": 0.3, "act habit": -1.0, "act report": -1.0, "act recording": -1.0,
    "act by client": -0.3, "act nu": -0.8, "does it": 1.5, "promises": 0.7, "agreeing": 1.5, "delivers": 1.2, "delivers timed": 2.8,
    "opening": -1.0, "delivers from us": 1.0, "is there": 1.0, "told": -1.5, "bare act": -0.7, "act hier": -1.5, "means to act": 1.2,
    "moment past": -1.5, "past talked of": -1.0, "act refused": -0.8, "accepted act": 0.7, "thanked act": 0.7, "asks": -1.0,
    "only talk": -0.7, "denied": -0.3, "denied act": -0.7, "then yes": 2.0, "orders": -1.0, "accepted orders timed": 1.0,
    "bare moment": 0.3, "bare moment asks": 1.0, "meeting asks": 1.0, "accepted bare moment asks": 1.0, "accepted meeting asks": 1.0,
    "accepted meeting": 1.0, "meeting talked of": 0.7, "moment echoed in talk of meeting": 1.5, "moment echoed": 0.5,
    "yes to wanted": 0.5, "yes to wanted timed": 1.5, "when answered": 0.7, "before wants & act": 0.7, "before orders & act": 0.4,
    "before wants & does it": 1.0, "before orders & does it": 1.0, "accepted delivers": 0.3,
}  # fmt: skip
WEIGHTS = Path("pipeline/minutes/summary/acts/undertakings.json")

Features = frozenset[str]


@dataclass(frozen=True)
class Bags:
    """`labels`: for each label the sentences of its lines; `none`: the sentences of lines without a label."""

    labels: list[list[Features]]
    none: list[Features]


def bags(sets: Sequence[Labelled]) -> Bags:
    """The sentences of these conversations, sorted by label."""
    labels: list[list[Features]] = []
    none: list[Features] = []
    for one in sets:
        reader = FeatureReader(one.conversation)
        lines = {line.id: [reader.features(line, sentence) for sentence in line.sentences] for line in one.conversation.utterances}
        named: set[str] = set()
        for label in one.expected["agreements"]:
            ids = [Labelled.id(line) for line in label["lines"]]
            named.update(ids)
            labels.append([features for line in ids for features in lines[line]])
        none += [features for line, sentences in lines.items() if line not in named for features in sentences]
    return Bags(labels, none)


def learn(known: Bags, threshold: float) -> Likelihood:
    """The weights for these sentences."""
    counts = Counter(feature for label in [*known.labels, known.none] for features in label for feature in features)
    names = sorted(feature for feature, count in counts.items() if count >= FEWEST or feature in BELIEVED)
    places = {name: at for at, name in enumerate(names)}
    scale = np.array([VERB_SCALE if name.startswith("verb:") else 1.0 for name in names])
    labels = [np.array(list(_rows(label, places, scale))) for label in known.labels]
    none = np.array(list(_rows(known.none, places, scale)))
    believed = np.array([BELIEVED.get(name, 0.0) for name in names])
    weights = believed
    for _ in range(ROUNDS):
        meant = np.array([label[int(np.argmax(label @ weights))] for label in labels])
        weights = _fit(np.vstack([meant, none]), np.r_[np.ones(len(meant)), np.zeros(len(none))], believed)
    kept = {name: round(float(weight), 3) for name, weight in zip(names, weights * scale, strict=True) if abs(weight) > 0.01}
    return Likelihood(kept, threshold)


def _rows(sentences: Sequence[Features], places: dict[str, int], scale: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    for features in sentences:
        row = np.zeros(len(places))
        known = [places[feature] for feature in features if feature in places]
        row[known] = scale[known]
        yield row


def _fit(rows: NDArray[np.float64], truth: NDArray[np.float64], believed: NDArray[np.float64]) -> NDArray[np.float64]:
    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = rows @ weights
        wrong = 1 / (1 + np.exp(-odds)) - truth
        value = np.logaddexp(0, -odds * (2 * truth - 1)).sum() + PENALTY * ((weights - believed) @ (weights - believed)) / 2
        return float(value), rows.T @ wrong + PENALTY * (weights - believed)

    return np.asarray(minimize(loss, believed, jac=True, method="L-BFGS-B").x)


def judge(likelihood: Likelihood, sets: Sequence[Labelled]) -> Score:
    """The agreements these weights find, held against the labels."""
    whole = Score()
    for one in sets:
        whole.add(score_agreements(find_commitments(one.conversation, likelihood), one.expected["agreements"]))
    return whole


def main() -> None:
    """Print recall and precision on each set left out, at several thresholds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--threshold", type=float, default=-0.5)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    sets = {name: list(conversations(name)) for name in wanted.sets}
    read = {name: bags(one) for name, one in sets.items()}
    for name in sets if len(sets) > 1 else ():
        others = [read[other] for other in sets if other != name]
        together = Bags([label for other in others for label in other.labels], [none for other in others for none in other.none])
        for threshold in (-1.25, -1.0, -0.75, -0.5, -0.25, 0.0):
            score = judge(learn(together, threshold), sets[name])
            print(f"left out {name}, above {threshold}: recall {score.recall:.3f}, precision {score.precision:.3f}, right {score.right}")
    if wanted.write:
        together = Bags([label for one in read.values() for label in one.labels], [none for one in read.values() for none in one.none])
        WEIGHTS.write_text(learn(together, wanted.threshold).as_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
