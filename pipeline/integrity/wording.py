"""What a finding, a test and the conclusion say in words, from the texts of both languages."""

from collections.abc import Iterator, Sequence

from pipeline.integrity.calibration import TOGETHER
from pipeline.integrity.model import (
    BothLanguages,
    Conclusion,
    Finding,
    IntegrityDocument,
    Level,
    Outcome,
    PerformedTest,
    Power,
    StrengthLabel,
    Trace,
)
from pipeline.texts import Language, Texts, texts


def in_words(trace: Trace) -> BothLanguages:
    """What was found, and what it says of the three hypotheses, in both languages."""
    return BothLanguages(nl=_finding(trace, texts(Language.DUTCH)), en=_finding(trace, texts(Language.ENGLISH)))


def conclusion_in_words(document: IntegrityDocument, language: Language) -> tuple[str, ...]:
    """The conclusion, what became of announced edits and, as prominently, what the tests can find in this kind of file or why not."""
    return (*outcome_of_all_in_words(document, language), *tests_in_words(document, language))


def outcome_of_all_in_words(document: IntegrityDocument, language: Language) -> tuple[str, ...]:
    """The conclusion and what became of announced edits."""
    say = texts(language)
    return (say(f"integrity.conclusion.{document.conclusion}"), *_announced(document, say), *_strength(document, say))


def tests_in_words(document: IntegrityDocument, language: Language) -> tuple[str, ...]:
    """What the tests find together and each, or why one could not be done."""
    say = texts(language)
    return (
        *_together(document, say),
        *(line for test in document.tests if test.detector != TOGETHER for line in _test(test, say)),
    )


def finding_in_words(finding: Finding, language: Language) -> str:
    """What was found, and how strong that is where it was measured."""
    said = finding.text.in_language(language)
    if finding.strength.likelihood_ratio is None:
        return said
    return f"{said} {strength_in_words(finding.strength.label, language)}"


def outcome_in_words(finding: Finding, language: Language) -> str | None:
    """Whether it was announced; null for a statement on the file's history, which nobody has to announce."""
    if finding.level is Level.HISTORY:
        return None
    return texts(language)(f"integrity.outcome.{Outcome.FOUND if finding.announced else 'found_not_announced'}")


def strength_in_words(label: StrengthLabel, language: Language) -> str:
    """The verbal scale."""
    return texts(language)(f"integrity.strength.{label}")


def _announced(document: IntegrityDocument, say: Texts) -> Iterator[str]:
    """Of each announced edit what became of it, by its number in the agreement."""
    places = {finding.id: clock(finding.start_ms) for finding in document.findings}
    for number, result in enumerate(document.announced_edits, start=1):
        outcome = say(f"integrity.outcome.{result.outcome}")
        if result.finding_id is None:
            yield say("integrity.announced", number=number, outcome=outcome)
        else:
            yield say("integrity.announced_at", number=number, at=places[result.finding_id], outcome=outcome)


def _together(document: IntegrityDocument, say: Texts) -> Iterator[str]:
    """How many ordinary cuts all tests find: what a reader has to know before the figures of each."""
    if document.conclusion is Conclusion.NOT_TESTABLE:
        return
    measured = [power for test in document.tests if test.detector == TOGETHER for power in test.power]
    if not measured:
        yield say("integrity.power.together_unknown")
    for power in measured:
        yield say("integrity.power.together", codec=say(f"integrity.codec.{power.codec_class}"), detected=power.detected, n=power.n)


def _strength(document: IntegrityDocument, say: Texts) -> Iterator[str]:
    if any(finding.strength.label is StrengthLabel.NOT_CALIBRATED for finding in document.findings):
        yield say(f"integrity.strength.{StrengthLabel.NOT_CALIBRATED}")


def _finding(trace: Trace, say: Texts) -> str:
    details = dict(trace.evidence)
    if isinstance(milliseconds := details.get("milliseconds"), int | float):
        details["length"] = _length(milliseconds, say)
    if isinstance(also := details.get("also_ms"), int):
        details["also"] = clock(also)
    shown = {name: value if isinstance(value, str | int) else f"{value:g}" for name, value in details.items()}
    weighing = say(f"integrity.weighing.{trace.hypotheses.edited}.{trace.hypotheses.benign_interruption}")
    return f"{say(f'integrity.kind.{trace.kind}', **shown)} {weighing}"


def clock(ms: int) -> str:
    """Hours, minutes and whole seconds, rounded down: 00:12:03."""
    seconds = ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _length(milliseconds: float, say: Texts) -> str:
    if milliseconds < 1000:
        return say("integrity.length.milliseconds", count=round(milliseconds))
    seconds = f"{milliseconds / 1000:.1f}".replace(".", say("integrity.length.point"))
    return say("integrity.length.seconds", count=seconds)


def _test(test: PerformedTest, say: Texts) -> Iterator[str]:
    name = say(f"integrity.detector.{test.detector}")
    if not test.applicable:
        yield say("integrity.not_testable", test=name, reason=say(f"integrity.reason.{test.reason}"))
    elif not test.power:
        yield say("integrity.power.unknown", test=name)
    else:
        yield from _power(name, test.power, say)


def _power(name: str, measured: Sequence[Power], say: Texts) -> Iterator[str]:
    """How many edits of each kind the test found: one sentence for each type of file it was measured on."""
    for codec in dict.fromkeys(power.codec_class for power in measured):
        kinds = "; ".join(
            say("integrity.power.kind", edit=say(f"integrity.edit.{power.edit_kind}"), detected=power.detected, n=power.n)
            for power in measured
            if power.codec_class == codec
        )
        yield say("integrity.power.measured", test=name, codec=say(f"integrity.codec.{codec}"), kinds=kinds)
