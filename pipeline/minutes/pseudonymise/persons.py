"""Names of people: behind a title or an act of naming, by lists of names, by a capital inside a sentence."""

from collections.abc import Iterator

from pipeline.minutes.pseudonymise.lexicon import lexicon
from pipeline.minutes.pseudonymise.model import Kind, PersonalItem
from pipeline.minutes.pseudonymise.passage import Passage

_MAX_WORDS = 7
_SURE_BEFORE = frozenset(
    ["heet", "heette", "genaamd", "naam", "achternaam", "voornaam", "roepnaam", "geboortenaam", "meisjesnaam", "ene", "heten"]
)


def find_introduced_persons(passage: Passage) -> Iterator[PersonalItem]:
    """Names behind a title (mevrouw, dhr.) or an act of naming (ik ben, heet, naam:): these hold for any word."""
    index = 0
    while index < len(passage.tokens):
        start = None if passage.taken[index] else _introduces(passage, index)
        last = _name(passage, start) if start is not None else None
        if start is not None and last is not None and passage.free(start, last):
            yield passage.item(start, last, Kind.PERSON)
            index = last
        index += 1


def find_other_persons(passage: Passage) -> Iterator[PersonalItem]:
    """Names that are recognised by themselves."""
    index = 0
    while index < len(passage.tokens):
        last = None if passage.taken[index] else _full_name(passage, index)
        if last is not None and passage.free(index, last):
            yield passage.item(index, last, Kind.PERSON)
            index = last
        index += 1


def _introduces(passage: Passage, index: int) -> int | None:
    """Where the name starts that token `index` announces."""
    words, folded, after = lexicon(), passage.folded(index), index + 1
    spaced = passage.near(after)
    if folded in words.titles and passage.folded(after) in words.titles:
        # Of "mw. drs. Dekker" the last title announces.
        return None
    if folded in words.titles:
        if folded in ("heer", "heren", "dames") and passage.folded(index - 1) not in ("de", "den", "en", "heer"):
            return None
        if folded == "familie" and passage.folded(after) in ("van", "die", "en", "in") and not _capital_within(passage, after):
            return None
        dotted = passage.gap(after) == ". " and folded in ("mevr", "mw", "dhr", "dr", "drs", "mr", "mrs", "ir", "prof", "fam", "ds", "ing")
        return after if (spaced or dotted) and _may_follow_title(passage, after) else None
    if folded in _SURE_BEFORE:
        named = passage.folded(after) in ("is", "was", "zijn") and passage.near(after)
        at = after + 1 if named else after
        tidy = passage.gap(at) in (" ", ": ", ":", ", ") and not (named and passage.gap(at) != " ")
        return at if tidy and _may_be_named(passage, at) else None
    if (folded == "ben" and passage.folded(index - 1) == "ik") or (folded == "met" and passage.tokens[index].opens):
        return after if spaced and _may_introduce_itself(passage, after) else None
    if folded == "naam" or (folded == "door" and passage.gap(after) == ": "):
        return after if passage.tokens[after].capital else None
    return None


def _may_follow_title(passage: Passage, index: int) -> bool:
    words = lexicon()
    at = _past_particles(passage, index)
    if at >= len(passage.tokens) or passage.taken[at]:
        return False
    token = passage.tokens[at]
    if token.initial and at > index and not token.capital:
        return False
    if token.cased and any(passage.tokens[k].capital for k in range(index, at + 1)):
        # In "de heer En toen" a capital is a new sentence; a title is never followed by one without a full stop.
        return token.capital and (
            token.folded not in words.never or token.folded in ("mei", "april", "juni", "augustus", "goed", "engels", "van", "man", "mens")
        )
    surname = token.folded in words.surnames or token.folded in words.first_names or words.surname_like(token.folded)
    if token.folded in words.never:
        return False
    if words.common(token.folded):
        return surname and token.folded not in words.roles and token.folded not in words.speech_verbs
    return surname or not words.ordinary(token.folded)


def _may_be_named(passage: Passage, index: int) -> bool:
    words = lexicon()
    at = _past_particles(passage, index)
    if at >= len(passage.tokens) or passage.taken[at]:
        return False
    token = passage.tokens[at]
    if token.folded in words.never or (token.folded in words.titles and passage.near(at + 1)):
        return False
    if token.capital and not token.opens:
        return True
    listed = token.folded in words.first_names or (token.folded in words.surnames and at > index)
    return listed if words.common(token.folded) else listed or not words.ordinary(token.folded)


def _may_introduce_itself(passage: Passage, index: int) -> bool:
    words = lexicon()
    token = passage.tokens[index]
    if passage.taken[index] or (token.folded in words.never and token.folded != "mei") or token.folded in words.not_a_place:
        return False
    if token.capital:
        return not _nationality(token.folded)
    follows = passage.folded(index + 1) if passage.near(index + 1) else ""
    surname_follows = bool(follows) and (follows in words.surnames or words.surname_like(follows)) and not words.common(follows)
    if words.common(token.folded):
        return (token.folded in words.first_names or token.folded == "mei") and surname_follows
    return token.folded in words.first_names or (token.folded in words.surnames and not words.ordinary(token.folded)) or surname_follows


