"""What people hand in by mistake, through the command, and what it says to them."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import numpy as np
import pytest
from pypdf import PdfWriter

from pipeline.recording.decode import decode_mono
from pipeline.shipped import SAMPLE_AUDIO
from tests.commands import wederhoor
from tests.fixtures.audio import Encoding, encode

A = SAMPLE_AUDIO / "gesprek.m4a"
# Made with a password by a tool of its own; Word does the same.
PROTECTED_DOCX = Path(__file__).parents[1] / "data" / "protected" / "verslag.docx"
ODT = "application/vnd.oasis.opendocument.text"
DUTCH = "<v client>Ik kwam om kwart voor elf bij de opvang en toen was de deur al dicht, dat vond ik niet eerlijk."
ENGLISH = "<v client>I came to the shelter at a quarter to eleven and the door was closed already, which was not fair."


def subtitles(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(f"WEBVTT\n\n00:00.000 --> 00:09.000\n{words}\n", encoding="utf-8")
    return path


def compared(folder: Path, a: Path, b: Path) -> tuple[int, str]:
    """The exit code and all that is said."""
    done = wederhoor("compare", a, b, "--out", folder / "vergelijking")
    return done.returncode, done.stdout + done.stderr


def test_a_recording_under_another_name_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    shutil.copyfile(A, tmp_path / "kopie.m4a")
    code, said = compared(tmp_path, A, tmp_path / "kopie.m4a")
    assert code == 0
    assert "dezelfde opname: elk byte is gelijk" in said


def test_a_copy_stored_otherwise_is_said_to_be_the_same_with_the_difference_measured(tmp_path: Path) -> None:
    samples = np.concatenate([block.samples[0] for block in decode_mono(A, 16_000)])
    copy = encode(tmp_path / "kopie.mp3", samples[None, : 16_000 * 50] / 2, Encoding(".mp3", "libmp3lame", 16_000, bit_rate=48_000))
    code, said = compared(tmp_path, A, copy)
    assert code == 0
    assert "dezelfde opname, anders opgeslagen" in said
    louder = re.search(r"is (\d+,\d) decibel zachter", said)
    assert louder is not None
    assert abs(float(louder[1].replace(",", ".")) - 6.0) <= 0.5


def test_a_silent_recording_cannot_be_compared(tmp_path: Path) -> None:
    silent = encode(tmp_path / "stil.wav", np.zeros((1, 16_000 * 20), np.float32), Encoding(".wav", "pcm_s16le", 16_000))
    code, said = compared(tmp_path, A, silent)
    assert code == 0
    assert "In B is geen geluid te horen dat te vergelijken is" in said


def _empty_docx(folder: Path) -> Path:
    path = folder / "leeg.docx"
    docx.Document().save(str(path))
    return path


def _empty_text(folder: Path) -> Path:
    path = folder / "leeg.txt"
    path.write_bytes(b"")
    return path


def _protected_pdf(folder: Path) -> Path:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("geheim", algorithm="AES-256")
    path = folder / "slot.pdf"
    with path.open("wb") as file:
        writer.write(file)
    return path


def _protected_odt(folder: Path) -> Path:
    # As OpenDocument 1.2 part 3 section 3.4 has it: the parts encrypted, and the manifest says how.
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
        "</manifest:manifest>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", ODT)
        archive.writestr("content.xml", bytes(range(256)))
        archive.writestr("META-INF/manifest.xml", manifest)
    path = folder / "slot.odt"
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_empty_docx, "In leeg.docx staat geen zin om te vergelijken"),
        (_empty_text, "leeg"),
        (_protected_pdf, "slot.pdf is beveiligd met een wachtwoord"),
        (_protected_odt, "slot.odt is beveiligd met een wachtwoord"),
        (lambda _: PROTECTED_DOCX, "verslag.docx is beveiligd met een wachtwoord"),
        (lambda folder: subtitles(folder, "en.vtt", ENGLISH), "De twee teksten zijn niet in dezelfde taal"),
        (lambda folder: subtitles(folder, "leeg.vtt", ""), "In dit verslag staan geen gesproken woorden"),
        (lambda folder: folder / "bestaat-niet.vtt", "bestaat-niet.vtt"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    code, said = compared(tmp_path, subtitles(tmp_path, "nl.vtt", DUTCH), make(tmp_path))
    assert code == 3
    assert says in said
    assert not list((tmp_path / "vergelijking").glob("*/*"))
