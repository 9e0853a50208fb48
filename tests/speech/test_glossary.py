from pathlib import Path

import pytest

from pipeline.errors import InputRefused
from pipeline.speech.glossary import read_glossary, suggest
from pipeline.speech.model import Segment, Word

TERMS = ("klachtencommissie", "hoorzitting", "briefadres")


def readings(text: str, confidence: float | None) -> list[str]:
    word = Word(start_ms=0, end_ms=400, text=text, confidence=confidence)
    (found,) = suggest([Segment(start_ms=0, end_ms=400, language="nl", words=(word,))], TERMS)
    assert found.words[0].text == text
    return [alternative.text for alternative in found.words[0].alternatives]


def test_a_word_that_looks_like_a_term_is_offered_it_and_stays_as_it_is() -> None:
    assert readings("Klachtencomissie.", 0.63) == ["klachtencommissie"]
    assert readings("briefadress", None) == ["briefadres"]


@pytest.mark.parametrize(
    ("text", "confidence"), [("Klachtencomissie", 0.95), ("klachtencommissie", 0.3), ("briefje", 0.2), ("zitting", 0.2)]
)
def test_a_sure_word_the_term_itself_and_another_word_are_left_alone(text: str, confidence: float) -> None:
    assert readings(text, confidence) == []


def test_the_shipped_glossary_holds_single_words() -> None:
    terms = read_glossary()
    assert len(terms) > 20
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"twee woorden\n", b"woord\n" * 6000])
def test_something_else_than_a_list_of_words_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(InputRefused):
        read_glossary(tmp_path / "list.txt")


def test_a_glossary_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused):
        read_glossary(tmp_path / "none.txt")
