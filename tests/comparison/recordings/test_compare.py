from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.signal import butter, resample, sosfilt

from pipeline.comparison.model import RecordingFindingKind as Kind
from pipeline.comparison.model import SameRecording
from pipeline.comparison.recordings.compare import compare_recordings
from pipeline.recording.speech_audio import SAMPLE_RATE
from tests.comparison.recordings.conftest import Receive, Samples, ms


def test_says_what_the_second_recording_of_the_sample_lacks(talk: Samples, phone: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(talk), receive(phone))
    assert result.same is SameRecording.SAME_CONVERSATION
    assert abs(result.drift_ppm) <= 1
    head, cut = result.findings
    assert (head.kind, head.length_ms, head.b) == (Kind.ONLY_IN_A, 600, (0, 0))
    assert cut.kind is Kind.ONLY_IN_A
    assert abs(cut.length_ms - 21413) <= 2
    assert cut.a[0] <= 58181
    assert cut.a[1] >= 79594
    assert cut.a[1] - cut.a[0] <= 21413 + 1500
    assert cut.b[0] <= 57581 <= cut.b[1]


def test_says_the_same_the_other_way_round(talk: Samples, phone: Samples, receive: Receive) -> None:
    findings = compare_recordings(receive(phone), receive(talk)).findings
    assert [finding.kind for finding in findings] == [Kind.ONLY_IN_B, Kind.ONLY_IN_B]
    assert abs(findings[1].length_ms - 21413) <= 2
    assert findings[1].b[0] <= 58181
    assert findings[1].b[1] >= 79594


def test_maps_times_of_b_to_a_and_none_where_only_b_has_sound(talk: Samples, phone: Samples, receive: Receive) -> None:
    onto_talk = compare_recordings(receive(talk), receive(phone))
    assert abs((onto_talk.time_map(30_000) or 0) - 30_600) <= 2
    assert abs((onto_talk.time_map(90_000) or 0) - 112_012) <= 3
    onto_phone = compare_recordings(receive(phone), receive(talk))
    assert onto_phone.time_map(70_000) is None
    assert onto_phone.time_map(200) is None


def test_the_same_bytes_are_identical(talk: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(talk), receive(talk))
    assert result.same is SameRecording.IDENTICAL
    assert result.findings == ()
    assert result.time_map(5_000) == 5_000


def test_the_same_samples_in_other_bytes_are_another_encoding(talk: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(talk), replace(receive(talk), sha256="other"))
    assert (result.same, result.level_db, result.findings) == (SameRecording.OTHER_ENCODING, 0.0, ())


def test_a_softer_copy_with_less_band_is_another_encoding(talk: Samples, receive: Receive) -> None:
    band = butter(4, 3600, fs=SAMPLE_RATE, output="sos")
    softer = (sosfilt(band, talk) / 2 + np.random.default_rng(1).normal(0, 3e-4, talk.size)).astype(np.float32)
    result = compare_recordings(receive(talk), receive(softer))
    assert result.same is SameRecording.OTHER_ENCODING
    assert result.level_db is not None
    assert abs(result.level_db + 6) <= 0.5
    assert result.findings == ()


def test_two_talks_by_the_same_voices_are_unrelated(talk: Samples, phone: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(ms(talk, 0, 55_000)), receive(ms(phone, 58_000)))
    assert (result.same, result.map, result.findings) == (SameRecording.UNRELATED, (), ())


def test_of_six_seconds_in_which_nothing_is_found_it_is_not_said_that_they_are_of_another_talk(
    talk: Samples, phone: Samples, receive: Receive
) -> None:
    result = compare_recordings(receive(ms(talk, 0, 55_000)), receive(ms(phone, 58_000, 64_000)))
    assert [finding.kind for finding in result.findings] == [Kind.NOT_COMPARABLE]
    assert result.map == ()


@pytest.mark.parametrize("silence", [np.zeros(SAMPLE_RATE * 20, np.float32), np.full(SAMPLE_RATE * 20, 0.25, np.float32)])
def test_silence_is_not_comparable(silence: Samples, talk: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(talk), receive(silence))
    assert result.silent == ("b",)
    assert [finding.kind for finding in result.findings] == [Kind.NOT_COMPARABLE]


def test_a_recording_shorter_than_a_frame_is_not_comparable(talk: Samples, receive: Receive) -> None:
    assert compare_recordings(receive(talk), receive(talk[:100])).silent == ("b",)
    assert compare_recordings(receive(talk[:0]), receive(talk)).silent == ("a",)


