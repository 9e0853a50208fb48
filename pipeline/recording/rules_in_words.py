"""The outcome of the rule check as people read it: each rule's own words, how it stands, why, and what to do."""

import textwrap
from collections.abc import Iterator
from datetime import date

from pipeline.recording.agreement_questions import question_at
from pipeline.recording.rules import Ground, Rule, RuleReport, RuleResult, Standing
from pipeline.texts import Texts

WIDTH = 100
# The six rules are counted; the tips and privacy stand beside them.
NUMBERED = tuple(rule for rule in Rule if rule.value.isdigit())
_DATES = {"due", "delivered", "delete", "term"}


def ground_in_words(ground: Ground, say: Texts) -> str:
    """What stands, or does not stand, in the agreement."""
    return say(f"rules.ground.{ground.key}", **{name: _detail(name, value, say) for name, value in ground.details.items()})


def advice_in_words(ground: Ground, say: Texts) -> str | None:
    """What to do about it; null where there is nothing to do."""
    return None if ground.standing is Standing.FOLLOWED else say(f"rules.advice.{ground.key}")


def report_in_words(report: RuleReport, agreement: str, say: Texts) -> str:
    """The whole report as plain text. `agreement`: the line that says which agreement this is about."""
    numbered = [result for result in report.rules if result.rule in NUMBERED]
    others = [result for result in report.rules if result.rule not in NUMBERED]
    counts = {str(standing): sum(result.standing is standing for result in numbered) for standing in Standing}
    parts = [_heading(say("rules.heading")), agreement, "", say("rules.summary", **counts)]
    parts += [_wrapped(say(f"rules.{key}")) for key in ("unknown_means", "not_followed_means", "recorded")]
    parts += [line for result in numbered for line in _result(result, say)]
    parts += ["", _heading(say("rules.tips"))]
    parts += [line for result in others for line in _result(result, say)]
    return "\n".join([*parts, "", say("rules.source")])


def _result(result: RuleResult, say: Texts) -> Iterator[str]:
    yield ""
    yield say("rules.line", title=say(f"rules.{result.rule}.title"), standing=say(f"rules.{result.standing}").upper())
    words = say(f"rules.{result.rule}.words")
    # The six rules are quoted; what stands with the tips and privacy is in our words.
    yield _wrapped(say("rules.quoted", words=words) if result.rule in NUMBERED else words, "  ")
    for ground in result.grounds:
        yield _wrapped(ground_in_words(ground, say), "  - ")
        if advice := advice_in_words(ground, say):
            yield _wrapped(f"{say('rules.to_do')} {advice}", "    ")


def _detail(name: str, value: str, say: Texts) -> str:
    if name in _DATES:
        day = date.fromisoformat(value)
        return say("formats.day", day=day.day, month=say(f"formats.month.{day.month}"), year=day.year)
    if name == "parties":
        return ", ".join(map(say.role, value.split(", ")))
    if name == "place" and (question := question_at(value)):
        return say("rules.question", question=say(question.text_key), place=value)
    return value


def _heading(text: str) -> str:
    return f"{text}\n{'=' * len(text)}"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent), break_on_hyphens=False)
