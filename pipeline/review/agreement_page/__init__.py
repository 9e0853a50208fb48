"""afspraak.html: the agreement filled in on a phone or a laptop, saved as agreement.toml, printed to sign. One file, no network.

The page knows the questions from the same list as the terminal (pipeline.recording.agreement_questions) and reads and
writes TOML with smol-toml (BSD-3-Clause, its licence stands in the file), because a person may have written the file by hand.
"""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.recording.agreement import MAX_AGREEMENT_BYTES, MAX_SHORT_TEXT, MAX_TEXT, SCHEMA
from pipeline.recording.agreement_questions import STEPS, Condition, Question, Step, Table
from pipeline.review.offline_page import environment, json_for_script, policy
from pipeline.settings import Settings
from pipeline.texts import Language, Texts, texts

_HERE = Path(__file__).resolve().parent
_TEXTS = ("agreement.", "speakers.role.", "rules.", "formats.")
_LEFT_OUT = ("rules.ground.", "rules.advice.", "agreement.terminal.", "agreement.file.")


def agreement_page(settings: Settings) -> bytes:
    """The page as UTF-8 HTML, in both languages; it opens in the language of the settings."""
    style = Markup(_source("afspraak.css"))
    # The library is a CommonJS module: it is given the one object it exports to.
    script = Markup(f"const smolToml = {{}};\n((exports) => {{\n{_source('smol-toml.js')}\n}})(smolToml);\n{_source('afspraak.js')}")
    page = environment(_HERE).get_template("afspraak.html")
    return page.render(
        say=texts(settings.report_language),
        language=settings.report_language,
        policy=policy(style, script),
        style=style,
        script=script,
        data=json_for_script(_data(settings)),
    ).encode()


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _data(settings: Settings) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "maxBytes": MAX_AGREEMENT_BYTES,
        "maxText": MAX_TEXT,
        "maxShortText": MAX_SHORT_TEXT,
        "language": settings.report_language,
        "organisation": settings.organisation.name if settings.organisation.is_named else "",
        "steps": [_step(step) for step in STEPS],
        "say": {language: _sentences(texts(language)) for language in Language},
    }


def _sentences(say: Texts) -> dict[str, str]:
    return {key: say.raw(key) for key in say.all_keys() if key.startswith(_TEXTS) and not key.startswith(_LEFT_OUT)}


def _step(step: Step) -> dict[str, Any]:
    return {"key": step.key, "phase": step.phase, "rules": step.rules, "tables": [_table(table) for table in step.tables]}


def _table(table: Table) -> dict[str, Any]:
    return {
        "field": table.field,
        "repeated": table.repeated,
        "idPrefix": table.id_prefix,
        "onlyIf": _condition(table.only_if),
        "questions": [_question(question) for question in table.questions],
        "tables": [_table(inner) for inner in table.tables],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "path": question.path,
        "field": question.field,
        "kind": question.kind,
        "choices": [{"value": value, "key": question.choice_key(value)} for value in question.choices],
        "onlyIf": _condition(question.only_if),
    }


def _condition(condition: Condition | None) -> dict[str, Any] | None:
    return {"field": condition.field, "answers": condition.answers} if condition else None
