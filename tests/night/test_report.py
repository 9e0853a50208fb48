"""The morning report: what it says, what it never says, and who is told the counts."""

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from pipeline import documents
from pipeline.dossier.receive import receive
from pipeline.errors import UsageError
from pipeline.integrity.model import Conclusion
from pipeline.night.causes import Cause, Reason
from pipeline.night.due import DueKind, due_of
from pipeline.night.notify import notify
from pipeline.night.owner import this_process
from pipeline.night.report import CaseProblem, NightReport, NightStanding, SetAside, make_report
from pipeline.night.report_words import as_artifact, as_markdown, as_page, write_report
from pipeline.night.results import AgreementState, NightResult, Outcome, Quality, quality_of
from pipeline.night.runs import Ending, Run
from pipeline.night.spool import Spool
from pipeline.schemas import shipped_schema
from pipeline.settings import Settings
from pipeline.texts import Language, texts
from tests.minutes import conversations as talk
from tests.night.planted import speechlike

NIGHT = date(2026, 11, 25)
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
SAY = texts(Language.DUTCH)
CANARY = "Kanariepiet <b>|*_`"


def result(**given: object) -> NightResult:
    made = NightResult(
        schema="wederhoor.night-result/1",
        id="0123456789abcdef",
        outcome=Outcome.DONE,
        dropped=f"{CANARY}.wav",
        case=CANARY,
        dossier="2026-11-25-01234567",
        folder=f"/archive/{CANARY}",
        recording_sha256="0" * 64,
        version="v001",
        model="whisper-small",
        agreement=AgreementState.RECORDED,
        started_at="2026-11-25T22:00:00Z",
        finished_at="2026-11-25T23:30:00Z",
        audio_ms=3_600_000,
        work_ms=1_800_000,
        quality=(),
        cut_check=Conclusion.NO_INDICATION,
        rules_not_followed=(),
    )
    return replace(made, **given)  # type: ignore[arg-type]


def run(ending: Ending | None = Ending.FINISHED) -> Run:
    return Run(
        schema="wederhoor.night-run/1",
        id="r",
        owner=this_process(),
        began_at="2026-11-25T21:30:00Z",
        ends_at="2026-11-26T05:30:00Z",
        finished_at="2026-11-26T01:00:00Z",
        ending=ending,
        workers=2,
        model="whisper-small",
        urgent=False,
        counts={},
    )


def set_aside(*, tonight: bool) -> SetAside:
    reason = Reason(
        schema="wederhoor.quarantine-reason/1",
        id="fedcba9876543210",
        error="WorkerCrashed",
        key="worker_crashed",
        stage="transcribe",
        cause=Cause.FILE,
        what="Een onderdeel is gestopt.",
        meaning="De opname is veilig.",
        what_to_do="Probeer het nog eens.",
        tool="wederhoor 0.1.0",
        at="2026-11-25T23:00:00Z",
        attempts=1,
        retry=False,
    )
    return SetAside(dropped=f"{CANARY}.m4a", folder="inbox/jan", reason=reason, tonight=tonight)


@pytest.fixture
def settings(inbox: Spool, tmp_path: Path) -> Settings:
    return Settings(paths={"output": tmp_path / "archive"}, night={"inbox": inbox.top, "reports": tmp_path / "reports"})  # type: ignore[arg-type]


@pytest.fixture
def report(inbox: Spool, settings: Settings) -> NightReport:
    empty = make_report(settings, (inbox,), NIGHT, NOW, (CaseProblem(case=CANARY, what="zaak.toml kan niet worden gelezen"),))
    looked_at = result(quality=(Quality.MUCH_UNCERTAIN,), cut_check=Conclusion.INDICATION, rules_not_followed=("3",))
    return replace(
        empty,
        standing=NightStanding.RAN,
        runs=(run(),),
        results=(looked_at, result(outcome=Outcome.DUPLICATE)),
        set_aside=(set_aside(tonight=False), set_aside(tonight=True)),
        waiting=3,
    )


def test_the_page_says_first_what_needs_a_person_and_what_a_name_says_is_no_markup(report: NightReport) -> None:
    page = as_page(report, SAY, ZONE)
    titles = [part.partition("</h2>")[0] for part in page.split("<h2>")[1:]]
    assert titles == [
        "Apart gelegd: hier moet iemand iets doen",
        "Zaken die niet konden worden bijgewerkt",
        "Opnamen om naar te kijken",
        "Verwerkt",
        "Wacht nog",
        "Cijfers",
    ]
    assert "<b>" not in page
    assert "niet gevolgd volgens de afspraak: regel 3 (opname vooraf melden)" in page
    assert "default-src 'none'" in page
    assert "whisper-small" in page
    assert "26-11 00:30" in page


def test_a_name_cannot_break_the_table_of_the_markdown(report: NightReport) -> None:
    text = as_markdown(report, SAY, ZONE)
    assert CANARY not in text
    assert {line.count("|") for line in text.splitlines() if "m4a" in line} == {6}


def test_what_prefect_is_shown_has_no_name_of_a_file_or_a_case(report: NightReport) -> None:
    told = as_artifact(report, SAY)
    assert "Kanariepiet" not in told
    assert "archive" not in told
    assert "2026-11-25-01234567" in told
    assert "fedcba9876543210" in told


