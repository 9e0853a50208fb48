"""Which voice a sentence means: the roles it names, and who "ik" and "u" are in a spoken line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.language.lexicon import words
from pipeline.language.register import ROLES
from pipeline.minutes.summary.check.clauses import REPORTS, Claim
from pipeline.minutes.summary.spoken import Conversation
from pipeline.recording.agreement import Role

FIRST = {"nl": words("ik 'k wij we ikzelf"), "en": words("i we i'll i'm i've i'd we're we'll we've")}
FIRST_OTHER = {"nl": words("mij me mijn m'n ons onze mezelf"), "en": words("me my us our mine myself")}
SECOND = {"nl": words("u je jij jou jouw uw jullie ge gij"), "en": words("you your you'll you're you've yours")}
THIRD = {"nl": words("hij zij ze hem haar zijn meneer mevrouw"), "en": words("he she him her his they")}
_BEFORE_OBJECT = words("""
    aan voor van met bij door tegen namens over naar zonder tussen volgens jegens to for of with by from about against behalf as
""")  # fmt: skip
_ALL_MEAN = {
    "commissie": (Role.CHAIR, Role.COMMITTEE_MEMBER, Role.SECRETARY),
    "committee": (Role.CHAIR, Role.COMMITTEE_MEMBER, Role.SECRETARY),
}


@dataclass(frozen=True, slots=True)
class RoleMention:
    """A role that a claim names. `voices` have it; `subject`: it is who does or says; `at` is its place in the claim."""

    voices: frozenset[str]
    at: int
    subject: bool


def role_words(language: str) -> dict[str, tuple[Role, ...]]:
    """Words for a role with the roles they can mean."""
    listed = {form: (Role(role),) for role, forms in ROLES[language].items() for form in forms}
    return listed | {word: roles for word, roles in _ALL_MEAN.items() if word in listed}


def role_mentions(claim: Claim, conversation: Conversation, said: frozenset[str]) -> Iterator[RoleMention]:
    """The roles a claim names after an article. What the lines themselves name as an object ("aan de secretaris") is no role."""
    known = role_words(conversation.language)
    plain = claim.plain
    subjects = 0
    for at, word in enumerate(plain):
        form = word.removesuffix("'s").removesuffix("’s")
        is_member = form == "member" and at > 0 and plain[at - 1] == "staff"
        roles = known.get("staff" if is_member else form)
        if roles is None or (form == "staff" and plain[at + 1 : at + 2] == ("member",)):
            continue
        start = at - 2 if is_member else at - 1
        article = plain[start] if start >= 0 else ""
        if article not in ("de", "het", "the") and not (article in ("een", "a") and form not in said):
            continue
        before = plain[start - 1] if start > 0 else ""
        is_object = before in _BEFORE_OBJECT or word != form or (subjects > 0 and before not in ("en", "and")) or _is_elided(plain, start)
        if is_object and form in said:
            continue
        subjects += not is_object
        yield RoleMention(frozenset(conversation.voices_of(*roles)), at, not is_object)


def _is_elided(plain: Sequence[str], start: int) -> bool:
    """En belt de cliënt: after "en" and a verb, the one named is called, and who calls was named before."""
    return start == 2 and plain[0] in ("en", "maar", "and", "but") and plain[1] not in _INVERTING


_INVERTING = words("dat daarom dan dus toen daar of als")


def voices_that_speak_for(voices: frozenset[str], conversation: Conversation) -> frozenset[str]:
    """The voices whose lines can be theirs: an interpreter speaks for the client."""
    clients = conversation.voices_of(Role.CLIENT)
    return voices | frozenset(conversation.voices_of(Role.INTERPRETER)) if voices & frozenset(clients) else voices


def reporting(claim: Claim, language: str, subject: int = 0) -> tuple[str, ...]:
    """The dictionary forms of the verbs with which a claim says that somebody says something, the one nearest to the word at
    `subject` first."""
    known = REPORTS[language]
    found = [
        (abs(at - subject), token.lemma if token.lemma in known else token.plain)
        for at, token in enumerate(claim.tokens)
        if {token.lemma, token.plain} & known
    ]
    return tuple(form for _, form in sorted(found))
