"""The JSON Schema of every document Wederhoor makes, as files beside this one.

They are made from the types by scripts/make_schemas.py; a test keeps the files and the types in step.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from pipeline.comparison.compare import Comparison
from pipeline.doctor.model import Examination
from pipeline.dossier.custody import CustodyEntry
from pipeline.integrity.model import IntegrityDocument
from pipeline.minutes.model import Minutes
from pipeline.night.causes import Reason
from pipeline.night.report import NightReport
from pipeline.night.results import NightResult
from pipeline.night.status import Status
from pipeline.recording.model import Recording
from pipeline.recording.rules import RuleReport
from pipeline.review.responses.document import ClosedFile, ResponseFile
from pipeline.review.responses.handing_in import Received
from pipeline.review.responses.signing import ResponseKey
from pipeline.shipped import SCHEMAS

DOCUMENTS: dict[str, type] = {
    "comparison": Comparison,
    "custody-entry": CustodyEntry,
    "doctor": Examination,
    "integrity": IntegrityDocument,
    "minutes": Minutes,
    "night-report": NightReport,
    "night-result": NightResult,
    "quarantine-reason": Reason,
    "read-back": Received,
    "recording": Recording,
    "response": ResponseFile,
    "response-closed": ClosedFile,
    "response-key": ResponseKey,
    "rules": RuleReport,
    "status": Status,
}


def shipped_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document `name`, from the shipped file."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def schema_text(name: str) -> str:
    """The JSON Schema of the document `name` as its type has it now."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(DOCUMENTS[name]).json_schema(mode="serialization")
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
