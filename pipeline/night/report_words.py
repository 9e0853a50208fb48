"""The morning report in words: one page for the operator (HTML and Markdown), and one without any name for Prefect."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline import documents
from pipeline.integrity.model import Conclusion
from pipeline.night.due import Due, DueKind
from pipeline.night.report import NightReport
from pipeline.night.results import AgreementState, NightResult, Outcome
from pipeline.review.offline_page import policy
from pipeline.settings import Settings
from pipeline.texts import Texts, texts

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}"
    "h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}p{margin:.4rem 0}"
    ".state{font-size:1.15rem;padding:.8rem 1rem;border-left:.5rem solid #2f7d4f;background:#eef6f0}"
    ".state.look{border-color:#b45309;background:#fdf3e3}.state.bad{border-color:#b42318;background:#fdecea}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;"
    "border-bottom:1px solid #ccd2da;overflow-wrap:break-word}th{font-weight:600;background:#f4f6f8;white-space:nowrap}"
    "td{max-width:22rem}"
)
_GB = 1e9
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a title, sentences, and a table when there are rows."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def write_report(report: NightReport, settings: Settings) -> Path:
    """Write the report as JSON, Markdown and HTML; returns the HTML file."""
    folder = settings.night.reports.expanduser()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    say, zone = texts(settings.report_language), ZoneInfo(settings.night.timezone)
    documents.write_atomically(folder / f"{report.night}.json", documents.encode(report))
    documents.write_atomically(folder / f"{report.night}.md", as_markdown(report, say, zone).encode())
    oldest = (date.fromisoformat(report.night) - timedelta(days=settings.night.keep_days)).isoformat()
    for old in folder.glob("[0-9]*-[0-9]*-[0-9]*.*"):
        if old.stem < oldest and old.suffix in (".json", ".md", ".html"):
            old.unlink()
    page = folder / f"{report.night}.html"
    documents.write_atomically(page, as_page(report, say, zone).encode())
    return page


def summary_line(report: NightReport, say: Texts) -> str:
    """The night in one line of counts."""
    return say(
        "night.report.summary",
        done=len(report.done),
        duplicates=len(report.duplicates),
        set_aside=len(report.set_aside_tonight),
        waiting=report.waiting + report.unfinished,
    )


def as_markdown(report: NightReport, say: Texts, zone: ZoneInfo) -> str:
    """The whole report as Markdown."""
    parts = [f"# {_title(report, say)}", f"**{say(f'night.report.standing.{report.standing}')}** {summary_line(report, say)}"]
    parts += [_section_as_markdown(section) for section in _sections(report, say, zone)]
    return "\n\n".join(parts) + "\n"


def as_artifact(report: NightReport, say: Texts) -> str:
    """What Prefect may know: counts, opaque ids and kinds of reasons; no names, no text."""
    rows = [(result.dossier, str(result.outcome), result.version) for result in report.results]
    rows += [(item.reason.id, item.reason.error, item.reason.stage) for item in report.set_aside_tonight]
    table = Section(say("night.report.artifact"), columns=("id", "outcome", "detail"), rows=tuple(rows))
    return f"# {_title(report, say)}\n\n{summary_line(report, say)}\n\n{_section_as_markdown(table)}\n"


def as_page(report: NightReport, say: Texts, zone: ZoneInfo) -> str:
    """The whole report as a page that asks nothing of the network."""
    title = html.escape(_title(report, say))
    state = {0: "", 7: " look"}.get(report.exit_code, " bad")
    sections = "".join(_section_as_html(section) for section in _sections(report, say, zone))
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(_STYLE)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f'<p class="state{state}"><strong>{html.escape(say(f"night.report.standing.{report.standing}"))}</strong> '
        f"{html.escape(summary_line(report, say))}</p>{sections}</main></body></html>\n"
    )


def _title(report: NightReport, say: Texts) -> str:
    return say("night.report.title", night=report.night)


def _sections(report: NightReport, say: Texts, zone: ZoneInfo) -> Iterator[Section]:
    """What needs a person comes first; an empty part is left out."""
    yield from _set_aside(report, say)
    yield from _cases(report, say)
    yield from _to_look_at(report, say)
    yield from _due(report, say)
    yield from _done(report, say, zone)
    yield from _waiting(report, say)
    yield _figures(report, say, zone)


def _set_aside(report: NightReport, say: Texts) -> Iterator[Section]:
    if report.set_aside:
        rows = tuple(
            (
                f"{item.folder}/{item.dropped}",
                f"{item.reason.what} ({say(f'stages.{item.reason.stage}')}; {item.reason.error})",
                item.reason.what_to_do,
                say("night.report.again" if item.reason.retry else "night.report.not_again"),
                item.reason.id,
            )
            for item in sorted(report.set_aside, key=lambda item: not item.tonight)
        )
        older = len(report.set_aside) - len(report.set_aside_tonight)
        sentences = (say("night.report.older", count=older),) if older else ()
        yield Section(say("night.report.set_aside"), sentences, _columns(say, "file", "why", "to_do", "again", "id"), rows)


def _cases(report: NightReport, say: Texts) -> Iterator[Section]:
    if report.case_problems:
        rows = tuple((problem.case, problem.what) for problem in report.case_problems)
        yield Section(say("night.report.cases"), (), _columns(say, "case", "why"), rows)


def _to_look_at(report: NightReport, say: Texts) -> Iterator[Section]:
    rows = tuple((result.dossier, result.dropped, "; ".join(remarks)) for result in report.done if (remarks := _remarks(result, say)))
    if rows:
        yield Section(say("night.report.look_at"), (), _columns(say, "dossier", "file", "what"), rows)
    if report.damaged:
        yield Section(say("night.report.damaged"), (say("night.report.damaged_what"),), (), tuple((name,) for name in report.damaged))


def _remarks(result: NightResult, say: Texts) -> list[str]:
    remarks = [say(f"night.report.quality.{remark}") for remark in result.quality]
    if result.cut_check is Conclusion.INDICATION:
        remarks.append(say("night.report.cut"))
    if result.agreement is not AgreementState.RECORDED:
        remarks.append(say(f"night.report.agreement.{result.agreement}"))
    if result.rules_not_followed:
        remarks.append(say("night.report.rules", rules=", ".join(say(f"rules.{rule}.short") for rule in result.rules_not_followed)))
    return remarks


def _due(report: NightReport, say: Texts) -> Iterator[Section]:
    for kind in DueKind:
        due = [item for item in report.due if item.kind is kind]
        if due:
            rows = tuple((item.dossier, _whose(item, say), item.day, say("night.report.late") if item.late else "") for item in due)
            yield Section(say(f"night.report.due.{kind}"), (), _columns(say, "dossier", "whose", "day", "state"), rows)


def _whose(item: Due, say: Texts) -> str:
    return say(f"retention.part.{item.who}") if item.kind is DueKind.DELETION else item.who


def _done(report: NightReport, say: Texts, zone: ZoneInfo) -> Iterator[Section]:
    if report.results:
        rows = tuple(
            (
                result.dossier,
                result.case or "",
                result.dropped,
                say(f"night.report.outcome.{result.outcome}"),
                _length(result.audio_ms),
                _time(result.finished_at, zone),
            )
            for result in report.results
        )
        yield Section(say("night.report.done"), (), _columns(say, "dossier", "case", "file", "what", "length", "ready"), rows)


def _waiting(report: NightReport, say: Texts) -> Iterator[Section]:
    if report.waiting or report.unfinished:
        sentence = say("night.report.waiting_what", waiting=report.waiting, unfinished=report.unfinished)
        yield Section(say("night.report.waiting"), (sentence,))


def _figures(report: NightReport, say: Texts, zone: ZoneInfo) -> Section:
    written = [result for result in report.done if result.outcome is not Outcome.AGREED]
    audio, work = sum(result.audio_ms for result in written), sum(result.work_ms for result in written)
    sentences = [say("night.report.free", gigabytes=f"{report.free_bytes / _GB:.1f}")]
    if work:
        per_hour = f"{len(written) * _HOUR_MS / work:.1f}"
        sentences.append(say("night.report.throughput", hours=f"{audio / _HOUR_MS:.1f}", per_hour=per_hour))
    rows = tuple(
        (
            _time(run.began_at, zone),
            _time(run.finished_at, zone) if run.finished_at else "",
            say(f"night.report.ending.{run.ending or ('cut_off' if run.was_cut_off else 'running')}"),
            str(run.workers),
            run.model,
        )
        for run in report.runs
    )
    return Section(say("night.report.figures"), tuple(sentences), _columns(say, "from", "to", "how", "at_a_time", "model"), rows)


def _columns(say: Texts, *names: str) -> tuple[str, ...]:
    return tuple(say(f"night.report.column.{name}") for name in names)


def _length(ms: int) -> str:
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"


def _time(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%d-%m %H:%M")


def _section_as_markdown(section: Section) -> str:
    lines = [f"## {section.title}", *section.sentences]
    if section.columns and section.rows:
        table = [section.columns, tuple("---" for _ in section.columns), *section.rows]
        lines.append("\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table))
    elif section.rows:
        lines.append("\n".join(f"- {_cell(row[0])}" for row in section.rows))
    return "\n\n".join(lines)


def _cell(text: str) -> str:
    """A file's name is no Markdown: what would be is written as the sign's number."""
    return "".join(f"&#{ord(sign)};" if sign in "&<>\\`*_{}[]()#!|~" else sign for sign in text)


def _section_as_html(section: Section) -> str:
    sentences = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in section.sentences)
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in section.columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
    table = f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>" if section.rows else ""
    return f"<section><h2>{html.escape(section.title)}</h2>{sentences}{table}</section>"
