import hashlib
import http.server
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputRefused
from pipeline.recording.model import AudioFormat
from pipeline.recording.probe import inspect
from pipeline.settings import Recordings
from pipeline.texts import Language, texts
from tests.fixtures import broken
from tests.fixtures.audio import Encoding, encode, tone, without_packets

LIMITS = Recordings()
OPUS = Encoding(".ogg", "libopus", 48000)
FLAC = Encoding(".flac", "flac", 44100)

REFUSED: list[tuple[str, str, Callable[[Path], bytes]]] = [
    ("empty.wav", "recording_empty", lambda _folder: b""),
    ("random.mp3", "recording_not_media", broken.random_bytes),
    ("picture.wav", "recording_not_media", broken.png),
    ("letter.mp3", "recording_not_media", broken.text("Geachte commissie,\n" * 100)),
    ("one byte.wav", "recording_not_media", broken.text("x")),
    ("page.wav", "recording_not_media", broken.text("<!doctype html><audio src='a.wav'></audio>")),
    ("header.wav", "recording_without_samples", lambda folder: broken.wave(folder)[:44]),
    ("half a header.wav", "recording_undecodable", lambda folder: broken.wave(folder)[:20]),
    ("header.flac", "recording_undecodable", broken.cut_to(200, FLAC)),
    ("header.ogg", "recording_undecodable", broken.cut_to(300, OPUS)),
    ("header.amr", "recording_without_samples", broken.text("#!AMR\n")),
    ("header.mkv", "recording_undecodable", broken.cut_to(500, Encoding(".mkv", "libopus", 48000))),
    ("no index.m4a", "recording_unfinished", broken.m4a_without_index),
    ("first bytes.m4a", "recording_unfinished", lambda folder: broken.m4a(folder)[:40]),
    ("only index.m4a", "recording_without_samples", broken.m4a_of_which_only_the_index_came),
    ("film.mp4", "recording_without_audio", broken.film_without_sound),
    ("encrypted.mp4", "recording_encrypted", broken.m4a_with_common_encryption),
    ("bought.m4p", "recording_encrypted", broken.m4a_with_fairplay),
    ("protected.wma", "recording_encrypted", broken.wma_with_rights_management),
    ("encrypted.mka", "recording_encrypted", broken.matroska_with_encryption),
    ("sealed.age", "recording_encrypted", broken.age_file),
    ("packed.zip", "recording_is_archive", broken.zip_of_a_recording),
    ("locked.wav", "recording_is_archive", broken.zip_with_a_password),
]


@pytest.mark.parametrize(("name", "key", "make"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_a_file_that_is_no_use_is_refused_with_a_sentence_that_helps(
    name: str, key: str, make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make(tmp_path))
    assert_refused(path, key)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path / "gone.wav", "recording_missing")
    assert_refused(tmp_path / "gone" / "gone.wav", "recording_missing")


def test_a_folder_a_device_a_pipe_and_a_socket_are_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, "recording_is_folder")
    assert_refused(Path("/dev/zero"), "recording_is_device")
    os.mkfifo(tmp_path / "pipe.wav")
    assert_refused(tmp_path / "pipe.wav", "recording_is_device")
    # The address of a socket must be short.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "s.wav"
        with broken.unix_socket(path):
            assert_refused(path, "recording_is_device")


def test_a_link_is_refused_whatever_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "real.wav").write_bytes(broken.wave(tmp_path))
    for name, target in [("to a recording.wav", "real.wav"), ("to nothing.wav", "nothing"), ("to itself.wav", "to itself.wav")]:
        (tmp_path / name).symlink_to(target)
        assert_refused(tmp_path / name, "recording_is_link")


def test_a_file_in_a_linked_folder_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "real.wav").write_bytes(broken.wave(tmp_path))
    (tmp_path / "link").symlink_to("share")
    assert inspect(tmp_path / "link" / "real.wav", LIMITS).format.duration_ms == 2000


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_read_permission_is_refused(tmp_path: Path, unprivileged: None) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "private.wav"
        path.write_bytes(b"RIFF")
        path.chmod(0)
        assert_refused(path, "recording_unreadable")


def test_a_file_over_the_limits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(broken.wave(tmp_path))
    assert_refused(path, "recording_too_large", Recordings(max_size_gb=0.00001))
    assert_refused(path, "recording_too_long", Recordings(max_duration_hours=0.0005))


def test_silence_put_in_for_missing_audio_counts_for_the_limit(tmp_path: Path) -> None:
    """Timestamps cost a hostile file nothing."""
    starts = iter(range(0, 10**9, 400 * 16000))
    path = encode(tmp_path / "sparse.mkv", tone(16000, 3), Encoding(".mkv", "pcm_s16le", 16000), starts=starts)
    assert_refused(path, "recording_too_long", Recordings(max_duration_hours=1))


