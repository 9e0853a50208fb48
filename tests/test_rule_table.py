import re
import subprocess
import sys

from pipeline.recording.rules import Rule
from tests.commands import ROOT


def made_table() -> str:
    script = [sys.executable, str(ROOT / "scripts/make_rule_table.py")]
    return subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_the_table_of_rules_in_the_readme_is_what_the_code_says() -> None:
    """When this fails: python scripts/make_rule_table.py --write."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = made_table()
    assert readme.partition("<!-- rules -->")[2].partition("<!-- /rules -->")[0].strip() == table


def test_every_rule_has_fields_a_check_and_several_cases() -> None:
    rows = [row.split(" | ") for row in made_table().splitlines()[2:]]
    assert len(rows) == len(Rule)
    for _, fields, check, tests in rows:
        assert "`" in fields
        assert re.fullmatch(r"`_\w+`", check)
        assert sum(int(count) for count in re.findall(r"` (\d+)", tests)) >= 3
