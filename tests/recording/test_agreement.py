import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputRefused, UsageError
from pipeline.recording.agreement import (
    MAX_AGREEMENT_BYTES,
    Agreement,
    AnnouncedWhen,
    EditKind,
    Outcome,
    Regime,
    Role,
    parse_agreement,
    read_agreement,
)
from pipeline.shipped import SAMPLE_AUDIO


def test_the_sample_agreement_is_understood_whole() -> None:
    agreement = read_agreement(SAMPLE_AUDIO / "agreement.toml")
    assert agreement.unreadable == ()
    assert [party.id for party in agreement.parties] == ["client", "staff"]
    assert agreement.party("staff").role is Role.STAFF
    assert agreement.speakers_expected == 2
    assert agreement.decision.outcome is Outcome.ALLOWED
    assert agreement.announcement.when is AnnouncedWhen.BEFORE
    assert agreement.procedure.regime is Regime.WMO
    assert agreement.copies[0].due == date(2026, 3, 6)
    assert agreement.edits.none is True


def test_an_empty_agreement_is_an_agreement_with_everything_missing() -> None:
    agreement = parse_agreement(b"")
    assert agreement.parties == ()
    assert agreement.speakers_expected is None
    assert agreement.decision.outcome is None
    assert agreement.unreadable == ()


def test_an_unknown_party_is_refused_with_the_ids_there_are() -> None:
    agreement = parse_agreement(b'[[party]]\nrole = "client"\n[[party]]\nrole = "staff"')
    with pytest.raises(UsageError) as refused:
        agreement.party("jan")
    assert refused.value.details["known"] == "client, staff"


def test_parties_without_a_usable_id_get_one_that_is_no_name() -> None:
    agreement = parse_agreement(
        b'[[party]]\nid = "Jan Jansen"\nrole = "client"\n[[party]]\nid = "client"\nrole = "staff"\n[[party]]\nrole = "buurman"\n[[party]]\n'
    )
    assert [party.id for party in agreement.parties] == ["client", "staff", "party-3", "party-4"]
    assert agreement.unreadable == ("party[1].id", "party[2].id", "party[3].role")


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        ('case = "1"\nkleur = "rood"', "kleur"),
        ('[decision]\noutcome = "misschien"', "decision.outcome"),
        ('made_at = "gisteren"', "made_at"),
        ("made_at = 2026", "made_at"),
        ('[announcement]\non_recording = "ja"', "announcement.on_recording"),
        ('[[hold]]\nby = "client"\n[[hold]]\nended_at = "morgen"', "hold[2].ended_at"),
        ('[[recipient]]\n[[recipient.agreed]]\nwithdrawn = "ja"', "recipient[1].agreed[1].withdrawn"),
        ("party = 3", "party"),
        ('[[edits.announced]]\nfrom = "halverwege"', "edits.announced[1].from"),
        ('schema = "iets anders"', "schema"),
        ('sha256 = "00"', "sha256"),
        ('[conversation]\nalso_present = ["a", 3.5, "b", ["c"]]', "conversation.also_present[4]"),
    ],
)
def test_what_is_not_understood_is_left_out_and_named(toml: str, place: str) -> None:
    assert parse_agreement(toml.encode()).unreadable == (place,)


def test_the_rest_of_a_list_is_kept_when_entries_are_not_understood() -> None:
    agreement = parse_agreement(b'[information]\nwhere = [["x"], "folder", ["y"], "website"]')
    assert agreement.information.where == ("folder", "website")
    assert agreement.unreadable == ("information.where[1]", "information.where[3]")


def test_places_in_a_recording_are_read_as_people_write_them() -> None:
    agreement = parse_agreement(
        b'[[edits.announced]]\nkind = "deleted"\nfrom = "1:02:03"\nto = 00:12:03.250\nlength = "0:07"\nprecision = "00:01,5"\n'
    )
    edit = agreement.edits.announced[0]
    assert agreement.unreadable == ()
    assert edit.kind is EditKind.DELETED
    assert (edit.start_ms, edit.end_ms, edit.length_ms, edit.precision_ms) == (3_723_000, 723_250, 7_000, 1_500)


def test_a_mistake_in_toml_names_its_line() -> None:
    with pytest.raises(InputRefused) as refused:
        parse_agreement(b'case = "1"\nnaam = Jan\n')
    assert refused.value.details == {"line": 2}


@pytest.mark.parametrize(
    "bomb",
    [
        b"a = " + b"[" * 60_000,
        b"a = " + b"{b=" * 20_000,
        b".".join([b"a"] * 30_000) + b" = 1",
        b"[" + b".".join([b"a"] * 30_000) + b"]",
        b"\n".join(b".".join([b"a"] * 200) + b".x%d = 1" % n for n in range(150)),
        b"".join(b"k%d = 1\n" % n for n in range(6_000)),
        b"\xff\xfe\x00",
        b'case = "\x00"',
        b"a" * (MAX_AGREEMENT_BYTES + 1),
    ],
    ids=["arrays", "tables", "dotted key", "dotted header", "many dotted keys", "many unknown keys", "not utf-8", "nul", "size"],
)
def test_a_bomb_is_refused_or_harmless_in_bounded_time(bomb: bytes, tmp_path: Path) -> None:
    path = tmp_path / "agreement.toml"
    path.write_bytes(bomb)
    begun = time.process_time()
    try:
        agreement = read_agreement(path)
    except InputRefused as refused:
        assert refused.text_key.startswith("agreement_")  # noqa: PT017
    else:
        assert agreement.unreadable
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(SAMPLE_AUDIO / "agreement.toml"), lambda path: None])
def test_a_folder_a_link_and_a_missing_file_are_refused(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "agreement.toml"
    make(path)
    with pytest.raises(InputRefused):
        read_agreement(path)


plain_values = st.recursive(
    st.none().map(lambda _: "x") | st.booleans() | st.integers(-5, 3000) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "by", "at", "role", "party", "agreed", "none"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*sorted(Agreement.model_fields), "party", "copy", "hold", "recipient", "signature"]), plain_values))
def test_any_toml_gives_an_agreement(tables: dict[str, object]) -> None:
    toml = "\n".join(f"{name} = {_inline(value)}" for name, value in tables.items())
    assert isinstance(parse_agreement(toml.encode()), Agreement)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_inline(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value).replace("\\ud", "\\u0").replace("\x7f", "")
