"""CPU-seconds for texts of about 100 000 words: the tuning half repeated, and texts made to be slow.

python tests/benchmarks/pseudonymisation/measure_time.py
"""

import json
import time
from pathlib import Path

from pipeline.minutes.pseudonymise.find import find_personal_data

TUNING = Path(__file__).parents[2] / "data" / "pseudonymisation" / "tuning.jsonl"
WORDS = 100_000
PIECES = ("een", "1", "nl 20", "Jan", "van de", "A.", "06 12", "apenstaartje punt", "geboren 1", "a@", "1-")


def main() -> None:
    find_personal_data("Eerst de woordenlijsten lezen.")
    lines = [json.loads(row)["text"] for row in TUNING.read_text(encoding="utf-8").splitlines()]
    repeated = "\n".join(lines * (WORDS // sum(len(line.split()) for line in lines)))
    for name, text in [("tuning half", repeated), *((piece, f"{piece} " * (WORDS // len(piece.split()))) for piece in PIECES)]:
        started = time.process_time()
        items = len(find_personal_data(text))
        print(f"{name:<20}{len(text.split()):>8} words{items:>8} items{time.process_time() - started:>8.2f} CPU-s")


if __name__ == "__main__":
    main()
