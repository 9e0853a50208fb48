import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.errors import InputRefused, VerificationFailed
from pipeline.minutes.reactions import Opinion
from pipeline.review.responses.reading import MAX_RESPONSE_BYTES, ReceivedFile, parse_response, read_response_bytes
from pipeline.review.responses.signing import make_key, signed_message
from pipeline.schemas import shipped_schema
from tests.review.responses.files import DOSSIER_KEY, EXAMPLE, MESSAGE, example, signed


def parsed(plain: dict[str, Any]) -> ReceivedFile:
    return parse_response(json.dumps(plain, ensure_ascii=False).encode(), "reactie.jsonld")


def test_the_worked_example_is_read_whole_and_its_signature_holds() -> None:
    received = parse_response(read_response_bytes(EXAMPLE), EXAMPLE.name)

    received.check_signature(DOSSIER_KEY)
    first, second, *_ = received.response.first.items
    assert received.response.creator.party == "client"
    assert (first.value, first.target.subject.id) == (Opinion.DISAGREE, "L0009")
    assert "\n" in first.text
    assert second.proposal is not None
    assert second.target.quote is not None
    assert (second.target.quote.exact, second.proposal.value) == ("vierhonderdvijftig", "vierhonderdzestig")


def test_the_message_that_is_signed_is_the_one_of_the_worked_example() -> None:
    assert signed_message(example()) == MESSAGE.read_bytes()


def test_the_worked_example_fits_the_shipped_schema() -> None:
    Draft202012Validator(shipped_schema("response")).validate(example())


def test_white_space_and_order_of_the_file_do_not_matter() -> None:
    turned = dict(reversed(example().items()))
    parse_response(json.dumps(turned, indent=3).encode(), "x").check_signature(DOSSIER_KEY)


def changed_text(plain: dict[str, Any]) -> None:
    plain["first"]["items"][0]["body"][1]["value"] = "Ik ben het er helemaal mee eens."


def another_party(plain: dict[str, Any]) -> None:
    plain["creator"]["id"] = "urn:wederhoor:party:staff"


def another_version(plain: dict[str, Any]) -> None:
    plain["minutes"]["sha256"] = "0" * 64


def one_less(plain: dict[str, Any]) -> None:
    plain["first"]["items"].pop()
    plain["total"] -= 1


@pytest.mark.parametrize("change", [changed_text, another_party, another_version, one_less])
def test_whatever_is_changed_after_signing_shows(change: Callable[[dict[str, Any]], None]) -> None:
    plain = example()
    change(plain)
    with pytest.raises(VerificationFailed, match="response_signature_wrong"):
        parsed(plain).check_signature(DOSSIER_KEY)


def test_a_party_cannot_sign_for_the_other_with_its_own_key() -> None:
    page, kept = make_key(party="staff", acts_for=None, minutes_sha256="5f" * 32, now=datetime.now(UTC))
    forged = parse_response(signed(example(), page), "x")
    with pytest.raises(VerificationFailed, match="response_signature_wrong"):
        forged.check_signature(DOSSIER_KEY)
    with pytest.raises(VerificationFailed, match="response_key_of_other"):
        forged.check_signature(kept)


def test_a_key_whose_name_does_not_fit_it_checks_nothing() -> None:
    with pytest.raises(VerificationFailed):
        parsed(example()).check_signature(replace(DOSSIER_KEY, key_id="0" * 16))


def set_at(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        holder: Any = plain
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return change


ITEM = ("first", "items", 0)
HOSTILE = {
    "a value nobody knows": set_at(*ITEM, "body", 0, "value", value="misschien"),
    "a motivation that does not fit": set_at(*ITEM, "motivation", value="editing"),
    "a field nobody knows": set_at("script", value="<script>"),
    "an id that is a path": set_at(*ITEM, "target", "subject", "id", value="../../etc/passwd"),
    "a line that is a finding": set_at(*ITEM, "target", "subject", "kind", value="finding2"),
    "a dossier that is a path": set_at("dossier", value="../x"),
    "a party that is a name": set_at("creator", "id", value="urn:wederhoor:party:Jan Jansen"),
    "a count that is not true": set_at("total", value=5),
    "a moment that is a number": set_at("created", value=1700000000),
    "a day that is not there": set_at("created", value="2026-02-30T00:00:00Z"),
    "a fraction": set_at("total", value=4.0),
    "a number of a thousand digits": set_at("total", value=int("9" * 1000)),
    "html": set_at(*ITEM, "body", 1, "format", value="text/html"),
    "more text than a person types": set_at(*ITEM, "body", 1, "value", value="x" * 20_001),
    "two tags": lambda plain: plain["first"]["items"][0]["body"].append({"type": "TextualBody", "purpose": "tagging", "value": "eens"}),
    "no reactions": lambda plain: (plain["first"].update(items=[]), plain.update(total=0)),
    "neither signed nor entered": lambda plain: plain.pop("proof"),
    "another schema": set_at("schema", value="wederhoor/response/2"),
    "a half surrogate": set_at(*ITEM, "body", 1, "value", value="\ud800"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_does_not_fit_is_refused(name: str) -> None:
    plain = example()
    HOSTILE[name](plain)
    with pytest.raises(InputRefused, match="response_invalid"):
        parse_response(json.dumps(plain).encode(), "x")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"NaN",
        b'{"schema":"wederhoor/response/1","schema":"wederhoor/response/1"}',
        b"PK\x03\x04" + b"\0" * 100,
    ],
    ids=["empty", "no text", "brackets", "braces", "not a number", "twice", "a zip"],
)
def test_what_is_no_response_is_refused_quickly(data: bytes) -> None:
    with pytest.raises(InputRefused, match="response_invalid"):
        parse_response(data, "x")


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    large = tmp_path / "groot.jsonld"
    with large.open("wb") as file:
        file.truncate(10 * MAX_RESPONSE_BYTES)
    data = read_response_bytes(large)
    assert len(data) == MAX_RESPONSE_BYTES + 1
    with pytest.raises(InputRefused, match="response_too_large"):
        parse_response(data, large.name)


def test_links_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(EXAMPLE)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "link", tmp_path / "pipe", tmp_path, tmp_path / "is er niet"):
        with pytest.raises(InputRefused, match="response_not_readable"):
            read_response_bytes(path)