def test_the_document_fits_its_schema_and_lies_beside_the_page(report: NightReport, settings: Settings) -> None:
    page = write_report(report, settings)
    Draft202012Validator(shipped_schema("night-report")).validate(json.loads(page.with_suffix(".json").read_text()))
    assert page.stat().st_mode & 0o077 == 0
    assert page.with_suffix(".md").is_file()


@pytest.mark.parametrize(
    ("standing", "aside", "code"),
    [
        (NightStanding.RAN, False, 0),
        (NightStanding.RAN, True, 7),
        (NightStanding.FAILED, True, 1),
        (NightStanding.NOT_RUN, False, 1),
        (NightStanding.CUT_OFF, False, 1),
        (NightStanding.RUNNING, False, 0),
    ],
)
def test_the_exit_code_tells_the_truth(report: NightReport, standing: NightStanding, aside: bool, code: int) -> None:
    given = replace(report, standing=standing, set_aside=(set_aside(tonight=aside),))
    assert given.exit_code == code


def test_what_is_due_is_told_a_week_ahead_and_a_copy_that_was_given_is_not(tmp_path: Path, settings: Settings) -> None:
    form = tmp_path / "a.toml"
    form.write_text(
        "[[party]]\nid = 'client'\nrole = 'client'\n[[copy]]\nasked_by = 'client'\ndue = 2026-11-20\n"
        "[[copy]]\nasked_by = 'staff'\ndue = 2026-12-24\n[procedure]\nrespond_before = 2026-11-30\n"
        "[privacy]\ndelete_audio_on = 2026-11-25\n"
    )
    dossier = receive(speechlike(tmp_path / "x.wav", 200, 1), settings=settings, out=settings.paths.output, now=NOW, agreement=form)
    found = [(due.kind, due.who, due.day, due.late) for due in due_of(dossier, NOW.date(), settings)]
    assert found == [
        (DueKind.COPY, "client", "2026-11-20", True),
        (DueKind.REACTION, "-", "2026-11-30", False),
        (DueKind.DELETION, "audio", "2026-11-25", True),
    ]


def test_a_dossier_that_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path, settings: Settings, inbox: Spool) -> None:
    dossier = receive(speechlike(tmp_path / "x.wav", 200, 1), settings=settings, out=settings.paths.output, now=NOW)
    dossier.custody_log.write_bytes(b"broken\n")
    assert make_report(settings, (inbox,), NIGHT, NOW).damaged == (dossier.path.name,)


def test_what_makes_a_recording_one_to_look_at() -> None:
    minutes = talk.minutes()
    assert quality_of(minutes, uncertain_below=0.0) == ()
    assert Quality.MUCH_UNCERTAIN in quality_of(minutes, uncertain_below=1.0)
    assert quality_of(replace(minutes, lines=()), uncertain_below=0.6) == (Quality.NO_SPEECH,)
    damaged = replace(minutes, recording=replace(minutes.recording, damaged=True, duration_ms=3000))
    assert quality_of(damaged, uncertain_below=0.0) == (Quality.DAMAGED, Quality.SHORT)


@contextmanager
def web_server(received: list[bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/night"
        server.shutdown()


@contextmanager
def mail_server(received: list[bytes]) -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            body: list[bytes] | None = None
            for line in self.rfile:
                if body is not None:
                    if line == b".\r\n":
                        received.append(b"".join(body))
                        body = None
                        self.wfile.write(b"250 ok\r\n")
                    else:
                        body.append(line)
                elif line.upper().startswith(b"DATA"):
                    body = []
                    self.wfile.write(b"354 go on\r\n")
                elif line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def telling(settings: Settings, **night: object) -> Settings:
    return settings.model_copy(update={"night": settings.night.model_copy(update=night)})


def test_the_web_address_and_the_mail_get_counts_and_nothing_else(report: NightReport, settings: Settings) -> None:
    posted: list[bytes] = []
    mailed: list[bytes] = []
    with web_server(posted) as address, mail_server(mailed) as port:
        mail = settings.night.mail.model_copy(update={"host": "127.0.0.1", "port": port, "starttls": False, "to": ("nacht@example.org",)})
        assert notify(report, telling(settings, webhook=address, mail=mail)) == ()
    (counts,), (letter,) = posted, mailed
    told = json.loads(counts)
    assert (told["done"], told["duplicate"], told["quarantined"], told["waiting"], told["exit_code"]) == (1, 1, 1, 3, 7)
    assert set(told) == {"schema", "night", "standing", "exit_code", "done", "duplicate", "quarantined", "waiting", "due", "free_gb"}
    for sent in (counts, letter):
        assert b"Kanariepiet" not in sent
        assert b"archive" not in sent
    assert b"nacht@example.org" in letter


def test_a_way_that_fails_is_named_and_stops_nothing(report: NightReport, settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        mail = settings.night.mail.model_copy(update={"host": "127.0.0.1", "port": port, "to": ("x@example.org",)})
        assert notify(report, telling(settings, webhook=f"http://127.0.0.1:{port}/", mail=mail)) == ("webhook", "mail")


@pytest.mark.parametrize("address", ["http://example.org/x", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_counts_leave_the_house_over_https_only(address: str, report: NightReport, settings: Settings) -> None:
    with pytest.raises(UsageError):
        notify(report, telling(settings, webhook=address))


def test_without_settings_nobody_is_told(report: NightReport, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *arguments: pytest.fail("connected"))
    assert notify(report, settings) == ()
    assert documents.to_plain(report)["night"] == "2026-11-25"
