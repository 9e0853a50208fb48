import pytest

from pipeline.speech.doubts import doubt, stock_phrases
from pipeline.speech.model import LanguageSpan, Segment, Span, Word, WordFlag


def flags(text: str, **keywords: object) -> list[set[WordFlag]]:
    """The flags of words of half a second each, one segment, all in speech unless told otherwise."""
    words = tuple(
        Word(start_ms=500 * index, end_ms=500 * index + 400, text=each, confidence=0.9) for index, each in enumerate(text.split())
    )
    segment = Segment(start_ms=0, end_ms=words[-1].end_ms, language="nl", words=words)
    activity = keywords.get("activity", [Span(0, 500 * len(words))])
    languages = keywords.get("languages", [])
    (found,) = doubt([segment], activity, languages, 0.5)  # type: ignore[arg-type]
    return [set(word.flags) for word in found.words]


@pytest.mark.parametrize(
    "text",
    [
        "Ondertiteld door Anna",
        "TV GELDERLAND 2021",
        "Bedankt voor het kijken.",
        "Ondertitels ingediend door de Amara.org gemeenschap",
        "Thanks for watching!",
        "Don't forget to subscribe",
    ],
)
def test_stock_phrases_are_marked_whatever_their_case_and_punctuation(text: str) -> None:
    assert WordFlag.STOCK_PHRASE in flags(f"Nou. {text}")[1]


def test_the_words_around_a_stock_phrase_are_not_marked() -> None:
    found = flags("Ik zei dat. Bedankt voor het kijken. En toen ging zij weg.")
    assert [WordFlag.STOCK_PHRASE in each for each in found] == [False] * 3 + [True] * 4 + [False] * 5


@pytest.mark.parametrize("text", ["Bedankt voor het gesprek.", "Ik ben ondertussen door de brief heen.", "Dank u wel, tot ziens."])
def test_what_people_say_is_no_stock_phrase(text: str) -> None:
    assert not any(WordFlag.STOCK_PHRASE in each for each in flags(text))


@pytest.mark.parametrize("text", ["nee nee nee nee", "ja ja ja ja ja", "heel heel erg erg", "dat is zo dat is zo"])
def test_saying_something_again_is_no_loop(text: str) -> None:
    assert not any(WordFlag.LOOP in each for each in flags(text))


@pytest.mark.parametrize("text", ["en " * 6, "dank u " * 4, "ik weet het niet " * 3, "A, B, C, D, E, F. " * 3])
def test_a_phrase_that_follows_itself_too_often_is_a_loop(text: str) -> None:
    found = flags(f"Zij zei toen {text}klaar")
    marked = [WordFlag.LOOP in each for each in found]
    assert marked == [False] * 3 + [True] * len(text.split()) + [False]


def test_a_word_of_no_length_in_speech_was_spoken() -> None:
    word = Word(start_ms=700, end_ms=700, text="ja", confidence=0.9)
    (found,) = doubt([Segment(start_ms=700, end_ms=700, language="nl", words=(word,))], [Span(500, 900)], [], 0.5)
    assert found.words[0].flags == ()


def test_words_hardly_heard_as_the_language_they_are_written_in_are_uncertain() -> None:
    strange = LanguageSpan(start_ms=1000, end_ms=2000, language="nl", probability=0.01)
    found = flags("een twee drie vier vijf", languages=[strange])
    assert [WordFlag.UNCERTAIN in each for each in found] == [False, False, True, True, False]


def test_flags_that_words_already_have_are_kept() -> None:
    word = Word(start_ms=0, end_ms=300, text="ja", confidence=0.2, speaker="S1", flags=(WordFlag.OVERLAP,))
    (found,) = doubt([Segment(start_ms=0, end_ms=300, language="nl", words=(word,))], [Span(0, 400)], [], 0.5)
    assert found.words[0].flags == (WordFlag.UNCERTAIN, WordFlag.OVERLAP)
    assert found.words[0].speaker == "S1"


def test_the_stock_phrases_are_of_two_words_and_more() -> None:
    """A single word would be marked wherever it is said."""
    assert all(len(phrase) >= 2 for phrases in stock_phrases().values() for phrase in phrases)
