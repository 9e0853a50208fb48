"""Lengths, shares, certainty and what two recordings are to each other, as people say them."""

from pipeline.comparison.model import RecordingComparison, SameRecording
from pipeline.texts import Texts

# Under this certainty words are marked in the minutes too ([speech] uncertain_below).
_UNSURE_BELOW = 0.6


def length(ms: int, say: Texts) -> str:
    """A length of time: 21,4 seconden; 3 minuten en 5 seconden; 1 uur en 12 minuten."""
    if ms < 60_000:
        return say("comparison.length.seconds", count=f"{ms / 1000:.1f}".replace(".", say("formats.decimal_sign")))
    seconds = round(ms / 1000)
    if seconds < 3600:
        return say("comparison.length.minutes", minutes=seconds // 60, seconds=seconds % 60)
    return say("comparison.length.hours", hours=seconds // 3600, minutes=seconds // 60 % 60)


def sameness(found: RecordingComparison, say: Texts) -> str:
    """What two recordings are to each other; where one is silent or very short, that it cannot be told."""
    if found.same is not SameRecording.UNRELATED or not found.findings:
        return say(f"comparison.same.{found.same}")
    return say("comparison.same.cannot_be_told" if found.silent else "comparison.same.too_short")


def level(db: float, say: Texts) -> str:
    """How much louder or softer B is than A."""
    louder = "louder" if db > 0 else "softer" if db < 0 else "as_loud"
    return say(f"comparison.level.{louder}", db=f"{abs(db):.1f}".replace(".", say("formats.decimal_sign")))


def percent(part: float, whole: float) -> int:
    """A share in whole per cents, rounded down: 100 means all of it."""
    return int(100 * part / whole) if whole else 100


def certainty(confidence: float | None, say: Texts) -> tuple[str, bool]:
    """How sure the engine was of the words, and whether a reader must be warned; "" when it is not known."""
    if confidence is None:
        return "", False
    is_unsure = confidence < _UNSURE_BELOW
    key = "comparison.certainty.unsure" if is_unsure else "comparison.certainty.sure"
    return say(key, percent=int(100 * confidence)), is_unsure
