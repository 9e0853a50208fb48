"""Streets with or without a house number, and post codes."""

import re
from collections.abc import Iterator

from pipeline.minutes.pseudonymise.dutch_numbers import spoken_number
from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage, fold

_POSTCODE = re.compile(r"(?<![\w.-])[1-9]\d{3}[ \u00a0]?(?!SA|SD|SS)[A-Z]{2}(?![\w])")
_SPOKEN_POSTCODE = re.compile(r"(?<![\w.-])[1-9]\d{3} ?[a-z]{2}(?!\w)", re.IGNORECASE)
_ADDITIONS = frozenset(["hs", "bis", "huis", "rood", "zwart", "hoog", "i", "ii", "iii", "iv", "a", "b", "c", "d", "e", "f", "g", "h"])
_STOREYS = frozenset(["een", "twee", "drie", "vier", "vijf", "zes", "1", "2", "3", "4", "5", "6"])
_LIVING = frozenset(
    [
        "woon",
        "woont",
        "wonen",
        "woonde",
        "woonden",
        "woning",
        "adres",
        "aan",
        "naar",
        "op",
        "post",
        "verhuisd",
        "verhuist",
        "ingeschreven",
        "bezoekadres",
        "postadres",
        "huisadres",
    ]
)
_NUMBERED_THINGS = frozenset(
    [
        "kamer",
        "artikel",
        "lid",
        "vraag",
        "bladzijde",
        "pagina",
        "versie",
        "formulier",
        "bijlage",
        "zaak",
        "dossier",
        "afdeling",
        "hoofdstuk",
        "nummer",
        "lijn",
        "bus",
        "tram",
        "kantoor",
        "gang",
        "punt",
        "optie",
        "stap",
        "fase",
        "week",
        "groep",
        "klas",
        "zaal",
        "unit",
    ]
)


def find_addresses(passage: Passage) -> Iterator[PersonalItem]:
    """Streets (with house number and post code), then post codes by themselves."""
    index = 0
    while index < len(passage.tokens):
        found = None if passage.taken[index] else _street(passage, index)
        if found and passage.free(*found):
            first, last = found
            item = passage.item(first, last, Kind.ADDRESS)
            yield _valued(passage, item)
            index = max(index, last)
        index += 1
    for match in _POSTCODE.finditer(passage.text):
        yield from _postcode(passage, match.start(), match.end())
    for match in _SPOKEN_POSTCODE.finditer(passage.text):
        before = passage.folded(passage.index_at(match.start()) - 1)
        if before == "postcode" or (before in ("is", "van") and passage.folded(passage.index_at(match.start()) - 2) == "postcode"):
            yield from _postcode(passage, match.start(), match.end())


def _postcode(passage: Passage, start: int, end: int) -> Iterator[PersonalItem]:
    first, last = passage.index_at(start), passage.index_at(end - 1)
    if passage.free(first, last):
        yield _valued(passage, passage.item(first, last, Kind.ADDRESS))


def _valued(passage: Passage, item: PersonalItem) -> PersonalItem:
    value = re.sub(r"[\W_]+", "", fold(passage.text[item.start : item.end]))
    return PersonalItem(item.start, item.end, item.kind, value)


def _street(passage: Passage, index: int) -> tuple[int, int] | None:
    found = _street_of(passage, index) or _street_name(passage, index) or _any_name_with_number(passage, index)
    if found is None:
        return None
    first, name_last, last = found
    return _number_before(passage, first), _post_code_after(passage, last if last > name_last else name_last)


def _street_name(passage: Passage, index: int) -> tuple[int, int, int] | None:
    """A word that ends as streets do: Kerkstraat, Korte Nieuwstraat, prinses irenelaan."""
    words, token = lexicon(), passage.tokens[index]
    folded = token.folded.rpartition("-")[2] if not token.folded.endswith(words.streets) else token.folded
    if not folded.endswith(words.streets) or len(folded) < 6 or folded in words.not_a_street or folded in words.organisation_heads:
        return _opened_street(passage, index)
    last = _house_number(passage, index)
    named = token.capital and not token.opens
    if last == index and not named:
        strong = not folded.endswith(words.weak_streets) or folded.endswith("straat")
        if not strong or words.common(folded) or (token.capital and not _living_before(passage, index)):
            return None
        if not _after_article(passage, index) and not token.capital:
            return None
    if not named and words.common(folded) and folded.endswith(words.weak_streets):
        return None
    if (
        last == index
        and folded.endswith(words.weak_streets)
        and (folded in words.surnames or passage.folded(index - 1) in words.titles or _name_before(passage, index))
    ):
        return None
    return _opening(passage, index), index, last


def _opened_street(passage: Passage, index: int) -> tuple[int, int, int] | None:
    """A street word by itself behind what opens a street's name: Korte Dijk 3, Oude Markt 12."""
    words, token = lexicon(), passage.tokens[index]
    if (
        token.folded in words.streets
        and passage.folded(index - 1) in words.street_openers
        and passage.near(index)
        and not passage.taken[index - 1]
    ):
        last = _house_number(passage, index)
        if last > index or (token.capital and passage.tokens[index - 1].capital):
            return _opening(passage, index), index, last
    return None


