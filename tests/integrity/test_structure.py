import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.integrity.examine import examine
from pipeline.integrity.model import Level, Stance, Trace
from pipeline.integrity.pictures import illustrated
from pipeline.integrity.structure.detector import _reader, read_structure
from pipeline.integrity.structure.reading import Source
from pipeline.settings import Settings
from pipeline.texts import Language
from tests.fixtures.audio import without_packets
from tests.integrity.builders import (
    cut_and_joined,
    cut_closing_times,
    cut_keeping_times,
    mp3_frames,
    not_named,
    stream_copy,
    with_edits,
    without_mp3_frames,
    without_pages,
)
from tests.integrity.conftest import ENCODINGS, SECONDS

FRAME_MS = 1024 / 44.1


def claims(path: Path) -> list[Trace]:
    return [trace for trace in read_structure(path).traces if trace.level is not Level.HISTORY]


def kinds(path: Path) -> set[str]:
    return {trace.kind for trace in read_structure(path).traces} - {"written_by"}


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_untouched_recording_gives_no_claim_and_its_length_is_right(untouched: dict[str, Path], name: str) -> None:
    reading = read_structure(untouched[name])
    assert [trace for trace in reading.traces if trace.kind != "written_by"] == []
    assert reading.facts.duration_ms == pytest.approx(SECONDS * 1000, abs=60)


