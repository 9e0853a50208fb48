"""Damaged and hostile files: an answer or a refusal, in bounded time and memory, never a crash."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.recording.listening import write_listening_copy
from pipeline.recording.model import Inspection
from pipeline.recording.probe import inspect
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Recordings
from pipeline.worker import Worker
from tests.fixtures import broken
from tests.fixtures.audio import Encoding

LIMITS = Recordings(max_duration_hours=0.1)
LIMIT_SECONDS = 60.0
MEMORY_BYTES = 3 * 2**30

ENCODINGS = [
    Encoding(".wav", "pcm_s16le", 16000, channels=2),
    Encoding(".wav", "adpcm_ima_wav", 16000),
    Encoding(".mp3", "mp3", 16000),
    Encoding(".m4a", "aac", 16000, channels=2),
    Encoding(".m4a", "alac", 16000),
    Encoding(".aac", "aac", 16000, container="adts"),
    Encoding(".ogg", "libopus", 16000, muxer={"page_duration": "100000"}),
    Encoding(".ogg", "vorbis", 44100, channels=2, muxer={"page_duration": "100000"}),
    Encoding(".flac", "flac", 16000),
    Encoding(".wma", "wmav2", 16000, container="asf", bit_rate=32_000),
    Encoding(".amr", "amr_nb", 8000),
    Encoding(".webm", "libopus", 16000),
    Encoding(".mkv", "flac", 16000),
    Encoding(".avi", "mp3", 16000),
    Encoding(".ts", "aac", 16000),
]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """As in production: files that may be hostile are opened in a child process."""
    with Worker(memory_bytes=MEMORY_BYTES) as running:
        yield running


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("clips")
    return [broken.bytes_of(encoding, folder, seconds=1) for encoding in ENCODINGS]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def use_wholly(path: Path, limits: Recordings) -> Inspection:
    """All that is done with a received file; runs in the child."""
    inspection = inspect(path, limits)
    write_speech_audio(path, path.with_suffix(".raw"))
    write_listening_copy(path, path.with_suffix(".listening"))
    assert SpeechAudio(path.with_suffix(".raw")).duration_ms == inspection.format.duration_ms
    return inspection


@st.composite
def mutations(draw: st.DrawFn) -> tuple[int, list[tuple[float, bytes]], float]:
    """Which clip, what is written over it and where (headers are at the start), and how much of it is kept."""
    place = st.one_of(st.floats(0, 0.05), st.floats(0, 1))
    evil = st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", struct.pack("<I", 2**31 - 1), b"\xff" * 8])
    written = st.lists(st.tuples(place, st.one_of(evil, st.binary(min_size=1, max_size=8))), min_size=1, max_size=12)
    kept = st.one_of(st.just(1.0), st.floats(0.01, 1))
    return draw(st.integers(0, len(ENCODINGS) - 1)), draw(written), draw(kept)


def check_mutation(mutation: tuple[int, list[tuple[float, bytes]], float], clips: list[bytes], worker: Worker, scratch: Path) -> None:
    which, written, kept = mutation
    data = bytearray(clips[which])
    for place, content in written:
        at = round(place * (len(data) - 1))
        data[at : at + len(content)] = content
    path = scratch / "mutated"
    path.write_bytes(data[: max(1, round(kept * len(data)))])
    try:
        inspection = worker.call(use_wholly, path, LIMITS, limit_seconds=LIMIT_SECONDS)
    except InputRefused:
        return
    assert 0 < inspection.format.duration_ms <= LIMITS.max_duration_hours * 3_600_000


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(mutation=mutations())
def test_a_mutated_recording_is_used_or_refused(
    mutation: tuple[int, list[tuple[float, bytes]], float], clips: list[bytes], worker: Worker, scratch: Path
) -> None:
    check_mutation(mutation, clips, worker, scratch)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutation=mutations())
def test_many_mutated_recordings_are_used_or_refused(
    mutation: tuple[int, list[tuple[float, bytes]], float], clips: list[bytes], worker: Worker, scratch: Path
) -> None:
    check_mutation(mutation, clips, worker, scratch)


@pytest.mark.parametrize(
    ("offset", "kind", "value"), [(22, "<H", 65535), (24, "<I", 2**32 - 1), (24, "<I", 2**30), (24, "<I", 1), (24, "<I", 0)]
)
def test_a_header_that_claims_absurd_sound_costs_nothing(offset: int, kind: str, value: int, worker: Worker, tmp_path: Path) -> None:
    """More channels or samples a second than anything records: a second of that would fill the memory."""
    data = bytearray(broken.wave(tmp_path))
    struct.pack_into(kind, data, offset, value)
    path = tmp_path / "absurd.wav"
    path.write_bytes(data)
    with pytest.raises(InputRefused):
        worker.call(use_wholly, path, LIMITS, limit_seconds=LIMIT_SECONDS)
