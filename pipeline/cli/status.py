"""`wederhoor status`: where everything stands; and whether the last night was run."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.console import print_document, say
from pipeline.cli.options import Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.night.morning import check_last_night
from pipeline.night.report_words import summary_line
from pipeline.night.status import Status, status_now
from pipeline.settings import Settings
from pipeline.texts import Texts, texts


def status(
    night: Annotated[bool, typer.Option("--night", help=sentences("cli.status.night"))] = False,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> int:
    """Print how things stand. With --night the exit code is that of the last night, and 1 when it was not run."""
    settings = settings_from(report_language=report_language)
    words = texts(settings.report_language)
    if night:
        return _last_night(settings, words, as_json=as_json)
    found = status_now(settings, now=_now)
    if as_json:
        print_document(found)
    else:
        for line in _lines(found, words):
            say(line)
    return 0


def _last_night(settings: Settings, words: Texts, *, as_json: bool) -> int:
    report = check_last_night(settings, now=_now)
    if as_json:
        print_document(report)
    else:
        say(f"{words(f'night.report.standing.{report.standing}')} {summary_line(report, words)}")
    return report.exit_code


def _lines(found: Status, words: Texts) -> list[str]:
    lines = [words("night.status.inbox", waiting=found.waiting, urgent=found.urgent)]
    lines.append(words("night.status.running", count=len(found.running)))
    lines += [
        words("night.status.running_line", id=item.id, stage=words(f"stages.{item.stage}"), percent=round(item.share * 100))
        for item in found.running
    ]
    if found.left:
        lines.append(words("night.status.left", count=found.left))
    lines.append(words("night.status.done", count=found.done))
    lines.append(words("night.status.quarantined", count=len(found.quarantined)))
    lines += [words("night.status.quarantined_line", id=item.id, file=item.file, what=item.what) for item in found.quarantined]
    standing = words(f"night.report.standing.{found.last_night_standing}")
    lines.append(words("night.status.last_night", night=found.last_night, standing=standing))
    lines.append(words("night.status.free", gigabytes=f"{found.free_bytes / 1e9:.1f}"))
    return lines


def _now() -> datetime:
    return datetime.now(UTC)
