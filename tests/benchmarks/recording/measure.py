"""Cost of receiving and preparing a recording: CPU-seconds and largest memory of each step, each in a process of its own.

Usage: python tests/benchmarks/recording/measure.py HOURS
The recording is the sample conversation (AAC, 44.1 kHz, mono) repeated as often as needed.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import av

from pipeline.recording.listening import write_listening_copy
from pipeline.recording.probe import inspect
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Recordings
from pipeline.shipped import SAMPLE_AUDIO

STEPS = {
    "inspect": lambda source, _target: inspect(source, Recordings()),
    "write_speech_audio": write_speech_audio,
    "write_listening_copy": write_listening_copy,
    "read_speech_audio": lambda _source, target: [
        window.sum() for _, window in SpeechAudio(target.with_name("write_speech_audio")).windows(30_000, 30_000)
    ],
    "imports_only": lambda _source, _target: None,
}


def main(hours: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "long.m4a"
        seconds = hours * 3600
        # Also made in a process of its own: the kernel counts the memory of the parent at the start of a child.
        subprocess.run([sys.executable, __file__, "make", str(source), str(seconds)], check=True)
        for step in STEPS:
            process = subprocess.Popen([sys.executable, __file__, step, str(source), str(Path(folder) / step)])
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                raise SystemExit(f"{step} ended with status {status}")
            cpu = usage.ru_utime + usage.ru_stime
            figures = {"step": step, "audio_s": round(seconds), "cpu_s": round(cpu, 1), "times_real_time": round(seconds / cpu)}
            print(json.dumps(figures | {"largest_mb": usage.ru_maxrss // 1024}), flush=True)


def write_repeated(target: Path, seconds: float) -> None:
    """Repeat the packets of the sample, without decoding."""
    with av.open(str(SAMPLE_AUDIO / "gesprek.m4a")) as sample, av.open(str(target), "w") as container:
        stream = container.add_stream_from_template(sample.streams.audio[0])
        packets = [(bytes(packet), packet.duration) for packet in sample.demux(audio=0) if packet.duration]
        time_base = sample.streams.audio[0].time_base
        position = 0
        while True:
            for data, duration in packets:
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, time_base
                packet.pts = packet.dts = position
                packet.duration = duration
                container.mux(packet)
                position += duration
                if position * time_base >= seconds:
                    return


if __name__ == "__main__":
    if sys.argv[1] == "make":
        write_repeated(Path(sys.argv[2]), float(sys.argv[3]))
    elif sys.argv[1] in STEPS:
        STEPS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(float(sys.argv[1]))
