import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline import documents
from pipeline.recording.agreement import read_agreement
from pipeline.recording.rules import Circumstances, check_rules
from pipeline.schemas import DOCUMENTS, schema_text, shipped_schema
from pipeline.shipped import SAMPLE_AUDIO, SCHEMAS
from tests.commands import FAKE_ENGINES, wederhoor
from tests.fixtures.speech import opening


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_shipped_schema_is_that_of_the_type(name: str) -> None:
    shipped = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text(name), "run scripts/make_schemas.py"
    Draft202012Validator.check_schema(json.loads(shipped))


def test_what_the_commands_print_and_keep_fits_the_shipped_schemas(tmp_path: Path) -> None:
    recording = opening(tmp_path / "gesprek.flac")
    received = wederhoor("receive", recording, "--json", "--out", tmp_path / "out")
    made = wederhoor("minutes", recording, "--json", "--out", tmp_path / "out", environment=FAKE_ENGINES)
    Draft202012Validator(shipped_schema("recording")).validate(json.loads(received.stdout))
    Draft202012Validator(shipped_schema("minutes")).validate(json.loads(made.stdout))
    assert received.stderr.strip().splitlines()[-1] == made.stderr.strip().splitlines()[-1]
    (log,) = tmp_path.glob("out/*/custody.jsonl")
    for line in log.read_text().splitlines():
        Draft202012Validator(shipped_schema("custody-entry")).validate(json.loads(line))


def test_a_rule_report_fits_its_schema() -> None:
    report = check_rules(read_agreement(SAMPLE_AUDIO / "agreement.toml"), Circumstances(date(2026, 3, 4), datetime.now(UTC)))
    Draft202012Validator(shipped_schema("rules")).validate(json.loads(documents.encode(report)))


def test_a_changed_document_does_not_fit() -> None:
    entry = {"schema": "x", "number": "first", "act": "invented"}
    assert not Draft202012Validator(shipped_schema("custody-entry")).is_valid(entry)
