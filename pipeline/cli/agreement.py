"""`wederhoor agreement`: make an agreement, hold the rules against it, and print what people need on paper."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import documents
from pipeline.cli.agreement_interview import Interview
from pipeline.cli.console import print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.dossier.layout import Dossier
from pipeline.errors import UsageError
from pipeline.integrity.examine import examine
from pipeline.integrity.model import Conclusion, Level
from pipeline.recording.agreement import Agreement, AnnouncedWhen, Outcome, Role, parse_agreement, read_agreement, read_agreement_bytes
from pipeline.recording.agreement_form import CLOCK, Answer, empty_form, fill_in, new_document, open_document, to_bytes
from pipeline.recording.probe import inspect
from pipeline.recording.rules import Circumstances, check_rules
from pipeline.recording.rules_in_words import report_in_words
from pipeline.review.agreement_page import agreement_page
from pipeline.review.leaflet import LEAFLET_WRITERS
from pipeline.settings import Settings
from pipeline.texts import texts

app = typer.Typer(no_args_is_help=True)

_NEW = Path("agreement.toml")
_OutFile = typer.Option("--out", help=sentences("cli.agreement.out"), metavar="FILE")


@app.command("check", help=sentences("cli.agreement.check.help"))
def check(
    file: Annotated[Path, typer.Argument(help=sentences("cli.agreement.check.file"), metavar="FILE")],
    recording: Annotated[
        Path | None, typer.Option("--recording", help=sentences("cli.agreement.check.recording"), metavar="FILE|DOSSIER")
    ] = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Hold the rules against an agreement. What they find is a result: the exit code is 0."""
    settings = settings_from(report_language=report_language)
    agreement = read_agreement(file)
    circumstances = Circumstances(today=datetime.now(CLOCK).date())
    if recording:
        circumstances = _with_recording(circumstances, recording, agreement, settings)
    report = check_rules(agreement, circumstances)
    if as_json:
        print_document(report)
        return
    words = texts(settings.report_language)
    about = {"file": file.name} | ({"case": agreement.case} if agreement.case else {})
    title = words("rules.agreement_of_case" if agreement.case else "rules.agreement", **about)
    say(report_in_words(report, title, words))


def _with_recording(circumstances: Circumstances, path: Path, agreement: Agreement, settings: Settings) -> Circumstances:
    """What the recording itself can tell of rule 3 (its start) and rule 5 (places the cut check found)."""
    original = Dossier.open(path).original() if path.is_dir() else path
    claimed = inspect(original, settings.recordings).format.claimed_start
    cut_check = examine(original, agreement, settings)
    places = [finding for finding in cut_check.findings if finding.level is not Level.HISTORY and finding.announced is None]
    tested = cut_check.conclusion is not Conclusion.NOT_TESTABLE
    return replace(circumstances, recording_start=_moment(claimed), unannounced_places=len(places) if tested else None)


def _moment(claimed: str | None) -> datetime | None:
    """A recorder writes its start as it likes; what is not a moment is no evidence of one."""
    try:
        return datetime.fromisoformat(claimed) if claimed else None
    except ValueError:
        return None


