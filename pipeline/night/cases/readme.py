"""LEESMIJ.html: how a case stands, for its secretary: what is ready, what is due, what is missing, and what can be asked."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup

from pipeline import documents
from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.layout import Dossier
from pipeline.errors import WederhoorError
from pipeline.integrity.model import Conclusion
from pipeline.minutes.model import Minutes, State
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.versions import load_current, version_names
from pipeline.night.cases.case import REQUESTS, Case
from pipeline.night.cases.compare import page_of, pairs_of
from pipeline.night.cases.reactions import waiting_reactions
from pipeline.night.due import Due, due_of
from pipeline.night.inbox import RECORDINGS, dropped_files
from pipeline.night.spool import Spool
from pipeline.night.why import quarantined
from pipeline.recording.rules import Standing
from pipeline.review.offline_page import environment, policy
from pipeline.settings import Settings
from pipeline.texts import Texts, texts

README = "LEESMIJ.html"
_HERE = Path(__file__).resolve().parent
_DOCUMENTS = ("verslag.html", "verslag.pdf", "verslag.docx", "verslag.odt")
_MOST_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the case folder."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRow:
    """A dossier as the page shows it: its state, its documents, and what a reader should know first."""

    name: str
    heard: str
    state: str
    links: tuple[Link, ...]
    remarks: tuple[str, ...]


def write_readme(case: Case, spool: Spool, settings: Settings, now: datetime) -> Path:
    """Write the page; returns it."""
    say, zone = texts(settings.report_language), ZoneInfo(settings.night.timezone)
    local = now.astimezone(zone)
    style = Markup((_HERE / "leesmij.css").read_text(encoding="utf-8"))
    page = (
        environment(_HERE)
        .get_template(README)
        .render(
            say=say,
            language=say.language,
            policy=policy(style),
            style=style,
            case=safe_text(case.id),
            closed=case.form.closed_on,
            made_at=local.strftime("%d-%m-%Y %H:%M"),
            dossiers=[_row(case, dossier, say) for dossier in case.dossiers()],
            comparisons=list(_comparisons(case, say)),
            due=[_due_line(due, say) for due in _due(case, local.date(), settings)],
            missing=list(_missing(case, spool, say)),
            answers=list(_answers(case)),
        )
    )
    target = case.folder / README
    documents.write_atomically(target, page.encode(), mode=0o640)
    return target


def _row(case: Case, dossier: Dossier, say: Texts) -> DossierRow:
    try:
        heard = safe_text(dossier.recording().received_name)
        if not version_names(dossier.minutes_folder):
            return DossierRow(name=dossier.path.name, heard=heard, state=say("case.no_minutes"), links=(), remarks=())
        stored = load_current(dossier.minutes_folder)
    except WederhoorError as error:
        return DossierRow(
            name=dossier.path.name, heard="", state=say("case.damaged"), links=(), remarks=(say.explain(error).split("\n")[0],)
        )
    links = tuple(Link(_href(case, stored.folder / name), name) for name in _DOCUMENTS if (stored.folder / name).is_file())
    state = say(f"case.state.{stored.minutes.state}", version=stored.minutes.version)
    return DossierRow(name=dossier.path.name, heard=heard, state=state, links=links, remarks=tuple(_remarks(stored.minutes, say)))


def _remarks(minutes: Minutes, say: Texts) -> Iterator[str]:
    if not minutes.read_by:
        yield say("case.remark.unread")
    if any(not speaker.confirmed for speaker in minutes.speakers):
        yield say("case.remark.voices")
    if minutes.agreement.sha256 is None:
        yield say("case.remark.no_agreement")
    broken = [result.rule for result in minutes.agreement.rules if result.standing is Standing.NOT_FOLLOWED]
    if broken:
        yield say("night.report.rules", rules=", ".join(say(f"rules.{rule}.short") for rule in broken))
    if minutes.cut_check is Conclusion.INDICATION:
        yield say("night.report.cut")
    if minutes.state is State.CONCEPT:
        yield say("case.remark.concept")


def _comparisons(case: Case, say: Texts) -> Iterator[Link]:
    for pair in pairs_of(case):
        if (page := page_of(case, pair)) is not None:
            yield Link(_href(case, page), say("case.comparison.pair", a=_called(pair.a), b=_called(pair.b)))


def _due(case: Case, today: date, settings: Settings) -> Iterator[Due]:
    for dossier in case.dossiers():
        try:
            yield from due_of(dossier, today, settings)
        except WederhoorError:
            continue


def _due_line(due: Due, say: Texts) -> str:
    late = f" ({say('night.report.late')})" if due.late else ""
    return say(f"case.due.{due.kind}", who=due.who, day=due.day, dossier=due.dossier) + late


def _missing(case: Case, spool: Spool, say: Texts) -> Iterator[str]:
    if case.problem is not None:
        yield say(f"case.{case.problem}")
    if not case.form.actors:
        yield say("case.missing.actors")
    waiting = [drop for drop in dropped_files(spool) if drop.path.is_relative_to(case.folder / RECORDINGS)]
    if waiting:
        yield say("case.missing.waiting", count=len(waiting))
    for claim, reason in quarantined(spool):
        place = spool.place(claim.record.dropped)
        if place.is_relative_to(case.folder):
            yield say("case.missing.set_aside", file=safe_text(place.name), what=reason.what, to_do=reason.what_to_do)
    for path in waiting_reactions(case):
        yield say("case.missing.reaction", file=safe_text(path.name))
    for pair in pairs_of(case):
        if page_of(case, pair) is None:
            yield say("case.missing.not_compared", a=_called(pair.a), b=_called(pair.b))
    for dossier in case.dossiers():
        if agreement_of(dossier) is None:
            yield say("case.missing.agreement", dossier=dossier.path.name)


def _answers(case: Case) -> Iterator[tuple[str, str]]:
    """The latest answers to requests: the form's name and what was said."""
    found = sorted((case.folder / REQUESTS / "gedaan").glob("*.antwoord.txt"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[:_MOST_ANSWERS]:
        yield safe_text(path.name.removesuffix(".antwoord.txt")), safe_text(path.read_text(encoding="utf-8", errors="replace"))


def _called(side: Path) -> str:
    """What people call it: a report by its file's name, a dossier by the name its recording was handed in with."""
    return safe_text(Dossier.open(side).recording().received_name if side.is_dir() else side.name)


def _href(case: Case, path: Path) -> str:
    return quote(os.path.relpath(path, case.folder))
