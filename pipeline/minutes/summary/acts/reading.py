"""Who does what in a clause: its subject, its verb and how that verb stands, read from the order of the words.

No list of what people can promise. In speech the verb stands beside its subject ("ik bel", "dan bel ik"), so whatever is in
the form of a verb there is read as one; closed lists hold only what is no deed: states, thoughts, speech, auxiliaries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pipeline.language.lexicon import words
from pipeline.language.spelling import is_word, lemma
from pipeline.minutes.summary.acts.cues import CUES, Cues


class Subject(StrEnum):
    """Who acts."""

    FIRST = "i"
    PLURAL = "we"
    SECOND = "you"
    OURS = "ours"
    THIRD = "they"
    NONE = "none"


class VerbKind(StrEnum):
    """What the finite verb makes of it."""

    DEED = "deed"
    WILL = "will"
    GOING = "going"
    CAN = "can"
    MUST = "must"
    WANT = "want"
    WOULD = "would"
    PAST = "past"
    STATE = "state"
    THOUGHT = "thought"
    SPEECH = "speech"
    RECEIVE = "receive"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reading:
    """A subject with its verb. `lemma`: the verb that says what is done, "" when none does; `inverted`: the verb comes first."""

    subject: Subject
    kind: VerbKind
    lemma: str
    inverted: bool
    rest: tuple[str, ...]


_SHORT_VERBS = {
    form: verb
    for verb in ("doen", "gaan", "zien", "staan", "slaan")
    for form in (verb, verb[:-1], f"{verb[:-1]}t", f"{verb[:-2]}", f"{verb[:-2]}t")
}
_SHORT_VERBS = {
    "doe": "doen", "doet": "doen", "ga": "gaan", "gaat": "gaan", "sta": "staan", "staat": "staan", "sla": "slaan", "slaat": "slaan",
    "zie": "zien", "ziet": "zien",
}  # fmt: skip
_STATES = words("""
    word wordt werk werkt verdien verdient studeer eet drink rook gebruik slik voer weeg bezit besta ben bent is zijn zit sta staat lig ligt
    woon woont slaap slaapt heet ken hoef hoeft lijk lijkt leef voel durf kost mis haat schrik red trek zwem groei krimp besta ruik smaak
    hoort klopt past geldt blijf blijft am are live stay sleep feel
""")
_THOUGHTS = words("""
    weet denk vind geloof hoop snap begrijp vermoed verwacht meen bedoel onthoud vergeet twijfel herinner vertrouw besef merk hou houd
    zie hoor voel wens waardeer schat vrees know think believe hope understand guess mean see hear find remember suppose expect wonder feel
""")
_SPEECH = words("""
    zeg zegt noem herhaal begin praat vertaal luister dank bedank groet feliciteer say mean talk repeat thank schors ontken erken herken
""")
_WILL = words("zal zullen zul shall will i'll we'll you'll he'll she'll they'll")
_GOING = words("ga gaan gaat going gonna")
_CAN = words("kan kunnen kun kunt mag mogen can could may")
_MUST = words("moet moeten hoef must should need")
_WANT = words("wil willen wilt want")
_WOULD = words("zou zouden had hadden would might")
_PAST = words("""
    heb hebt heeft hebben was waren werd werden ging gingen kwam kwamen deed deden gaf gaven zei zeiden dacht wist kon kreeg kregen
    nam stond zat lag liep sprak vroeg bleef wilde wou moest mocht vond zag hoorde schreef have has had did was were went came said told
""")
_RECEIVE = words("krijg krijgt krijgen ontvangt ontvangen hoort verneemt hebt have get receive hear")
_ADVERBS = words("""
    zelf eh ook dan wel niet toch even nu nog al gewoon eens maar hier daar er dus zo meteen straks graag eigenlijk misschien
    also just really then so too still already
""")
_COORDINATING = words("en maar want dus of nou ja nee oke oké goed and but so or well okay yes no then eh")
_ARTICLES = words("de het een mijn onze the a my our")
_PEOPLE = words("""
    collega collega's secretaris manager teamleider coordinator coördinator begeleider casemanager team kok conciërge griffie bureau
    administratie werker nachtdienst dagdienst beheerder dienst receptie balie monteur advocaat directeur commissie gemeente beveiliging
    colleague colleagues secretary manager team supervisor caseworker office desk company technician committee
