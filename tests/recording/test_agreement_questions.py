from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from pipeline.recording.agreement import Agreement
from pipeline.recording.agreement_questions import STEPS, Condition, Kind, Table, all_tables, question_at
from pipeline.recording.rules import CHECKS, Rule
from pipeline.texts import Language, texts

# What the form does not ask, and why.
NOT_ASKED = {
    "sha256": "made by reading",
    "unreadable": "made by reading",
    "schema": "written by the form",
    "language": "written by the form",
    "made_at": "written by the form",
    "party.id": "made by the form, so that logs need no name",
    "party.contact": "nobody needs it for the minutes",
    "party.language": "nobody needs it for the minutes",
    "party.age_key": "for release, by the organisation",
    "conversation.ended_at": "the recording tells",
    "conversation.speakers": "counted from who speaks",
    "conversation.also_present": "asked as people",
    "copy.receipt_sha256": "made by release",
    "edits.announced.id": "made up where it is missing",
    "edits.announced.precision": "for whoever knows it by heart",
    "edits.announced.recording_of": "for more than one recording",
    "recipient.id": "made by the form",
    "recipient.age_key": "for release, by the organisation",
    "procedure.committee_age_key": "for release, by the organisation",
    "procedure.copies_to": "set by the organisation",
    "procedure.notice_hours": "set by the organisation",
    "procedure.complaint_closed_at": "set by the organisation",
    "privacy.processors": "set by the organisation",
    **{f"hold.{field}": "wederhoor hold" for field in ("by", "since", "reason", "ended_at", "ended_by", "end_reason")},
}


def schema_fields(model: type[BaseModel] = Agreement, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of the schema by its path in TOML, with its annotation."""
    for name, field in model.model_fields.items():
        place = path + (field.alias or name)
        inner = next((kind for kind in _kinds(field.annotation) if issubclass(kind, BaseModel)), None)
        if inner:
            yield from schema_fields(inner, f"{place}.")
        else:
            yield place, field.annotation


def _kinds(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds(argument)


def test_every_field_is_asked_or_is_left_out_for_a_reason() -> None:
    asked = {question.path for table in all_tables() for question in table.questions}
    fields = {path for path, _ in schema_fields()}
    assert asked | set(NOT_ASKED) == fields
    assert asked & set(NOT_ASKED) == set()


def test_a_choice_offers_every_value_the_agreement_knows() -> None:
    annotations = dict(schema_fields())
    for question in (question for table in all_tables() for question in table.questions):
        enums = [kind for kind in _kinds(annotations[question.path]) if issubclass(kind, StrEnum)]
        assert question.choices == (tuple(enums[0]) if enums else ())
        assert (question.kind is Kind.CHOICE) == bool(enums)


@pytest.mark.parametrize("language", list(Language))
def test_every_question_choice_step_and_entry_has_its_words(language: Language) -> None:
    keys = texts(language).all_keys()
    wanted = {f"agreement.step.{step.key}" for step in STEPS}
    for table in all_tables():
        for question in table.questions:
            wanted |= {question.text_key, *(question.choice_key(value) for value in question.choices)}
        if table.repeated:
            wanted |= {f"agreement.entry.{table.field}", f"agreement.add.{table.field}"}
    assert wanted - keys == set()


def test_no_words_are_left_of_a_question_that_is_gone() -> None:
    asked = {question.path for table in all_tables() for question in table.questions}
    keys = texts(Language.DUTCH).all_keys()
    for kind in ("ask", "help"):
        assert {key.removeprefix(f"agreement.{kind}.") for key in keys if key.startswith(f"agreement.{kind}.")} <= asked


def test_a_condition_hangs_on_a_question_asked_before_it_in_the_same_table() -> None:
    def check(condition: Condition | None, before: list[str]) -> None:
        assert condition is None or condition.field in before

    def walk(table: Table) -> None:
        before: list[str] = []
        for question in table.questions:
            check(question.only_if, before)
            before.append(question.field)
        for inner in table.tables:
            check(inner.only_if, before)
            walk(inner)

    for step in STEPS:
        root = [question.field for table in step.tables if not table.path for question in table.questions]
        for table in step.tables:
            check(table.only_if, root)
            walk(table)


def test_the_rules_stand_with_the_questions_that_decide_them() -> None:
    assert sorted(rule for step in STEPS for rule in step.rules) == sorted(Rule)


def test_every_field_a_check_reads_is_in_the_schema() -> None:
    fields = {path for path, _ in schema_fields()}
    for field in (field for check in CHECKS for field in check.fields):
        assert any(path == field or path.startswith(f"{field}.") for path in fields), field


def test_a_place_that_was_not_understood_is_found_back_as_a_question() -> None:
    found = question_at("recipient[2].agreed[1].withdrawn_at")
    assert found
    assert found.text_key == "agreement.ask.recipient.agreed.withdrawn_at"
    assert question_at("hold[1].by") is None
