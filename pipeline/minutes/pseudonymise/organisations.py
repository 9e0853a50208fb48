"""Named local organisations: schools, practices, shelters, employers."""

from collections.abc import Iterator

from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

_MAX_WORDS = 7
_ARTICLES = frozenset(("de", "het", "t", "'t"))
_BEFORE = frozenset(["van", "bij", "in", "naar", "uit", "voor", "aan", "door", "met", "via"])
# In lower case only these heads are sure enough to take the next words as a name.
_SURE_HEADS = frozenset(
    [
        "stichting",
        "basisschool",
        "opvanghuis",
        "inloophuis",
        "zorggroep",
        "huisartsenpraktijk",
        "woonstichting",
        "kinderopvang",
        "woongroep",
        "verpleeghuis",
        "woonzorgcentrum",
    ]
)
_JOINTS = frozenset(["en", "van", "der", "den", "de", "het", "voor", "&", "ter", "te", "op", "aan", "t"])
_LEGAL = frozenset(["bv", "nv", "vof", "zn", "zonen"])


def find_organisations(passage: Passage) -> Iterator[PersonalItem]:
    """Head words with a name behind them, and names that open with a capital article."""
    index = 0
    while index < len(passage.tokens):
        span = None if passage.taken[index] else _headed(passage, index) or _with_article(passage, index) or _in_lower_case(passage, index)
        if span and passage.free(*span):
            yield passage.item(span[0], span[1], Kind.ORGANISATION)
            index = span[1]
        index += 1


def _headed(passage: Passage, index: int) -> tuple[int, int] | None:
    """Basisschool De Regenwulp, Zorggroep De Terphoeve, stichting De Brug."""
    words, token = lexicon(), passage.tokens[index]
    if not _head(token.folded) or not passage.near(index + 1):
        return None
    following = passage.tokens[index + 1]
    if following.folded in words.no_organisation_word:
        return None
    if not following.capital and not (token.capital and not token.opens and following.folded in words.particles):
        return None
    last = _last(passage, index + 1)
    if not token.capital:
        if following.folded in words.first_names and following.folded not in words.surnames:
            return None
        return (index + 1, last) if last > index + 1 or not words.town(following.folded) else None
    # "Kliniek Utrecht" is told by its town; the town by itself is a place.
    return index, last


def _head(folded: str) -> bool:
    heads = lexicon().organisation_heads
    return folded in heads or (
        len(folded) > 9
        and folded.endswith(("school", "praktijk", "bedrijf", "kantoor", "opvang", "stichting", "centrum", "huis", "groep"))
        and folded not in ("thuis", "stadhuis")
    )


def _with_article(passage: Passage, index: int) -> tuple[int, int] | None:
    """`van De Lichtboei`: a capital article inside a sentence opens a name; a surname only behind a title or a first name."""
    words, token = lexicon(), passage.tokens[index]
    if token.text not in ("De", "Het") or token.opens or not passage.near(index + 1) or passage.folded(index - 1) not in _BEFORE | {"de"}:
        return None
    following = passage.tokens[index + 1]
    if not following.capital or following.folded in words.surnames or passage.taken[index + 1] or words.town(following.folded):
        return None
    return index, _last(passage, index + 1)


def _in_lower_case(passage: Passage, index: int) -> tuple[int, int] | None:
    token = passage.tokens[index]
    if token.cased or token.folded not in _SURE_HEADS or passage.folded(index + 1) not in _ARTICLES or not passage.near(index + 2):
        return None
    name = passage.folded(index + 2)
    return None if name in lexicon().never or passage.taken[index + 2] else (index, index + 2)


def _last(passage: Passage, index: int) -> int:
    """The last word of a name with capitals that starts at `index`; small joints only between capitals."""
    words, last = lexicon(), index
    for at in range(index + 1, min(index + _MAX_WORDS, len(passage.tokens))):
        gap = passage.gap(at)
        if passage.taken[at] or gap not in (" ", " & ", "."):
            break
        if passage.tokens[at].capital or passage.folded(at) in _LEGAL:
            last = at
        elif passage.folded(at) not in _JOINTS or (passage.folded(at) in ("van", "in", "te", "uit") and words.town(passage.folded(at + 1))):
            break
    return last
