import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import av
import numpy as np
import pytest

from pipeline.integrity.model import Conclusion, Level
from pipeline.minutes.model import CutFinding, Minutes, SummarySentence
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.versions import write_version
from pipeline.review.differences import ComparisonPoints
from pipeline.review.page import EmbeddedAudio, Responding, page_writer, render
from pipeline.review.responses.closing import Closing
from pipeline.review.responses.signing import ResponseKey, make_key
from pipeline.texts import Language
from tests.minutes import conversations as talk
from tests.review import browser
from tests.review.browser import Page

RATE = 16_000
DOSSIER = "2026-03-03-18910f93"
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def not_here(reason: str) -> NoReturn:
    """Skip for want of a browser; where browsers are required (CI) that is a failure."""
    if os.environ.get("WEDERHOOR_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def new_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Page]]:
    """Opens a tab in one real Chromium for all tests."""
    if not browser.CHROMIUM:
        not_here("no Chromium on this machine (Debian: apt-get install chromium)")
    with browser.chromium(tmp_path_factory.mktemp("chromium")) as new:
        yield new


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """A fresh tab, 1200 pixels wide."""
    tab = new_page()
    tab.size(1200, 900)
    return tab


@pytest.fixture(scope="session")
def listening_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A soft tone as long as the conversation, as a browser plays it."""
    path = tmp_path_factory.mktemp("sound") / "listening.m4a"
    tone = (np.sin(np.arange(RATE) * 2 * np.pi * 220 / RATE) * 3_000).astype(np.int16)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for _ in range(talk.OPVANG_MS // 1_000 + 1):
            frame = av.AudioFrame.from_ndarray(tone[np.newaxis], format="s16", layout="mono")
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def folder_page(tmp_path: Path, listening_copy: Path) -> Callable[..., str]:
    """Writes a dossier's page with its sound beside it; gives its file:// address."""

    def write(minutes: Minutes | None = None, peaks: Sequence[int] = range(400)) -> str:
        dossier = tmp_path / "een dossier"
        (dossier / "recording").mkdir(parents=True)
        (dossier / "recording/listening.m4a").symlink_to(listening_copy)
        stored = write_version(dossier / "minutes", minutes or examined(), [page_writer(peaks)])
        return (stored.folder / "verslag.html").as_uri()

    return write


SAID = "Er is een plek gevonden die uitleg vraagt. Dat betekent niet dat er is geknipt."


def examined(language: Language = Language.DUTCH) -> Minutes:
    """The conversation with one finding of the cut check."""
    told = "Het achtergrondgeluid springt hier. Dat kan komen door een pauze."
    finding = CutFinding(id="F1", level=Level.DISCONTINUITY, start_ms=58_000, end_ms=59_000, text=told, announced=False)
    return replace(talk.minutes(language), cut_check=Conclusion.INDICATION, cut_check_said=(SAID,), findings=(finding,))


def summarised(language: Language = Language.DUTCH) -> Minutes:
    """The conversation with a finding and a summary of two sentences."""
    copy = SummarySentence(section="Afspraken", text="U krijgt binnen drie dagen een kopie.", origin="extracted", lines=("L0006",))
    warned = SummarySentence(
        section="Verschil", text="Over het aantal waarschuwingen is men het oneens.", origin="reworded", lines=("L0013", "L0014")
    )
    return replace(examined(language), summary=(copy, warned))


@dataclass(frozen=True, slots=True)
class PartyPage:
    """The single-file page of one party, and the half of its key that the dossier keeps."""

    path: Path
    key: ResponseKey
    minutes: Minutes


PartyPages = Callable[..., PartyPage]


@pytest.fixture
def party_page(tmp_path: Path, listening_copy: Path) -> PartyPages:
    """Writes the page of a party; gives it with its key."""

    def write(
        party: str = "client",
        name: str = "de cliënt",
        minutes: Minutes | None = None,
        differences: Sequence[ComparisonPoints] = (),
        closing: Closing | None = None,
    ) -> PartyPage:
        shown = minutes or summarised()
        page_key, dossier_key = make_key(party=party, acts_for=None, minutes_sha256=shown.sha256, now=AT)
        responding = Responding(party=party, acts_for=None, name=name, dossier=DOSSIER, key=page_key, closing=closing)
        audio = EmbeddedAudio(data=listening_copy.read_bytes(), media_type="audio/mp4")
        path = tmp_path / f"verslag van {party}.html"
        path.write_bytes(render(read_minutes(shown), range(400), audio, responding, differences=differences))
        return PartyPage(path, dossier_key, shown)

    return write
