import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import numpy as np
import pytest

from pipeline.integrity.examine import examine
from pipeline.integrity.model import IntegrityDocument, Level
from pipeline.integrity.pictures import illustrated, pictures_of
from pipeline.integrity.png import grey_png
from pipeline.integrity.structure.detector import StructureDetector
from pipeline.settings import Settings
from pipeline.texts import Language
from tests.integrity.builders import cut_keeping_times, stream_copy

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def cut(untouched: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stream_copy(untouched["m4a"], tmp_path_factory.mktemp("cut") / "cut.m4a", cut_keeping_times(400, 50))


@pytest.fixture(scope="module")
def examined(cut: Path) -> IntegrityDocument:
    return examine(cut, None, Settings(), detectors=(StructureDetector(),))


def test_each_finding_with_a_place_has_a_picture_that_its_evidence_names(examined: IntegrityDocument, cut: Path) -> None:
    document, pictures = illustrated(examined, cut, Language.DUTCH)
    placed = [finding for finding in document.findings if finding.level is not Level.HISTORY]
    assert placed
    assert {finding.evidence["picture"] for finding in placed} == {f"integrity/{name}" for name in pictures}
    assert all("picture" not in finding.evidence for finding in document.findings if finding.level is Level.HISTORY)
    assert document.conclusion is examined.conclusion


def test_a_picture_can_be_read_aloud_and_runs_nothing(examined: IntegrityDocument, cut: Path) -> None:
    _, pictures = illustrated(examined, cut, Language.DUTCH)
    for picture in pictures.values():
        root = ET.fromstring(picture)  # our own bytes
        assert root.get("role") == "img"
        title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert told is not None
        assert "00:00:09" in (title.text or "")
        assert "ontbreekt" in (told.text or "")
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "title", "desc", "rect", "line", "text", "polygon", "polyline", "image"
        }  # fmt: skip
        assert b"http" not in picture.replace(b"http://www.w3.org/", b"")


def test_the_mark_stands_where_the_finding_is(examined: IntegrityDocument, cut: Path) -> None:
    _, pictures = illustrated(examined, cut, Language.ENGLISH)
    root = ET.fromstring(next(iter(pictures.values())))
    lines = [float(line.get("x1", "0")) for line in root.iter(f"{SVG}line")]
    # Three seconds before and after a place that is short: it lies in the middle.
    assert min(lines) == pytest.approx(64 + (920 - 76) / 2, abs=90)


def test_the_same_recording_gives_the_same_bytes(examined: IntegrityDocument, cut: Path) -> None:
    assert illustrated(examined, cut, Language.DUTCH) == illustrated(examined, cut, Language.DUTCH)


def test_pictures_are_found_in_the_folder_by_the_id_of_their_finding(examined: IntegrityDocument, cut: Path, tmp_path: Path) -> None:
    document, pictures = illustrated(examined, cut, Language.DUTCH)
    for name, picture in pictures.items():
        (tmp_path / name).write_bytes(picture)
    assert pictures_of(document, tmp_path) == {Path(name).stem: picture for name, picture in pictures.items()}
    assert pictures_of(document, tmp_path / "missing") == {}
    assert pictures_of(examined, tmp_path) == {}


def test_a_png_holds_the_values() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    data = grey_png(values)
    at = data.index(b"IDAT")
    lines = zlib.decompress(data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at])])
    assert np.array_equal(np.frombuffer(lines, np.uint8).reshape(3, 5)[:, 1:], values)
