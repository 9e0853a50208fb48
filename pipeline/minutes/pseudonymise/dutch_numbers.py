"""Numbers as people say them: Dutch number words, whole or in pairs."""

import re
from functools import cache

from pipeline.minutes.pseudonymise.passage import Passage

_UNITS = [
    "nul",
    "een",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
]
_TENS = {20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig", 60: "zestig", 70: "zeventig", 80: "tachtig", 90: "negentig"}
_ORDINALS = {1: "eerste", 2: "tweede", 3: "derde", 4: "vierde", 5: "vijfde", 6: "zesde", 7: "zevende", 8: "achtste", 9: "negende"}


def _below_hundred(number: int) -> str:
    if number < 20:
        return _UNITS[number]
    unit, tens = number % 10, _TENS[number - number % 10]
    return f"{_UNITS[unit]}en{tens}" if unit else tens


@cache
def number_words() -> dict[str, int]:
    """Every number word that is written as one word, 0 to 999 and the years 1100 to 2099, with its usual variants."""
    words = {_below_hundred(number): number for number in range(100)}
    for hundreds in range(1, 21):
        if hundreds in (10, 20):
            continue
        heads = [f"{_below_hundred(hundreds)}honderd"] + (["honderd"] if hundreds == 1 else [])
        for head in heads:
            words[head] = hundreds * 100
            for rest in range(1, 100):
                for joint in ("", "en"):
                    words[f"{head}{joint}{_below_hundred(rest)}"] = hundreds * 100 + rest
    for head, thousand in (("duizend", 1000), ("tweeduizend", 2000)):
        words[head] = thousand
        for rest in range(1, 100):
            for joint in ("", "en"):
                words[f"{head}{joint}{_below_hundred(rest)}"] = thousand + rest
    words |= {"zero": 0, "nil": 0, "ene": 1, "tachentig": 80, "tweeentwintig": 22}
    return words


@cache
def ordinal_words() -> dict[str, int]:
    """Ordinals of the days of a month: eerste, drieentwintigste."""
    words = {word: number for number, word in _ORDINALS.items()}
    for number in range(10, 32):
        word = _below_hundred(number)
        words[f"{word}{'de' if number < 20 else 'ste'}"] = number
    return words


def ordinal(folded: str) -> int | None:
    """The day that an ordinal such as `derde`, `3e` or `21ste` names."""
    if folded in ordinal_words():
        return ordinal_words()[folded]
    match = re.fullmatch(r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)", folded)
    return int(match[1]) if match else None


def spoken_number(passage: Passage, index: int, up_to: int = 2099) -> tuple[int, int] | None:
    """The number that starts at token `index`, at most `up_to`, and how many tokens it takes.

    Also in pieces: `vijf en twintig`, `negentien honderd vijfentachtig`, `tweeduizend vijfentwintig`.
    """
    words = number_words()
    value = words.get(passage.folded(index))
    if value is None:
        return None
    used = 1
    if 0 < value < 10 and passage.folded(index + 1) == "en" and passage.near(index + 1) and passage.near(index + 2):
        tens = words.get(passage.folded(index + 2), 0)
        if tens >= 20 and tens % 10 == 0 and tens < 100 and value + tens <= up_to:
            value, used = value + tens, 3
    if value < 100 and value > 0 and passage.folded(index + used) == "honderd" and passage.near(index + used) and value * 100 <= up_to:
        value, used = value * 100, used + 1
    elif value < 3 and value > 0 and passage.folded(index + used) == "duizend" and passage.near(index + used) and value * 1000 <= up_to:
        value, used = value * 1000, used + 1
    if value >= 100 and value % 100 == 0 and passage.near(index + used):
        skip = 1 if passage.folded(index + used) == "en" else 0
        rest = words.get(passage.folded(index + used + skip), 0)
        if 0 < rest < 100 and value + rest <= up_to and (rest >= 10 or value >= 1100):
            value, used = value + rest, used + skip + 1
    return (value, used) if value <= up_to else None
