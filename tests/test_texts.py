import ast
import re
import string
from pathlib import Path

import pytest

from pipeline.errors import InputRefused, RefusedByRule
from pipeline.texts import Language, Texts, texts

ROOT = Path(__file__).resolve().parents[1]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences() -> None:
    assert texts(Language.DUTCH).all_keys() == texts(Language.ENGLISH).all_keys()


def test_both_languages_fill_in_the_same_details() -> None:
    dutch, english = (Texts(language) for language in (Language.DUTCH, Language.ENGLISH))
    different = [key for key in dutch.all_keys() if placeholders(dutch.raw(key)) != placeholders(english.raw(key))]
    assert different == []


@pytest.mark.parametrize("word", ["toestemming", "onrechtmatig", "illegaal"])
def test_words_that_accuse_or_ask_leave_are_not_used(word: str) -> None:
    """Recording is allowed in principle; the word for permission stands only in the literal words of rule 6."""
    dutch = texts(Language.DUTCH)
    assert [key for key in dutch.all_keys() if word in dutch.raw(key).lower() and key != "rules.6.words"] == []


def test_every_error_has_what_meaning_and_advice() -> None:
    keys = texts(Language.DUTCH).all_keys()
    names = {key.removeprefix("errors.").rpartition(".")[0] for key in keys if key.startswith("errors.")}
    assert names
    assert [name for name in names if not {f"errors.{name}.{part}" for part in ("what", "meaning", "advice")} <= keys] == []


def test_an_explanation_fills_in_the_details() -> None:
    explained = texts(Language.DUTCH).explain(InputRefused("document_too_large"))
    assert explained.splitlines()[0] == "Dit bestand is te groot om te lezen."


def test_parties_are_named_in_the_reader_s_words() -> None:
    error = RefusedByRule("establish_too_early", parties="client, staff", before="2030-01-15")
    assert "cliënt, medewerker" in texts(Language.DUTCH).explain(error)
    assert texts(Language.DUTCH).role("buurman") == "buurman"


def test_the_state_of_minutes_is_told_in_the_reader_s_words() -> None:
    error = RefusedByRule("minutes_state", now="concept", wanted="established")
    assert "“Concept”, gevraagd is “Vastgesteld”" in texts(Language.DUTCH).explain(error)


def test_braces_in_a_detail_are_text() -> None:
    error = InputRefused("worker_crashed", signal="{0.__class__}")
    assert "{0.__class__}" in texts(Language.ENGLISH).explain(error)


def raised_keys() -> set[str]:
    """The text keys of every error that our own code raises by a literal key."""
    names = {"InternalFault", "UsageError", "InputRefused", "VerificationFailed", "ModelUnavailable", "RefusedByRule"}
    keys = set()
    for path in [*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "flows").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
                match node.args[0]:
                    case ast.Constant(value=str(key)):
                        keys.add(key)
    return keys


def test_every_error_that_is_raised_can_be_explained() -> None:
    keys = texts(Language.DUTCH).all_keys()
    assert len(raised_keys()) > 20
    assert sorted(key for key in raised_keys() if f"errors.{key}.what" not in keys) == []


def named_in_code() -> tuple[set[str], re.Pattern[str]]:
    """Every literal string in our code and pages, and one pattern for the keys it puts together (a fixed beginning first)."""
    literals, patterns = set(), set()
    for path in (ROOT / "pipeline").rglob("*"):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Constant(value=str(text)):
                        literals.add(text)
                    case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]) if re.match(r"[a-z_]+[._]", beginning):
                        patterns.add(
                            "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
                        )
        elif path.suffix in (".js", ".html"):
            for text in re.findall(r"[a-z_]+(?:\.[\w$]+(?:\{[^}]*\})?)+", path.read_text(encoding="utf-8")):
                literals.add(text)
                patterns.add(re.sub(r"\\\$\\\{.*?\\\}", ".+", re.escape(text)))
    return literals, re.compile("|".join(sorted(patterns)))


def test_every_sentence_is_said_somewhere() -> None:
    literals, pattern = named_in_code()
    # The page and the papers of the agreement take all sentences of their tables; the verifier those of its own.
    tables = ("agreement.", "verify.")

    def said(key: str) -> bool:
        name = key.split(".")[1] if key.startswith("errors.") else key
        return name in literals or pattern.fullmatch(name) is not None or key.startswith(tables)

    assert sorted(key for key in texts(Language.DUTCH).all_keys() if not said(key)) == []
