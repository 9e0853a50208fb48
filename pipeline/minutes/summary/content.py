"""Which words of a line say what it is about."""

from functools import lru_cache

from pipeline.language import LEXICONS
from pipeline.language.lexicon import Lexicon, words
from pipeline.language.spelling import lemma
from pipeline.minutes.summary.mentions.calendar import CALENDARS
from pipeline.minutes.summary.mentions.row import Row
from pipeline.minutes.summary.spoken import Utterance

_SHORTEST = 4
# Common in every conversation, and about nothing in particular.
_EMPTY = words("""
    gaan komen doen hebben zijn worden kunnen zullen willen moeten mogen weten denken zeggen vinden krijgen geven maken laten
    staan zitten liggen lopen
    blijven eigenlijk gewoon natuurlijk precies helemaal echt toch nog even misschien meneer mevrouw goed prima fijn mooi graag
    straks meteen uiterlijk
    ongeveer helaas alleen allemaal iets niets niks iemand niemand eens samen verder anders opnieuw steeds altijd nooit vaak
    soms daarna daarvoor daarom
    hierbij daarmee daarover waarom wanneer welke jullie mensen ding dingen keer dank koffie thee liever hartelijk bedankt
    gesprek vraag vragen hoor
    really actually maybe well right okay yeah just like know think want need have been would could should will going thing
    things something
    please thanks thank good fine sure there here when what which
""")  # fmt: skip


@lru_cache(maxsize=50_000)
def is_content(plain: str, language: str) -> bool:
    """Whether a word in plain form says what a line is about: no small word, no word of the calendar, no number."""
    lexicon: Lexicon = LEXICONS[language]
    calendar = CALENDARS[language]
    if len(plain) < _SHORTEST or plain in lexicon.common or plain in _EMPTY or lemma(plain, language) in _EMPTY:
        return False
    known = (
        lexicon.fillers,
        lexicon.negations,
        lexicon.modality,
        calendar.weekdays,
        calendar.months,
        calendar.units,
        calendar.days,
        calendar.near,
    )
    return not any(plain in words_ for words_ in known) and not plain[0].isdigit()


def content_words(utterance: Utterance, language: str, start: int = 0, end: int | None = None) -> set[str]:
    """The dictionary forms of the content words of a line, of [start, end) of its text when given; numbers are left out."""
    stop = len(utterance.text) if end is None else end
    row = Row(utterance, language)
    return {
        lemma(word.plain, language)
        for at, word in enumerate(utterance.words)
        if start <= word.start < stop and is_content(word.plain, language) and row.number(at) is None
    }