@pytest.mark.parametrize(
    "name",
    [
        "gesprek – één.wav",
        "录音 🎙.wav",
        "x" * 251 + ".wav",
        "-rf.wav",
        "%d.wav",
        "concat:a|b.wav",
        "http:,,x",
        "a\nb\x1b[31m.wav",
        "{0}.wav",
        "opname",
    ],
)
def test_a_recording_may_have_any_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(broken.wave(tmp_path))
    assert inspect(path, LIMITS).format.duration_ms == 2000
    path.write_bytes(b"")
    assert_refused(path, "recording_empty")


def test_a_name_that_is_not_text_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"opname\xff.wav")
    path.write_bytes(b"")
    assert_refused(path, "recording_empty")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server with a recording, and the list of what was asked from it."""
    asked: list[str] = []
    recording = broken.wave(tmp_path)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(recording)

        def log_message(self, *arguments: object) -> None:
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{serving.server_address[1]}/secret.wav", asked
    serving.shutdown()
    thread.join()
    serving.server_close()


HOSTILE = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n",
    "hls key": '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n',
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" mediaPresentationDuration="PT10S" type="static"><Period>'
    '<AdaptationSet contentType="audio"><Representation id="1" bandwidth="1"><BaseURL>{target}</BaseURL></Representation></AdaptationSet>'
    "</Period></MPD>",
    "pls": "[playlist]\nNumberOfEntries=1\nFile1={target}\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    "smil": '<smil><body><audio src="{target}"/></body></smil>',
    "ass": "[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{target}\n",
    "asx": '<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
}


@pytest.mark.parametrize("suffix", [".mp3", ".m3u8", ".wav", ".m4a", ""])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_names_another_never_makes_us_open_it(content: str, suffix: str, server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = server
    (tmp_path / "secret.wav").write_bytes(broken.wave(tmp_path))
    for target in (address, str(tmp_path / "secret.wav"), "secret.wav", f"file:{tmp_path / 'secret.wav'}", "/dev/zero"):
        path = tmp_path / f"hostile{suffix}"
        path.write_text(content.replace("{target}", target))
        assert_refused(path, "recording_not_media")
    assert asked == []


def test_a_recording_cannot_point_to_its_sound_in_another_file(tmp_path: Path, server: tuple[str, list[str]]) -> None:
    """A QuickTime data reference that is not to the file itself."""
    address, asked = server
    data = bytearray(broken.m4a(tmp_path))
    reference = data.index(b"url \x00\x00\x00\x01")
    data[reference : reference + 8] = b"alis\x00\x00\x00\x00"
    path = tmp_path / "reference.m4a"
    path.write_bytes(data.replace(b"secret", address.encode()))
    inspect(path, LIMITS)
    assert asked == []


def test_what_is_known_of_a_recording(tmp_path: Path) -> None:
    metadata = {"creation_time": "2026-03-03T13:00:00Z", "title": "gesprek met Jan", "artist": "Jan", "location": "+52.09+005.12/"}
    path = encode(tmp_path / "clip.m4a", tone(44100, 2, channels=2), Encoding(".m4a", "aac", 44100, channels=2), metadata=metadata)
    described = inspect(path, LIMITS).format
    assert described == AudioFormat(
        container="mov",
        codec="aac",
        sample_rate=44100,
        channels=2,
        duration_ms=2020,
        claimed_start="2026-03-03T13:00:00.000000Z",
        device_tags=described.device_tags,
        damage=None,
    )
    assert described.device_tags["major_brand"] == "M4A"
    assert not any("Jan" in value or "52.09" in value for value in described.device_tags.values())


def test_tags_that_are_not_text_are_kept_readable(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "clip.mp3", tone(16000, 1), Encoding(".mp3", "mp3", 16000), metadata={"encoder": "ABCDEFGH", "model": "x" * 5000}
    )
    path.write_bytes(path.read_bytes().replace(b"xxxxxxxx", b"\xff\xfe\x00\x07\x1bxxx"))
    tags = inspect(path, LIMITS).format.device_tags
    assert all(value.isprintable() and len(value) <= 200 for value in tags.values())


def test_a_lossless_copy_in_another_container_has_the_same_samples(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    samples = np.rint(rng.uniform(-1, 1, (2, 40000)) * 32000).astype(np.float32) / 32768
    encodings = [
        Encoding(suffix, codec, 16000, channels=2)
        for suffix, codec in ((".wav", "pcm_s16le"), (".flac", "flac"), (".mkv", "flac"), (".m4a", "alac"))
    ]
    digests = {inspect(encode(tmp_path / f"clip{encoding.suffix}", samples, encoding), LIMITS).samples_sha256 for encoding in encodings}
    assert digests == {hashlib.sha256((samples.T * 32768).astype("<i2").tobytes()).hexdigest()}


UNDAMAGED = [
    Encoding(".wav", "pcm_s16le", 16000),
    Encoding(".wav", "pcm_s24le", 96000, channels=2),
    Encoding(".wav", "adpcm_ima_wav", 44100),
    Encoding(".mp3", "mp3", 44100),
    Encoding(".m4a", "aac", 44100),
    Encoding(".aac", "aac", 16000, container="adts"),
    Encoding(".ogg", "libopus", 48000, channels=2),
    Encoding(".ogg", "vorbis", 44100, channels=2),
    Encoding(".flac", "flac", 44100),
    Encoding(".wma", "wmav2", 44100, container="asf", bit_rate=64_000),
    Encoding(".amr", "amr_nb", 8000),
    Encoding(".3gp", "amr_nb", 8000),
    Encoding(".mkv", "flac", 48000),
    Encoding(".webm", "libopus", 48000),
    Encoding(".avi", "mp3", 44100),
]


@pytest.mark.parametrize("encoding", UNDAMAGED, ids=lambda encoding: encoding.name)
def test_an_undamaged_file_shows_no_damage(encoding: Encoding, tmp_path: Path) -> None:
    path = encode(tmp_path / f"clip{encoding.suffix}", tone(encoding.rate, 5, channels=encoding.channels), encoding)
    described = inspect(path, LIMITS).format
    assert described.damage is None
    assert described.duration_ms == pytest.approx(5000, abs=150)
    assert described.channels == encoding.channels


STATES_ITS_LENGTH = [
    Encoding(".wav", "pcm_s16le", 16000),
    Encoding(".mp3", "mp3", 44100),
    Encoding(".m4a", "aac", 44100, muxer={"movflags": "+faststart"}),
    Encoding(".flac", "flac", 44100),
    Encoding(".mka", "flac", 44100),
]


@pytest.mark.parametrize("encoding", STATES_ITS_LENGTH, ids=lambda encoding: encoding.name)
def test_a_file_cut_off_half_way_is_used_as_far_as_it_goes(encoding: Encoding, tmp_path: Path) -> None:
    path = encode(tmp_path / f"clip{encoding.suffix}", tone(encoding.rate, 10, channels=encoding.channels), encoding)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    described = inspect(path, LIMITS).format
    assert 4000 < described.duration_ms < 6000
    assert described.damage is not None
    assert described.damage.claimed_ms == pytest.approx(10000, abs=100)
    assert described.damage.readable_ms == described.duration_ms


@pytest.mark.parametrize("encoding", [*STATES_ITS_LENGTH[1:], OPUS], ids=lambda encoding: encoding.name)
def test_a_file_overwritten_in_the_middle_is_used_around_the_damage(encoding: Encoding, tmp_path: Path) -> None:
    path = encode(tmp_path / f"clip{encoding.suffix}", tone(encoding.rate, 30, channels=encoding.channels), encoding)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = np.random.default_rng(3).bytes(3000)
    path.write_bytes(data)
    described = inspect(path, LIMITS).format
    assert described.duration_ms > 20000


def test_a_damaged_first_frame_does_not_decide_what_the_recording_is(tmp_path: Path) -> None:
    """Found by changing bytes at random: the frame claimed 23 channels, and all others were lost in converting to them."""
    path = encode(tmp_path / "clip.aac", tone(16000, 1), Encoding(".aac", "aac", 16000, container="adts"))
    data = bytearray(path.read_bytes())
    data[1:8] = b"\xff" * 7
    data[13:17] = b"\0\0\0\1"
    data[27:31] = b"\x80\0\0\0"
    data[34:42] = b"\xff" * 8
    path.write_bytes(data)
    described = inspect(path, LIMITS).format
    assert (described.sample_rate, described.channels) == (16000, 1)
    assert described.duration_ms > 800


def test_missing_packets_are_told(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.webm", tone(48000, 5), Encoding(".webm", "libopus", 48000))
    damage = inspect(without_packets(whole, tmp_path / "gapped.webm", 100, 10), LIMITS).format.damage
    assert damage is not None
    assert damage.missing_ms == pytest.approx(200, abs=2)
    assert damage.readable_ms == pytest.approx(4800, abs=10)


def test_wideband_amr_is_read(tmp_path: Path) -> None:
    """No encoder exists here: fifty frames that say there is nothing to hear (RFC 4867, frame type 15)."""
    path = tmp_path / "phone.awb"
    path.write_bytes(b"#!AMR-WB\n" + b"\x7c" * 50)
    described = inspect(path, LIMITS).format
    assert (described.codec, described.sample_rate, described.duration_ms) == ("amr_wb", 16000, 1000)


def assert_refused(path: Path, key: str, limits: Recordings = LIMITS) -> None:
    with pytest.raises(InputRefused) as caught:
        inspect(path, limits)
    assert caught.value.text_key == key
    for language in Language:
        explained = texts(language).explain(caught.value)
        explained.encode()
        assert all(line.isprintable() for line in explained.splitlines())
        assert len(explained.splitlines()) == 3
