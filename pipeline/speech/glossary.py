"""Words of the field, offered as another reading where the recogniser was unsure and wrote something much like one.

They are not given to the recogniser. Measured with Whisper base and twelve such words as hot words: "klachtencommissie" and
"hoorzitting" were found where they had been missed, but "bewindvoerder" was also written four times and "woonbegeleider"
once in a minute of dialogue about something else. A reading beside the text cannot invent anything.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.errors import InputRefused
from pipeline.shipped import CONFIG
from pipeline.speech.model import Alternative, Segment, Word

SHIPPED = CONFIG / "glossary.nl.txt"
SOURCE = "glossary"

_ALIKE = 0.8
_UNSURE_BELOW = 0.8
_MOST_TERMS = 5_000


def read_glossary(path: Path = SHIPPED) -> tuple[str, ...]:
    """The words of a glossary, one per line. Raises InputRefused when it cannot be read or is no such list."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused("glossary_unreadable", file=str(path)) from error
    terms = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if len(terms) > _MOST_TERMS or any(len(term.split()) > 1 for term in terms):
        raise InputRefused("glossary_unreadable", file=str(path))
    return terms


def suggest(segments: Sequence[Segment], terms: Sequence[str]) -> tuple[Segment, ...]:
    """The segments with a term as alternative to each unsure word that looks much like it; the words stay as they are."""
    plain = {_plain(term): term for term in terms}
    return tuple(replace(segment, words=tuple(_suggested(word, plain) for word in segment.words)) for segment in segments)


def _suggested(word: Word, terms: dict[str, str]) -> Word:
    heard = _plain(word.text)
    if heard in terms or (word.confidence is not None and word.confidence >= _UNSURE_BELOW):
        return word
    found = process.extractOne(heard, terms.keys(), scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE)
    if found is None:
        return word
    reading = Alternative(text=terms[found[0]], confidence=None, engine=SOURCE)
    return replace(word, alternatives=(*word.alternatives, reading))


def _plain(text: str) -> str:
    return re.sub(r"[^\w]", "", text.casefold())
