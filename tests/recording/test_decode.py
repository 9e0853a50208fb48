from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.recording.decode import Block, decode, decode_mono
from tests.fixtures.audio import Encoding, clicks, encode, peak_ms, tone, without_packets

CLICKS = (1.0, 2.2)

# The codec and the container keep the clock.
EXACT = [
    Encoding(".wav", "pcm_s16le", 44100),
    Encoding(".wav", "pcm_u8", 8000),
    Encoding(".wav", "pcm_s24le", 96000),
    Encoding(".wav", "pcm_f32le", 48000, channels=8),
    Encoding(".wav", "pcm_mulaw", 8000),
    Encoding(".wav", "adpcm_ima_wav", 44100),
    Encoding(".aiff", "pcm_s16be", 44100, channels=2),
    Encoding(".mp3", "mp3", 44100, channels=2),
    Encoding(".mp3", "mp3", 16000),
    Encoding(".m4a", "aac", 44100),
    Encoding(".m4a", "aac", 8000),
    Encoding(".m4a", "alac", 48000, channels=2),
    Encoding(".mp4", "aac", 48000, channels=6),
    Encoding(".mov", "aac", 44100),
    Encoding(".mov", "pcm_s16le", 96000),
    Encoding(".3gp", "aac", 16000),
    Encoding(".3gp", "amr_nb", 8000),
    Encoding(".ogg", "libopus", 48000, channels=2),
    Encoding(".opus", "libopus", 16000),
    Encoding(".ogg", "vorbis", 44100, channels=2),
    Encoding(".flac", "flac", 96000, channels=2),
    Encoding(".flac", "flac", 22050),
    Encoding(".flac", "flac", 48000, channels=8),
    Encoding(".m4a", "aac", 48000, channels=8),
    Encoding(".mkv", "aac", 44100),
    Encoding(".mkv", "flac", 32000),
    Encoding(".mkv", "mp3", 44100),
    Encoding(".webm", "libopus", 48000),
    Encoding(".webm", "vorbis", 44100, channels=2),
]
# The container does not say how long the encoder needed to start: what is heard is what is there, this much later (or, for
# WMA, whose decoder needs a frame to start, earlier).
DELAYED = [
    (Encoding(".aac", "aac", 44100, container="adts"), 23.2),
    (Encoding(".amr", "amr_nb", 8000), 6.9),
    (Encoding(".ts", "aac", 48000), 21.3),
    (Encoding(".flv", "aac", 44100), 23.2),
    (Encoding(".avi", "mp3", 44100), 25.1),
    (Encoding(".wma", "wmav2", 44100, container="asf", bit_rate=64_000), -46.4),
    (Encoding(".wma", "wmav2", 16000, container="asf", bit_rate=32_000), -32.0),
    (Encoding(".wma", "wmav1", 22050, container="asf", bit_rate=32_000), -46.4),
]


@pytest.fixture
def clip(tmp_path: Path) -> Callable[[Encoding], Path]:
    def make(encoding: Encoding) -> Path:
        samples = clicks(encoding.rate, 2.6, *CLICKS, channels=encoding.channels)
        return encode(tmp_path / f"clip{encoding.suffix}", samples, encoding)

    return make


def joined(blocks: list[Block]) -> np.ndarray:
    position = 0
    for block in blocks:
        assert block.start_sample == position
        position += block.samples.shape[1]
    return np.concatenate([block.samples for block in blocks], axis=1)


@pytest.mark.parametrize("encoding", EXACT, ids=lambda encoding: encoding.name)
def test_a_click_stands_where_it_was_made(encoding: Encoding, clip: Callable[[Encoding], Path]) -> None:
    path = clip(encoding)
    native = joined(list(decode(path)))
    assert native.shape[0] == encoding.channels
    assert native.dtype == np.float32
    for at in CLICKS:
        assert peak_ms(native[0], 48000 if "opus" in encoding.codec else encoding.rate, at * 1000) == pytest.approx(at * 1000, abs=1)
        assert peak_ms(joined(list(decode_mono(path, 16000))), 16000, at * 1000) == pytest.approx(at * 1000, abs=1)


@pytest.mark.parametrize(("encoding", "deviation_ms"), DELAYED, ids=lambda value: value.name if isinstance(value, Encoding) else "")
def test_formats_that_do_not_tell_their_delay_deviate_by_a_known_time(
    encoding: Encoding, deviation_ms: float, clip: Callable[[Encoding], Path]
) -> None:
    mono = joined(list(decode_mono(clip(encoding), 16000)))
    for at in CLICKS:
        assert peak_ms(mono, 16000, at * 1000) - at * 1000 == pytest.approx(deviation_ms, abs=1)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000, 8001])
