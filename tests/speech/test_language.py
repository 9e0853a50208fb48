from collections.abc import Mapping, Sequence

import pytest

from pipeline.speech.language import Expected, languages, windows
from pipeline.speech.model import Span

DUTCH = {"nl": 0.85, "af": 0.05, "en": 0.04, "de": 0.03}
MUMBLED = {"nl": 0.03, "la": 0.5, "zh": 0.3, "en": 0.1}
GERMAN = {"de": 0.9, "nl": 0.04, "en": 0.02}
ENGLISH = {"en": 0.95, "nl": 0.01}
WEAKLY_TURKISH = {"tr": 0.3, "hu": 0.3, "nl": 0.01}


def heard(*windows_: Mapping[str, float], expected: Expected = "nl") -> list[tuple[str, int]]:
    """Languages and how many windows of six seconds each lasts."""
    activity = [Span(6000 * index, 6000 * index + 5500) for index in range(len(windows_))]
    found = languages(list(zip(activity, windows_, strict=True)), activity, expected)
    assert [one.end_ms for one in found[:-1]] == [next_.start_ms for next_ in found[1:]]
    return [(span.language, round((span.end_ms - span.start_ms) / 6000)) for span in found]


def test_dutch_is_dutch() -> None:
    assert heard(DUTCH, DUTCH, DUTCH) == [("nl", 3)]


def test_afrikaans_is_how_whisper_sometimes_hears_dutch() -> None:
    assert heard(*[{"af": 0.9, "nl": 0.05}] * 5) == [("nl", 5)]


def test_mumbling_that_sounds_like_many_languages_stays_dutch() -> None:
    assert heard(DUTCH, MUMBLED, {"pt": 0.8, "nl": 0.01}, MUMBLED, {"de": 0.6, "nl": 0.02}, DUTCH) == [("nl", 6)]


def test_one_window_of_another_language_is_no_proof() -> None:
    assert heard(DUTCH, DUTCH, GERMAN, DUTCH) == [("nl", 4)]


@pytest.mark.parametrize("expected", ["nl", "en", "auto"])
def test_a_clear_stretch_in_another_language_is_reported_whatever_was_expected(expected: Expected) -> None:
    home = ENGLISH if expected == "en" else DUTCH
    found = heard(home, home, *[GERMAN] * 4, home, home, expected=expected)
    assert [language for language, _ in found][1] == "de"
    assert found[1][1] == 4


def test_clear_english_is_never_written_as_dutch() -> None:
    assert heard(DUTCH, DUTCH, *[ENGLISH] * 4, DUTCH) == [("nl", 2), ("en", 4), ("nl", 1)]


def test_with_auto_a_shorter_stretch_of_english_is_enough() -> None:
    assert heard(DUTCH, DUTCH, ENGLISH, ENGLISH, DUTCH, DUTCH, expected="auto") == [("nl", 2), ("en", 2), ("nl", 2)]


def test_what_is_likelier_another_language_but_not_clear_keeps_the_expected_one_with_its_low_probability() -> None:
    windows_ = [DUTCH, DUTCH, *[WEAKLY_TURKISH] * 4, DUTCH, DUTCH]
    activity = [Span(6000 * index, 6000 * index + 5500) for index in range(len(windows_))]
    found = languages(list(zip(activity, windows_, strict=True)), activity, "nl")
    assert [span.language for span in found] == ["nl", "nl", "nl"]
    assert found[1].probability < 0.05 < 0.5 < found[0].probability


def test_a_run_without_a_trace_of_the_expected_language_is_doubted_even_if_no_other_is_agreed_on() -> None:
    scattered = [{"ru": 0.3}, {"fr": 0.4}, {"sr": 0.3}, {"bn": 0.4}]
    windows_ = [DUTCH, DUTCH, *scattered, DUTCH]
    activity = [Span(6000 * index, 6000 * index + 5500) for index in range(len(windows_))]
    found = languages(list(zip(activity, windows_, strict=True)), activity, "nl")
    assert [span.probability < 0.05 for span in found] == [False, True, False]


def test_the_spans_cover_all_speech_also_what_was_too_short_to_tell() -> None:
    activity = [Span(100, 600), Span(3000, 8000), Span(20_000, 20_400)]
    (found,) = languages([(Span(3000, 8000), DUTCH)], activity, "nl")
    assert (found.start_ms, found.end_ms) == (100, 20_400)


def test_no_speech_has_no_language() -> None:
    assert languages([], [], "auto") == ()


def test_speech_too_short_to_tell_is_in_the_expected_language() -> None:
    (found,) = languages([], [Span(0, 500)], "en")
    assert found.language == "en"


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        ([Span(0, 13_000)], 3),
        ([Span(0, 2000), Span(2500, 5000)], 1),
        ([Span(0, 2000), Span(4000, 6000)], 2),
        ([Span(0, 900)], 0),
    ],
)
def test_windows_are_of_six_seconds_at_most_and_join_what_is_close(activity: Sequence[Span], expected: int) -> None:
    found = windows(activity)
    assert len(found) == expected
    assert all(window.end_ms - window.start_ms <= 6000 for window in found)