@pytest.mark.parametrize(
    ("name", "container"),
    [("m4a", "mp4"), ("m4a", "mov"), ("m4a", "matroska"), ("opus", "webm"), ("opus", "ogg"), ("mp3", "mp3"), ("vorbis", "ogg")],
)
def test_a_copy_in_another_container_gives_no_claim(untouched: dict[str, Path], tmp_path: Path, name: str, container: str) -> None:
    assert claims(without_packets(untouched[name], tmp_path / f"copy.{container}", 0, 0, container)) == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_recording_that_broke_off_is_history_only(untouched: dict[str, Path], tmp_path: Path, name: str) -> None:
    data = untouched[name].read_bytes()
    assert claims(saved(tmp_path / "broken", data[: len(data) * 2 // 3])) == []


@pytest.mark.parametrize("name", ["mp3", "mp3 16 kHz", "mp3 stereo", "mp3 vbr"])
def test_removed_mp3_frames_are_found_where_they_were(untouched: dict[str, Path], tmp_path: Path, name: str) -> None:
    cut = saved(tmp_path / "cut.mp3", without_mp3_frames(untouched[name].read_bytes(), 401, 50, keep_counts=False))
    (found,) = claims(cut)
    frame_ms = 1152 / 44.1 if "16" not in name and "stereo" not in name else 24.0 if "stereo" in name else 36.0
    assert found.kind == "frames_missing"
    assert found.start_ms - 60 <= 401 * frame_ms <= found.end_ms + 60
    assert found.hypotheses.edited is Stance.SUPPORTS


def test_old_counts_of_an_mp3_tell_that_frames_are_gone(untouched: dict[str, Path], tmp_path: Path) -> None:
    cut = saved(tmp_path / "cut.mp3", without_mp3_frames(untouched["mp3"].read_bytes(), 401, 50, keep_counts=True))
    counted = next(trace for trace in claims(cut) if trace.kind == "fewer_frames_than_counted")
    assert counted.missing_ms == pytest.approx(50 * 1152 / 44.1, abs=2)


@pytest.mark.parametrize("rest", [0, 1, 3])
def test_an_mp3_that_broke_off_near_a_frame_is_never_called_edited(untouched: dict[str, Path], tmp_path: Path, rest: int) -> None:
    tag, counts, frames = mp3_frames(untouched["mp3"].read_bytes())
    path = saved(tmp_path / "broken.mp3", tag + counts + b"".join(frames[:500]) + frames[500][:rest])
    assert {trace.hypotheses.edited for trace in read_structure(path).traces} == {Stance.NEUTRAL}
    assert claims(path) == [] or rest == 0


def test_two_mp3_files_in_one_are_seen(untouched: dict[str, Path], tmp_path: Path) -> None:
    data = untouched["mp3"].read_bytes()
    (found,) = (trace for trace in claims(saved(tmp_path / "two.mp3", data + data)) if trace.kind == "joined_files")
    assert found.start_ms == pytest.approx(SECONDS * 1000, abs=100)
    assert found.hypotheses.edited is Stance.NEUTRAL


def test_an_mp3_without_its_beginning_is_history(untouched: dict[str, Path], tmp_path: Path) -> None:
    _, _, frames = mp3_frames(untouched["mp3"].read_bytes())
    path = saved(tmp_path / "tail.mp3", b"".join(frames[100:]))
    assert claims(path) == []
    assert kinds(path) == {"starts_inside_stream"}


@pytest.mark.parametrize(
    ("place", "kind"),
    [(cut_keeping_times(400, 50), "time_gap"), (cut_and_joined(400, 50, 1024), "time_overlap")],
    ids=["times kept", "joined"],
)
def test_a_stream_copy_cut_of_an_m4a_is_found(untouched: dict[str, Path], tmp_path: Path, place: object, kind: str) -> None:
    (found,) = claims(stream_copy(untouched["m4a"], tmp_path / "cut.m4a", place))  # type: ignore[arg-type]
    assert found.kind == kind
    assert found.start_ms == pytest.approx(399 * FRAME_MS, abs=2 * FRAME_MS)


def test_a_cut_with_new_times_leaves_the_time_table_regular(untouched: dict[str, Path], tmp_path: Path) -> None:
    """What the structure cannot tell; the power in the calibration file says so."""
    assert kinds(stream_copy(untouched["m4a"], tmp_path / "cut.m4a", cut_closing_times(400, 50, 1024))) <= {"block_order"}


def test_frames_that_the_tables_name_no_longer_are_found(untouched: dict[str, Path], tmp_path: Path) -> None:
    found = next(
        t for t in claims(saved(tmp_path / "cut.m4a", not_named(untouched["m4a"].read_bytes(), 400, 100))) if t.kind == "frames_not_named"
    )
    assert found.start_ms == pytest.approx(399 * FRAME_MS, abs=FRAME_MS)
    assert found.missing_ms == pytest.approx(100 * FRAME_MS, rel=0.3)
    assert found.hypotheses.edited is Stance.SUPPORTS


def test_sound_that_an_edit_list_hides_is_found_and_a_pause_is_never_called_an_edit(untouched: dict[str, Path], tmp_path: Path) -> None:
    data = untouched["m4a"].read_bytes()
    (hidden,) = claims(saved(tmp_path / "hidden.m4a", with_edits(data, (10_000, 1024), (15_000, 1024 + 441_000 + 220_500))))
    assert (hidden.kind, hidden.start_ms, hidden.missing_ms) == ("hidden_by_edit_list", 10_000, 5_000)
    (pause,) = claims(saved(tmp_path / "pause.m4a", with_edits(data, (10_000, 1024), (2_000, -1), (20_000, 1024 + 441_000))))
    assert (pause.kind, pause.start_ms, pause.end_ms) == ("edit_list_pause", 10_000, 12_000)
    assert pause.hypotheses.edited is Stance.NEUTRAL
    assert pause.hypotheses.benign_interruption is Stance.SUPPORTS


@pytest.mark.parametrize("name", ["opus", "vorbis"])
def test_missing_ogg_pages_are_found_with_their_length(untouched: dict[str, Path], tmp_path: Path, name: str) -> None:
    (found,) = claims(saved(tmp_path / "cut.ogg", without_pages(untouched[name].read_bytes(), 10, 3)))
    assert found.kind == "pages_missing"
    assert found.end_ms - found.start_ms == pytest.approx(3000, abs=150)


def test_a_damaged_ogg_page_is_found(untouched: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(untouched["opus"].read_bytes())
    data[len(data) // 2] ^= 1
    assert kinds(saved(tmp_path / "damaged.ogg", bytes(data))) == {"bytes_without_frames", "pages_missing"}


def test_two_ogg_streams_after_one_another_are_seen(untouched: dict[str, Path], tmp_path: Path) -> None:
    data = untouched["opus"].read_bytes()
    assert kinds(saved(tmp_path / "two.ogg", data + data)) == {"joined_streams"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("webm", "time_gap"),
        ("mka", "time_gap"),
        ("wma", "time_gap"),
        ("flac", "frame_numbers_jump"),
        ("mp4 in fragments", "time_gap"),
        ("vorbis", "time_gap"),
    ],
)
def test_packets_that_are_gone_are_found(untouched: dict[str, Path], tmp_path: Path, name: str, kind: str) -> None:
    suffix = ENCODINGS[name].suffix
    first = 100 if name == "flac" else 400
    path = without_packets(untouched[name], tmp_path / f"cut{suffix}", first, 40, {".wma": "asf", ".mka": "matroska"}.get(suffix))
    assert {trace.kind for trace in claims(path)} - {"block_order"} == {kind}


@pytest.mark.parametrize("claimed", [0, 0xFFFFFFFF, 2**31])
def test_wrong_sizes_of_a_wav_are_history(untouched: dict[str, Path], tmp_path: Path, claimed: int) -> None:
    data = untouched["wav"].read_bytes()
    at = data.index(b"data") + 4
    path = saved(
        tmp_path / "lies.wav", data[:4] + claimed.to_bytes(4, "little") + data[8:at] + claimed.to_bytes(4, "little") + data[at + 4 :]
    )
    assert claims(path) == []
    assert len(kinds(path)) == 1


def test_damage_everywhere_is_one_statement(untouched: dict[str, Path], tmp_path: Path) -> None:
    _, _, frames = mp3_frames(untouched["mp3"].read_bytes())
    path = saved(tmp_path / "damaged.mp3", b"".join(frame + b"damaged" * (number % 5 == 0) for number, frame in enumerate(frames)))
    assert [trace.kind for trace in claims(path)] == ["widespread"]


def _fuzzed(data: bytes, pieces: list[tuple[float, bytes]]) -> bytes:
    changed = bytearray(data)
    for place, piece in pieces:
        at = int(place * len(changed))
        changed[at : at + len(piece)] = piece
    return bytes(changed)


PIECES = st.lists(
    st.tuples(
        st.one_of(st.floats(0, 0.999), st.floats(0, 0.01), st.floats(0.97, 0.999)),
        st.one_of(
            st.binary(min_size=1, max_size=8), st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1"])
        ),
    ),
    min_size=1,
    max_size=12,
)


def _survives(data: bytes) -> None:
    source = Source(io.BytesIO(data))
    reader = _reader(source)
    if reader is not None:
        reading = reader(source)
        assert all(0 <= trace.start_ms <= trace.end_ms for trace in reading.traces)
        assert len(reading.traces) < 2000


@pytest.mark.parametrize("name", ENCODINGS)
def test_damage_never_breaks_a_reader(untouched: dict[str, Path], name: str) -> None:
    data = _short(untouched[name].read_bytes())

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PIECES)
    def damaged(pieces: list[tuple[float, bytes]]) -> None:
        _survives(_fuzzed(data, pieces))

    damaged()


@pytest.mark.long
@pytest.mark.parametrize("name", ENCODINGS)
def test_much_damage_never_breaks_a_reader(untouched: dict[str, Path], name: str) -> None:
    data = _short(untouched[name].read_bytes())

    @settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PIECES, st.floats(0.01, 1))
    def damaged(pieces: list[tuple[float, bytes]], kept: float) -> None:
        _survives(_fuzzed(data, pieces)[: int(kept * len(data))])

    damaged()


@pytest.mark.long
@pytest.mark.parametrize("name", ENCODINGS)
def test_damage_never_breaks_an_examination(untouched: dict[str, Path], name: str, tmp_path: Path) -> None:
    data, path = _short(untouched[name].read_bytes()), tmp_path / "damaged"

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PIECES)
    def damaged(pieces: list[tuple[float, bytes]]) -> None:
        path.write_bytes(_fuzzed(data, pieces))
        with suppress(InputRefused):
            illustrated(examine(path, None, Settings()), path, Language.DUTCH)

    damaged()


def _short(data: bytes) -> bytes:
    """The beginning and the end, where the tables are."""
    return data if len(data) < 60_000 else data[:40_000] + data[-20_000:]