def test_resampling_keeps_length_and_place_at_every_rate(rate: int, tmp_path: Path) -> None:
    encoding = Encoding(".wav", "pcm_s16le", rate)
    path = encode(tmp_path / "clip.wav", clicks(rate, 3.3, 0.01, 3.28), encoding)
    mono = joined(list(decode_mono(path, 16000)))
    assert mono.shape == (1, round(rate * 3.3) * 16000 // rate)
    assert peak_ms(mono, 16000, 10, within_ms=9) == pytest.approx(10, abs=0.2)
    assert peak_ms(mono, 16000, 3280, within_ms=15) == pytest.approx(3280, abs=0.2)


def test_blocks_are_seconds_and_the_last_is_the_rest(tmp_path: Path) -> None:
    path = encode(tmp_path / "clip.flac", tone(22050, 3.5), Encoding(".flac", "flac", 22050))
    assert [block.samples.shape for block in decode(path)] == [(1, 22050)] * 3 + [(1, 11025)]


@pytest.mark.parametrize(
    ("encoding", "first", "count", "missing_ms"),
    [
        (Encoding(".m4a", "aac", 44100), 50, 6, 139.3),
        (Encoding(".mkv", "flac", 44100), 14, 2, 209),
        (Encoding(".webm", "libopus", 48000), 60, 1, 20),
        (Encoding(".webm", "libopus", 48000), 60, 20, 400),
        (Encoding(".3gp", "amr_nb", 8000), 60, 5, 100),
        (Encoding(".flac", "flac", 44100), 14, 2, 209),
        (Encoding(".ts", "aac", 48000), 52, 5, 106.7),
    ],
    ids=lambda value: value.name if isinstance(value, Encoding) else str(value),
)
def test_missing_packets_become_silence_so_that_the_clock_stays_right(
    encoding: Encoding, first: int, count: int, missing_ms: float, clip: Callable[[Encoding], Path], tmp_path: Path
) -> None:
    whole = clip(encoding)
    gapped = without_packets(whole, tmp_path / f"gapped{encoding.suffix}", first, count)
    rate = next(decode(whole)).samples.shape[1]
    blocks = list(decode(gapped))
    filled = [stretch for block in blocks for stretch in block.filled]
    assert sum(end - start for start, end in filled) * 1000 / rate == pytest.approx(missing_ms, abs=1.5)
    samples = joined(blocks)
    for start, end in filled:
        assert not samples[:, start:end].any()
    late = peak_ms(joined(list(decode(whole)))[0], rate, 2200)
    assert peak_ms(samples[0], rate, 2200) == pytest.approx(late, abs=1.5)


def test_a_page_missing_from_an_ogg_file_leaves_the_clock_right_after_the_next_page(tmp_path: Path) -> None:
    encoding = Encoding(".ogg", "libopus", 48000, muxer={"page_duration": "200000"})
    path = encode(tmp_path / "clip.ogg", clicks(48000, 5, 1.0, 4.5), encoding)
    pages = path.read_bytes().split(b"OggS")
    path.write_bytes(b"OggS".join(pages[:12] + pages[14:]))
    samples = joined(list(decode(path)))
    assert peak_ms(samples, 48000, 1000) == pytest.approx(1000, abs=1)
    assert peak_ms(samples, 48000, 4500) == pytest.approx(4500, abs=1)


@pytest.mark.parametrize("seconds", [300, pytest.param(7200, marks=pytest.mark.long)])
def test_timestamps_rounded_to_milliseconds_do_not_make_the_clock_drift(seconds: int, tmp_path: Path) -> None:
    encoding = Encoding(".mkv", "mp3", 11025, bit_rate=8000)
    path = encode(tmp_path / "long.mkv", clicks(11025, seconds, seconds - 0.5), encoding)
    position, late = 0, 0.0
    for block in decode(path):
        assert block.filled == ()
        position = block.start_sample
        if position == (seconds - 1) * 11025:
            late = peak_ms(block.samples, 11025, 500, within_ms=500)
    assert position // 11025 >= seconds - 1
    assert late == pytest.approx(500, abs=1)


def test_many_small_holes_do_not_add_up_to_drift(tmp_path: Path) -> None:
    """A recorder that sends nothing in silence leaves a hole at every pause; each of 300 is rounded to milliseconds."""
    starts = [number * 1024 + (number // 10) * 1333 for number in range(3000)]
    path = encode(tmp_path / "pauses.mkv", tone(48000, 3000 * 1024 / 48000), Encoding(".mkv", "pcm_s16le", 48000), starts=iter(starts))
    total = sum(block.samples.shape[1] for block in decode(path))
    assert total == pytest.approx(starts[-1] + 1024, abs=48)


def test_voices_in_opposite_phase_stay_audible(tmp_path: Path) -> None:
    voice = tone(16000, 3)
    path = encode(tmp_path / "phase.wav", np.concatenate([voice, -voice]), Encoding(".wav", "pcm_s16le", 16000, channels=2))
    mono = joined(list(decode_mono(path, 16000)))
    assert np.abs(mono).max() == pytest.approx(0.3, abs=0.01)


def test_values_that_are_no_sound_are_taken_away(tmp_path: Path) -> None:
    broken = tone(16000, 1)
    broken[0, 100:200] = np.nan
    broken[0, 300] = np.inf
    path = tmp_path / "broken.wav"
    encode(path, tone(16000, 1), Encoding(".wav", "pcm_f32le", 16000))
    data = path.read_bytes()
    start = data.index(b"data") + 8
    path.write_bytes(data[:start] + broken.astype("<f4").tobytes())
    assert np.isfinite(joined(list(decode(path)))).all()
