import math
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import documents
from pipeline.errors import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    schema: str
    count: int
    names: tuple[str, ...]


@given(st.builds(Small, schema=st.just("small/1"), count=st.integers(), names=st.lists(st.text(), max_size=4).map(tuple)))
def test_a_document_survives_the_round_trip(document: Small) -> None:
    assert documents.decode(Small, documents.encode(document)) == document


def test_equal_documents_have_equal_bytes() -> None:
    assert documents.canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode() == documents.canonical_json({"a": "é", "b": 1})


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        documents.canonical_json(math.nan)


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"schema":"small/1","count":"x","names":[]}', b"\xff\xfe", b"null"])
def test_what_is_not_such_a_document_is_refused(data: bytes) -> None:
    with pytest.raises(InputRefused) as caught:
        documents.decode(Small, data)
    assert caught.value.text_key == "document_invalid"


def test_a_huge_document_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(documents.MAX_DOCUMENT_BYTES + 1)
    with pytest.raises(InputRefused) as caught:
        documents.read(Small, huge)
    assert caught.value.text_key == "document_too_large"


def test_an_atomic_write_replaces_the_file_and_leaves_no_part(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    documents.write_atomically(target, b"old")
    documents.write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]
