"""How likely a sentence is an undertaking: a weight for each feature, learned from labelled talks.

The weights lie beside this file. They are made, and judged on talks that were left out, by
`python -m tests.benchmarks.summary.train`. The score is the log odds of a logistic regression: above `threshold` it counts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

SCHEMA = "wederhoor.undertakings/1"
_FILE = "undertakings.json"


@dataclass(frozen=True)
class Likelihood:
    """`weights` of features, in log odds; features without one count for nothing."""

    weights: Mapping[str, float]
    threshold: float

    def score(self, features: Iterable[str]) -> float:
        """The log odds that a sentence with these features undertakes something."""
        return sum(self.weights.get(feature, 0.0) for feature in features)

    def as_json(self) -> str:
        """The text of the weights' file."""
        plain = {"schema": SCHEMA, "threshold": self.threshold, "weights": dict(sorted(self.weights.items()))}
        return json.dumps(plain, ensure_ascii=False, indent=0) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Likelihood":
        """Read what `as_json` wrote."""
        plain = json.loads(text)
        return cls({str(name): float(weight) for name, weight in plain["weights"].items()}, float(plain["threshold"]))


@cache
def shipped() -> Likelihood:
    """The weights that come with the package."""
    return Likelihood.from_json(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
