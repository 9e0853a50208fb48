"""Every test of the cut check on one grid of edits, and on files that nobody edited: found, placed, false alarms.

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.integrity.edits
        [--seed N] [--budget CPU_SECONDS] [--split tuning] [--edits KIND ...] [--without DETECTOR ...] [--hours H] [--write]

The whole grid is ten codecs, ten edits, four fades, five ways of saving and three devices: far more than one machine does in a
night. The seed decides which cells are run, in turn over the edits, until the budget is spent; what was run is printed. A new
seed is a new set. Sources and devices are divided once: TUNING chose the thresholds of copies and hum, TEST is only reported.
Each source was 16 kHz or less and was resampled, so that none holds a frame grid of 44.1 kHz; no source
is a first recording of a device, so all hours are generated.

`--hours H` makes untouched recordings of two hours instead (speech of the split at other speeds, forwards and backwards, with
noise and hum), half of them saved as MP3, and counts what is claimed. Which detectors ran is printed.
"""

import argparse
import json
import os
import random
import tempfile
import time
import wave
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve, resample_poly

from pipeline.errors import InputRefused
from pipeline.integrity.calibration import TOGETHER, interval
from pipeline.integrity.detectors import DETECTORS
from pipeline.integrity.examine import _CLASSES, _subject
from pipeline.integrity.model import Detector, Level, Stance, Trace
from pipeline.recording.decode import decode
from pipeline.shipped import CONFIG
from pipeline.worker import call_once
from tests.fixtures.audio import Encoding, Samples, encode, without_packets
from tests.integrity.builders import cut_closing_times, speech, stream_copy

SPLITS = {
    "tuning": ("nl/gesprek_opvang", "nl/fillets_60s_room", "nl/telephone_duo_16k", "en/ami_trn05", "nl/klacht_2spk"),
    "test": (*(f"en/ami_trn0{number}" for number in (3, 4, 6, 7, 8, 9)), "en/ami_sample"),
}
DEVICES = {"tuning": ("near", "room"), "test": ("near", "hall", "humming")}
RATE = 44100
SECONDS = 18
CODECS = {
    "wav": Encoding(".wav", "pcm_s16le", RATE),
    "flac": Encoding(".flac", "flac", RATE),
    "aac64": Encoding(".m4a", "aac", RATE, bit_rate=64000),
    "aac96": Encoding(".m4a", "aac", RATE, bit_rate=96000),
    "mp3_64": Encoding(".mp3", "libmp3lame", RATE, bit_rate=64000),
    "mp3_128": Encoding(".mp3", "libmp3lame", RATE, bit_rate=128000),
    "opus24": Encoding(".ogg", "libopus", 48000, bit_rate=24000),
    "vorbis": Encoding(".ogg", "vorbis", RATE, 2),
    "wma64": Encoding(".wma", "wmav2", RATE, bit_rate=64000),
    "amr": Encoding(".amr", "libopencore_amrnb", 8000, bit_rate=12200),
}
FINER = Encoding(".m4a", "aac", RATE, bit_rate=160000)
COARSER = Encoding(".mp3", "libmp3lame", RATE, bit_rate=32000)
SAVES = ("wav", "same", "finer", "coarser", "opus")
FADES_MS = (0, 5, 20, 50)
SOUND_EDITS = ("delete_in_speech", "delete_at_pause", "insert_from_same", "insert_from_other", "copy_move", "silence", "join")
STREAM_EDITS = ("dropped_packets", "stream_copy", "recorder_pause")
UNTOUCHED = ("untouched", "gate", "agc", "noise_reduction", "dtx", "vbr", "remux", "trimmed", "broken_off")
# Counted for the wording of these tests; other tests have trials of their own.
TOLD = {("copies", "copy_move"): "copy_move", ("hum", "delete_in_speech"): "cut_in_hum", ("hum", "delete_at_pause"): "cut_in_hum"}
# What all tests find together: the ordinary ways of taking out and putting in, each saved anew.
CUTS = ("delete_in_speech", "delete_at_pause", "insert_from_same", "insert_from_other", "join")
_NEAR_MS = 200
_LONG_SECONDS = 7200
_LONG_RATE = 16000


@dataclass
class Tally:
    """What became of one kind of edit, by detector."""

    tried: int = 0
    found: Counter[str] = field(default_factory=Counter)
    errors: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """One file of the set: where each edit is heard (ms), both places of a copy; nothing for what nobody edited."""

    path: Path
    places_ms: tuple[float, ...]


