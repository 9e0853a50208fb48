"""Make the recordings of sample_audio/ anew.

    make_sample_audio.py --recorded FOLDER      encode two recordings that exist: gesprek.* and gesprek_telefoon.*, any lossless format
    make_sample_audio.py                        speak the turns of gesprek.txt first, with espeak-ng and MBROLA

Speaking needs the programs espeak-ng and mbrola with the voices nl2 and nl3; `--voices nl+m3 nl+f2` does without MBROLA.
It also writes gesprek.txt, gesprek.rttm and gesprek_telefoon.json, because another voice takes another time. What a
listener hears differs a little from the committed files: they were made with `--recorded`.
"""

import argparse
import io
import json
import re
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from pipeline.recording.decode import decode_mono
from pipeline.shipped import SAMPLE_AUDIO

RATE = 16_000
# Of MEDEWERKER and CLIENT.
MBROLA_VOICES = ("mb-nl3", "mb-nl2")
WORDS_PER_MINUTE = 134
SEED = 3_3_2026
FIRST_TURN_SECONDS = 1.0
PAUSE_SECONDS = (0.25, 0.9)
# The second device was started later and lacks these turns: both warnings.
LATER_SECONDS = 0.6
CUT_TURNS = slice(12, 16)
CUT_BEFORE_SPEECH_SECONDS = 0.12
# The conversation says so itself: 3 March, two o'clock.
STARTED = "2026-03-03T13:00:00Z"

Sound = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn of the reference text; times in seconds."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Device:
    """How a device hears the room: reverberation in seconds and level, hiss in dB of full scale, band in Hz."""

    reverberation: float
    level: float
    hiss_db: float
    band: tuple[float, float]


TABLE = Device(reverberation=0.15, level=0.010, hiss_db=-62, band=(60, 7800))
PHONE = Device(reverberation=0.40, level=0.030, hiss_db=-45, band=(180, 6800))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recorded", type=Path, metavar="FOLDER")
    parser.add_argument("--voices", nargs=2, default=MBROLA_VOICES, metavar=("STAFF", "CLIENT"))
    parser.add_argument("--out", type=Path, default=SAMPLE_AUDIO)
    arguments = parser.parse_args()
    if arguments.recorded:
        table, phone = (read(next(arguments.recorded.glob(f"{name}.*"))) for name in ("gesprek", "gesprek_telefoon"))
    else:
        dry, turns = speak(read_turns(SAMPLE_AUDIO / "gesprek.txt"), dict(zip(("MEDEWERKER", "CLIENT"), arguments.voices, strict=True)))
        write_reference(arguments.out, turns)
        noise = np.random.default_rng(SEED)
        table, phone = heard(dry, TABLE, noise), cut(heard(dry, PHONE, noise), *cut_seconds(turns))
    encode(arguments.out / "gesprek.m4a", table, codec="aac", rate=44_100, bits_per_second=56_000, metadata={"creation_time": STARTED})
    encode(arguments.out / "gesprek_telefoon.ogg", phone, codec="libopus", rate=16_000, bits_per_second=24_000, metadata={})


def read(path: Path) -> Sound:
    return np.concatenate([block.samples[0] for block in decode_mono(path, RATE)]).astype(np.float64)


def read_turns(path: Path) -> list[SpokenTurn]:
    pattern = re.compile(r"\[([\d.]+)-([\d.]+)\] (\w+): (.+)")
    matches = (pattern.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [SpokenTurn(float(match[1]), float(match[2]), match[3], match[4]) for match in matches if match]


def speak(turns: list[SpokenTurn], voices: dict[str, str]) -> tuple[Sound, list[SpokenTurn]]:
    """The conversation without a room, and the turns at the times they are now spoken."""
    pauses = np.random.default_rng(SEED).uniform(*PAUSE_SECONDS, len(turns))
    parts, spoken, clock = [np.zeros(round(FIRST_TURN_SECONDS * RATE))], [], FIRST_TURN_SECONDS
    for turn, pause in zip(turns, pauses, strict=True):
        sound = utterance(turn.text, voices[turn.speaker])
        spoken.append(replace(turn, start=clock, end=clock + sound.size / RATE))
        parts += [sound, np.zeros(round(pause * RATE))]
        clock += (parts[-2].size + parts[-1].size) / RATE
    return np.concatenate([*parts, np.zeros(RATE)]), spoken


def utterance(text: str, voice: str) -> Sound:
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdout", text]
    # A pipe cannot be sought back to fill in the size, so that the header promises more than there is.
    with wave.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        sound = resample_poly(sound, RATE, file.getframerate())
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return 0.5 * sound[max(0, loud[0] - RATE // 40) : loud[-1] + RATE // 20] / np.abs(sound).max()


def heard(dry: Sound, device: Device, noise: np.random.Generator) -> Sound:
    time = np.arange(round(device.reverberation * RATE)) / RATE
    room = device.level * noise.standard_normal(time.size) * 10 ** (-3 * time / device.reverberation)
    room[0] = 1
    wet = fftconvolve(dry, room)[: dry.size]
    hiss = np.convolve(noise.standard_normal(dry.size), [1, 0.5], mode="same")
    mixed = 0.6 * wet / np.abs(wet).max() + hiss * 10 ** (device.hiss_db / 20) / hiss.std()
    return np.asarray(sosfilt(butter(2, device.band, "band", fs=RATE, output="sos"), mixed))


def cut_seconds(turns: list[SpokenTurn]) -> tuple[float, float]:
    return turns[CUT_TURNS.start].start - CUT_BEFORE_SPEECH_SECONDS, turns[CUT_TURNS.stop].start - CUT_BEFORE_SPEECH_SECONDS


def cut(sound: Sound, start: float, end: float) -> Sound:
    return np.concatenate([sound[round(LATER_SECONDS * RATE) : round(start * RATE)], sound[round(end * RATE) :]])


def write_reference(folder: Path, turns: list[SpokenTurn]) -> None:
    lines = [f"[{turn.start:08.3f}-{turn.end:08.3f}] {turn.speaker}: {turn.text}" for turn in turns]
    (folder / "gesprek.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rttm = [f"SPEAKER gesprek 1 {turn.start:.3f} {turn.end - turn.start:.3f} <NA> <NA> {turn.speaker} <NA> <NA>" for turn in turns]
    (folder / "gesprek.rttm").write_text("\n".join(rttm) + "\n", encoding="utf-8")
    start, end = cut_seconds(turns)
    truth = {"starts_ms": round(LATER_SECONDS * 1000), "missing_ms": [round(start * 1000), round(end * 1000)]}
    (folder / "gesprek_telefoon.json").write_text(json.dumps(truth) + "\n", encoding="utf-8")


def encode(path: Path, sound: Sound, *, codec: str, rate: int, bits_per_second: int, metadata: dict[str, str]) -> None:
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        container.metadata.update(metadata)
        stream = container.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = bits_per_second
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        stream.codec_context.open()
        converter = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.codec_context.frame_size)
        for frame in frames(sound):
            for ready in converter.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def frames(sound: Sound) -> Iterator[AudioFrame | None]:
    """The sound in seconds, then the sign that it is over."""
    for start in range(0, sound.size, RATE):
        samples = np.rint(sound[start : start + RATE].clip(-1, 1) * 32767).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
        yield frame
    yield None


if __name__ == "__main__":
    main()
