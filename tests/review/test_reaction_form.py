"""The response on paper."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from pipeline.minutes.model import AgreementReference
from pipeline.minutes.reading import read_minutes
from pipeline.review.reaction_form import render
from pipeline.texts import Language
from tests.minutes import conversations as talk


def sheets(data: bytes) -> list[str]:
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("language", list(Language))
def test_every_sheet_names_the_version_it_belongs_to(language: Language) -> None:
    minutes = talk.minutes(language)
    told = sheets(render(read_minutes(minutes)))
    assert len(told) == 2
    say = read_minutes(minutes).say
    assert all(minutes.sha256 in sheet and "v001" in sheet and "2026-014" in sheet for sheet in told)
    assert all(" ".join(told).count(say(f"respond.value.{value}")) >= 4 for value in ("eens", "oneens", "opmerking", "voorstel"))


def test_a_hostile_case_name_is_text_on_paper() -> None:
    case = "#show: none $x$ <script> \u202e 😀"
    minutes = replace(talk.minutes(), agreement=AgreementReference(sha256="77ab" * 16, case_id=case))
    assert all("#show: none $x$ <script>" in sheet for sheet in sheets(render(read_minutes(minutes))))


def test_the_form_is_archival_and_accessible_and_the_same_each_time() -> None:
    form = render(read_minutes(talk.minutes()))
    about = PdfReader(io.BytesIO(form)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in about
    assert "pdfaid:part" in about
    assert form == render(read_minutes(talk.minutes()))
