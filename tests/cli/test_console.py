import pytest

from tests.commands import wederhoor


@pytest.mark.parametrize("arguments", [("minutes",), ("minutes", "a.wav", "--speakers", "veel"), ("bestaat-niet",), ("receive",)])
def test_wrong_usage_is_explained_in_dutch_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = wederhoor(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("Deze opdracht klopt niet")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("receive", "a.wav", "--by", "fax"), "Achter --by hoort een van deze: cable, stick, mail, app, other."),
        (("receive",), "FILE... ontbreekt."),
        (("receive", "-opname.wav"), "De optie -o bestaat niet."),
        (("receive", "a.wav", "--out"), "Achter --out ontbreekt iets."),
        (("minutes", "a.wav", "--speakers", "0"), "Wat bij --speakers staat, past daar niet."),
        (("minutes", "a.wav", "b.wav"), "Er staat iets te veel of op de verkeerde plaats."),
        (("bestaat-niet",), "Die opdracht bestaat niet."),
    ],
)
def test_what_is_wrong_with_a_command_is_said_in_dutch(arguments: tuple[str, ...], said: str) -> None:
    told = wederhoor(*arguments).stderr
    assert said in told
    assert not any(word in told for word in ("Invalid", "Missing", "No such", "requires", "unexpected"))


def test_a_setting_that_is_not_valid_is_named() -> None:
    done = wederhoor("receive", "a.wav", environment={"WEDERHOOR_SPEECH__BEAM_SIZE": "0"})
    assert done.returncode == 2
    assert "speech.beam_size" in done.stderr


def test_messages_come_in_english_when_asked() -> None:
    done = wederhoor("minutes", "a.wav", environment={"WEDERHOOR_REPORT_LANGUAGE": "en"})
    assert done.returncode == 3
    assert "does not exist" in done.stderr or "is not there" in done.stderr


def test_an_unforeseen_fault_names_its_place_and_shows_no_traceback() -> None:
    done = wederhoor("minutes", "tests", environment={"WEDERHOOR_PATHS__DATA": "/dev/null"})
    assert done.returncode in (1, 3)
    assert "Traceback" not in done.stderr


def test_help_is_dutch_to_its_frame() -> None:
    for command in ((), ("minutes",), ("agreement", "new")):
        told = wederhoor(*command, "--help").stdout
        assert "Toon deze uitleg." in told
        assert not any(word in told for word in ("Usage", "Options", "Arguments", "Commands", "required", "Show this message"))