@app.command("new", help=sentences("cli.agreement.new.help"))
def new(
    out: Annotated[Path, _OutFile] = _NEW,
    empty: Annotated[bool, typer.Option("--empty", help=sentences("cli.agreement.new.empty"))] = False,
    case: Annotated[str | None, typer.Option(help=sentences("agreement.ask.case"))] = None,
    subject: Annotated[str | None, typer.Option(help=sentences("agreement.ask.conversation.subject"))] = None,
    client: Annotated[str | None, typer.Option(help=sentences("cli.agreement.new.client"), metavar="NAME")] = None,
    staff: Annotated[str | None, typer.Option(help=sentences("cli.agreement.new.staff"), metavar="NAME")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help=sentences("agreement.ask.decision.outcome"))] = None,
    reason: Annotated[str | None, typer.Option(help=sentences("agreement.ask.decision.weighty_reason"))] = None,
    alternative: Annotated[str | None, typer.Option(help=sentences("agreement.ask.decision.alternative"))] = None,
    informed: Annotated[list[str] | None, typer.Option(help=sentences("agreement.ask.information.where"), metavar="WHERE")] = None,
    announced: Annotated[AnnouncedWhen | None, typer.Option(help=sentences("agreement.ask.announcement.when"))] = None,
    announced_at: Annotated[datetime | None, typer.Option(help=sentences("agreement.ask.announcement.at"))] = None,
    purpose: Annotated[str | None, typer.Option(help=sentences("agreement.ask.privacy.purpose"))] = None,
    delete_audio_on: Annotated[
        datetime | None, typer.Option(help=sentences("agreement.ask.privacy.delete_audio_on"), formats=["%Y-%m-%d"])
    ] = None,
    report_language: ReportLanguage = None,
) -> None:
    """Ask the questions of an agreement, or write down what the flags say, or write an empty form."""
    settings = settings_from(report_language=report_language)
    words = texts(settings.report_language)
    now = datetime.now(UTC)
    if empty:
        _refuse_existing(out)
        documents.write_atomically(out, empty_form(words, now))
        say(words("agreement.terminal.written", file=str(out)))
        return
    answers: dict[str, Answer | None] = {
        "case": case,
        "conversation.subject": subject,
        "decision.outcome": outcome,
        "decision.weighty_reason": reason,
        "decision.alternative": alternative,
        "information.where": informed,
        "announcement.when": announced,
        "announcement.at": announced_at.replace(tzinfo=CLOCK) if announced_at else None,
        "privacy.purpose": purpose,
        "privacy.delete_audio_on": delete_audio_on.date() if delete_audio_on else None,
    }
    given = {path: answer for path, answer in answers.items() if answer is not None}
    people = {role: name for role, name in ((Role.CLIENT, client), (Role.STAFF, staff)) if name is not None}
    document = open_document(read_agreement_bytes(out)) if out.exists() else new_document(words, now)
    if given or people:
        fill_in(document, given, people, words)
        data = to_bytes(document)
        if wrong := parse_agreement(data).unreadable:
            raise UsageError("agreement_answer_wrong", places=", ".join(wrong))
        documents.write_atomically(out, data)
    else:
        say(words("agreement.terminal.resumed" if out.exists() else "agreement.terminal.intro", file=str(out)))
        Interview(document, words, keep=lambda: documents.write_atomically(out, to_bytes(document))).hold()
    say(words("agreement.terminal.written", file=str(out)))
    say(words("agreement.terminal.next", file=str(out)))


@app.command("page", help=sentences("cli.agreement.page.help"))
def page(out: Annotated[Path, _OutFile] = Path("afspraak.html"), report_language: ReportLanguage = None) -> None:
    """Write the page on which an agreement is filled in, saved and printed; it needs nothing beside it."""
    settings = settings_from(report_language=report_language)
    documents.write_atomically(out, agreement_page(settings))
    say(texts(settings.report_language)("cli.agreement.page.done", file=str(out)))


@app.command("leaflet", help=sentences("cli.agreement.leaflet.help"))
def leaflet(
    out: Annotated[Path | None, typer.Option("--out", help=sentences("cli.agreement.leaflet.out"), metavar="FILE")] = None,
    report_language: ReportLanguage = None,
) -> None:
    """Write the leaflet for clients: as HTML, as PDF, or both."""
    settings = settings_from(report_language=report_language)
    words = texts(settings.report_language)
    for file in (out,) if out else (Path(f"{words('leaflet.file_name')}{ending}") for ending in LEAFLET_WRITERS):
        if file.suffix not in LEAFLET_WRITERS:
            raise UsageError("leaflet_ending", known=", ".join(LEAFLET_WRITERS))
        documents.write_atomically(file, LEAFLET_WRITERS[file.suffix](settings))
        say(words("cli.agreement.leaflet.done", file=str(file)))


def _refuse_existing(out: Path) -> None:
    """An empty form never takes the place of something."""
    if out.exists() or out.is_symlink():
        raise UsageError("agreement_exists", file=out.name)