def heard(split: str, device: str, chance: random.Random, data: Path) -> Samples:
    """A piece of speech as this device hears it."""
    sound = speech(data / f"{chance.choice(SPLITS[split])}.flac", RATE, 30)
    start = chance.randrange(max(1, sound.shape[1] - SECONDS * RATE))
    sound = sound[:, start : start + SECONDS * RATE]
    noise = np.random.Generator(np.random.PCG64(chance.randrange(2**32)))
    if device in ("room", "hall"):
        length = round(RATE * (0.25 if device == "room" else 0.5))
        response = noise.standard_normal(length) * np.exp(-6 * np.arange(length) / length)
        response[0] = 12
        sound = fftconvolve(sound[0], response / np.abs(response).max())[None, : sound.shape[1]]
        sound = sound * 0.4 / np.abs(sound).max()
    if device == "humming":
        angle = 2 * np.pi * noise.uniform(49.97, 50.03) * np.arange(sound.shape[1]) / RATE
        sound = sound + 0.01 * (np.sin(angle) + 0.5 * np.sin(2 * angle + 1))
    out: Samples = (sound + 3e-4 * noise.standard_normal(sound.shape)).astype(np.float32)
    return out


def at_rate(sound: Samples, encoding: Encoding) -> Samples:
    """The samples as this encoding takes them."""
    if encoding.rate != RATE:
        sound = resample_poly(sound, encoding.rate // 100, RATE // 100, axis=1).astype(np.float32)
    return np.repeat(sound, encoding.channels, axis=0)


def decoded(path: Path) -> Samples:
    """The first channel at RATE."""
    with_rate = [(block.samples[:1], block.start_sample) for block in decode(path)]
    sound = np.concatenate([samples for samples, _ in with_rate], axis=1)
    rate = _subject(path, path.stat().st_size).recording.sample_rate
    return sound if rate == RATE else resample_poly(sound, RATE // 100, rate // 100, axis=1).astype(np.float32)


def put(before: Samples, *others: Samples, fade_ms: int) -> Samples:
    """Parts one after another, each fading into the next."""
    length = fade_ms * RATE // 1000
    rise = np.linspace(0, 1, max(1, length), dtype=np.float32)
    for after in others:
        if not length:
            before = np.concatenate([before, after], axis=1)
            continue
        middle = before[:, -length:] * (1 - rise) + after[:, :length] * rise
        before = np.concatenate([before[:, :-length], middle, after[:, length:]], axis=1)
    return before


def loud(sound: Samples, length: int, chance: random.Random) -> int:
    """Where a stretch of this length with speech in it starts."""
    starts = [chance.randrange(RATE, sound.shape[1] - length - RATE) for _ in range(12)]
    return max(starts[:6], key=lambda start: float(np.square(sound[:, start : start + length]).mean()))


def edited(edit: str, sound: Samples, other: Samples, fade_ms: int, chance: random.Random) -> tuple[Samples, tuple[float, ...]]:
    """The sound with one edit, and where it is heard in seconds."""
    at = chance.randrange(6 * RATE, 11 * RATE)
    length = chance.randrange(RATE * 6 // 10, RATE * 2)
    if edit in ("delete_in_speech", "delete_at_pause"):
        if edit == "delete_at_pause":
            around = range(5 * RATE, 12 * RATE, RATE // 10)
            at = min(around, key=lambda start: float(np.square(sound[:, start : start + RATE // 5]).mean())) + RATE // 10
        return put(sound[:, :at], sound[:, at + length :], fade_ms=fade_ms), (at / RATE,)
    if edit == "silence":
        silent = sound.copy()
        silent[:, at : at + length] = 0
        return silent, (at / RATE,)
    if edit == "join":
        return put(sound[:, :at], other[:, at:], fade_ms=fade_ms), (at / RATE,)
    source = other if edit == "insert_from_other" else sound
    start = loud(source, length, chance)
    if edit == "insert_from_same":
        # Moved, so that it is in one place only.
        rest = put(sound[:, :start], sound[:, start + length :], fade_ms=fade_ms)
        at = min(at, rest.shape[1] - RATE)
        return put(rest[:, :at], sound[:, start : start + length], rest[:, at:], fade_ms=fade_ms), (
            start / RATE,
            at / RATE,
            at / RATE + length / RATE,
        )
    if edit == "copy_move" and abs(start - at) < 2 * RATE:
        at = start + length + 2 * RATE if start < 8 * RATE else start - 2 * RATE
    places = (at / RATE, (at + length) / RATE)
    if edit == "copy_move":
        places += ((start + (length if at < start else 0)) / RATE,)
    return put(sound[:, :at], source[:, start : start + length], sound[:, at:], fade_ms=fade_ms), places


def made(edit: str, name: str, save: str, fade_ms: int, split: str, chance: random.Random, folder: Path, data: Path) -> Made | None:
    """One edited file, null where this edit does not exist for this codec."""
    device, encoding = chance.choice(DEVICES[split]), CODECS[name]
    sound = heard(split, device, chance, data)
    first = folder / f"first{encoding.suffix}"
    if edit == "recorder_pause":
        at, length = chance.randrange(6 * RATE, 10 * RATE), chance.randrange(RATE, 4 * RATE)
        paused = np.concatenate([sound[:, :at], sound[:, at + length :]], axis=1)
        return Made(encode(first, at_rate(paused, encoding), encoding), (at / RATE * 1000,))
    encode(first, at_rate(sound, encoding), encoding)
    if edit in STREAM_EDITS:
        if name in ("wav", "amr", "flac", "vorbis", "wma64") or (edit == "stream_copy" and encoding.suffix != ".m4a"):
            return None
        frame = {"m4a": 1024, "mp3": 1152, "ogg": 960}[encoding.suffix[1:]]
        number, gone = chance.randrange(6 * encoding.rate // frame, 10 * encoding.rate // frame), chance.randrange(2, 60)
        target = folder / f"cut{encoding.suffix}"
        if edit == "stream_copy":
            stream_copy(first, target, cut_closing_times(number, gone, frame))
        else:
            without_packets(first, target, number, gone)
        return Made(target, (number * frame / encoding.rate * 1000,))
    other = heard(split, device, chance, data)
    whole = decoded(first)
    changed, places = edited(edit, whole, np.resize(other, whole.shape), fade_ms, chance)
    last = {"wav": CODECS["wav"], "same": encoding, "finer": FINER, "coarser": COARSER, "opus": CODECS["opus24"]}[save]
    path = encode(folder / f"saved{last.suffix}", at_rate(changed, last), last)
    return Made(path, tuple(place * 1000 for place in places))


def unedited(kind: str, name: str, split: str, chance: random.Random, folder: Path, data: Path) -> Made:
    """A file that nobody cut, as devices and programs make them."""
    encoding = CODECS[name]
    sound = heard(split, chance.choice(DEVICES[split]), chance, data)
    frames = sound[:, : sound.shape[1] // 441 * 441].reshape(1, -1, 441)
    level = np.sqrt(np.square(frames).mean(axis=2, keepdims=True))
    slow = fftconvolve(level, np.ones((1, 50, 1)) / 50, mode="same")
    if kind == "gate":
        sound = (frames * (slow > np.median(slow) / 2)).reshape(1, -1)
    elif kind == "agc":
        sound = np.clip(frames * 0.1 / np.maximum(slow, 0.01), -1, 1).reshape(1, -1)
    elif kind == "noise_reduction":
        sound = (frames * np.clip(slow / np.median(slow), 0.1, 1)).reshape(1, -1)
    elif kind == "dtx":
        encoding = Encoding(".ogg", "libopus", 48000, bit_rate=24000, options={"dtx": "1", "application": "voip"})
    elif kind == "vbr":
        encoding = Encoding(".mp3", "libmp3lame", RATE, options={"abr": "1"}, bit_rate=80000)
    path = encode(folder / f"clean{encoding.suffix}", at_rate(sound.astype(np.float32), encoding), encoding)
    if kind == "remux":
        return Made(without_packets(path, folder / f"remux{path.suffix}", 0, 0, {".wma": "asf"}.get(path.suffix)), ())
    if kind == "trimmed":
        return Made(encode(path.with_name(f"trimmed{path.suffix}"), at_rate(decoded(path)[:, RATE : -2 * RATE], encoding), encoding), ())
    if kind == "broken_off":
        path.write_bytes(path.read_bytes()[: round(path.stat().st_size * chance.uniform(0.5, 0.95))])
    return Made(path, ())


def claims(path: Path, detectors: list[Detector]) -> tuple[dict[str, list[Trace]], set[str], float]:
    """What each test claims, which tests could be done, and how long the recording is in hours."""
    subject = _subject(path, path.stat().st_size)
    results = {detector.name: detector.examine(subject) for detector in detectors}
    told = {name: [trace for trace in result.findings if trace.level is not Level.HISTORY] for name, result in results.items()}
    return told, {name for name, result in results.items() if result.applicability.applicable}, subject.recording.duration_ms / 3_600_000


def claims_and_cost(path: Path, detectors: list[Detector]) -> tuple[dict[str, list[Trace]], float, float, int]:
    """What each test claims, the hours, the CPU-seconds and the megabytes at the peak; for a process that does nothing else."""
    begun = time.process_time()
    told, _, hours = claims(path, detectors)
    return told, hours, time.process_time() - begun, peak_mb()


def peak_mb() -> int:
    """The most memory this process held. What getrusage tells begins at the size of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def apart(trace: Trace, places: tuple[float, ...]) -> float:
    """How far a claim lies from the nearest edit, in milliseconds; 0 where the interval holds it."""
    spans = [(trace.start_ms, trace.end_ms), *([trace.also_ms] if trace.also_ms else [])]
    return min((max(0.0, start - place, place - end) for place in places for start, end in spans), default=1e9)


def run_edits(asked: argparse.Namespace, detectors: list[Detector], data: Path) -> None:
    """Cells of the grid in turn over the edits until the budget is spent."""
    chance = random.Random(asked.seed)
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    power: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    clean: dict[str, Counter[str]] = defaultdict(Counter)
    hours: dict[str, float] = defaultdict(float)
    kinds = asked.edits or [*SOUND_EDITS, *STREAM_EDITS, *UNTOUCHED]
    cells = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in count():
            if time.process_time() > asked.budget:
                break
            kind, codec = kinds[number % len(kinds)], chance.choice(list(CODECS))
            save, fade = chance.choice(SAVES), chance.choice(FADES_MS)
            is_clean = kind in UNTOUCHED
            file = (
                unedited(kind, codec, asked.split, chance, folder, data)
                if is_clean
                else made(kind, codec, save, fade, asked.split, chance, folder, data)
            )
            if file is None:
                continue
            cells += 1
            try:
                told, done, length = claims(file.path, detectors)
            except InputRefused:
                # A broken-off m4a has no tables: there is nothing to examine.
                clean[kind]["refused"] += 1
                continue
            everything = [(name, trace) for name, traces in told.items() for trace in traces]
            if is_clean or kind == "recorder_pause":
                hours[kind] += length
                clean[kind]["files"] += 1
                clean[kind].update(name for name, _ in everything)
                clean[kind]["edited"] += any(trace.hypotheses.edited is Stance.SUPPORTS for _, trace in everything)
                if is_clean:
                    continue
            tally = tallies[kind, save if kind in SOUND_EDITS else "-"]
            tally.tried += 1
            near = {name for name, trace in everything if apart(trace, file.places_ms) <= _NEAR_MS}
            tally.found.update(near | ({"any"} if near else set()))
            tally.errors += [apart(trace, file.places_ms) for _, trace in everything if apart(trace, file.places_ms) <= _NEAR_MS]
            for detector, _, _ in ((one, kind, save) for one in done if (one, kind) in TOLD):
                saved = "pcm" if save == "wav" else _class(file.path)
                power[detector, TOLD[detector, kind], saved].append(detector in near)
            if kind in CUTS:
                power[TOGETHER, "cut_saved_as_this", _class(file.path)].append(bool(near))
            if not is_clean and kind not in STREAM_EDITS:
                clean["elsewhere"].update(name for name, trace in everything if apart(trace, file.places_ms) > _NEAR_MS)
                hours["elsewhere"] += length
    print(f"seed {asked.seed}, {asked.split}: {cells} cells, {time.process_time():.0f} CPU-s, tests {[each.name for each in detectors]}")
    print("| edit | saved | files | found by any | 95 % | by test | place off, median / p90 ms |\n|---|---|---|---|---|---|---|")
    for (kind, save), tally in sorted(tallies.items()):
        errors = sorted(tally.errors) or [float("nan")]
        by = ", ".join(f"{name} {hits}" for name, hits in sorted(tally.found.items()) if name != "any") or "-"
        low, high = interval(tally.found["any"], tally.tried)
        place = f"{errors[len(errors) // 2]:.0f} / {errors[len(errors) * 9 // 10]:.0f}"
        print(f"| {kind} | {save} | {tally.tried} | {tally.found['any']} | {low:.3f}-{high:.3f} | {by} | {place} |")
    print("| nobody edited | files | generated hours | claims | called edited |\n|---|---|---|---|---|")
    for kind, counts in sorted(clean.items()):
        by = ", ".join(f"{name} {hits}" for name, hits in sorted(counts.items()) if name not in ("files", "edited")) or "0"
        print(f"| {kind} | {counts['files'] or '-'} | {hours[kind]:.3f} | {by} | {counts['edited'] if counts['files'] else '-'} |")
    print(f"distinct hours {sum(_length(data / f'{name}.flac') for name in SPLITS[asked.split]) / 3600:.3f}, none from real devices")
    for (detector, kind, codec), hits in sorted(power.items()):
        print(f"{detector} / {kind} / {codec}: {sum(hits)} of {len(hits)} {interval(sum(hits), len(hits))}")
    if asked.write:
        write(power, hours)


def _class(path: Path) -> str:
    codec = _subject(path, path.stat().st_size).recording.codec
    return str(next(kind for name, kind in _CLASSES.items() if codec.startswith(name)))


def _length(path: Path) -> float:
    return _subject(path, path.stat().st_size).recording.duration_ms / 1000


def long_speech(split: str, number: int, chance: random.Random, data: Path) -> Iterator[np.ndarray]:
    """Two hours without a stretch that comes twice: every source at speeds too far apart to be alike, both ways round."""
    ways = [(up, turn) for up in (20, 23, 17, 26, 15, 30, 13) for turn in (1, -1)]
    left = _LONG_SECONDS * _LONG_RATE
    noise, base = np.random.Generator(np.random.PCG64(number)), 1 + number / 50
    for up, turn in ways:
        for name in SPLITS[split] + (("nl/fillets_10min",) if split == "test" else ()):
            part = speech(data / f"{name}.flac", _LONG_RATE, 600)[0][::turn]
            part = resample_poly(part, round(up * 10 * base), 200)
            part = part + 2e-4 * noise.standard_normal(part.size)
            yield part[:left].astype(np.float32)
            left -= part.size
            if left <= 0:
                return


def run_long(asked: argparse.Namespace, detectors: list[Detector], data: Path) -> None:
    """Claims on untouched recordings of two hours, and what examining them costs."""
    told: Counter[str] = Counter()
    asserted, total, spent = 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as name:
        for number in range(-(-round(asked.hours) // 2)):
            path = Path(name) / "long.wav"
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, _LONG_RATE, 0, "NONE", "not compressed"))
                for part in long_speech(asked.split, asked.seed * 100 + number, random.Random(number), data):
                    file.writeframes(np.rint(part * 32767).clip(-32768, 32767).astype("<i2").tobytes())
            # In a process of its own, so that time and memory are those of the examination.
            found, length, cpu, peak = call_once(claims_and_cost, path, detectors, limit_seconds=36_000)
            total, spent = total + length, spent + cpu
            told.update({name: len(traces) for name, traces in found.items()})
            asserted += any(trace.hypotheses.edited is Stance.SUPPORTS for traces in found.values() for trace in traces)
            print(f"{number}: {length:.2f} h, claims {dict(told)}, edited {asserted}, {cpu:.0f} CPU-s, peak {peak} MB", flush=True)
    print(f"{total:.1f} generated hours, tests {[each.name for each in detectors]}, {total * 3600 / spent:.0f} times real time")


def write(power: dict[tuple[str, str, str], list[bool]], hours: dict[str, float]) -> None:
    """Keep the counts of the tests that have no trial of their own in the shipped file."""
    path = CONFIG / "integrity_calibration.json"
    plain = json.loads(path.read_text())
    trials: dict[tuple[str, str], list[dict[str, str | int]]] = defaultdict(list)
    for (detector, kind, codec), hits in sorted(power.items()):
        trials[detector, codec].append({"edit_kind": kind, "detected": sum(hits), "n": len(hits)})
    own = [
        {
            "detector": detector,
            "codec_class": codec,
            "trials": each,
            "device_hours": 0.0,
            "generated_hours": round(sum(hours.values()), 2),
            "false_alarms": 0,
        }
        for (detector, codec), each in trials.items()
    ]
    ours = {detector for detector, _ in trials}
    plain["entries"] = [entry for entry in plain["entries"] if entry["detector"] not in ours] + own
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Print the tables; with --write keep the power of copies and hum."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--budget", type=float, default=600, help="CPU-seconds")
    options.add_argument("--split", choices=list(SPLITS), default="test")
    options.add_argument("--edits", nargs="*", choices=[*SOUND_EDITS, *STREAM_EDITS, *UNTOUCHED])
    options.add_argument("--without", nargs="*", default=[], choices=[detector.name for detector in DETECTORS])
    options.add_argument("--hours", type=float)
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    detectors = [detector for detector in DETECTORS if detector.name not in asked.without]
    run: Callable[[argparse.Namespace, list[Detector], Path], None] = run_long if asked.hours else run_edits
    run(asked, detectors, Path(os.environ["WEDERHOOR_SPEECH_DATA"]))


if __name__ == "__main__":
    # Run as a module this file is __main__, which the process that examines cannot import.
    from tests.benchmarks.integrity import edits

    edits.main()
