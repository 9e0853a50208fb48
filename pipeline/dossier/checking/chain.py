"""The custody log: an append-only chain of lines, and what is wrong with one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.dossier.checking.report import FAULT, MAX_FINDINGS, Finding

LOG = "custody.jsonl"
LOG_SCHEMA = "wederhoor.custody/1"
GENESIS = "0" * 64
MAX_LOG_BYTES = 64 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024
# What closes the bytes that an interrupted append left. No entry ends so: canonical JSON ends with a brace.
TORN_MARK = b" torn\n"


@dataclass(frozen=True)
class LogLine:
    """An entry of the log as it stands there, and the SHA-256 of its line."""

    number: int
    sha256: str
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Log:
    """A log as read. `torn`: what an interrupted append left at the end, null for nothing."""

    lines: tuple[LogLine, ...]
    findings: tuple[Finding, ...]
    torn: bytes | None

    @property
    def head(self) -> str:
        """The hash of the last line."""
        return self.lines[-1].sha256 if self.lines else GENESIS


_ENTRY: Mapping[str, tuple[type, ...]] = {
    "act": (str,),
    "actor": (str,),
    "at": (str,),
    "key_id": (str, type(None)),
    "number": (int,),
    "object_sha256": (str, type(None)),
    "previous": (str,),
    "schema": (str,),
    "settings": (dict,),
    "signature": (str, type(None)),
    "tool": (str,),
}


def canonical(plain: Any) -> bytes:
    """Canonical JSON: sorted keys, no white space, UTF-8."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def parse_json(data: bytes) -> Any:
    """Plain data from JSON that is exactly canonical; null for anything else."""
    try:
        plain = json.loads(data)
        return plain if canonical(plain) == data else None
    except (ValueError, RecursionError):
        return None


def parse_log(data: bytes) -> Log:
    """The lines of a log and what is wrong with them."""
    if len(data) > MAX_LOG_BYTES:
        return Log((), (Finding(FAULT, "log_too_large", LOG),), None)
    lines: list[LogLine] = []
    findings: list[Finding] = []
    torn_from: int | None = None
    at = 0
    while at < len(data) and len(findings) < MAX_FINDINGS:
        end = data.find(b"\n", at) + 1
        if end == 0 or data.endswith(TORN_MARK, at, end):
            torn_from = at if torn_from is None else torn_from
            at = end or len(data)
            continue
        line = _log_line(data[at : end - 1])
        if line is None:
            findings.append(Finding(FAULT, "line_unreadable", LOG, len(lines) + 1))
            torn_from = None
            break
        torn = None if torn_from is None else data[torn_from : at - len(TORN_MARK)]
        findings += _link_findings(line, lines[-1] if lines else None, torn)
        lines.append(line)
        torn_from, at = None, end
    if torn_from is not None:
        findings.append(Finding(FAULT, "line_unfinished", LOG, len(lines) + 1))
    findings += _order_findings([line.number for line in lines])
    return Log(tuple(lines), tuple(dict.fromkeys(findings)), None if torn_from is None else data[torn_from:])


def _log_line(data: bytes) -> LogLine | None:
    plain = parse_json(data) if len(data) <= MAX_LINE_BYTES else None
    if not isinstance(plain, dict) or plain.keys() != _ENTRY.keys() or plain["schema"] != LOG_SCHEMA:
        return None
    if any(not isinstance(plain[name], kinds) or isinstance(plain[name], bool) for name, kinds in _ENTRY.items()):
        return None
    if any(not isinstance(value, (str, int)) for value in plain["settings"].values()):
        return None
    return LogLine(plain["number"], hashlib.sha256(data).hexdigest(), plain)


def _link_findings(line: LogLine, before: LogLine | None, torn: bytes | None) -> list[Finding]:
    """Whether a line follows from the one before it. Which side of a link was changed, the chain alone cannot tell."""
    number, last = (before.number, before.sha256) if before else (0, GENESIS)
    suspects: set[int] = set()
    if line.number == number + 1 and line.entry["previous"] != last:
        suspects |= {number, line.number} - {0}
    recovered = line.entry["act"] == "recovered"
    if recovered != (torn is not None) or (torn is not None and line.entry["object_sha256"] != hashlib.sha256(torn).hexdigest()):
        suspects.add(line.number)
    return [Finding(FAULT, "line_changed", LOG, suspect) for suspect in sorted(suspects)]


def _order_findings(numbers: list[int]) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[int] = set()
    highest = 0
    for number in numbers:
        if number in seen:
            findings.append(Finding(FAULT, "line_repeated", LOG, number))
        elif number < highest:
            findings.append(Finding(FAULT, "line_reordered", LOG, number))
        seen.add(number)
        highest = max(highest, number)
    missing = (number for number in range(1, min(highest, len(numbers) + MAX_FINDINGS)) if number not in seen)
    return findings + [Finding(FAULT, "line_removed", LOG, number) for number in missing][:MAX_FINDINGS]
