"""Which words a reader must be warned of, and what else may have been said."""

from pipeline.speech.model import Word, WordFlag


def is_uncertain(word: Word) -> bool:
    """Whether the engine doubts this word, or another reading of it differs."""
    return WordFlag.UNCERTAIN in word.flags or bool(other_readings(word))


def other_readings(word: Word) -> tuple[str, ...]:
    """The alternatives that differ from the word as shown, each once, in order."""
    shown = word.text.strip().casefold()
    readings = (other.text.strip() for other in word.alternatives)
    return tuple(dict.fromkeys(reading for reading in readings if reading and reading.casefold() != shown))
