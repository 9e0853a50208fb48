"""Hoor en wederhoor in real browsers: both parties respond in their own page, with a correction in between."""

from pathlib import Path

import pytest

from pipeline.dossier.verify import verify
from pipeline.minutes.asked import Decision, NewText, Request
from pipeline.release.decision import What
from pipeline.review.correcting import correct_minutes, decide_proposals
from pipeline.review.responses.handing_in import respond
from tests.release.conftest import Release
from tests.review import axe
from tests.review.browser import Page
from tests.review.responses.conftest import Talk
from tests.review.test_responding_in_browser import COUNT, TOLD, answer, saved_file

pytestmark = pytest.mark.browser


def page_of(released: Release, party: str) -> Path:
    ready = released(What.PAGE, to=party)
    return ready.folder / ready.files[0].name


def test_both_respond_with_a_correction_in_between_and_stand_side_by_side(
    page: Page, talk: Talk, released: Release, tmp_path: Path
) -> None:
    client, staff, downloads = page_of(released, "client"), page_of(released, "staff"), tmp_path / "downloads"
    # The client responds on a phone, saves, and hands it in.
    page.size(360, 740, mobile=True)
    page.open(client.as_uri())
    page.wait("document.getElementById('audio').readyState > 0")
    answer(page, "#L0008 .react", "oneens", "Er kwam wél een brief, een week later.", quote="Ik kreeg geen (of: een) brief vooraf.")
    first = saved_file(page, downloads)
    respond(talk.desk(), [first])
    # A word is corrected: by now that is a proposal, and the secretary accepts it. There is a new version.
    correct_minutes(talk.desk(), [Request(asked=NewText(line="L0002", text="Koffie graag. En ik wil ons gesprek opnemen."))])
    (proposal,) = talk.desk().current().minutes.corrections
    decide_proposals(talk.desk(actor="secretary"), [Decision(correction=proposal.id, accepted=True, reason="Zo is het te horen.")])
    sent = talk.desk().current().minutes.version
    # The client goes on with the saved file in the old page; the staff responds in theirs. Both are about the old version.
    page.run("sessionStorage.clear()")
    page.open(client.as_uri())
    page.choose_file("#reopen", first)
    page.wait(f"{TOLD}.startsWith('Geopend')")
    answer(page, "#L0012 .react", "voorstel", quote="gehad", instead="gekregen")
    assert page.run(COUNT) == "Aantal reacties: 2."
    second = saved_file(page, downloads)
    page.size(1200, 900)
    page.open(staff.as_uri())
    answer(page, "#L0008 .react", "eens", "Dat staat ook in ons dossier.")
    answer(page, "#whole .react", "opmerking", "Dank voor het gesprek.")
    third = saved_file(page, downloads)
    handed = respond(talk.desk(), [second, third])

    assert [one.late for one in handed] == [False, False]
    current = talk.desk().current()
    assert int(current.minutes.version[1:]) > int(sent[1:])
    assert verify(talk.dossier.path).holds
    # The page of the new version: both in full beside the line, in the same size, each with the version it was about.
    page.open((current.folder / "verslag.html").as_uri())
    both = "[...document.querySelectorAll('#L0008 .side')]"
    assert page.run(f"{both}.map((side) => side.querySelector('.side-name').textContent)") == ["Cliënt", "Medewerker"]
    told = page.run(f"{both}.map((side) => side.textContent)")
    assert "Er kwam wél een brief, een week later." in told[0]
    assert "Dat staat ook in ons dossier." in told[1]
    assert all("op versie v00" in text for text in told)
    boxes = page.run(f"{both}.map((side) => side.getBoundingClientRect()).map((box) => [box.top, Math.round(box.width)])")
    assert boxes[0] == boxes[1]
    assert "Koffie graag. En ik wil ons gesprek opnemen." in page.run("document.querySelector('#L0002').textContent")
    assert "Dank voor het gesprek." in page.run("document.querySelector('#reactions').textContent")
    page.run("document.getElementById('kind').value = 'disputed'")
    page.run("document.getElementById('kind').dispatchEvent(new Event('change'))")
    assert page.run("[...document.querySelectorAll('.line')].filter((line) => line.offsetParent).map((line) => line.id)") == [
        "L0008",
        "L0012",
    ]
    for width in (360, 1200):
        page.size(width, 900, mobile=width < 400)
        assert page.run("document.documentElement.scrollWidth") <= width
        assert axe.violations(page) == []
