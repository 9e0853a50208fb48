from datetime import date

import pytest

from pipeline.recording.agreement import parse_agreement
from pipeline.recording.rules import Circumstances, Rule, check_rules
from pipeline.recording.rules_in_words import WIDTH, report_in_words
from pipeline.texts import Language, texts

# What can go otherwise than planned, as it is written down.
SITUATIONS = {
    "announced after the start": "[announcement]\nwhen = 'during'\nagreed_afterwards = 'verder gegaan'",
    "found out later": "[announcement]\nwhen = 'found_later'\nfound_out_at = 2026-03-05",
    "refused with reason and alternative": "[decision]\noutcome = 'alternative'\nweighty_reason = 'rust'\nalternative = 'verslag'",
    "refused without reason": "[decision]\noutcome = 'refused'\nalternative = 'verslag'",
    "refused without anything": "[decision]\noutcome = 'refused'",
    "a party would not sign": "[[party]]\nid = 'client'\n[[signature]]\nparty = 'client'\ndid_not_want_to = true\nnote = 'liever niet'",
    "a late copy": "[[copy]]\ndue = 2026-03-01\ndelivered_at = 2026-03-09",
    "shared without both agreeing": "[[recipient]]\nname = 'krant'",
    "places in the recording": "[edits]\nnone = true",
}
ACCUSING = (
    (
        "schuld",
        "verboden",
        "overtred",
        "stiekem",
        "geheim",
        "fout van",
        "strafbaar",
        "liegt",
        "bewust",
        "onrechtmatig",
        "illegaal",
        "schend",
    ),
    ("guilt", "forbidden", "violat", "in secret", "unlawful", "illegal", "breach", "lied", "deliberate", "offence", "broke"),
)


def report(toml: str, language: Language = Language.DUTCH, places: int | None = None) -> str:
    circumstances = Circumstances(today=date(2026, 3, 10), unannounced_places=places)
    return report_in_words(check_rules(parse_agreement(toml.encode()), circumstances), "Afspraak", texts(language))


def own_words(text: str) -> str:
    """Without the rules' own words: those are quoted (rule 6, and the tip that there need be no secrecy)."""
    joined = " ".join(text.split())
    for language in Language:
        for rule in Rule:
            joined = joined.replace(" ".join(texts(language)(f"rules.{rule}.words").split()), "")
    return joined.lower()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_went_otherwise_is_told_without_accusing_anyone(situation: str, language: Language) -> None:
    told = own_words(report(SITUATIONS[situation], language, places=1))
    assert [word for words in ACCUSING for word in words if word in told] == []
    assert "toestemming" not in told


def test_a_party_that_would_not_sign_changes_no_rule() -> None:
    assert report(SITUATIONS["a party would not sign"]) == report("")


def test_the_report_begins_with_the_count_and_says_that_unknown_is_no_blame() -> None:
    lines = report("[decision]\noutcome = 'allowed'\n[announcement]\nwhen = 'during'").split("\n\n")
    assert "De zes spelregels: 1 gevolgd, 1 niet gevolgd, 4 niet bekend." in lines[1]
    assert "Het is geen verwijt." in " ".join(lines[1].split())
    assert "houdt het verslag nooit tegen" in lines[1]


def test_each_rule_stands_with_its_own_words_its_ground_and_what_to_do() -> None:
    text = report("[announcement]\nwhen = 'found_later'")
    part = text[text.index("Regel 3: ") :].split("\n\n")[0]
    assert part.splitlines()[0] == "Regel 3: opname vooraf melden – NIET GEVOLGD"
    assert "“Een cliënt maakt van tevoren duidelijk dat hij een geluidsopname wil maken.”" in part
    assert "- De opname is later bekend geworden." in part
    assert "Wat u kunt doen: Bespreek het met elkaar" in part


def test_days_and_parties_are_in_words_and_a_place_is_named_by_its_question() -> None:
    text = " ".join(report("[[copy]]\ndue = 2026-03-12\n[[recipient]]\nid = 'krant'\n[decision]\noutcome = 'soms'").split())
    assert "uiterlijk op 12 maart 2026" in text
    assert "cliënt, medewerker" in text
    assert "“Mag er een opname worden gemaakt?” (decision.outcome)" in text


def test_lines_fit_a_terminal() -> None:
    assert max(map(len, report("", places=3).splitlines())) <= WIDTH
