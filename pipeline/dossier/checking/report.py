"""What a check found, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

REPORT_SCHEMA = "wederhoor.verification/1"
FAULT, NOTE = "fault", "note"
MAX_FINDINGS = 1000


@dataclass(frozen=True)
class Finding:
    """One thing to know. `kind` names its sentence; `level`: fault (something does not match) or note.

    `path`: the file it is about; `number`: the line of the log, from 1, 0 for none; `detail`: another file, or a moment.
    """

    level: str
    kind: str
    path: str = ""
    number: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """What a check found: the document of `wederhoor verify`.

    `subject`: dossier, bundle or copy; `holds`: no fault was found; `independent`: something from outside (a receipt or
    countersignature) matched; `signer`: proven, unproven, unchecked or none; `sealed_at`: empty when never sealed;
    `entries` and `head`: of the log as found; `recording_sha256`: as the log has it.
    """

    schema: str
    subject: str
    name: str
    holds: bool
    independent: bool
    signer: str
    sealed_at: str
    entries: int
    head: str
    recording_sha256: str
    findings: tuple[Finding, ...]


def render(report: Report, say: Callable[..., str]) -> str:
    """The report as people's text; `say` gives the sentence of a key with its placeholders filled in."""
    faults = [finding for finding in report.findings if finding.level == FAULT]
    notes = [finding for finding in report.findings if finding.level == NOTE]
    days = [_day(finding.detail) for finding in report.findings if finding.kind == "audio_deleted"]
    lines = [say(f"subject.{report.subject}", name=_shown(report.name)), say(_conclusion(report), day=(days or [""])[0]), ""]
    for finding in [*faults, *notes]:
        sentence = say(f"findings.{finding.kind}", path=_shown(finding.path), number=finding.number, detail=_shown(_day(finding.detail)))
        lines.append(f"- {sentence}")
    if report.entries:
        lines += ["", say("log", entries=report.entries, head=report.head)]
    if report.recording_sha256:
        lines.append(say("recording", sha256=report.recording_sha256))
    return "\n".join(lines)


def _conclusion(report: Report) -> str:
    if not report.holds:
        return "conclusion.fails"
    if report.subject == "copy":
        return "conclusion.equal" if report.independent else "conclusion.not_compared"
    kinds = {finding.kind for finding in report.findings}
    outcome = "deleted" if "audio_deleted" in kinds else "not_sealed" if "not_sealed" in kinds else "holds"
    return f"conclusion.{outcome}_independent" if report.independent else f"conclusion.{outcome}_itself"


def _day(detail: str) -> str:
    """A moment of the log as a day; anything else as it is."""
    return detail[:10] if len(detail) >= 20 and detail[4:5] == detail[7:8] == "-" and detail[10] == "T" else detail


def _shown(text: str) -> str:
    """A name from what is checked, harmless on a screen."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:300]
