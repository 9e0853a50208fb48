"""Score the rules that find personal data on one half of the labelled set.

python tests/benchmarks/pseudonymisation/score.py tests/data/pseudonymisation/tuning.jsonl [--show]

A labelled item is found when an item of the same kind overlaps it (date and birth date count as one kind); an item is
right when it overlaps a labelled item of the same kind. Beside that: whole (every letter and digit hidden, by items of
whatever kind) and exact (same span and same kind).
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from pipeline.minutes.pseudonymise.find import find_personal_data

DATES = {"date", "birth_date"}
NUMBERS = ("bsn", "iban", "phone", "email", "date", "birth_date")


def score(path: Path, *, show: bool = False) -> dict[str, dict[str, float]]:
    """Counts and rates per kind, and for `numbers`, `all` and `texts_without_items`."""
    counts: dict[str, Counter[str]] = {}
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        labelled = [(item["start"], item["end"], item["kind"]) for item in row["items"]]
        found = [(item.start, item.end, str(item.kind)) for item in find_personal_data(row["text"])]
        hidden = {position for start, end, _ in found for position in range(start, end)}
        for item in labelled:
            hit = any(_overlap(item, other) for other in found)
            readable = [p for p in range(item[0], item[1]) if p not in hidden and row["text"][p].isalnum()]
            _count(counts, item[2], labelled=1, hit=hit, whole=not readable, exact=item in found)
            if show and (not hit or readable):
                print("MISSED" if not hit else "PART  ", row["id"], item[2], repr(row["text"][item[0] : item[1]]), "|", row["text"])
        for item in found:
            right = any(_overlap(item, other) for other in labelled)
            _count(counts, item[2], given=1, right=right)
            if show and not right:
                print("FALSE ", row["id"], item[2], repr(row["text"][item[0] : item[1]]), "|", row["text"])
        if not labelled:
            counts.setdefault("texts_without_items", Counter()).update({"texts": 1, "with_false": int(bool(found)), "false": len(found)})
    return {kind: _rates(counter) for kind, counter in counts.items()}


def _overlap(item: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    same = item[2] == other[2] or {item[2], other[2]} <= DATES
    return same and item[0] < other[1] and other[0] < item[1]


def _count(counts: dict[str, Counter[str]], kind: str, **amounts: int) -> None:
    for group in (kind, "all", *(("numbers",) if kind in NUMBERS else ())):
        counts.setdefault(group, Counter()).update({name: int(amount) for name, amount in amounts.items()})


def _rates(counter: Counter[str]) -> dict[str, float]:
    rates = {name: float(amount) for name, amount in counter.items()}
    for rate, part, total in (
        ("recall", "hit", "labelled"),
        ("precision", "right", "given"),
        ("whole_rate", "whole", "labelled"),
        ("exact_rate", "exact", "labelled"),
    ):
        if counter[total]:
            rates[rate] = counter[part] / counter[total]
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was found wrongly")
    arguments = parser.parse_args()
    started = time.process_time()
    results = score(arguments.file, show=arguments.show)
    print(f"{'kind':<20}{'labelled':>9}{'recall':>8}{'whole':>8}{'exact':>8}{'given':>7}{'precision':>11}")
    for kind, result in sorted(results.items()):
        if kind == "texts_without_items":
            continue
        precision = result.get("precision", float("nan"))
        rates = [result.get(name, float("nan")) for name in ("recall", "whole_rate", "exact_rate")]
        shown = "".join(f"{rate:>8.3f}" for rate in rates)
        print(f"{kind:<20}{result.get('labelled', 0):>9.0f}{shown}{result.get('given', 0):>7.0f}{precision:>11.3f}")
    print("texts without items:", {name: int(amount) for name, amount in results.get("texts_without_items", {}).items()})
    print(f"{time.process_time() - started:.2f} CPU-seconds")


if __name__ == "__main__":
    main()
