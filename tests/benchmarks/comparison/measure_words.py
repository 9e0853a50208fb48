"""CPU time and memory of comparing two long transcripts.

Usage: python -m tests.benchmarks.comparison.measure_words [words]

The text is made of the sentences of the tuning pairs in a random order. B differs from A in one word of ten: left out, added,
exchanged (`poor`: four of ten); every fiftieth utterance is missing and every hundredth has another speaker. `unrelated` compares two
texts that only share their sentences' words, the hardest case for the alignment.
"""

import random
import resource
import sys
import time

from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.transcripts import Transcript, Utterance, Voice, spread
from tests.benchmarks.comparison.score_sentence_pairs import load

WORDS = 100_000
MS_PER_WORD = 350
VOICES = tuple(Voice(label) for label in ("S1", "S2", "S3"))


def conversation(count: int, chance: random.Random) -> list[tuple[str, list[str]]]:
    """Speaker and words per utterance, `count` words in all."""
    sentences = [pair["a"].split() for pair in load("tuning") if pair["language"] == "nl"]
    said: list[tuple[str, list[str]]] = []
    total = 0
    while total < count:
        words = [*chance.choice(sentences), *chance.choice(sentences)][: count - total]
        said.append((chance.choice(VOICES).label, words))
        total += len(words)
    return said


def heard_otherwise(said: list[tuple[str, list[str]]], chance: random.Random, changed_share: float = 0.1) -> list[tuple[str, list[str]]]:
    """The same conversation as another recogniser would have it."""
    vocabulary = [word for _, words in said[:500] for word in words]
    other = []
    for speaker, words in said:
        if chance.random() < 0.02:
            continue
        changed: list[str] = []
        for word in words:
            luck = chance.random()
            part = luck / changed_share
            changed += [word] if part > 1 else [chance.choice(vocabulary)] if part > 0.6 else [word, "eh"] if part > 0.3 else []
        other.append((chance.choice(VOICES).label if chance.random() < 0.01 else speaker, changed))
    return other


def as_transcript(said: list[tuple[str, list[str]]]) -> Transcript:
    """A transcript with a made-up clock."""
    utterances, clock = [], 0
    for number, (speaker, words) in enumerate(said, start=1):
        end = clock + MS_PER_WORD * len(words)
        utterances.append(Utterance(f"L{number:05}", clock, end, speaker, spread(" ".join(words), clock, end)))
        clock = end
    return Transcript("nl", VOICES, tuple(utterance for utterance in utterances if utterance.words))


def measure(name: str, a: Transcript, b: Transcript) -> None:
    """Print one line of figures."""
    start = time.process_time()
    result = compare_minutes(a, b)
    seconds = time.process_time() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    same = result.words_same / max(result.words_a, 1)
    print(f"{name:10} {seconds:6.2f} CPU-s  peak {mib:5.0f} MiB  {same:.3f} the same  {len(result.differences)} differences")


def main() -> None:
    """Measure the like and the unlike case."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else WORDS
    chance = random.Random(5)
    said = conversation(count, chance)
    a = as_transcript(said)
    measure("like", a, as_transcript(heard_otherwise(said, chance)))
    measure("poor", a, as_transcript(heard_otherwise(said, chance, 0.4)))
    measure("unrelated", a, as_transcript(conversation(count, chance)))


if __name__ == "__main__":
    main()
