"""A sentence or a spoken line as small claims: what is said of what, denied or not, by whom, with which numbers and names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language import LEXICONS
from pipeline.language.lexicon import words
from pipeline.language.plain import plain
from pipeline.language.spelling import lemma
from pipeline.language.units import Kind, Unit, units
from pipeline.minutes.summary.check.stems import IRREGULAR

_SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*$")
_PAUSE = re.compile(r"[,;:–][\"”’)\]]*$")
_ASKS = re.compile(r"\?[\"”’)\]]*$")
# What begins a clause wherever it stands, and what does so only before a word that can begin one.
SPLITS = {
    "nl": words("maar want omdat als om die terwijl zodat waarbij doordat nadat voordat hoewel dat toen"),
    "en": words("but that because if who which until when whether while whose although"),
}
_JOINS = {"nl": words("en"), "en": words("and so")}
_BEGINS = {
    "nl": words("de het dat er hij zij ze men die wij we ik u je dan toen daar daarom dus ga heb ben is was heeft had waren zijn"),
    "en": words("the that he she they i we you it there is was has had will can gets says"),
}
_OWNERS = words(
    "mijn zijn haar hun uw jouw onze ons zowel alle elke ieder niemand geen iemand geld my his their your our all every nobody no"
)
_WITHOUT = frozenset({"zonder", "without"})
_NEGATIONS = {
    "nl": words("niet geen niks niets nooit niemand nergens noch evenmin geenszins nee"),
    "en": words("""
        not no never nothing nobody none nor neither don't won't can't cannot doesn't isn't didn't wouldn't couldn't aren't
        haven't hasn't
        wasn't weren't shouldn't
    """),
}  # fmt: skip
# Words that carry no claim of their own; reporting verbs stand apart because they say who speaks.
SMALL = {
    "nl": words("""
        zijn hebben worden zullen kunnen moeten mogen willen gaan komen doen laten blijven er daar hier dit deze die dat het de
        een zich elkaar
        nog al ook wel toch dan nu zo heel erg gewoon even eens maar weer steeds meer ander andere anders zelf alleen samen
        verder waar wie wat hoe welke
        hij zij ze hem haar zijn hun mijn jouw uw ons onze ik je u jij jullie wij we men iemand iets alles allemaal
        met van voor bij in op aan uit om over onder na naar tot door tegen te per tussen volgens binnen buiten sinds vanaf zonder
        en of als want omdat toen terwijl zodat ten ter eerst daarna daarover daarbij daarop daarvoor daarom daaraan daarheen
        erover erbij erop erin ernaar erom
        krijgen zitten staan liggen hoeven liggen zijn hoor eh oke ja nee goed graag meneer mevrouw heer
        gaan terug mee weg heen toe af door langs neer plaats waarom wanneer dus
        hen hun zichzelf haarzelf hemzelf henzelf beide later bedrag
    """),
    "en": words("""
        be have do will would can could shall should may might must go get a an the this that these those it its there here and
        or but if so because
        he she they him her his them their i you your my we our us me someone something everything all also too only just then
        now still again more
        other with of for at in on to from by about under after before until over into out up down off than as own who which
        what where when how
        not yes no okay well good please mr mrs ms one even however himself herself themselves myself yourself itself both later amount
    """),
}  # fmt: skip
REPORTS = {
    "nl": words("""
        zeggen vertellen vragen melden aangeven meedelen opmerken uitleggen antwoorden toelichten noemen verklaren stellen
        vinden denken menen geloven
        erkennen toegeven ontkennen bevestigen beloven toezeggen voorstellen aanbieden willen wensen verzoeken herhalen
        benadrukken weten hopen begrijpen
        weigeren instemmen akkoord accepteren vertalen afspreken spreken merken geven zegt vraagt verwachten bedanken vermoeden
        vraag antwoord verzoek
    """),
    "en": words("""
        say tell ask report state note remark explain answer reply mention claim find think believe acknowledge admit deny
        confirm promise propose
        suggest offer want wish request repeat emphasise emphasize know hope understand refuse agree accept translate expect
        thank question answer
    """),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a claim: plain form, dictionary form, and what kind of unit it belongs to."""

    plain: str
    lemma: str
    kind: Kind
    capital: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause. `content` are the dictionary forms that say something; `denials`: how often it is denied. `sentence` and
    `number` count the sentences and clauses of the text; `line` and `speaker` are of a spoken line."""

    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    content: frozenset[str]
    denials: int
    asks: bool
    line: str = ""
    speaker: str = ""
    number: int = 0
    sentence: int = 0

    @property
    def plain(self) -> tuple[str, ...]:
        """The words in plain form."""
        return tuple(token.plain for token in self.tokens)

    def of(self, *kinds: Kind) -> tuple[Unit, ...]:
        """Its units of these kinds."""
        return tuple(unit for unit in self.units if unit.kind in kinds)


def claims(text: str, language: str, *, line: str = "", speaker: str = "", names: frozenset[str] = frozenset()) -> tuple[Claim, ...]:
    """The claims of a text, in order."""
    return tuple(_claims(text, language, line, speaker, names))


def _claims(text: str, language: str, line: str, speaker: str, names: frozenset[str]) -> Iterator[Claim]:
    lexicon = LEXICONS[language]
    written = text.split()
    found = units(written, lexicon, names)
    asks = _questions(written)
    for number, (first, last) in enumerate(_stretches(written, language)):
        inside = tuple(unit for unit in found if first <= unit.first < last)
        tokens = tuple(_tokens(written, first, last, inside, language))
        if tokens:
            yield Claim(
                tokens=tokens,
                units=inside,
                content=frozenset(token.lemma for token in tokens if is_content(token, language)),
                denials=_denials(written, first, last, language),
                asks=asks[first][1],
                line=line,
                speaker=speaker,
                number=number,
                sentence=asks[first][0],
            )


def _questions(written: Sequence[str]) -> list[tuple[int, bool]]:
    """Per word the number of its sentence and whether that sentence asks."""
    ends = [at for at, word in enumerate(written) if _SENTENCE_END.search(word)] or [len(written) - 1]
    if ends[-1] != len(written) - 1:
        ends.append(len(written) - 1)
    found: list[tuple[int, bool]] = []
    start = 0
    for number, end in enumerate(ends):
        asks = bool(_ASKS.search(written[end])) if written else False
        found += [(number, asks)] * (end + 1 - start)
        start = end + 1
    return found


def _stretches(written: Sequence[str], language: str) -> Iterator[tuple[int, int]]:
    """The clauses as stretches [first, last) of written words."""
    first = 0
    for at, word in enumerate(written):
        if at > first and _opens(written, at, language):
            yield first, at
            first = at
        if _SENTENCE_END.search(word) or _PAUSE.search(word):
            yield first, at + 1
            first = at + 1
    if first < len(written):
        yield first, len(written)


def _opens(written: Sequence[str], at: int, language: str) -> bool:
    """Whether a new clause begins here. "April en maart niet betaald" is one, "april, en hij belt" two."""
    word = plain(written[at])
    following = plain(written[at + 1]) if at + 1 < len(written) else ""
    if word in ("dat", "that"):
        # "Hij zegt dat hij belt" begins a clause, "hij gaat dat ook doen" does not.
        named = written[at + 1][:1].isupper() or following[:1].isdigit() if at + 1 < len(written) else False
        return named or following in _BEGINS[language] or following in _OWNERS
    if word in SPLITS[language]:
        return following not in _NEGATIONS[language]
    if word not in _JOINS[language]:
        return False
    if following in _BEGINS[language] or following in SPLITS[language] or _is_finite(following, language):
        return True
    # "En maandag hoort u": a moment stands first.
    after = plain(written[at + 2]) if at + 2 < len(written) else ""
    return bool(after) and following in LEXICONS[language].dates.weekdays and _is_finite(after, language)


def _is_finite(form: str, language: str) -> bool:
    """Whether a word looks like a verb with a subject: its dictionary form is another word that ends as a verb."""
    if language == "en":
        return len(form) > 3 and form.endswith("s") and not form.endswith("ss")
    base = _lemma(form, language)
    return base != form and base.endswith("n") and not form.endswith("en") and not form.startswith("ge")


def _tokens(written: Sequence[str], first: int, last: int, inside: Sequence[Unit], language: str) -> Iterator[Token]:
    kinds = {at: unit.kind for unit in inside for at in range(unit.first, unit.last)}
    for at in range(first, last):
        form = plain(written[at])
        if form:
            capital = next((sign.isupper() for sign in written[at] if sign.isalpha()), False)
            yield Token(form, _lemma(form, language), kinds.get(at, Kind.WORD), capital)


@lru_cache(maxsize=50_000)
def _lemma(form: str, language: str) -> str:
    return IRREGULAR.get(form) or lemma(LEXICONS[language].variants.get(form, form), language).replace("_", "")


def _denials(written: Sequence[str], first: int, last: int, language: str) -> int:
    """How many words deny. A "nee" set off by a comma or alone only opens an answer."""
    count = 0
    for at in range(first, last):
        form = plain(written[at])
        if form not in _NEGATIONS[language]:
            continue
        apart = form in ("nee", "no") and (at == first or bool(_PAUSE.search(written[at])) or bool(_SENTENCE_END.search(written[at])))
        if form == "nee" and at > first and plain(written[at - 1]) in ("zegt", "gezegd", "zei", "heeft"):
            apart = False
        count += not (apart and (form == "nee" or (at == first and last - first == 1)))
    return count + sum(plain(written[at]) in _WITHOUT for at in range(first, last))


def is_content(token: Token, language: str) -> bool:
    """Whether a token says something that must be in the source."""
    if token.kind in (Kind.NUMBER, Kind.TIME, Kind.NEGATION, Kind.FILLER):
        return False
    if token.plain in _NEGATIONS[language] or len(token.plain) < 3 or token.plain in SPLITS[language]:
        return False
    forms = {token.plain, token.lemma}
    return forms.isdisjoint(SMALL[language]) and forms.isdisjoint(REPORTS[language])
