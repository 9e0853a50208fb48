from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech.attribution import NEAREST_MS, attribute
from pipeline.speech.model import Diarisation, Engine, Segment, Turn, Word, WordFlag

ENGINE = Engine(name="test", version="0", model="none", weights_sha256="0" * 64)


def turn(start_ms: int, end_ms: int, speaker: str) -> Turn:
    return Turn(start_ms=start_ms, end_ms=end_ms, speaker=speaker)


def diarisation(*exclusive: Turn, turns: tuple[Turn, ...] | None = None) -> Diarisation:
    return Diarisation(schema="wederhoor/diarisation/1", engine=ENGINE, turns=turns or exclusive, exclusive=exclusive)


def word(start_ms: int, end_ms: int, text: str = "woord", *flags: WordFlag) -> Word:
    return Word(start_ms=start_ms, end_ms=end_ms, text=text, confidence=0.9, flags=flags)


def segment(*words: Word) -> Segment:
    return Segment(start_ms=words[0].start_ms, end_ms=words[-1].end_ms, language="nl", words=words)


def speakers(found: tuple[Segment, ...]) -> list[str | None]:
    return [each.speaker for part in found for each in part.words]


def test_each_word_goes_to_the_turn_it_lies_in() -> None:
    found = attribute(
        [segment(word(0, 400), word(500, 900, "ja."), word(1100, 1500))], diarisation(turn(0, 1000, "S1"), turn(1000, 2000, "S2"))
    )
    assert speakers(found) == ["S1", "S1", "S2"]


def test_a_word_across_a_border_stays_with_its_sentence() -> None:
    """The turn ends 150 ms before the sentence does: times are that unsure."""
    words = segment(
        word(0, 300, "dat"), word(300, 600, "klopt"), word(600, 900, "niet."), word(1000, 1300, "Jawel"), word(1300, 1600, "hoor.")
    )
    assert speakers(attribute([words], diarisation(turn(0, 750, "S1"), turn(750, 2000, "S2")))) == ["S1", "S1", "S1", "S2", "S2"]


def test_a_sentence_that_begins_before_its_turn_is_whole() -> None:
    words = segment(word(0, 500, "klaar."), word(520, 700, "En"), word(700, 1100, "nu"), word(1100, 1500, "verder."))
    assert speakers(attribute([words], diarisation(turn(0, 720, "S1"), turn(720, 2000, "S2")))) == ["S1", "S2", "S2", "S2"]


def test_one_word_does_not_change_sides_in_mid_sentence() -> None:
    words = segment(word(0, 300, "ik"), word(300, 600, "heb"), word(600, 900, "niet"), word(900, 1200, "gerookt."))
    found = attribute([words], diarisation(turn(0, 320, "S1"), turn(320, 580, "S2"), turn(580, 2000, "S1")))
    assert speakers(found) == ["S1"] * 4


def test_a_short_answer_of_its_own_is_kept() -> None:
    words = segment(
        word(0, 800, "Klopt"), word(800, 1000, "dat?"), word(1100, 1300, "Ja."), word(1400, 1800, "Dan"), word(1800, 2400, "verder.")
    )
    found = attribute([words], diarisation(turn(0, 1050, "S1"), turn(1050, 1350, "S2"), turn(1350, 3000, "S1")))
    assert speakers(found) == ["S1", "S1", "S2", "S1", "S1"]


def test_speakers_may_change_in_mid_sentence_when_the_turns_are_clear() -> None:
    words = segment(word(0, 500), word(500, 1000), word(1000, 1500), word(1500, 2000))
    assert speakers(attribute([words], diarisation(turn(0, 1000, "S1"), turn(1000, 2000, "S2")))) == ["S1", "S1", "S2", "S2"]


def test_a_word_outside_all_turns_goes_to_the_nearest_within_the_limit() -> None:
    turns = diarisation(turn(0, 1000, "S1"), turn(10_000, 11_000, "S2"))
    near = attribute([segment(word(9_300, 9_500))], turns)
    far = attribute([segment(word(1_000 + NEAREST_MS + 1, 2_500))], turns)
    assert speakers(near) == ["S2"]
    assert speakers(far) == [None]


def test_without_turns_nobody_is_named() -> None:
    assert speakers(attribute([segment(word(0, 300), word(300, 600))], diarisation())) == [None, None]


