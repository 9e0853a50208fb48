"""Numbers that belong to a person: BSN, IBAN, telephone number; written, grouped or spoken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.minutes.pseudonymise.dutch_numbers import number_words, spoken_number
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

_BSN_CUES = frozenset(["bsn", "burgerservicenummer", "sofinummer", "sofi", "bsn-nummer", "sofi-nummer", "burgerservice-nummer"])
_PHONE_CUES = frozenset(
    [
        "telefoon",
        "telefoonnummer",
        "tel",
        "mobiel",
        "mobiele",
        "nummer",
        "bel",
        "bellen",
        "belt",
        "belde",
        "app",
        "appen",
        "appje",
        "whatsapp",
        "bereiken",
        "bereikbaar",
        "06-nummer",
        "doorkiesnummer",
        "phone",
        "number",
        "call",
    ]
)
# Said while dictating; a number goes on after them.
_FILLERS = frozenset(["uh", "eh", "ehm", "en", "dan", "toen", "nog", "streepje", "spatie", "komma", "ja"])
_REPEATS = {"dubbel": 2, "dubbele": 2, "tweemaal": 2, "driemaal": 3, "viermaal": 4}
_JOINING = re.compile(r"[ \u00a0\-–./,()]{1,4}|")
_MONEY = re.compile(r"[ ]?(?:euro|eur\b|€|%|procent|cent\b)", re.IGNORECASE)
# ISO 13616 lengths of the countries in the SEPA area and around it.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("NL", "DK", "FI", "FO", "GL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "LT", "LU", "XK", "KZ"), 20),
    **dict.fromkeys(("HR", "LV", "LI", "CH"), 21),
    **dict.fromkeys(("BG", "GB", "IE", "GE", "ME", "RS", "DE", "BH"), 22),
    **dict.fromkeys(("GI", "IL", "AE", "IQ"), 23),
    **dict.fromkeys(("AD", "CZ", "MD", "RO", "SK", "ES", "SE", "PK", "TN", "SA", "VG"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM", "MR"), 27),
    **dict.fromkeys(("AL", "AZ", "CY", "HU", "LB", "PL", "DO", "SV"), 28),
    **dict.fromkeys(("UA", "QA", "PS", "JO", "KW", "MU"), 29),
    **dict.fromkeys(("MT",), 31),
}
_BANK_CODES = {
    "rabobank": "rabo",
    "ing": "ingb",
    "bunq": "bunq",
    "triodos": "trio",
    "sns": "snsb",
    "asn": "asnb",
    "regiobank": "rbrb",
    "abn": "abna",
}
_MAX_ATOMS = 20


def passes_eleven_test(digits: str) -> bool:
    """The check on a BSN: nine digits weighted 9, 8 ... 2, -1 add up to a multiple of eleven."""
    return (
        len(digits) == 9
        and digits.strip("0") != ""
        and (sum(int(d) * w for d, w in zip(digits, range(9, 1, -1), strict=False)) - int(digits[8])) % 11 == 0
    )


def passes_mod_97(iban: str) -> bool:
    """The check on an IBAN (ISO 7064)."""
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1


@dataclass(frozen=True, slots=True)
class _Atom:
    """A piece of a number: tokens `first` to `last`, and its digits."""

    first: int
    last: int
    digits: str


def find_numbers(passage: Passage) -> Iterator[PersonalItem]:
    """IBANs, then telephone numbers and BSNs."""
    yield from _ibans(passage)
    for run in _runs(passage):
        yield from _phones_and_bsns(passage, run)


def _runs(passage: Passage) -> Iterator[list[_Atom]]:
    """Stretches of digits and number words that were written or said as one."""
    run: list[_Atom] = []
    for atom in _atoms(passage):
        if run and not _joined(passage, run[-1], atom):
            yield run
            run = []
        run.append(atom)
    if run:
        yield run


def _atoms(passage: Passage) -> Iterator[_Atom]:
    index = 0
    while index < len(passage.tokens):
        atom = None if passage.taken[index] else _atom(passage, index)
        if atom:
            yield atom
        index = atom.last + 1 if atom else index + 1


def _atom(passage: Passage, index: int) -> _Atom | None:
    folded = passage.folded(index)
    if folded.isdecimal():
        return _Atom(index, index, "".join(str(int(digit)) for digit in folded))
    repeat = _REPEATS.get(folded)
    if repeat and (digit := number_words().get(passage.folded(index + 1))) is not None and digit < 10:
        return _Atom(index, index + 1, str(digit) * repeat)
    spoken = spoken_number(passage, index)
    return _Atom(index, index + spoken[1] - 1, str(spoken[0])) if spoken else None


def _joined(passage: Passage, before: _Atom, after: _Atom) -> bool:
    between = after.first - before.last - 1
    if between > 2 or any(passage.folded(index) not in _FILLERS for index in range(before.last + 1, after.first)):
        return False
    return all(_JOINING.fullmatch(passage.gap(index)) for index in range(before.last + 1, after.first + 1))


def _phones_and_bsns(passage: Passage, run: list[_Atom]) -> Iterator[PersonalItem]:
    at = 0
    whole = "".join(atom.digits for atom in run) if len(run) <= _MAX_ATOMS else ""
    while at < len(run):
        found = _phone(passage, run, at) or _bsn(passage, run, at, whole)
        if found:
            used, item = found
            yield item
            at += used
        else:
            at += 1


def _phone(passage: Passage, run: list[_Atom], at: int) -> tuple[int, PersonalItem] | None:
    plus = _plus(passage, run[at].first)
    joined = ""
    best: tuple[int, str] | None = None
    cued = _cued(passage, run[at].first, _PHONE_CUES, 6)
    for used, atom in enumerate(run[at : at + _MAX_ATOMS], start=1):
        joined += atom.digits
        if len(joined) > 16 or not passage.free(run[at].first, atom.last):
            break
        if _is_phone(joined, plus, cued and at + used == len(run) and not _cued(passage, run[at].first, _BSN_CUES, 4)):
            best = used, joined
            if not plus and not joined.startswith("00"):
                break
    if best is None or _money(passage, run[at + best[0] - 1]):
        return None
    used, digits = best
    first = run[at].first - (1 if plus == "plus" and not passage.taken[run[at].first - 1] else 0)
    item = passage.item(first, run[at + used - 1].last, Kind.PHONE, _national(digits, plus))
    start = item.start
    while start > 0 and passage.text[start - 1] in "+(" and item.start - start < 2:
        start -= 1
    return used, PersonalItem(start, item.end, item.kind, item.value)


def _is_phone(digits: str, plus: str, cued: bool) -> bool:
    if plus:
        return 9 <= len(digits) <= 15
    if digits.startswith("00"):
        return 11 <= len(digits) <= 15 and digits[2:4].strip("0") != ""
    if digits.startswith("0"):
        freephone = digits.startswith(("0800", "0900", "0906", "0909")) and len(digits) == 8
        return len(digits) == 10 or freephone or (cued and 8 <= len(digits) <= 11)
    return cued and ((len(digits) == 9 and digits.startswith("6")) or (len(digits) in (11, 12) and digits.startswith(("31", "32", "49"))))


def _plus(passage: Passage, index: int) -> str:
    """How a country code is announced before token `index`: by the sign, by the word, or not."""
    if passage.tokens[index].start and passage.text[passage.tokens[index].start - 1] == "+":
        return "+"
    return "plus" if passage.folded(index - 1) == "plus" and passage.near(index) else ""


def _national(digits: str, plus: str) -> str:
    for code in ("310", "31") if plus else ("00310", "0031"):
        if digits.startswith(code):
            return "0" + digits.removeprefix(code)
    if plus or digits.startswith("0"):
        return digits
    return "0" + digits if len(digits) == 9 else digits


def _bsn(passage: Passage, run: list[_Atom], at: int, whole: str) -> tuple[int, PersonalItem] | None:
    joined = ""
    cued = _given_as_bsn(passage, run[at].first)
    for used, atom in enumerate(run[at : at + 9], start=1):
        joined += atom.digits
        if len(joined) > 9 or not passage.free(run[at].first, atom.last):
            return None
        if len(joined) == 9:
            alone = used == 1 or joined == whole or cued or _whole_but_article(passage, run, at, used)
            # A number that someone gives as a BSN is hidden also when a digit was misheard.
            if alone and (cued or passes_eleven_test(joined)) and not _money(passage, atom):
                return used, passage.item(run[at].first, atom.last, Kind.BSN, joined)
    return None


def _whole_but_article(passage: Passage, run: list[_Atom], at: int, used: int) -> bool:
    """`een` beside a spoken number may be the article."""
    if len(run) > used + 2:
        return False
    return all(passage.folded(atom.first) == "een" for atom in [*run[:at], *run[at + used :]])


def _given_as_bsn(passage: Passage, index: int) -> bool:
    for back in range(1, 5):
        word = passage.folded(index - back)
        if word in _BSN_CUES:
            return True
        if (
            not word
            or word[0].isdigit()
            or (word.endswith(("nummer", "kenmerk", "code")) and word != "nummer")
            or "\n" in passage.gap(index - back + 1)
        ):
            return False
    return False


def _cued(passage: Passage, index: int, cues: frozenset[str], reach: int) -> bool:
    return any(passage.folded(index - back) in cues for back in range(1, reach + 1))


def _money(passage: Passage, atom: _Atom) -> bool:
    return bool(_MONEY.match(passage.text, passage.tokens[atom.last].end))


def _ibans(passage: Passage) -> Iterator[PersonalItem]:
    """From a country code on, pieces are added until the country's length is reached."""
    index = 0
    while index < len(passage.tokens):
        found = None if passage.taken[index] else _iban(passage, index)
        if found:
            last, iban = found
            if passage.free(index, last):
                yield passage.item(index, last, Kind.IBAN, iban)
            index = last
        index += 1


