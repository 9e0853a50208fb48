import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.speech.diarisation.campplus import EMBEDDING_DIM
from pipeline.speech.diarisation.clustering import SpeakerBounds, told_apart
from pipeline.speech.diarisation.embedding import Voice

ANY = SpeakerBounds(least=1, most=12)


def exactly(number: int) -> SpeakerBounds:
    return SpeakerBounds(least=number, most=number)


def people(number: int, seed: int = 1) -> np.ndarray:
    """Voices of different people: nearly at right angles, as real ones are."""
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((EMBEDDING_DIM, number)))[0].T


def heard(voices: np.ndarray, who: Sequence[int], *, noise: float = 0.5, seconds: float = 4.0, seed: int = 2) -> list[Voice]:
    """One voice in each window, with noise of this length beside the unit vector of who speaks."""
    random = np.random.default_rng(seed)
    made = []
    for window, person in enumerate(who):
        vector = voices[person] + noise * random.standard_normal(EMBEDDING_DIM) / np.sqrt(EMBEDDING_DIM)
        made.append(Voice(window, 0, seconds, vector.astype(np.float32)))
    return made


def same_grouping(labels: np.ndarray, who: Sequence[int]) -> bool:
    pairs = set(zip(labels.tolist(), who, strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(who))


@pytest.mark.parametrize("number", [1, 2, 3, 5, 12])
def test_finds_how_many_people_there_are(number: int) -> None:
    who = [index % number for index in range(10 * number)]
    assert same_grouping(told_apart(heard(people(number), who), ANY), who)


@pytest.mark.parametrize("number", [1, 2, 3, 5, 12])
def test_knowing_the_number_changes_nothing_that_was_right(number: int) -> None:
    voices = heard(people(number), [index % number for index in range(10 * number)])
    assert told_apart(voices, exactly(number)).tolist() == told_apart(voices, ANY).tolist()


def test_a_voice_is_not_split_to_make_up_a_number() -> None:
    assert set(told_apart(heard(people(1), [0] * 30), exactly(3)).tolist()) == {0}


def test_two_voices_that_are_alike_are_told_apart_when_two_are_known_to_speak() -> None:
    first, other = people(2)
    alike = np.stack([first, 0.8 * first + 0.6 * other])
    who = [0, 1] * 20
    voices = heard(alike, who)
    assert set(told_apart(voices, ANY).tolist()) == {0}
    assert same_grouping(told_apart(voices, exactly(2)), who)


def test_no_more_people_than_the_most_that_can_be() -> None:
    assert len(set(told_apart(heard(people(6), [0, 1, 2, 3, 4, 5] * 5), exactly(4)).tolist())) == 4


def test_when_too_many_are_found_the_stray_sound_goes_and_not_a_person() -> None:
    """The two people are nearer to each other than the stray sound is to either, but they were heard for minutes."""
    first, other, stray = people(3)
    voices = np.stack([first, 0.7 * first + 0.714 * other, 0.6 * first + 0.8 * stray])
    who = [0, 1] * 60 + [2] * 4
    heard_by_who = heard(voices, who, noise=0.3)
    assert same_grouping(told_apart(heard_by_who, ANY), who)
    labels = told_apart(heard_by_who, exactly(2))
    assert same_grouping(labels[:120], who[:120])


def test_a_short_stray_sound_is_nobody_new() -> None:
    both = people(3)
    voices = [*heard(both, [0, 1] * 30), Voice(60, 0, 1.2, both[2].astype(np.float32))]
    assert set(told_apart(voices, ANY).tolist()) == {0, 1}


def test_a_piece_too_short_to_be_sure_of_goes_to_the_nearest_voice() -> None:
    both = people(2)
    short = (0.6 * both[1] + 0.3 * both[0]).astype(np.float32)
    labels = told_apart([*heard(both, [0, 1] * 10), Voice(20, 0, 0.3, short)], ANY)
    assert labels[-1] == labels[1]


def test_who_speak_in_one_window_are_different_people() -> None:
    both = people(2)
    near = (0.9 * both[0] + 0.5 * both[1]).astype(np.float32)
    labels = told_apart([*heard(both, [0, 1] * 10), Voice(20, 0, 2.0, both[0].astype(np.float32)), Voice(20, 1, 2.0, near)], ANY)
    assert labels[-2] != labels[-1]


def test_only_short_pieces_are_still_told_apart() -> None:
    who = [0, 1] * 10
    assert same_grouping(told_apart(heard(people(2), who, seconds=0.4), ANY), who)


def test_only_pieces_in_which_nobody_speaks_alone_are_still_given_to_someone() -> None:
    assert told_apart(heard(people(2), [0, 1, 0], seconds=0.0), ANY).shape == (3,)


def test_nothing_heard_is_nobody() -> None:
    assert told_apart([], ANY).shape == (0,)


def test_a_silent_vector_is_no_fault() -> None:
    assert told_apart([Voice(0, 0, 2.0, np.zeros(EMBEDDING_DIM, np.float32))], ANY).tolist() == [0]


@pytest.mark.parametrize("pieces", [6_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_ten_hours_of_pieces_are_told_apart_in_bounded_memory(pieces: int) -> None:
    """20,000 pieces are ten hours; a matrix of all distances would take 1.6 GB."""
    random = np.random.default_rng(3)
    who = random.integers(0, 5, pieces).tolist()
    voices = heard(people(5), who)
    tracemalloc.start()
    labels = told_apart(voices, ANY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert same_grouping(labels, who)
    assert peak < 300 * 1024 * 1024
