import io
import re

import pytest
from pypdf import PdfReader

from pipeline.review.leaflet import LEAFLET_WRITERS, leaflet_html, leaflet_of, leaflet_pdf
from pipeline.settings import Organisation, Privacy, Retention, Settings
from pipeline.texts import Language

FILLED = Settings(
    organisation=Organisation(name="Stichting Onderdak", contact="030 123 45 67"),
    privacy=Privacy(officer="privacy@onderdak.example", complaints="de klachtencommissie", regulations="privacyreglement 2026"),
    retention=Retention(audio_days=365, minutes_days=90),
)
# Longest sentence a reader at B1 takes in at once, in words.
LONGEST = 18


def everything(settings: Settings) -> str:
    leaflet = leaflet_of(settings)
    parts = [leaflet.title, leaflet.intro, leaflet.source]
    for section in leaflet.sections:
        parts += [section.title, *(sentence.text for sentence in section.sentences)]
    return "\n".join(parts)


def pdf_text(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_what_the_organisation_filled_in_is_printed() -> None:
    text = everything(FILLED)
    for told in ("Stichting Onderdak", "030 123 45 67", "privacy@onderdak.example", "de klachtencommissie", "privacyreglement 2026"):
        assert told in text
    assert "Het geluid bewaren wij 1 jaar." in text
    assert "Het verslag bewaren wij 90 dagen." in text


def test_what_was_not_filled_in_promises_nothing_and_leaves_a_line() -> None:
    text = everything(Settings())
    assert not re.search(r"\d+ (dag|jaar)", text)
    assert "De dag staat in de afspraak." in text
    assert "naam van de organisatie" not in text
    assert leaflet_html(Settings()).count(b'class="write"') == 4
    assert b'class="write"' not in leaflet_html(FILLED)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("settings", [Settings(), FILLED], ids=["open", "filled"])
def test_sentences_are_short(language: Language, settings: Settings) -> None:
    sentences = re.split(r"(?<=[.?!:])\s+|\n", everything(settings.model_copy(update={"report_language": language})))
    assert [sentence for sentence in sentences if len(sentence.split()) > LONGEST] == []


@pytest.mark.parametrize(
    "word", ["toestemming", "verwerk", "betrokkene", "grondslag", "transcri", "conform", "middels", "indien ", "derden"]
)
def test_the_dutch_holds_no_jargon(word: str) -> None:
    assert word not in everything(FILLED).lower()


def test_it_tells_the_rules_the_computer_the_period_the_rights_and_whom_to_ask() -> None:
    text = everything(FILLED)
    for told in ("Zes spelregels", "Een computer schrijft", "Hoe lang bewaren wij", "kopie", "verbeteren", "wissen", "klacht", "Vragen?"):
        assert told in text


@pytest.mark.parametrize("language", list(Language))
def test_html_and_pdf_say_the_same(language: Language) -> None:
    settings = FILLED.model_copy(update={"report_language": language})
    pdf, html = pdf_text(leaflet_pdf(settings)), leaflet_html(settings).decode()
    for section in leaflet_of(settings).sections:
        for sentence in (section.title, *(sentence.text for sentence in section.sentences)):
            assert sentence in html
            assert "".join(sentence.split()) in pdf.replace(" ", "").replace("\u200b", "")


def test_the_leaflet_fits_on_one_sheet_of_two_sides() -> None:
    for settings in (Settings(), FILLED):
        for language in Language:
            data = leaflet_pdf(settings.model_copy(update={"report_language": language}))
            assert len(PdfReader(io.BytesIO(data)).pages) <= 2


def test_what_an_organisation_is_called_is_text_and_never_markup() -> None:
    settings = Settings(organisation=Organisation(name='<script>alert(1)</script> #strong[x] $y$ "', contact="🦊"))
    assert b"<script>" not in leaflet_html(settings)
    assert b"default-src &#39;none&#39;" in leaflet_html(settings)
    assert "#strong[x] $y$" in pdf_text(leaflet_pdf(settings))


def test_every_writer_writes() -> None:
    assert {ending: write(FILLED)[:5] for ending, write in LEAFLET_WRITERS.items()} == {".html": b"<!doc", ".pdf": b"%PDF-"}
