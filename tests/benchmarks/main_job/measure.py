"""Whole-process cost of `wederhoor minutes`: CPU-seconds per second of audio at one thread, and the largest process.

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/main_job/measure.py MINUTES [-- extra arguments of `minutes`]
Makes a recording of the asked length from the Dutch test speech (repeated as often as needed, each round 7 dB quieter or
louder so that no two rounds are the same), runs the command in a fresh process and reads the kernel's accounting.
"""

import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np

RATE = 16_000
SOURCES = ("nl/fillets_10min.flac", "nl/gesprek_opvang.flac", "nl/klacht_4spk.flac")
GAINS = (1.0, 0.45, 0.7)


def main(minutes: float, extra: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "long.flac"
        write_long_recording(recording, round(minutes * 60 * RATE))
        made = cost("minutes", str(recording), "--without-agreement", "benchmark", "--out", folder, *extra)
        examined = cost("examine", str(recording))
    audio_s = minutes * 60
    cpu, check = (usage.ru_utime + usage.ru_stime for usage in (made, examined))
    figures = {
        "audio_s": audio_s,
        "cpu_s": round(cpu, 1),
        "cpu_per_audio_s": round(cpu / audio_s, 4),
        "cut_check_alone_cpu_s": round(check, 1),
        "all_but_the_cut_check_per_audio_s": round((cpu - check) / audio_s, 4),
        "largest_process_mb": made.ru_maxrss // 1024,
    }
    print(json.dumps(figures))


def cost(*arguments: str) -> resource.struct_rusage:
    """What a command used, its child processes included. Its own start counts too."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments[0]} ended with status {status}")
    return usage


def write_long_recording(target: Path, samples: int) -> None:
    folder = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    sources = [read(folder / name) for name in SOURCES]
    with av.open(str(target), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        written = 0
        for source, gain in itertools.cycle(itertools.product(sources, GAINS)):
            chunk = (source[: samples - written] * gain).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(chunk[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, written
            container.mux(stream.encode(frame))
            written += len(chunk)
            if written >= samples:
                break
        container.mux(stream.encode(None))


def read(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frames = [frame for packet in container.decode(audio=0) for frame in resampler.resample(packet)]
        return np.concatenate([frame.to_ndarray()[0] for frame in frames])


if __name__ == "__main__":
    rest = sys.argv[2:]
    main(float(sys.argv[1]), rest[1:] if rest[:1] == ["--"] else rest)