def test_no_words_are_no_words() -> None:
    empty = Segment(start_ms=0, end_ms=10, language="nl", words=())
    assert attribute([], diarisation(turn(0, 10, "S1"))) == ()
    assert attribute([empty], diarisation(turn(0, 10, "S1"))) == (empty,)


def test_a_word_during_which_two_speak_is_marked_beside_its_other_flags() -> None:
    turns = (turn(0, 2000, "S1"), turn(1000, 1500, "S2"))
    words = segment(word(0, 900), word(1000, 1400, "door", WordFlag.UNCERTAIN), word(1500, 2000))
    found = attribute([words], diarisation(turn(0, 2000, "S1"), turns=turns))
    assert [each.flags for each in found[0].words] == [(), (WordFlag.UNCERTAIN, WordFlag.OVERLAP), ()]


def test_turns_that_touch_do_not_overlap() -> None:
    found = attribute([segment(word(900, 1100))], diarisation(turn(0, 1000, "S1"), turn(1000, 2000, "S2")))
    assert found[0].words[0].flags == ()


spans = st.tuples(st.integers(0, 20_000), st.integers(0, 1500))
words_given = st.lists(
    st.builds(lambda span, text: word(span[0], span[0] + span[1], text), spans, st.sampled_from(["ja", "nee.", "", "“Echt?”"])), max_size=25
)


@st.composite
def diarisations(draw: st.DrawFn) -> Diarisation:
    """Any turns at all, and exclusive turns that follow each other."""
    names = st.sampled_from(["S1", "S2", "S3"])
    turns = [turn(start, start + length + 1, draw(names)) for start, length in draw(st.lists(spans, max_size=12))]
    borders = sorted(set(draw(st.lists(st.integers(0, 20_000), max_size=12))))
    exclusive = [turn(start, end, draw(names)) for start, end in zip(borders[::2], borders[1::2], strict=False)]
    return Diarisation(schema="wederhoor/diarisation/1", engine=ENGINE, turns=tuple(turns), exclusive=tuple(exclusive))


def parted(words: list[Word], size: int) -> list[Segment]:
    return [segment(*words[first : first + size]) for first in range(0, len(words), size)]


@given(words_given, diarisations(), st.integers(1, 8))
def test_only_speakers_and_the_overlap_flag_ever_change(words: list[Word], turns: Diarisation, size: int) -> None:
    before = parted(words, size)
    after = attribute(before, turns)
    bare = [replace(part, words=tuple(replace(each, speaker=None, flags=()) for each in part.words)) for part in after]
    assert bare == before
    assert {speaker for speaker in speakers(after) if speaker} <= {each.speaker for each in turns.exclusive}


@given(words_given, diarisations(), st.integers(1, 8))
def test_doing_it_twice_changes_nothing_more(words: list[Word], turns: Diarisation, size: int) -> None:
    once = attribute(parted(words, size), turns)
    assert attribute(once, turns) == once


@given(words_given, diarisations(), st.integers(1, 8))
def test_how_the_engine_cut_its_segments_does_not_matter(words: list[Word], turns: Diarisation, size: int) -> None:
    assert speakers(attribute(parted(words, size), turns)) == speakers(attribute(parted(words, 25), turns))


@given(words_given, diarisations(), st.integers(0, 100_000))
def test_time_zero_does_not_matter(words: list[Word], turns: Diarisation, shift: int) -> None:
    def later(each: Word | Turn) -> Word | Turn:
        return replace(each, start_ms=each.start_ms + shift, end_ms=each.end_ms + shift)

    moved = replace(turns, turns=tuple(map(later, turns.turns)), exclusive=tuple(map(later, turns.exclusive)))
    assert speakers(attribute(parted(list(map(later, words)), 25), moved)) == speakers(attribute(parted(words, 25), turns))


@given(words_given, diarisations())
def test_a_word_has_nobody_exactly_when_nobody_is_near(words: list[Word], turns: Diarisation) -> None:
    for each in (each for part in attribute(parted(words, 25), turns) for each in part.words):
        end = max(each.end_ms, each.start_ms + 1)
        near = any(one.start_ms - end <= NEAREST_MS and each.start_ms - one.end_ms <= NEAREST_MS for one in turns.exclusive)
        assert (each.speaker is not None) == near
