"""`wederhoor examine`: was the recording cut? Only that, on the file itself."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import print_document, say
from pipeline.cli.options import AgreementFile, Json, ReportLanguage, settings_from
from pipeline.cli.options import say as sentences
from pipeline.integrity.examine import examine as examine_recording
from pipeline.integrity.model import Finding, IntegrityDocument
from pipeline.integrity.wording import finding_in_words, outcome_in_words, outcome_of_all_in_words, tests_in_words
from pipeline.minutes.clock import clock_span
from pipeline.recording.agreement import read_agreement
from pipeline.texts import Language, texts
from pipeline.worker import call_once


def examine(
    recording: Annotated[Path, typer.Argument(help=sentences("cli.examine.recording"), metavar="RECORDING")],
    agreement: AgreementFile = None,
    report_language: ReportLanguage = None,
    as_json: Json = False,
) -> None:
    """Print the findings, and as plainly what the tests can and cannot find. Findings are results, not failures."""
    settings = settings_from(report_language=report_language)
    agreed = read_agreement(agreement) if agreement else None
    limit = settings.workers.minimum_limit_seconds + settings.recordings.max_duration_hours * 3600
    document = call_once(examine_recording, recording, agreed, settings, limit_seconds=limit)
    if as_json:
        print_document(document)
        return
    language = settings.report_language
    parts = (outcome_of_all_in_words(document, language), _findings(document, language), tests_in_words(document, language))
    say("\n\n".join("\n".join(part) for part in parts if part))


def _place(finding: Finding, language: Language) -> str:
    """When it is; what is said of the file as such has no time."""
    return clock_span(finding.start_ms, finding.end_ms) if finding.end_ms else texts(language)("integrity.whole_file")


def _findings(document: IntegrityDocument, language: Language) -> list[str]:
    return [
        "  ".join(
            filter(
                None,
                (
                    finding.id,
                    _place(finding, language),
                    outcome_in_words(finding, language),
                    finding_in_words(finding, language),
                ),
            )
        )
        for finding in document.findings
    ]