def _past_particles(passage: Passage, index: int) -> int:
    words, at = lexicon(), index
    while at < len(passage.tokens) and at - index < 4 and passage.folded(at) in words.particles and passage.near(at + 1):
        if (
            passage.tokens[at].capital
            and not passage.tokens[at + 1].capital
            and passage.tokens[at].cased
            and passage.folded(at + 1) not in words.particles
        ):
            break
        at += 1
    return at


def _capital_within(passage: Passage, index: int) -> bool:
    return any(passage.tokens[at].capital for at in range(index, min(index + 3, len(passage.tokens))))


def _name(passage: Passage, first: int) -> int | None:
    """The last token of the name that certainly starts at `first`."""
    at = _past_initials(passage, first)
    at = _past_particles(passage, at)
    if at >= len(passage.tokens) or passage.taken[at] or (at > first and "\n" in passage.gap(at)):
        return None
    return _extended(passage, first, at)


def _past_initials(passage: Passage, index: int) -> int:
    """`M.M. Asante`, `h terwisscha`: where the surname starts."""
    at = index
    while at + 1 < len(passage.tokens) and at - index < 6 and passage.tokens[at].initial and passage.gap(at + 1) in (".", ". ", " "):
        if passage.tokens[at].cased and not passage.tokens[at].capital:
            break
        at += 1
    return at


def _extended(passage: Passage, first: int, last: int) -> int:
    """The end of a name that runs at least to `last`: further names, particles and initials belong to it."""
    words = lexicon()
    while last - first < _MAX_WORDS:
        at = last + 1
        if at >= len(passage.tokens) or passage.taken[at]:
            break
        if not passage.near(at):
            surname_first = passage.gap(at) == ", " and first < last and passage.folded(first) in words.particles
            if surname_first and passage.tokens[at].folded in words.first_names and passage.tokens[at].capital:
                last = at
                continue
            break
        after = at
        if passage.folded(at) in words.particles and passage.near(at + 1):
            after = _past_particles(passage, at)
        if after >= len(passage.tokens) or passage.taken[after] or not _continues(passage, last, after, joined=after > at):
            break
        last = after
    return last


def _continues(passage: Passage, last: int, index: int, *, joined: bool) -> bool:
    words, token = lexicon(), passage.tokens[index]
    if token.folded in words.never and not (token.capital and token.folded in ("mei", "april", "goed")):
        return False
    if token.cased and any(letter.isupper() for letter in passage.text[passage.tokens[last].start : passage.tokens[last].end]):
        return token.capital and token.folded not in words.titles and not _nationality(token.folded)
    if token.capital:
        return True
    surname = token.folded in words.surnames or words.surname_like(token.folded)
    if words.common(token.folded):
        return joined and token.folded in words.surnames
    return surname or token.folded in words.first_names or (joined and not words.ordinary(token.folded))


def _full_name(passage: Passage, index: int) -> int | None:
    words, token = lexicon(), passage.tokens[index]
    if token.initial:
        return _with_initials(passage, index)
    if token.folded in words.particles and token.capital and not token.opens:
        # "Van Dongen, Maria": a particle with a capital inside a sentence opens a surname.
        at = _past_particles(passage, index)
        if at > index and at < len(passage.tokens) and passage.tokens[at].capital and _nameable(passage, at):
            return _extended(passage, index, at)
        return None
    if not (token.cased and token.capital):
        if token.cased and passage.text[token.start] != "\n" and not _lower_in_cased(passage, index):
            return None
        return _lower_name(passage, index)
    if _opens_with_capital(passage, index) if token.opens else _nameable(passage, index):
        return _extended(passage, index, index)
    return None


def _lower_in_cased(passage: Passage, index: int) -> bool:
    """A recogniser that gives capitals at times forgets one: only names that can be nothing else."""
    words, folded = lexicon(), passage.folded(index)
    return folded in words.first_names and len(folded) > 4 and not words.ordinary(folded)


def _with_initials(passage: Passage, index: int) -> int | None:
    """`J. Smit`, `A. B. van Dam`; without full stops only a particle or a listed surname makes it a name."""
    words, token = lexicon(), passage.tokens[index]
    at = _past_initials(passage, index)
    if at == index:
        return None
    surname = _past_particles(passage, at)
    if surname >= len(passage.tokens) or passage.taken[surname] or passage.tokens[surname].initial:
        return None
    name = passage.tokens[surname]
    if name.folded in words.never or (words.common(name.folded) and name.folded not in words.surnames):
        return None
    if token.capital:
        dotted = "." in passage.gap(index + 1)
        return _extended(passage, index, surname) if name.capital and (dotted or surname > at or name.folded in words.surnames) else None
    if token.cased or (token.folded in ("u", "d", "s", "t") and surname == at):
        return None
    listed = name.folded in words.surnames or words.surname_like(name.folded)
    return _extended(passage, index, surname) if listed and not words.common(name.folded) else None