def _opening(passage: Passage, index: int) -> int:
    """The first word of a street's name that ends at `index`."""
    words, first = lexicon(), index
    for back in range(index - 1, max(-1, index - 5), -1):
        if passage.taken[back] or not passage.near(back + 1):
            break
        token = passage.tokens[back]
        opener = token.folded in words.street_openers and token.folded not in ("voor", "tussen", "achter")
        capital = (
            token.capital and not (token.opens and words.common(token.folded) and not opener) and token.folded not in words.no_street_word
        )
        inside = token.folded in words.particles and back > 0 and passage.tokens[back - 1].capital and not passage.tokens[back - 1].opens
        if opener or capital:
            first = back
        elif not (inside and passage.tokens[first].capital):
            break
    return first


def _street_of(passage: Passage, index: int) -> tuple[int, int, int] | None:
    """Laan van Meerdervoort 12, Hofje van Sint Joris 2a."""
    words, token = lexicon(), passage.tokens[index]
    if token.folded not in words.streets or not token.capital:
        return None
    last, linked = index, False
    for at in range(index + 1, min(index + 6, len(passage.tokens))):
        if not passage.near(at) or passage.taken[at]:
            break
        if passage.tokens[at].capital:
            last = at
        elif passage.folded(at) in words.particles or passage.folded(at) in ("naar", "aan"):
            linked = True
        else:
            break
    if last == index or not linked:
        return None
    return index, last, _house_number(passage, last)


def _any_name_with_number(passage: Passage, index: int) -> tuple[int, int, int] | None:
    """Any name with a capital and a house number, where people speak of living or of post."""
    words, token = lexicon(), passage.tokens[index]
    if not token.capital or token.opens or not token.folded.isalpha() or token.folded in words.no_street_word:
        return None
    if token.folded in _NUMBERED_THINGS:
        return None
    if any(letter.isupper() for letter in token.text[1:]) or _month_like(token.folded) or not _living_before(passage, index):
        return None
    last = _house_number(passage, index)
    return (_opening(passage, index), index, last) if last > index and passage.folded(index + 1).isdecimal() else None


def _month_like(folded: str) -> bool:
    return (
        folded[:3] in ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
        and len(folded) <= 9
        and lexicon().common(folded)
    )


def _house_number(passage: Passage, index: int) -> int:
    """The last token of the house number behind token `index`; `index` itself where there is none."""
    at = index + 1
    if passage.folded(at) in ("op", "huisnummer", "nummer", "nr") and (
        passage.folded(at) != "op" or passage.folded(at + 1) in ("nummer", "huisnummer")
    ):
        at += 2 if passage.folded(at) == "op" else 1
    if at >= len(passage.tokens) or passage.taken[at] or passage.gap(at).strip(" \u00a0,.") or "\n" in passage.gap(at):
        return index
    if not re.fullmatch(r"\d{1,4}[a-z]{0,3}", passage.folded(at)):
        spoken = spoken_number(passage, at, up_to=999)
        if spoken is None or not passage.near(at) or (passage.folded(at) == "een" and passage.folded(at + 1) not in _ADDITIONS):
            return index
        at += spoken[1] - 1
    elif at == index + 1 and "," in passage.gap(at):
        return index
    return _addition(passage, at)


def _addition(passage: Passage, at: int) -> int:
    """17-19, 6 bis, 45 hs, 12 A, zeven drie hoog."""
    if passage.gap(at + 1) in ("-", "/", "–") and re.fullmatch(r"\d{1,4}[a-z]?|[a-z]{1,3}", passage.folded(at + 1)):
        return at + 1
    if not passage.near(at + 1):
        return at
    if passage.folded(at + 1) in _STOREYS and passage.folded(at + 2) == "hoog":
        return at + 2
    following = passage.folded(at + 1)
    return (
        at + 1
        if following in _ADDITIONS and not (following in ("i", "e", "a") and not passage.tokens[at + 1].capital and passage.near(at + 2))
        else at
    )


def _post_code_after(passage: Passage, last: int) -> int:
    if last + 1 < len(passage.tokens) and re.fullmatch(r",? ?", passage.gap(last + 1)):
        match = _POSTCODE.match(passage.text, passage.tokens[last + 1].start)
        if match and passage.free(last + 1, last + 1):
            return passage.index_at(match.end() - 1)
    return last


def _number_before(passage: Passage, first: int) -> int:
    """`nummer 14 van de Akkerstraat` is one address."""
    words = [passage.folded(first - back) for back in (4, 3, 2, 1)]
    if (
        words[0] in ("nummer", "huisnummer")
        and words[2] == "van"
        and words[3] in ("de", "het")
        and passage.free(max(0, first - 4), first - 1)
    ):
        return first - 4
    return first


def _living_before(passage: Passage, index: int) -> bool:
    return any(passage.folded(index - back) in _LIVING for back in range(1, 5))


def _after_article(passage: Passage, index: int) -> bool:
    return any(passage.folded(index - back) in ("de", "het", "aan", "op", "in", "adres", "straat", "naar") for back in (1, 2, 3))


def _name_before(passage: Passage, index: int) -> bool:
    words, before = lexicon(), passage.folded(index - 1)
    return passage.near(index) and before in words.first_names and before not in words.street_openers
