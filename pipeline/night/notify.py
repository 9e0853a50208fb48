"""Telling somewhere else how the night went: counts only, by mail or to a web address. Never a name, a file or a text."""

import json
import smtplib
import ssl
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from pipeline import documents
from pipeline.errors import UsageError
from pipeline.night.report import NightReport
from pipeline.night.report_words import summary_line
from pipeline.settings import Mail, Settings
from pipeline.texts import texts

COUNTS_SCHEMA = "wederhoor.night-counts/1"
_TIMEOUT_SECONDS = 20.0
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What leaves the machine, when the settings ask for it."""

    schema: str
    night: str
    standing: str
    exit_code: int
    done: int
    duplicate: int
    quarantined: int
    waiting: int
    due: int
    free_gb: int


def counts_of(report: NightReport) -> Counts:
    """The numbers of a report."""
    return Counts(
        schema=COUNTS_SCHEMA,
        night=report.night,
        standing=report.standing.value,
        exit_code=report.exit_code,
        done=len(report.done),
        duplicate=len(report.duplicates),
        quarantined=len(report.set_aside_tonight),
        waiting=report.waiting + report.unfinished,
        due=len(report.due),
        free_gb=int(report.free_bytes / 1e9),
    )


def notify(report: NightReport, settings: Settings) -> tuple[str, ...]:
    """Send the counts where the settings say; returns which ways failed (`webhook`, `mail`): the night is done all the same.

    Raises UsageError for a web address outside this machine without https.
    """
    counts, failed = counts_of(report), []
    if settings.night.webhook:
        _require_safe(settings.night.webhook)
        try:
            _post(settings.night.webhook, counts)
        except (OSError, ValueError):
            failed.append("webhook")
    if settings.night.mail.to:
        try:
            _mail(settings.night.mail, report, counts, settings)
        except (OSError, smtplib.SMTPException):
            failed.append("mail")
    return tuple(failed)


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UsageError("night_webhook_unsafe")


def _post(address: str, counts: Counts) -> None:
    body = json.dumps(documents.to_plain(counts)).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"}, method="POST")
    # No proxy of the environment: what goes out goes where the settings say and nowhere else.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
        answer.read(1024)


def _mail(mail: Mail, report: NightReport, counts: Counts, settings: Settings) -> None:
    say = texts(settings.report_language)
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, ", ".join(mail.to)
    message["Subject"] = say("night.report.title", night=report.night)
    numbers = json.dumps(documents.to_plain(counts), indent=1)
    message.set_content(f"{say(f'night.report.standing.{report.standing}')}\n{summary_line(report, say)}\n\n{numbers}\n")
    with smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT_SECONDS) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())
        server.send_message(message)
