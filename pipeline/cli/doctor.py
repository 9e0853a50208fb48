"""`wederhoor doctor`: whether this machine is fit for Wederhoor."""

from datetime import UTC, datetime

from pipeline.cli.console import print_document, say
from pipeline.cli.options import Json, settings_from
from pipeline.doctor import Check, examine_machine
from pipeline.texts import Texts, texts


def doctor(as_json: Json = False) -> int:
    """Print every check; exit code 1 when something keeps Wederhoor from doing its work safely."""
    settings = settings_from()
    examination = examine_machine(settings, datetime.now(UTC))
    if as_json:
        print_document(examination)
    else:
        sentences = texts(settings.report_language)
        for check in examination.checks:
            say(_said(check, sentences))
        say(sentences("doctor.fit" if examination.fit else "doctor.not_fit"))
    return 0 if examination.fit else 1


def _said(check: Check, sentences: Texts) -> str:
    standing = sentences(f"doctor.standing.{check.standing.value}")
    return f"[{standing}] {sentences(f'doctor.said.{check.text}', **check.details)}"
