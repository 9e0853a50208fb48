"""Fit the weights of pipeline/comparison/evidence.py, and print what leaving out each set by turns gives.

Usage: python -m tests.benchmarks.comparison.fit_evidence SPLIT SPLIT ...

A logistic regression on what the best passage of each statement meets of it; said and not said weigh the same; a little
ridge, on standardised values, since the sets are small.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.comparison.attribution import Attribution
from pipeline.comparison.passages import PassageIndex
from pipeline.language import LEXICONS
from pipeline.language.units import units
from tests.benchmarks.comparison.score_report_statements import SPLITS, area_under_curve, conversation, load

_RIDGE = 3.3

Floats = NDArray[np.float64]


def rows(split: str) -> tuple[Floats, NDArray[np.bool_]]:
    """What is met of each statement [statements, 3], and whether it was said."""
    talk, lexicon = conversation(split), LEXICONS["nl"]
    attribution = Attribution(talk.voices, lexicon, talk.utterances)
    index = PassageIndex([line.text for line in talk.utterances], [line.speaker for line in talk.utterances], lexicon, attribution.words)
    met, said = [], []
    for statement in load(split):
        best = index.search(units(statement["text"].split(), lexicon), attribution.mentioned(statement["text"]))[0]
        met.append(best.met.as_row())
        said.append(bool(statement["lines"]))
    return np.array(met), np.array(said)


def fit(met: Floats, said: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights and bias."""
    middle, spread = met.mean(axis=0), met.std(axis=0)
    scaled = (met - middle) / spread
    share = np.where(said, 0.5 / said.mean(), 0.5 / (1 - said.mean()))
    sign = np.where(said, 1.0, -1.0)

    def loss(values: Floats) -> float:
        margins = sign * (scaled @ values[:-1] + values[-1])
        return float(share @ np.logaddexp(0, -margins) + _RIDGE * values[:-1] @ values[:-1] / 2)

    found = minimize(loss, np.zeros(met.shape[1] + 1)).x
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ middle)


def report(splits: Sequence[str]) -> None:
    sets = {split: rows(split) for split in splits}
    for left_out, (met, said) in sets.items():
        others = [of for split, of in sets.items() if split != left_out]
        weights, bias = fit(np.concatenate([one for one, _ in others]), np.concatenate([one for _, one in others]))
        sure = met @ weights + bias
        alone = area_under_curve(met[said, 0], met[~said, 0])
        print(
            f"{left_out}: absent AUROC {area_under_curve(sure[said], sure[~said]):.3f} (the score alone {alone:.3f}), "
            f"said but not found {np.sum(said & (sure < 0))}/{said.sum()}, not said but found {np.sum(~said & (sure >= 0))}/{(~said).sum()}"
        )
    weights, bias = fit(np.concatenate([one for one, _ in sets.values()]), np.concatenate([one for _, one in sets.values()]))
    print("all together:", weights.round(2).tolist(), round(bias, 2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("splits", nargs="+", choices=SPLITS)
    report(parser.parse_args().splits)
