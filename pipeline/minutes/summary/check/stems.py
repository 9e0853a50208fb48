"""Which words count as the same: inflected forms, separable verbs in one piece or two, compounds of what was said."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.language.lexicon import words
from pipeline.language.spelling import is_word, lemma

PARTICLES = words("""
    aan achter af bij binnen door in klaar langs mee na neer om op open over tegen terug toe uit vast voor voort vooruit vrij
    weg wakker samen thuis
""")  # fmt: skip
_SPOKENPARTICLES = {"me": "mee"}
_DOUBLE = re.compile(r"([a-z])\1")
_SHORTEST_PREFIX = 5
_LONG_NOUN = 6
_ENGLISH_STEM = 3

# Forms that the vocabulary takes for words of their own.
IRREGULAR = {
    form: base
    for base, forms in {
        "dienen": "dien", "meten": "mat maten gemeten meet", "vallen": "gevallen viel vielen",
        "staan": "stond stonden staat sta", "zitten": "zat zaten", "liggen": "lag lagen", "slapen": "sliep sliepen",
        "gaan": "ging gingen", "komen": "kwam kwamen komt kom",
        "doen": "deed deden", "krijgen": "kreeg kregen", "nemen": "nam namen", "houden": "hield hielden", "laten": "liet lieten",
        "geven": "gaf gaven",
        "mogen": "mocht mochten", "moeten": "moest moesten", "zullen": "zou zouden", "willen": "wou wilde wilden", "zeggen": "zei zeiden",
        "vragen": "vroeg vroegen", "brengen": "bracht brachten", "denken": "dacht dachten", "kunnen": "kon konden", "vinden": "vond vonden",
        "schrijven": "schreef schreven", "blijven": "bleef bleven", "lopen": "liep liepen", "spreken": "sprak spraken", "zien": "zag zagen",
    }.items()
    for form in forms.split()
}  # fmt: skip


_PARTICIPLE = re.compile(rf"({'|'.join(sorted(PARTICLES | {'stil', 'klaar'}, key=len, reverse=True))})ge(.{{2,}}?)(?:[dt]e?)")


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """What is left of a dictionary form without endings: regelen, regelt and regel are one."""
    form = _dictionary(word, language)
    if language == "nl" and (participle := _PARTICIPLE.fullmatch(word)):
        # Stilgezet, aangetekende: the verb with its particle, without what makes it a participle.
        form = participle[1] + stem(participle[2] + "t", "nl")
    if language == "nl":
        if form.endswith("ing") and len(form) > _LONG_NOUN:
            form = form[:-3]  # verhuizing, verhuizen
        for ending in ("en", "e", "s", "t") if form.endswith("en") else ("e", "s"):
            if form.endswith(ending) and len(form) - len(ending) >= 3:
                form = form[: -len(ending)]
                break
        form = form[:-1] + {"v": "f", "z": "s"}.get(form[-1], form[-1])
    elif form.endswith("'s"):
        form = form[:-2]
    elif (ending := next((end for end in ("ing", "ed", "s", "e") if form.endswith(end)), "")) and len(form) - len(ending) >= _ENGLISH_STEM:
        form = form[: -len(ending)]
    return _DOUBLE.sub(r"\1", form)


def _dictionary(word: str, language: str) -> str:
    """The dictionary form; of an unknown separable verb that of its verb, with the particle before it."""
    if language == "nl" and len(word) > 5 and lemma(word, "nl") == word and not word.endswith("en"):
        for particle in sorted(PARTICLES, key=len, reverse=True):
            rest = word.removeprefix(particle)
            if rest != word and len(rest) > 2 and is_word(rest, "nl"):
                return particle + (IRREGULAR.get(rest) or lemma(rest, "nl"))
    return (IRREGULAR.get(word) if language == "nl" else None) or lemma(word, language).replace("_", "")


def stems(forms: Iterable[str], language: str) -> frozenset[str]:
    """The stems of a clause's words, and of each verb with a particle that stands apart in it (komt … binnen)."""
    listed = list(forms)
    found = {stem(form, language) for form in listed}
    if language == "nl":
        apart = {_SPOKENPARTICLES.get(form, form) for form in listed} & PARTICLES
        found |= {_DOUBLE.sub(r"\1", particle) + part for particle in apart for part in list(found) if len(part) > 2}
    return frozenset(found)


def is_said(wanted: str, said: frozenset[str]) -> bool:
    """Whether a stem is among those said, or is a compound that begins or ends with one of them."""
    if wanted in said:
        return True
    long = [other for other in said if len(other) >= _SHORTEST_PREFIX]
    return any(
        wanted.startswith(other) or wanted.endswith(other) or (other.startswith(wanted) and len(wanted) >= _SHORTEST_PREFIX)
        for other in long
    )
