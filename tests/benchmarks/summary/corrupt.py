"""Corruptions of faithful sentences: a number, a day, a name, a denial or a speaker changed, everything else left as it was.

Each is made by rule from a labelled sentence, so that nobody chooses the easy ones. What stays true when it is changed (two
roles that agreed together) is left out.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBERS = {
    "nl": [
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
        "twintig",
        "dertig",
        "veertig",
        "vijftig",
        "zestig",
        "zeventig",
        "tachtig",
        "negentig",
        "honderd",
        "tweehonderd",
        "driehonderd",
        "vierhonderd",
        "vijfhonderd",
        "zeshonderd",
        "achthonderd",
        "elfhonderd",
    ],
    "en": [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "eighty",
    ],
}
_NUMBER_LIKE = {
    "nl": re.compile(
        r"\b(?:\d+(?:[.,]\d+)?|(?:\w*(?:honderd|duizend|tig)\w*|\w*tien|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|anderhalf|half))\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:\d+(?:[.,]\d+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|eighty)\b", re.I
    ),
}
_DAYS = {
    "nl": (["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"], ["vandaag", "morgen", "overmorgen",
    "gisteren", "vanavond", "vannacht"],
           ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"]),
    "en": (["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], ["today", "tomorrow", "yesterday", "tonight"],
           ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]),
}  # fmt: skip
_ROLES = {
    "client": ["cliënt", "klager", "client", "complainant"],
    "staff": ["medewerker", "instelling", "staff member"],
    "supporter": ["ondersteuner", "supporter"],
    "interpreter": ["tolk", "interpreter"],
    "chair": ["voorzitter", "commissie", "chair"],
    "secretary": ["secretaris", "secretary"],
}
_TOGETHER = re.compile(r"\b(?:en de|en het|and the)\b.*\b(?:spreken|agree|samen|together)\b", re.I)


@dataclass(frozen=True, slots=True)
class Corruption:
    """A changed sentence: what was done to it, and to which one."""

    kind: str
    sentence: str
    original: str


def corruptions(sentence: str, language: str, names: Sequence[str], roles: Sequence[str], seed: str) -> Iterator[Corruption]:
    """Every kind that this sentence allows. `names`: people of the conversation; `roles`: the roles that take part in it."""
    dice = random.Random(seed)
    makers = (
        ("number", lambda: _number(sentence, language, dice)),
        ("exchanged", lambda: _exchanged(sentence, language)),
        ("day", lambda: _day(sentence, language, dice)),
        ("denial taken away", lambda: _without_denial(sentence, language)),
        ("denial put in", lambda: _with_denial(sentence, language, dice)),
        ("name", lambda: _name(sentence, names, dice)),
        ("speaker", lambda: _speaker(sentence, roles, dice)),
        ("speakers exchanged", lambda: _speakers(sentence, roles)),
    )
    for kind, make in makers:
        changed = make()
        if changed is not None and changed != sentence:
            yield Corruption(kind, changed, sentence)


def _number(sentence: str, language: str, dice: random.Random) -> str | None:
    found = list(_NUMBER_LIKE[language].finditer(sentence))
    if not found:
        return None
    match = dice.choice(found)
    if match[0][0].isdigit():
        new = str(int(re.match(r"\d+", match[0])[0]) + dice.randint(1, 9))  # type: ignore[index]
    else:
        new = dice.choice([word for word in _NUMBERS[language] if word != match[0].lower()])
    return sentence[: match.start()] + _cased(new, match[0]) + sentence[match.end() :]


def _exchanged(sentence: str, language: str) -> str | None:
    """Two sums or numbers of one sentence changed places."""
    found = [match for match in _NUMBER_LIKE[language].finditer(sentence) if match[0].lower() not in ("half",)]
    pairs = [(a, b) for a in found for b in found if a.start() < b.start() and a[0].lower() != b[0].lower()]
    if not pairs:
        return None
    a, b = pairs[0]
    between = sentence[a.end() : b.start()]
    if between.strip(" -") in ("of", "à", "en", "or", "tot", ""):
        return None  # "zes of zeven" says the same the other way round
    return sentence[: a.start()] + _cased(b[0], a[0]) + between + _cased(a[0], b[0]) + sentence[b.end() :]


def _day(sentence: str, language: str, dice: random.Random) -> str | None:
    for group in _DAYS[language]:
        found = [match for word in group for match in re.finditer(rf"\b{word}\b", sentence, re.I)]
        if language == "en":
            found = [match for match in found if match[0] != "may"]
        if found:
            match = dice.choice(found)
            new = dice.choice([word for word in group if word.lower() != match[0].lower()])
            return sentence[: match.start()] + _cased(new, match[0]) + sentence[match.end() :]
    return None


def _without_denial(sentence: str, language: str) -> str | None:
    pairs = (
        [
            (r"\bniet \b", ""),
            (r" niet\b", ""),
            (r"\bgeen\b", "een"),
            (r"\bniets\b", "iets"),
            (r"\bniemand\b", "iemand"),
            (r"\bnooit\b", "altijd"),
        ]
        if language == "nl"
        else [(r"\bnot \b", ""), (r"\bcannot\b", "can"), (r"\bno\b", "some"), (r"\bnever\b", "always"), (r"\bnobody\b", "somebody")]
    )
    for pattern, new in pairs:
        changed = re.sub(pattern, new, sentence, count=1)
        if changed != sentence:
            return changed
    return None


def _with_denial(sentence: str, language: str, dice: random.Random) -> str | None:
    """Een becomes geen, or niet is put in where it can stand."""
    if language == "nl":
        if match := re.search(r"\been (?!keer|beetje|stuk)", sentence):
            return sentence[: match.start()] + "geen " + sentence[match.end() :]
        places = [
            match.end()
            for match in re.finditer(
                r"\b(?:is|zijn|was|heeft|kan|mag|moet|wil|wordt|gaat|krijgt|staat|zal|belt|stuurt|regelt|komt)\b", sentence
            )
        ]
        return sentence[: (at := dice.choice(places))] + " niet" + sentence[at:] if places else None
    places = [match.end() for match in re.finditer(r"\b(?:is|are|was|has|will|can|may|must|does)\b", sentence)]
    return sentence[: (at := dice.choice(places))] + " not" + sentence[at:] if places else None


def _name(sentence: str, names: Sequence[str], dice: random.Random) -> str | None:
    inside = [name for name in names if re.search(rf"\b{re.escape(name)}\b", sentence)]
    others = [name for name in names if name not in inside and not any(name in other or other in name for other in inside)]
    if not inside:
        return None
    new = dice.choice(others or ["Vermaat"])
    return re.sub(rf"\b{re.escape(inside[0])}\b", new, sentence, count=1)


def _speaker(sentence: str, roles: Sequence[str], dice: random.Random) -> str | None:
    """The first role in the sentence becomes another that takes part."""
    found = _roles_in(sentence)
    if not found or _TOGETHER.search(sentence):
        return None
    at, word, role = found[0]
    others = [other for other in roles if other != role and other in _ROLES]
    if not others:
        return None
    english = word in ("client", "staff member", "supporter", "interpreter", "chair", "secretary", "complainant")
    new = _ROLES[dice.choice(others)]
    return sentence[:at] + (new[-1] if english else new[0]) + sentence[at + len(word) :]


def _speakers(sentence: str, roles: Sequence[str]) -> str | None:
    """Two roles of one sentence change places."""
    del roles
    found = _roles_in(sentence)
    pairs = [(a, b) for a in found for b in found if a[0] < b[0] and a[2] != b[2]]
    if not pairs or _TOGETHER.search(sentence):
        return None
    (at_a, a, _), (at_b, b, _) = pairs[0]
    return sentence[:at_a] + b + sentence[at_a + len(a) : at_b] + a + sentence[at_b + len(b) :]


def _roles_in(sentence: str) -> list[tuple[int, str, str]]:
    found = []
    for role, listed in _ROLES.items():
        for word in listed:
            found += [(match.start(1), word, role) for match in re.finditer(rf"\b(?:de|het|the)\s({word})\b", sentence, re.I)]
    return sorted(found)


def _cased(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
