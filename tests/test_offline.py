"""The main job with the real models, without a network, killed half-way: same minutes, and nothing ever calls out."""

import os
import subprocess
import sys
from pathlib import Path

import av
import pytest

from pipeline.dossier.layout import Dossier
from pipeline.minutes.versions import load_current
from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import COMMAND, ROOT

pytestmark = pytest.mark.models

SECONDS = 16
# Written to a file by every Python process of the command, workers included, when it asks for a connection or an address.
WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname") and not (
        event == "socket.connect" and isinstance(arguments[1], (str, bytes))
    ):
        with open(os.environ["CALLS_OUT"], "a") as file:
            file.write(f"{event} {arguments[1:]}\\n")

sys.addaudithook(watch)
"""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """The beginning of the sample conversation."""
    target = tmp_path / "begin.wav"
    with av.open(str(SAMPLE_AUDIO / "gesprek.m4a")) as source, av.open(str(target), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=44_100, layout="mono")
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > SECONDS:
                break
            frame.pts = None
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target


@pytest.fixture
def without_network(tmp_path: Path) -> tuple[list[str], dict[str, str], Path]:
    """A command prefix that takes the network away, the environment that watches for calls, and where they are noted."""
    prefix = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespace: being offline cannot be proven here")
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    calls = tmp_path / "calls.txt"
    path = os.pathsep.join((str(tmp_path / "watch"), str(ROOT)))
    return prefix, os.environ | {"PYTHONPATH": path, "CALLS_OUT": str(calls), "WEDERHOOR_REPORT_LANGUAGE": "en"}, calls


def test_offline_and_killed_half_way_the_minutes_are_made(
    clip: Path, tmp_path: Path, without_network: tuple[list[str], dict[str, str], Path]
) -> None:
    prefix, environment, calls = without_network
    command = [*prefix, *COMMAND, "minutes", str(clip), "--speakers", "2", "--out", str(tmp_path / "out")]
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert first.stderr is not None
    assert any(line.strip() == "Transcribing: done" for line in first.stderr)
    subprocess.run(["pkill", "-9", "-P", str(first.pid)], check=False)
    first.kill()
    first.wait()
    first.stderr.close()
    (folder,) = (tmp_path / "out").glob("2*")
    (transcription,) = folder.glob("work/transcribe-*/transcription.json")
    made_at = transcription.stat().st_mtime_ns

    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert again.returncode == 0, again.stderr
    assert transcription.stat().st_mtime_ns == made_at
    minutes = load_current(Dossier.open(folder).minutes_folder).minutes
    said = " ".join(line.text for line in minutes.lines).lower()
    assert all(word in said for word in ("koffie", "gesprek", "tevoren"))
    assert {line.speaker for line in minutes.lines} >= {"S1", "S2"}
    assert not calls.exists(), calls.read_text()


def test_the_watch_sees_a_call(tmp_path: Path, without_network: tuple[list[str], dict[str, str], Path]) -> None:
    prefix, environment, calls = without_network
    code = "import socket, contextlib\nwith contextlib.suppress(OSError): socket.create_connection(('192.0.2.1', 9), 1)"
    subprocess.run([*prefix, sys.executable, "-c", code], env=environment, check=True)
    assert "192.0.2.1" in calls.read_text()


def test_no_library_leaves_a_device_id_or_a_queue_of_reports(tmp_path: Path) -> None:
    """onnxruntime from 1.30 on keeps events of its own in the user's home and sends them from native code."""
    code = "import onnxruntime, faster_whisper, ctranslate2\nfrom pipeline.speech.diarisation import segmentation"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    left = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file() and "mpl" not in path.parts]
    assert left == []
