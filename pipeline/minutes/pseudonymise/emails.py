"""E-mail addresses, written or spoken."""

import re
from collections.abc import Iterator

from pipeline.minutes.pseudonymise.dutch_numbers import number_words
from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

# Bounded on both sides, so that no text makes it slow (RFC 5321 allows 64 and 255).
_WRITTEN = re.compile(r"(?<![\w.+%\-])[\w.+%'\-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_AT = frozenset(["apenstaartje", "apenstaart", "apestaartje", "apestaart", "aapenstaartje", "apenstaartjes"])
_DOT = frozenset(["punt", "dot"])
_SIGNS = {"punt": ".", "dot": ".", "streepje": "-", "koppelteken": "-", "min": "-", "underscore": "_", "plus": "+"}
_DOMAIN_ENDS = frozenset(
    ["nl", "com", "net", "org", "eu", "be", "de", "info", "nu", "uk", "fr", "pl", "tr", "example", "frl", "amsterdam", "online"]
)
_MAX_WORDS = 14


def find_emails(passage: Passage) -> Iterator[PersonalItem]:
    """Written addresses, then spoken ones around `apenstaartje`."""
    for match in _WRITTEN.finditer(passage.text):
        text = match.group().rstrip(".-")
        passage.take(match.start(), match.start() + len(text))
        yield PersonalItem(match.start(), match.start() + len(text), Kind.EMAIL, text.replace(" ", "").casefold())
    for index, token in enumerate(passage.tokens):
        if not passage.taken[index] and (token.folded in _AT or _spoken_at(passage, index)):
            first, last = _local(passage, index), _domain(passage, index)
            if first < index < last and passage.free(first, last):
                yield passage.item(first, last, Kind.EMAIL, _written(passage, first, last))


def _spoken_at(passage: Passage, index: int) -> bool:
    """`apen staartje`, or `at` before a domain."""
    folded = passage.folded(index)
    if folded in ("staartje", "staart"):
        return passage.folded(index - 1) in ("apen", "aap", "ape")
    return folded == "at" and any(passage.folded(index + ahead) in _DOT for ahead in (2, 3))


def _local(passage: Passage, at: int) -> int:
    """The first token of what stands before the sign."""
    index = at - 1 if passage.folded(at - 1) not in ("apen", "aap", "ape") else at - 2
    if index < 0 or "\n" in passage.gap(index + 1):
        return at
    if passage.folded(index) in ("laag", "liggend"):
        index -= 1
    while index > 0 and at - index < _MAX_WORDS and not passage.taken[index - 1]:
        gap, word, before = passage.gap(index), passage.folded(index), passage.folded(index - 1)
        if gap in (".", "-", "_") or (_piece(before) and _piece(word)) or (before in _SIGNS and gap == " "):
            index -= 1
        elif gap != " ":
            break
        elif (
            word in _SIGNS
            or (word == "laag" and before in _SIGNS)
            or (before == "laag" and passage.folded(index - 2) in _SIGNS)
            or (
                before in lexicon().particles
                and passage.folded(index + 1) in {*_SIGNS, *_AT}
                and word not in ("naar",)
                and before not in ("op", "in", "te")
            )
            or (_name(before) and _name(word))
        ):
            index -= 1
        else:
            break
    return index


def _domain(passage: Passage, at: int) -> int:
    """The last token of what stands after the sign: up to the word after the last dot."""
    last = at
    index = at + 1
    while index < len(passage.tokens) and index - at < _MAX_WORDS and "\n" not in passage.gap(index):
        if passage.folded(index) in _DOT and "\n" not in passage.gap(index + 1) and index + 1 < len(passage.tokens):
            last, index = index + 1, index + 2
        elif passage.gap(index) in (".", "-") or (index - last == 1 and last > at and passage.folded(index) in ("streepje", "koppelteken")):
            last, index = index, index + 1
        elif any(passage.folded(index + ahead) in _DOT for ahead in (1, 2)) and passage.folded(last) not in _DOMAIN_ENDS:
            index += 1
        elif (last == at and passage.gap(index) == " ") or (
            passage.folded(index) in _DOMAIN_ENDS and passage.gap(index) == " " and passage.folded(last) not in _DOMAIN_ENDS
        ):
            last, index = index, index + 1
        else:
            break
    return last


def _piece(folded: str) -> bool:
    """A letter or a number that is spelled out."""
    return len(folded) == 1 or folded.isdecimal() or folded in number_words()


def _name(folded: str) -> bool:
    names = lexicon()
    return (folded in names.first_names or folded in names.surnames) and not names.common(folded)


def _written(passage: Passage, first: int, last: int) -> str:
    pieces = []
    for index in range(first, last + 1):
        folded = passage.folded(index)
        if folded in _AT or folded in ("staartje", "at"):
            pieces.append("@")
        elif folded in _SIGNS:
            pieces.append("_" if passage.folded(index + 1) == "laag" else _SIGNS[folded])
        elif folded not in ("laag", "apen", "aap"):
            pieces.append(str(number_words().get(folded, folded)))
        if index < last and passage.gap(index + 1) == ".":
            pieces.append(".")
    return "".join(pieces)