def _iban(passage: Passage, index: int) -> tuple[int, str] | None:
    begin = passage.folded(index)
    if (begin == "n" and passage.folded(index + 1) == "l" and _JOINING.fullmatch(passage.gap(index + 1))) or (
        begin == "en" and passage.folded(index + 1) == "el" and passage.near(index + 1)
    ):
        begin, index = "nl", index + 1
    length = _IBAN_LENGTHS.get(begin[:2].upper())
    if length is None or not begin.isascii() or not begin.isalnum() or len(begin) > length or (len(begin) > 2 and not begin[2:4].isdigit()):
        return None
    collected, at = begin, index + 1
    while len(collected) < length and at < len(passage.tokens) and at - index < 40 and not passage.taken[at]:
        if not _JOINING.fullmatch(passage.gap(at)) and passage.gap(at).strip(" \xa0-.:,") != "":
            return None
        piece, used = _iban_piece(passage, at, collected)
        if piece is None or (len(collected) == 2 and not piece[0].isdigit()):
            return None
        collected, at = collected + piece, at + used
    iban = collected.upper()
    if len(iban) != length or not iban[2:4].isdigit():
        return None
    # The Dutch form leaves no doubt; one wrong digit does not make it less personal.
    if passes_mod_97(iban) or re.fullmatch(r"NL\d\d[A-Z]{4}\d{10}", iban):
        return at - 1, iban
    return None


def _iban_piece(passage: Passage, at: int, collected: str) -> tuple[str | None, int]:
    atom = _atom(passage, at)
    if atom:
        return atom.digits, atom.last - at + 1
    word = passage.folded(at)
    if len(collected) > 2 and word in _FILLERS:
        return "", 1
    bank = len(collected) == 4 and collected.startswith("nl")
    if bank and word in _BANK_CODES and passage.folded(at + 1) not in ("b", "a"):
        following = 2 if passage.folded(at + 1) in ("amro", "bank") else 1
        return _BANK_CODES[word], following
    if word.isascii() and word.isalnum() and (len(word) <= 4 or any(letter.isdigit() for letter in word)):
        return word, 1
    return None, 1
