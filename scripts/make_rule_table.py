"""Print, as Markdown, which fields of an agreement decide on each rule, what checks them, and which tests hold it.

Everything comes from the code: the fields and checks from CHECKS, the tests from pytest's own collection. A test belongs to a
rule by its marker (`@pytest.mark.rule(...)`, on a function or on one set of parameters).
With --write the table is put into README.md between its markers.
"""

import contextlib
import io
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.recording.rules import CHECKS, Check, Rule  # noqa: E402
from pipeline.texts import Language, texts  # noqa: E402

BEGIN, END = "<!-- rules -->", "<!-- /rules -->"
_TESTS = "tests/recording/test_rules.py"
_HEAD = "| rule | fields of `agreement.toml` | check (`pipeline/recording/rules.py`) | tests (`tests/recording/test_rules.py`), cases |"


class _Collected:
    """A pytest plugin that counts the cases of each test, by rule."""

    def __init__(self) -> None:
        self.by_rule: dict[Rule, Counter[str]] = {rule: Counter() for rule in Rule}

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for item in items:
            for rule in {Rule(mark.args[0]) for mark in item.iter_markers("rule")}:
                self.by_rule[rule][item.originalname] += 1


def rule_table() -> str:
    """The table: rule, fields, check, tests."""
    tests = _tests_by_rule()
    rows = [_row(check, tests[check.rule]) for check in CHECKS]
    return "\n".join([_HEAD, "|---|---|---|---|", *rows])


def into(readme: str) -> str:
    """A README with the table between its markers. Raises ValueError when the markers are not there."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{rule_table()}\n{END}{after}"


def _row(check: Check, tests: Counter[str]) -> str:
    title = texts(Language.ENGLISH)(f"rules.{check.rule}.title")
    fields = ", ".join(f"`{field}`" for field in check.fields)
    held = ", ".join(f"`{name}` {count}" for name, count in sorted(tests.items()))
    return f"| {title} | {fields} | `{check.grounds.__name__}` | {held} |"


def _tests_by_rule() -> dict[Rule, Counter[str]]:
    collected = _Collected()
    arguments = ["--collect-only", "--quiet", f"--rootdir={ROOT}", str(ROOT / _TESTS)]
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(arguments, plugins=[collected])
    if status:
        raise SystemExit(f"pytest could not collect {_TESTS}")
    return collected.by_rule


if __name__ == "__main__":
    readme = ROOT / "README.md"
    if "--write" in sys.argv[1:]:
        readme.write_text(into(readme.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(rule_table())