def test_finds_a_small_part_and_what_stands_before_and_after_it(talk: Samples, phone: Samples, receive: Receive) -> None:
    result = compare_recordings(receive(talk), receive(ms(phone, 20_000, 35_000)))
    (stretch,) = result.map
    assert abs(stretch.a_start_ms - 20_600) <= 3
    assert [(finding.kind, finding.length_ms // 100) for finding in result.findings] == [(Kind.ONLY_IN_A, 206), (Kind.ONLY_IN_A, 1017)]


def test_tells_what_was_put_in_from_what_is_heard_twice(talk: Samples, phone: Samples, receive: Receive) -> None:
    a = ms(talk, 0, 56_600)
    other = ms(phone, 90_000, 94_000)
    put_in = np.concatenate([ms(phone, 0, 25_000), other, ms(phone, 25_000, 56_000)])
    (_, insertion) = compare_recordings(receive(a), receive(put_in)).findings
    assert insertion.kind is Kind.ONLY_IN_B
    assert abs(insertion.length_ms - 4_000) <= 2
    assert insertion.b[0] <= 25_000
    assert insertion.b[1] >= 29_000
    twice = np.concatenate([ms(phone, 0, 25_000), ms(phone, 21_000, 56_000)])
    (_, repeat) = compare_recordings(receive(a), receive(twice)).findings
    assert repeat.kind is Kind.REPEATED_IN_B
    assert abs(repeat.length_ms - 4_000) <= 2


def test_says_repeated_in_a_when_a_has_it_twice(talk: Samples, phone: Samples, receive: Receive) -> None:
    twice = np.concatenate([ms(talk, 0, 25_000), ms(talk, 21_000, 56_600)])
    kinds = [finding.kind for finding in compare_recordings(receive(twice), receive(ms(phone, 0, 56_000))).findings]
    assert kinds == [Kind.ONLY_IN_A, Kind.REPEATED_IN_A]


def test_pieces_in_another_order_are_not_missing(talk: Samples, phone: Samples, receive: Receive) -> None:
    swapped = np.concatenate([ms(phone, 25_000, 56_000), ms(phone, 0, 25_000)])
    result = compare_recordings(receive(ms(talk, 600, 56_600)), receive(swapped))
    assert len(result.map) == 2
    assert result.map[0].a_start_ms > result.map[1].a_start_ms
    assert result.findings == ()


@pytest.mark.parametrize("ppm", [-200, 150])
def test_measures_drift(ppm: int, talk: Samples, phone: Samples, receive: Receive) -> None:
    heard = ms(phone, 0, 57_000)
    ratio = Fraction(1_000_000 + ppm, 1_000_000)
    faster = resample(heard, round(heard.size * ratio)).astype(np.float32)
    result = compare_recordings(receive(talk), receive(faster))
    assert abs(result.drift_ppm - ppm) <= 1
    assert len(result.map) == 1


def test_gives_lengths_on_the_clock_of_the_recording_that_has_them(talk: Samples, phone: Samples, receive: Receive) -> None:
    heard = ms(phone, 0, 56_000)
    drifted = resample(heard, round(heard.size * 1.0002)).astype(np.float32)
    result = compare_recordings(receive(np.concatenate([ms(talk, 0, 5_600), ms(talk, 25_600, 56_600)])), receive(drifted))
    (only_in_b,) = [finding for finding in result.findings if finding.kind is Kind.ONLY_IN_B]
    assert abs(only_in_b.length_ms - 20_004) <= 1


def test_noise_as_loud_as_speech_makes_no_difference_to_what_is_found(talk: Samples, phone: Samples, receive: Receive) -> None:
    noise = np.random.default_rng(2).normal(0, phone.std(), phone.size)
    result = compare_recordings(receive(talk), receive(((phone + noise) / 2).astype(np.float32)))
    cut = [finding for finding in result.findings if finding.length_ms > 1000]
    assert [finding.kind for finding in cut] == [Kind.ONLY_IN_A]
    assert abs(cut[0].length_ms - 21413) <= 5


def test_a_stretch_nobody_can_hear_in_b_is_not_called_different(talk: Samples, phone: Samples, receive: Receive) -> None:
    muffled = phone.copy()
    per_ms = SAMPLE_RATE // 1000
    muffled[20_000 * per_ms : 30_000 * per_ms] = np.random.default_rng(3).normal(0, 1e-3, 10_000 * per_ms)
    result = compare_recordings(receive(ms(talk, 0, 56_600)), receive(ms(muffled, 0, 56_000)))
    assert {finding.kind for finding in result.findings[1:]} <= {Kind.NOT_COMPARABLE}


def test_a_cut_within_speech_is_placed_to_the_hundredth_of_a_second(talk: Samples, phone: Samples, receive: Receive) -> None:
    # Speech on both sides of the cut, in both recordings.
    b = np.concatenate([ms(phone, 0, 30_300), ms(phone, 33_300, 56_000)])
    result = compare_recordings(receive(ms(talk, 0, 56_600)), receive(b))
    (_, cut) = result.findings
    assert abs(cut.length_ms - 3_000) <= 1
    assert abs(result.map[0].b_end_ms - 30_300) <= 30
    assert cut.b[0] <= 30_300 <= cut.b[1]
    assert cut.b[1] - cut.b[0] <= 150


def test_soft_talk_under_noise_is_followed_by_its_waveform(talk: Samples, phone: Samples, receive: Receive) -> None:
    per_ms = SAMPLE_RATE // 1000
    soft = np.ones(56_000 * per_ms, np.float32)
    soft[20_000 * per_ms : 35_000 * per_ms] = 0.05
    noise = np.random.default_rng(4).normal(0, 0.06 * phone.std(), soft.size)
    result = compare_recordings(receive(ms(talk, 600, 56_600)), receive((ms(phone, 0, 56_000) * soft + noise).astype(np.float32)))
    assert result.findings == ()
    assert len(result.map) == 1


@pytest.mark.parametrize("loudness", [0.0, 1e-4])
def test_finds_a_talk_in_an_hour_in_which_nobody_spoke(loudness: float, talk: Samples, phone: Samples, receive: Receive) -> None:
    hour = (np.random.default_rng(5).standard_normal(SAMPLE_RATE * 3_600) * loudness).astype(np.float32)
    result = compare_recordings(receive(np.concatenate([hour, ms(talk, 0, 40_000)])), receive(ms(phone, 0, 39_400)))
    assert result.same is SameRecording.SAME_CONVERSATION
    (stretch,) = result.map
    assert abs(stretch.a_start_ms - 3_600_600) <= 3
    assert [finding.kind for finding in result.findings] == [Kind.ONLY_IN_A]
