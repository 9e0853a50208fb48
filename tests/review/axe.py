"""axe-core, the accessibility checker: taken from a pinned wheel when a test first needs it, kept in build/ (not committed)."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.review.browser import Page

_WHEEL = "axe-playwright-python==0.1.8"
_WHEEL_SHA256 = "fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"
_SCRIPT = "axe_playwright_python/axe.min.js"
_SHA256 = "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc"
_KEPT = Path(__file__).resolve().parents[2] / "build" / "axe" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it is now: rule, help and the elements."""
    if not page.run("'axe' in window"):
        page.run(source() + "; true")
    found = page.run(f"axe.run(document, {{runOnly: {_RULES}}}).then((result) => result.violations)")
    return [f"{rule['id']}: {rule['help']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found]


def source() -> str:
    """The script, verified. Skips the test when it cannot be had (fails when browser tests are required)."""
    if not _KEPT.is_file():
        _fetch()
    data = _KEPT.read_bytes()
    assert hashlib.sha256(data).hexdigest() == _SHA256
    return data.decode()


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "axe.txt"
        wanted.write_text(f"{_WHEEL} --hash=sha256:{_WHEEL_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
        fetched = subprocess.run([*command, "--dest", folder, "--requirement", str(wanted)], check=False, capture_output=True)
        if fetched.returncode:
            reason = "axe-core could not be fetched from the package index"
            if os.environ.get("WEDERHOOR_REQUIRE_BROWSER") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        (wheel,) = Path(folder).glob("*.whl")
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        _KEPT.write_bytes(zipfile.ZipFile(wheel).read(_SCRIPT))
