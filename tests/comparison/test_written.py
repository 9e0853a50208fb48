from pathlib import Path

import docx
import pytest

from pipeline.comparison.written import read_written, written
from pipeline.errors import InputRefused


def test_names_before_lines_are_speakers_and_times_before_lines_are_times() -> None:
    said = written(
        ["00:00:05 Karim: Ik was er niet.", "[0:12] Mevrouw Kuipers: Dat weet ik.", "00:01:00 - 00:01:04 Karim: Let op: het klopt."]
    )
    assert [(line.speaker, line.start_ms, line.text) for line in said.utterances] == [
        ("Karim", 5_000, "Ik was er niet."),
        (None, 12_000, "Mevrouw Kuipers: Dat weet ik."),
        ("Karim", 60_000, "Let op: het klopt."),
    ]
    assert said.timed


def test_a_text_without_times_says_so() -> None:
    said = written(["Karim: Ik was er niet, maar om 10:30 wel.", "Karim: Dat klopt."])
    assert not said.timed
    assert {line.start_ms for line in said.utterances} == {0}
    assert said.utterances[0].text == "Ik was er niet, maar om 10:30 wel."


def test_a_time_that_runs_back_does_not_turn_the_text_around() -> None:
    said = written(["00:10 een zin hier", "00:05 nog een zin", "00:20 en de laatste"])
    assert [line.start_ms for line in said.utterances] == [10_000, 10_000, 20_000]


def test_a_written_document_is_read_in_a_child_and_an_empty_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "verslag.docx"
    document = docx.Document()
    document.add_paragraph("Karim: Ik was er niet.")
    document.add_paragraph("Karim: De deur was dicht.")
    document.save(str(path))
    assert [line.text for line in read_written(path).utterances] == ["Ik was er niet.", "De deur was dicht."]
    docx.Document().save(str(path))
    with pytest.raises(InputRefused) as refused:
        read_written(path)
    assert refused.value.text_key == "report_empty"
