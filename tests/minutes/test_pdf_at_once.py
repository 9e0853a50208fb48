from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from pipeline.minutes.writers.pdf import compile_pdf

TEMPLATE = '#set document(title: "titel")\n#set text(lang: "nl")\n= Kop\n#sys.inputs.data\n'


def test_two_recordings_can_be_written_at_once(tmp_path: Path) -> None:
    """The night does two at a time in one process; the compiler refused the second: a recording was set aside."""
    template = tmp_path / "verslag.typ"
    template.write_text(TEMPLATE)

    def pdf(number: int) -> bytes:
        return compile_pdf(template, {"text": f"{number} " * 500}, datetime(2026, 11, 25, tzinfo=UTC))

    with ThreadPoolExecutor(4) as slots:
        at_once = list(slots.map(pdf, range(8)))
    assert at_once == [pdf(number) for number in range(8)]
