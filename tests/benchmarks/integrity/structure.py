"""What the structure of a file gives away: detection of cuts without encoding anew, false alarms, hostile input, cost.

    WEDERHOOR_SPEECH_DATA=... python -m tests.benchmarks.integrity.structure [--seed N] [--cuts N] [--write]

Speech of known history is encoded, then cut in the bytes. `--write` puts the counts into config/integrity_calibration.json
(the entries of other detectors stay). Hours are generated, never from real devices.
"""

import argparse
import io
import json
import os
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.integrity.calibration import SCHEMA, interval
from pipeline.integrity.model import Level, Stance
from pipeline.integrity.structure.detector import _reader, read_structure
from pipeline.integrity.structure.reading import Reading, Source
from pipeline.shipped import CONFIG
from tests.fixtures.audio import Encoding, encode, without_packets
from tests.integrity.builders import (
    cut_and_joined,
    cut_closing_times,
    cut_keeping_times,
    mp3_frames,
    not_named,
    page_starts,
    speech,
    stream_copy,
    with_edits,
    without_mp3_frames,
    without_pages,
)

SECONDS = 50
SOURCES = ("nl/gesprek_opvang.flac", "nl/klacht_2spk.flac", "nl/klacht_4spk.flac", "nl/fillets_60s_room.flac")
ENCODINGS = {
    "aac": [
        Encoding(".m4a", "aac", rate, channels, bit_rate=bits)
        for rate, channels, bits in ((44100, 1, 64000), (48000, 2, 128000), (16000, 1, 32000))
    ],
    "mp3": [
        *(
            Encoding(".mp3", "libmp3lame", rate, channels, bit_rate=bits)
            for rate, channels, bits in ((44100, 1, 64000), (44100, 1, 128000))
        ),
        *(
            Encoding(".mp3", "libmp3lame", rate, channels, bit_rate=bits)
            for rate, channels, bits in ((44100, 2, 128000), (48000, 2, 128000))
        ),
        *(
            Encoding(".mp3", "libmp3lame", rate, channels, bit_rate=bits)
            for rate, channels, bits in ((16000, 1, 32000), (44100, 2, 320000))
        ),
        Encoding(".mp3", "libmp3lame", 44100, bit_rate=96000, options={"abr": "1"}),
        Encoding(".mp3", "libmp3lame", 44100, bit_rate=64000, options={"reservoir": "0"}),
    ],
    "opus": [Encoding(".ogg", "libopus", 48000, bit_rate=bits) for bits in (16000, 24000, 64000)],
    "vorbis": [Encoding(".ogg", "vorbis", 44100, 2), Encoding(".ogg", "vorbis", 22050, 2)],
    "lossless": [Encoding(".flac", "flac", 44100), Encoding(".flac", "flac", 16000)],
    "wma": [Encoding(".wma", "wmav2", 44100, bit_rate=64000)],
}
CLEAN_ONLY = (
    Encoding(".wav", "pcm_s16le", 44100),
    Encoding(".amr", "libopencore_amrnb", 8000, bit_rate=12200),
    Encoding(".3gp", "libopencore_amrnb", 8000, bit_rate=12200),
    Encoding(".aac", "aac", 44100, bit_rate=64000),
    Encoding(".webm", "libopus", 48000, bit_rate=24000),
    Encoding(".mp4", "aac", 44100, bit_rate=64000, muxer={"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}),
    Encoding(".mov", "pcm_s16le", 44100),
    Encoding(".m4a", "alac", 44100),
)
Edited = tuple[str, Path, float]


def cuts(kind: str, source: Path, folder: Path, chance: random.Random) -> Iterator[Edited]:
    """Edited copies with the name of the edit and where it is heard (ms)."""
    data = source.read_bytes()
    length = chance.uniform(1, 8)
    at = chance.uniform(8, SECONDS - 18)
    target = folder / f"cut{source.suffix}"
    if kind == "mp3":
        _, _, frames = mp3_frames(data)
        per_second = len(frames) / SECONDS
        first, count = round(at * per_second), round(length * per_second)
        target.write_bytes(without_mp3_frames(data, first, count, keep_counts=False))
        yield "stream_copy_cut", target, first / per_second * 1000
        target.write_bytes(without_mp3_frames(data, first, count, keep_counts=True))
        yield "missing_frames", target, first / per_second * 1000
    elif source.suffix == ".ogg":
        pages = len(page_starts(data)) - 1
        first = chance.randrange(4, pages - 12)
        target.write_bytes(without_pages(data, first, chance.randrange(1, 6)))
        yield "missing_pages", target, (first - 2) * SECONDS / (pages - 2) * 1000
    elif kind == "aac":
        rate = read_structure(source).facts.sample_rate or 1
        first, count = round(at * rate / 1024), round(length * rate / 1024)
        heard = first * 1024 / rate * 1000
        for name, place in (
            ("stream_copy_cut", cut_keeping_times(first, count)),
            ("stream_copy_join", cut_and_joined(first, count, 1024)),
            ("stream_copy_renumbered", cut_closing_times(first, count, 1024)),
        ):
            yield name, stream_copy(source, target, place), heard
        target.write_bytes(not_named(data, first, count))
        yield "hidden_part", target, heard
    else:
        per_second = read_structure(source).facts.frames or 0
        first, count = round(at * per_second / SECONDS), max(1, round(length * per_second / SECONDS))
        container = {".wma": "asf"}.get(source.suffix)
        yield "missing_frames", without_packets(source, target, first, count, container), first / per_second * SECONDS * 1000


def untouched(source: Path, folder: Path, chance: random.Random) -> Iterator[tuple[str, Path]]:
    """The file itself, and what happens to files that nobody edited."""
    yield "untouched", source
    data = source.read_bytes()
    target = folder / f"copy{source.suffix}"
    target.write_bytes(data[: round(len(data) * chance.uniform(0.3, 0.95))])
    yield "broken off", target
    container = {".wma": "asf", ".aac": "adts", ".m4a": "mp4"}.get(source.suffix)
    yield "remuxed", without_packets(source, folder / f"remux{source.suffix}", 0, 0, container)
    if source.suffix == ".m4a" and b"elst" in data:
        half = SECONDS * 500
        target = folder / "pause.m4a"
        target.write_bytes(
            with_edits(data, (half, 1024), (3000, -1), (half, 1024 + round(half * (read_structure(source).facts.sample_rate or 1) / 1000)))
        )
        yield "recorder pause", target
    if source.suffix == ".mp3":
        _, _, frames = mp3_frames(data)
        target = folder / "trimmed.mp3"
        target.write_bytes(b"".join(frames[chance.randrange(100) : len(frames) - chance.randrange(100)]))
        yield "trimmed ends", target


def hostile(seeds: list[Path], chance: random.Random, runs: int) -> tuple[int, float]:
    """Damage files of up to 1 MB; the number of runs and the CPU-seconds of the slowest."""
    slowest = 0.0
    for _ in range(runs):
        data = bytearray(chance.choice(seeds).read_bytes()[:1_000_000])
        for _ in range(chance.choice((1, 3, 10, 50))):
            at = chance.randrange(min(len(data), chance.choice((100, 2000, len(data)))))
            data[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", chance.randbytes(4)))
        source = Source(io.BytesIO(bytes(data)))
        reader: Callable[[Source], Reading] | None = _reader(source)
        begun = time.process_time()
        if reader is not None:
            reader(source)
        slowest = max(slowest, time.process_time() - begun)
    return runs, slowest


def main() -> None:
    """Print the tables; with --write keep the counts."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cuts", type=int, default=10, help="cuts of each kind for each encoded file")
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    data, chance = Path(os.environ["WEDERHOOR_SPEECH_DATA"]), random.Random(asked.seed)
    tried: dict[tuple[str, str], list[bool]] = defaultdict(list)
    clean: dict[str, list[bool]] = defaultdict(list)
    errors, extra, asserted, hours = [], 0, 0, 0.0
    with tempfile.TemporaryDirectory() as name:
        folder, seeds = Path(name), []
        for number, speaker in enumerate(SOURCES):
            for kind, encodings in [*ENCODINGS.items(), ("clean", list(CLEAN_ONLY))]:
                for place, encoding in enumerate(encodings):
                    samples = speech(data / speaker, encoding.rate, SECONDS, encoding.channels)
                    path = encode(folder / f"{number}-{kind}-{place}{encoding.suffix}", samples, encoding)
                    seeds.append(path)
                    for state, file in untouched(path, folder, chance):
                        reading = read_structure(file)
                        alarms = [trace for trace in reading.traces if trace.level is not Level.HISTORY and state != "recorder pause"]
                        asserted += sum(trace.hypotheses.edited is Stance.SUPPORTS for trace in reading.traces)
                        clean[state].append(bool(alarms))
                        hours += SECONDS / 3600
                    for _ in range(asked.cuts if kind != "clean" else 0):
                        for edit, file, heard in cuts(kind, path, folder, chance):
                            claims = [trace for trace in read_structure(file).traces if trace.level is not Level.HISTORY]
                            # A count that is short tells that something is gone, though not where.
                            hits = [trace for trace in claims if trace.start_ms - 1500 <= heard <= trace.end_ms + 1500]
                            tried[kind, edit].append(bool(hits))
                            errors += (
                                [min(abs(trace.start_ms - heard) for trace in hits if trace.kind[:5] != "fewer")]
                                if any(trace.kind[:5] != "fewer" for trace in hits) and edit != "missing_pages"
                                else []
                            )
                            extra += len(claims) - len(hits)
        runs, slowest = hostile(seeds, chance, 2000)
    print("| codec | edit | found | of | 95 % |\n|---|---|---|---|---|")
    for (kind, edit), hits in tried.items():
        print(f"| {kind} | {edit} | {sum(hits)} | {len(hits)} | {interval(sum(hits), len(hits))} |")
    errors.sort()
    print(f"place: median {errors[len(errors) // 2]:.0f} ms, 90 % within {errors[len(errors) * 9 // 10]:.0f} ms; claims elsewhere: {extra}")
    for state, alarms in clean.items():
        print(f"{state}: {sum(alarms)} false alarms in {len(alarms)} files")
    print(f"generated hours {hours:.2f}, distinct hours {len(SOURCES) * SECONDS / 3600:.3f}")
    print(f"'edited' supported on untouched, broken-off, trimmed or paused files: {asserted}")
    print(f"hostile input: {runs} files, slowest {slowest:.2f} CPU-s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    if asked.write:
        write(tried, hours)


def write(tried: dict[tuple[str, str], list[bool]], hours: float) -> None:
    """Keep the counts of this detector in the shipped file."""
    path = CONFIG / "integrity_calibration.json"
    kept = [entry for entry in json.loads(path.read_text())["entries"] if entry["detector"] != "structure"] if path.exists() else []
    by_class: dict[str, list[dict[str, str | int]]] = defaultdict(list)
    for (kind, edit), hits in tried.items():
        by_class[kind].append({"edit_kind": edit, "detected": sum(hits), "n": len(hits)})
    own = [
        {
            "detector": "structure",
            "codec_class": kind,
            "trials": trials,
            "device_hours": 0.0,
            "generated_hours": round(hours / len(by_class), 2),
            "false_alarms": 0,
        }
        for kind, trials in by_class.items()
    ]
    plain = {"schema": SCHEMA, "measured_on": time.strftime("%Y-%m-%d"), "entries": own + kept}
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
