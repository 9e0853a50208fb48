"""Towns, villages and neighbourhoods."""

from collections.abc import Iterator

from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

_TOWARDS = frozenset(
    [
        "in",
        "te",
        "uit",
        "naar",
        "vanuit",
        "richting",
        "nabij",
        "rond",
        "rondom",
        "omgeving",
        "tot",
        "bij",
        "van",
        "gemeente",
        "station",
        "tussen",
    ]
)
_SURELY = frozenset(["in", "te", "uit", "vanuit", "richting", "nabij", "omgeving", "rond", "rondom"])
_QUARTERS = ("wijk", "buurt", "veen", "drecht", "hoven", "dorp", "zijl", "stad", "burg", "broek")


def find_places(passage: Passage) -> Iterator[PersonalItem]:
    """Towns that are known, then unknown names with a capital behind `in`, `te`, `uit` ..."""
    index = 0
    while index < len(passage.tokens):
        last = None if passage.taken[index] else _known(passage, index)
        if last is None and not passage.taken[index] and _unknown(passage, index):
            last = index
        if last is not None:
            yield passage.item(index, last, Kind.PLACE)
            index = last
        index += 1


def _known(passage: Passage, index: int) -> int | None:
    words, token = lexicon(), passage.tokens[index]
    for name in words.places.get(token.folded, ()):
        last = index + len(name) - 1
        if last >= len(passage.tokens) or tuple(passage.folded(at) for at in range(index, last + 1)) != name:
            continue
        if not passage.free(index, last) or not all(passage.near(at) for at in range(index + 1, last + 1)):
            continue
        if len(name) > 1 or _meant(passage, index):
            return last
    return None


def _meant(passage: Passage, index: int) -> bool:
    """Whether a word that is a town's name is that town here."""
    words, token = lexicon(), passage.tokens[index]
    before = passage.folded(index - 1) if passage.near(index) else ""
    if (
        index
        and passage.taken[index - 1]
        and passage.near(index)
        and token.capital
        and passage.text[passage.tokens[index - 1].start - 5 : passage.tokens[index - 1].start].strip().isdecimal()
    ):
        # Behind a post code.
        return True
    if token.folded in words.never or _in_name(passage, index) or token.folded in words.not_a_place:
        return False
    ordinary = words.common(token.folded) and token.folded not in words.plain_places
    person = token.folded in words.first_names
    if token.cased:
        if not token.capital or ((person or ordinary) and before not in _TOWARDS):
            return False
        return not token.opens or not (ordinary or person)
    if ordinary or person:
        return (
            before in ("te", "in")
            and passage.folded(index - 2) in ("geboren", "woon", "woont", "wonen", "gewoond")
            and token.folded not in words.first_names
        )
    return True


def _unknown(passage: Passage, index: int) -> bool:
    words, token = lexicon(), passage.tokens[index]
    if not token.cased or not token.capital or token.opens or not passage.near(index) or len(token.folded) < 3:
        return False
    if token.folded in words.no_unknown_place or not token.folded.replace("-", "").isalpha() or token.text.isupper():
        return False
    before = passage.folded(index - 1)
    if before in ("de", "het") and token.folded.endswith(("wijk", "buurt")):
        return True
    if (
        before in _SURELY
        or (before == "naar" and not words.surname_like(token.folded))
        or (before in ("van", "bij") and token.folded.endswith(_QUARTERS))
    ):
        return not words.ordinary(token.folded) or (token.folded.endswith(_QUARTERS) and not words.common(token.folded))
    return False


def _in_name(passage: Passage, index: int) -> bool:
    """Right behind a title, an initial, a first name or a particle that belongs to a name."""
    words, before = lexicon(), passage.folded(index - 1)
    if not passage.near(index):
        return passage.gap(index).startswith(".") and passage.tokens[index - 1].initial if index else False
    if before in words.titles:
        return True
    if before in words.particles and passage.tokens[index - 1].capital and not passage.tokens[index - 1].opens:
        return True
    if before in words.first_names and not words.common(before):
        return True
    return (
        before in words.particles
        and before not in _TOWARDS
        and index > 1
        and (passage.folded(index - 2) in words.titles or passage.folded(index - 2) in words.first_names)
    )
