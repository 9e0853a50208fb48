"""A night's inbox, made in code: recordings that are fine, and everything else that people, phones and strangers drop."""

import os
import random
import wave
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.shipped import SAMPLE_AUDIO
from tests.fakes import HANG_MS, OUT_OF_MEMORY_MS
from tests.fixtures import broken
from tests.night.crashing.sitecustomize import WORDS

# Stands in the name of every file, in tags and in agreements; no log and no database may ever hold it.
CANARY = "Kanariepiet"
RATE = 8000


@dataclass(frozen=True)
class Planted:
    """A dropped file. `outcome`: done, duplicate, or the text key of the reason it is set aside for.

    `sha256`: null for what has no bytes of its own.
    """

    path: Path
    outcome: str
    sha256: str | None


def speechlike(path: Path, milliseconds: int, seed: int, beginning: bytes = b"") -> Path:
    """A wave file of exactly this length, different for every seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = random.Random(seed).randbytes(milliseconds * RATE // 1000 * 2)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(beginning + sound[len(beginning) :])
    return path


def agreement(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((f"[[party]]\nrole = 'client'\nname = '{CANARY}'", *lines)) + "\n")
    return path


def plant_night(inbox: Path, scratch: Path) -> list[Planted]:
    """Fill an inbox with 43 files; `scratch`: an empty folder to make them in."""
    planted: list[Planted] = []

    def add(path: Path, outcome: str) -> Path:
        plain = path.is_file() and not path.is_symlink()
        planted.append(Planted(path, outcome, sha256(path.read_bytes()).hexdigest() if plain else None))
        return path

    def drop(folder: str, name: str, outcome: str, make: Callable[[Path], bytes]) -> Path:
        path = inbox / folder / f"{CANARY} {name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make(scratch))
        return add(path, outcome)

    good = [add(speechlike(inbox / "jan" / f"{CANARY} {number}.wav", 2_500, number), "done") for number in range(3)]
    agreement(good[0].with_suffix(".toml"))
    agreement(good[1].with_suffix(".toml"), "[[copy]]\nasked_by = 'client'\nasked_at = 2026-01-05\ndue = 2026-01-08")
    good[2].with_suffix(".toml").write_text(f"dit is geen toml, {CANARY}")
    shared = inbox / "piet" / f"gesprek {CANARY}"
    good += [add(speechlike(shared / f"deel {number}.wav", 2_500, 10 + number), "done") for number in range(1)]
    agreement(shared / "afspraak.toml")
    good.append(drop("", "telefoon.m4a", "done", broken.m4a))
    good.append(add(speechlike(inbox / "spoed" / f"{CANARY}.wav", 2_500, 20), "done"))
    good.append(add(speechlike(inbox / os.fsdecode(b"odd \xff\n\xe2\x80\xae ;rm -rf $HOME '.wav"), 2_500, 21), "done"))
    damaged = speechlike(scratch / "long.wav", 6_000, 22).read_bytes()[:40_000]
    good.append(drop("", "afgebroken.wav", "done", lambda _folder: damaged))
    for number, original in enumerate((*good[:6], *good[:5])):
        add_copy = inbox / "kopie" / f"{CANARY} {number}{original.suffix}"
        add_copy.parent.mkdir(exist_ok=True)
        add_copy.write_bytes(original.read_bytes())
        # Younger than the original, so that it comes after it.
        os.utime(add_copy, (original.stat().st_mtime + 3600,) * 2)
        add(add_copy, "duplicate")
    for number in range(7):
        drop("leeg", f"{number}.mp3", "recording_empty", lambda _folder: b"")
    for number in range(2):
        noise = random.Random(100 + number).randbytes(5_000)
        drop("ruis", f"{number}.m4a", "recording_not_media", lambda _folder, noise=noise: noise)  # type: ignore[misc]
    drop("", "verslag.docx", "recording_not_media", broken.text(f"Gesprek met {CANARY}"))
    drop("", "plaatje.png", "recording_not_media", broken.png)
    drop("", "ingepakt.zip", "recording_is_archive", broken.zip_of_a_recording)
    drop("", "op slot.age", "recording_encrypted", broken.age_file)
    drop("", "beschermd.m4a", "recording_encrypted", broken.m4a_with_fairplay)
    drop("", "leeg gelopen.m4a", "recording_unfinished", broken.m4a_without_index)
    drop("", "alleen beeld.mp4", "recording_without_audio", broken.film_without_sound)
    drop("", "grote kop.wav", "recording_without_samples", huge_header)
    add(speechlike(inbox / f"{CANARY} kapot.wav", 2_500, 30, WORDS), "recording_undecodable")
    add(speechlike(inbox / f"{CANARY} hangt.wav", HANG_MS, 31), "worker_timed_out")
    add(speechlike(inbox / f"{CANARY} te groot.wav", OUT_OF_MEMORY_MS, 33), "worker_crashed")
    (inbox / f"{CANARY} link.wav").symlink_to(SAMPLE_AUDIO / "gesprek.m4a")
    add(inbox / f"{CANARY} link.wav", "recording_is_link")
    os.mkfifo(inbox / f"{CANARY} pijp.wav")
    add(inbox / f"{CANARY} pijp.wav", "recording_is_device")
    (inbox / f"{CANARY} map").symlink_to("/etc")
    add(inbox / f"{CANARY} map", "recording_is_link")
    return planted


def huge_header(_folder: Path) -> bytes:
    """A wave file that promises 4 GB of sound in 200,000 Hz and has none."""
    return (
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
        + (200_000).to_bytes(4, "little")
        + (400_000).to_bytes(4, "little")
        + b"\x02\x00\x10\x00data\xff\xff\xff\xff"
    )


def everything_under(*folders: Path) -> dict[str, list[Path]]:
    """Where the bytes of every plain file under some folders lie, by digest."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent, name)
                if path.is_file() and not path.is_symlink():
                    found.setdefault(sha256(path.read_bytes()).hexdigest(), []).append(path)
    return found


def plain_files(planted: list[Planted]) -> list[Planted]:
    return [item for item in planted if item.sha256 is not None]