def _nameable(passage: Passage, index: int) -> bool:
    """Whether a capital inside a sentence makes this word a name."""
    words, token = lexicon(), passage.tokens[index]
    folded = token.folded
    if any(letter.isdigit() for letter in folded) or folded in words.not_a_place or folded in words.titles or folded in words.roles:
        return False
    if folded == "april" or folded == "mei":
        return passage.folded(index - 1) in ("aan", "met", "tegen", "door") or (
            passage.near(index + 1) and passage.tokens[index + 1].capital
        )
    if folded in words.never or len(folded) < 2 or (words.common(folded) and "'" in folded):
        return False
    if folded in words.first_names or folded in words.surnames:
        return not (len(folded) < 3 and token.text.isupper())
    if (
        any(letter.isupper() for letter in token.text[1:])
        and "-" not in token.text
        and not token.text[1:].islower()
        and not folded.startswith(("mc", "mac"))
    ):
        return False
    if _nationality(folded):
        return False
    before = passage.folded(index - 1)
    if before in ("zegt", "zei", "vraagt", "vroeg", "vertelt", "vertelde", "roept", "riep") and passage.near(index):
        return True
    if before in words.roles or (before in words.speech_verbs and before not in ("is", "was", "heeft", "had")):
        return not words.common(folded) or folded.endswith("je")
    if words.common(folded):
        return passage.near(index + 1) and _surely_name(passage, index + 1) and passage.tokens[index + 1].capital
    return len(folded) > 2 and (not words.ordinary(folded) or _in_name(passage, index))


def _in_name(passage: Passage, index: int) -> bool:
    return passage.near(index + 1) and passage.tokens[index + 1].capital


def _surely_name(passage: Passage, index: int) -> bool:
    words, folded = lexicon(), passage.folded(index)
    return not words.common(folded) and (folded in words.first_names or folded in words.surnames)


def _opens_with_capital(passage: Passage, index: int) -> bool:
    """Whether the first word of a sentence, whose capital says nothing, is a name."""
    words, token = lexicon(), passage.tokens[index]
    folded = token.folded
    if (
        folded in words.never
        or folded in words.not_a_place
        or folded in words.titles
        or folded in words.roles
        or any(letter.isdigit() for letter in folded)
    ):
        return False
    follows = passage.folded(index + 1) if passage.near(index + 1) else ""
    capital_follows = (
        bool(follows) and passage.tokens[index + 1].capital and follows not in words.never and follows not in words.not_a_place
    )
    particle_follows = (
        follows in words.particles and index + 2 < len(passage.tokens) and passage.tokens[_past_particles(passage, index + 1)].capital
        if follows and index + 4 < len(passage.tokens)
        else False
    )
    listed = folded in words.first_names
    if words.common(folded):
        named = listed or folded in words.surnames
        if folded.endswith("je") and follows in words.speech_verbs and not listed:
            return False
        return named and (
            (capital_follows and follows in words.surnames and (listed or not words.common(follows)))
            or (listed and (particle_follows or follows in ("zegt", "zei", "vertelt", "vertelde", "vraagt", "vroeg")))
        )
    if listed or folded in words.surnames:
        return len(folded) > 2 or follows in words.speech_verbs
    if len(folded) < 3 or words.ordinary(folded) or token.text.isupper() or _nationality(folded) or words.town(folded):
        return False
    comma = passage.gap(index + 1).startswith((",", " ("))
    return capital_follows or particle_follows or follows in words.speech_verbs or comma


def _lower_name(passage: Passage, index: int) -> int | None:
    """A name in text without capitals: only what is no ordinary word, or a first name with a surname behind it."""
    words, token = lexicon(), passage.tokens[index]
    folded = token.folded
    if folded in words.never or folded in words.particles or folded in words.not_a_place:
        return None
    if folded in words.first_names and not words.common(folded):
        return _extended(passage, index, index)
    if (
        folded in words.first_names
        and passage.near(index + 1)
        and _surely_name(passage, index + 1)
        and not words.ordinary(passage.folded(index + 1))
    ):
        return _extended(passage, index, index + 1)
    if folded in words.surnames and len(folded) > 4 and not words.ordinary(folded) and not words.town(folded):
        return _extended(passage, index, index)
    return None


def _nationality(folded: str) -> bool:
    """Turkse, Eritreeer, Somaliers: peoples and languages are no names."""
    return folded.endswith(("se", "ische", "isch", "aan", "aans", "aanse", "eer", "ees", "ese", "ier", "iers")) and (
        lexicon().common(folded) or any(folded.startswith(country[:4]) for country in lexicon().not_a_place if len(country) > 4)
    )