""")
_HE = words("hij zij ze he she they")
_YOU = words("u je jij jullie ge gij you")
_NEVER_VERB = words(
    "de het een en of maar dat die dit dan als niet wel ook toch nog even er hier daar in op om aan voor van met naar bij te"
)


@lru_cache(maxsize=20_000)
def verb_of(word: str, language: str) -> str:
    """The dictionary form when this can be a verb in the present tense, else ""."""
    if word in _NEVER_VERB or not word.isalpha() or len(word) < 2:
        return ""
    if language == "nl" and (short := _SHORT_VERBS.get(word)):
        return short
    if language == "en":
        base = lemma(word, "en")
        return base if is_word(base, "en") and base == word.removesuffix("s") else ""
    for form in (word, f"{word}t"):
        base = lemma(form, "nl")
        if base != form and base.endswith("n") and _stem(base) in (_plain_stem(word), _plain_stem(word.removesuffix("t"))):
            return base
    return ""


def _stem(infinitive: str) -> str:
    return _plain_stem(infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1])


@lru_cache(maxsize=20_000)
def _plain_stem(form: str) -> str:
    """A stem without what spelling adds: zett, zet; maak, mak; geev, geef."""
    single = "".join(sign for at, sign in enumerate(form) if at == 0 or sign != form[at - 1])
    return single[:-1] + {"v": "f", "z": "s"}.get(single[-1:], single[-1:])


@lru_cache(maxsize=20_000)
def is_infinitive(word: str, language: str) -> bool:
    """Whether a word has the form of an infinitive that says a deed."""
    if language == "en":
        return bool(verb_of(word, "en")) and word not in _NO_DEED
    if word == "doen":
        return True
    if word in _NO_DEED or not word.endswith("n") or len(word) < 4:
        return False
    bare = next((word.removeprefix(part) for part in _PARTICLES if word.startswith(part) and len(word) - len(part) > 3), word)
    return any(_is_form(f"{stem}t", form) or _is_form(stem, form) for form in {word, bare} for stem in _spoken_stems(form))


def _is_form(form: str, infinitive: str) -> bool:
    return form != infinitive and is_word(form, "nl") and lemma(form, "nl").replace("_", "") == infinitive


def _spoken_stems(infinitive: str) -> Iterator[str]:
    """What ik says of it: bellen, bel; vragen, vraag; geven, geef; regelen, regel."""
    stem = infinitive[:-2]
    if not stem:
        return
    stem = stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1], stem[-1])
    yield stem[:-1] if stem[-2:-1] == stem[-1] else stem
    if len(stem) > 1 and stem[-2] in "aeou":
        yield f"{stem[:-1]}{stem[-2]}{stem[-1]}"


def readings(plain: Sequence[str], language: str, *, spoken_for: bool = False) -> Iterator[Reading]:
    """Every subject of a clause with its verb. `spoken_for`: an interpreter speaks, whose "hij" is the one who speaks."""
    cues = CUES[language]
    found = False
    for at, word in enumerate(plain):
        subject = _subject(plain, at, cues, spoken_for=spoken_for)
        if subject is None:
            continue
        if reading := _beside(plain, at, subject, cues, language):
            if (
                spoken_for
                and word in _HE
                and reading.lemma in ("vragen", "bedanken", "ask")
                and not (set(reading.rest[1:]) - _ASKS and _ASKS.isdisjoint(reading.rest[:3]))
            ):
                continue  # the interpreter puts the other's question
            found = True
            yield reading
    if not found and (reading := _of_another(plain, language) or _without_subject(plain, language)):
        yield reading


def _subject(plain: Sequence[str], at: int, cues: Cues, *, spoken_for: bool) -> Subject | None:
    word = plain[at]
    if word in cues.i:
        return Subject.FIRST
    if word in cues.we:
        return Subject.PLURAL
    if word in _YOU and not (at and plain[at - 1] in _PREPOSITIONS):
        return Subject.SECOND
    if word in _HE:
        return Subject.FIRST if spoken_for else Subject.THIRD
    if not _ARTICLES.isdisjoint(plain[max(0, at - 2) : at]) and (word in _PEOPLE or word.endswith(("dienst", "leider", "team"))):
        return Subject.OURS
    return None


def _beside(plain: Sequence[str], at: int, subject: Subject, cues: Cues, language: str) -> Reading | None:
    if language == "en":
        return _english(plain, at, subject)
    several = subject in (Subject.PLURAL, Subject.THIRD) or plain[at] == "jullie"
    start = at
    if subject is Subject.OURS:
        start = at - 1 if plain[at - 1] in _ARTICLES else at - 2
    begins = start == 0 or plain[start - 1] in _COORDINATING | cues.subordinate
    after = next((word for word in plain[at + 1 : at + 3] if word not in _BETWEEN), "")
    before = plain[start - 1] if start > 0 else ""
    rest = tuple(plain[at + 1 :])
    if begins or not _kind(before, language, several=several):
        kind = _kind(after, language, several=several)
        if {plain[0], plain[at - 1] if at else ""} & (cues.subordinate | cues.conditions):
            last = next((word for word in reversed(rest) if _kind(word, language, several=several)), "")
            kind, after = (_kind(last, language, several=several), last) if last else (kind, after)
        return Reading(subject, kind, _deed(kind, after, rest, language), False, rest) if kind else None
    kind = _kind(before, language, several=several)
    return Reading(subject, kind, _deed(kind, before, rest, language), True, rest) if kind else None


def _english(plain: Sequence[str], at: int, subject: Subject) -> Reading | None:
    word = plain[at]
    rest = tuple(plain[at + 1 :])
    if word.endswith("'ll") and subject is not Subject.FIRST and {"get", "receive", "have", "hear"} & set(rest[:2]):
        return Reading(subject, VerbKind.RECEIVE, "", False, rest)
    if word.endswith("'ll"):
        return Reading(subject, VerbKind.WILL, _first_deed(rest), False, rest)
    if word.endswith("'m") and rest[:1] in (("going",), ("gonna",)):
        return Reading(subject, VerbKind.GOING, _first_deed(rest[1:]), False, rest)
    if word.endswith(("'ve", "'d", "'m", "'re")):
        return None
    after = next((form for form in rest[:2] if form not in _ADVERBS), "")
    if after in ("am", "are") and {"going", "gonna"} & set(rest[1:3]):
        return Reading(subject, VerbKind.GOING, _first_deed(rest[2:]), False, rest)
    kind = _kind(after, "en")
    inverted = False
    if kind is None and at and (kind := _kind(plain[at - 1], "en")) is not None:
        inverted = True
    if kind is None:
        return None
    if after in ("get", "receive", "have", "hear"):
        kind = VerbKind.STATE if subject is Subject.FIRST else VerbKind.RECEIVE
    deed = after if kind is VerbKind.DEED else _first_deed(rest[0 if inverted else 1 :])
    return Reading(subject, kind, deed, inverted, rest)


def _first_deed(rest: Sequence[str]) -> str:
    return next((word for word in rest[:5] if word not in ("to", "not", "not") and is_infinitive(word, "en")), "")


def _kind(word: str, language: str, *, several: bool = False) -> VerbKind | None:
    """What a word does as a finite verb; null when it is none."""
    for kind, listed in _KINDS:
        if word in listed:
            return kind
    base = "" if word in _ADVERBS else verb_of(word, language) or (word if several and is_infinitive(word, language) else "")
    if not base:
        return VerbKind.PAST if language == "nl" and _is_past(word) else None
    if base in _STATES or word in _STATES or word.removesuffix("t") in _STATES:
        return VerbKind.STATE
    if word in _THOUGHTS or word.removesuffix("t") in _THOUGHTS:
        return VerbKind.THOUGHT
    return VerbKind.SPEECH if word in _SPEECH or word.removesuffix("t") in _SPEECH else VerbKind.DEED


def is_finite(word: str, language: str) -> bool:
    """Whether a word has the form of a finite verb."""
    return _kind(word, language) is not None


def _is_past(word: str) -> bool:
    return (
        word.endswith(("de", "te", "den", "ten"))
        and len(word) > 4
        and lemma(word, "nl") not in (word, word[:-1])
        and word not in _NEVER_VERB
    )


def _deed(kind: VerbKind, verb: str, rest: Sequence[str], language: str) -> str:
    """What is done: the verb itself, or the infinitive that an auxiliary needs."""
    if kind in (VerbKind.DEED, VerbKind.STATE):
        return verb_of(verb, language) or verb
    if kind in (VerbKind.WILL, VerbKind.GOING, VerbKind.CAN, VerbKind.MUST, VerbKind.WANT, VerbKind.WOULD):
        deed = next((word for word in reversed(rest) if is_infinitive(word, language)), "")
        return "gaan" if not deed and kind is VerbKind.GOING and not _DIRECTIONS.isdisjoint(rest) else deed
    return ""


def _of_another(plain: Sequence[str], language: str) -> Reading | None:
    """Paul will pick it up, de commissie zal bezien, Finance rings you, dat wordt u toegezonden: somebody else does it."""
    for at, word in enumerate(plain):
        rest = tuple(plain[at + 1 :])
        if word in ("zal", "zullen", "will") or (word.endswith("'ll") and at < _SUBJECT_WITHIN):
            deed = _deed(VerbKind.WILL, word, rest, language) if language == "nl" else _first_deed(rest)
            return Reading(Subject.OURS, VerbKind.WILL, deed, False, rest) if deed or {"in", "be", "worden"} & set(rest) else None
        if word in ("wordt", "worden") and rest and any(_is_participle(form) for form in rest):
            return Reading(Subject.OURS, VerbKind.DONE, "", False, rest)
    for at, word in enumerate(plain[1:_SUBJECT_WITHIN], 1):
        rest = tuple(plain[at + 1 :])
        third = word.endswith("t") if language == "nl" else word.endswith("s")
        if third and _kind(word, language) is VerbKind.DEED and not _TOWARDS.isdisjoint(rest) and _kind(plain[0], language) is None:
            return Reading(Subject.OURS, VerbKind.DEED, _deed(VerbKind.DEED, word, rest, language), False, rest)
    return None


def _is_participle(form: str) -> bool:
    return "ge" in form[:5] and form.endswith(("d", "t", "en")) and len(form) > 4


_SUBJECT_WITHIN = 5
_TOWARDS = words("u je jou jullie you ons us")


def _without_subject(plain: Sequence[str], language: str) -> Reading | None:
    """Komt erin, stuur maar: the verb opens the clause; die brief komt vrijdag: a thing comes."""
    opening = True
    for at, word in enumerate(plain[:5]):
        rest = tuple(plain[at + 1 :])
        if word in _COMES:
            return Reading(Subject.NONE, VerbKind.DEED, verb_of(word, language) or word, True, rest)
        if opening and word not in _COORDINATING and word not in _BETWEEN:
            opening = False
            kind = None if word in _NO_OPENER else _kind(word, language)
            if kind:
                return Reading(Subject.NONE, kind, _deed(kind, word, rest, language), True, rest)
    return None


_PARTICLES = tuple(
    sorted(
        words(
            "aan achter achterna af bij binnen bijeen door in klaar langs mee na neer om op open over rond tegen terug toe uit vast voor "
            "voort vrij weg klaar samen schoon"
        ),
        key=len,
        reverse=True,
    )
)
_ASKS = words("of wie wat waar hoe wanneer waarom hoeveel welke u if who what where how when why")
_COMES = words("komt gaat ligt staat volgt komen gaan liggen staan comes goes arrives follows")
_DIRECTIONS = words("naar mee langs heen erheen daarheen terug samen")
_PREPOSITIONS = words("voor aan van met bij door tegen namens over naar zonder om op for to with from of at by about")
_BETWEEN = words("zelf eh ook dan er het dat die ze hem even nog nu wel also then just")
_NO_DEED = words("""
    samen morgen binnen buiten boven tegen eten worden hebben zullen willen moeten mogen kunnen gaan weten denken vinden even mensen weken
    dagen spullen zaken neven zeven negen tien keren uren jongen wezen blijven zitten staan liggen wonen slapen horen zeggen praten leven
    is are be am the that it
""") - {"gaan"}
_NO_OPENER = words(
    "monday tuesday wednesday thursday friday saturday sunday half then one two three four five six seven eight nine ten today"
)
_KINDS = (
    (VerbKind.WILL, _WILL),
    (VerbKind.GOING, _GOING),
    (VerbKind.CAN, _CAN),
    (VerbKind.MUST, _MUST),
    (VerbKind.WANT, _WANT),
    (VerbKind.WOULD, _WOULD),
    (VerbKind.RECEIVE, _RECEIVE - {"have", "hear", "get"}),
    (VerbKind.PAST, _PAST),
    (VerbKind.STATE, _STATES),
)
