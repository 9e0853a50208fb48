"""The summary that goes with an agreement and the settings; made again whenever what it rests on changes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pipeline.minutes.model import Minutes, SummarySentence
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.summary.drafting import drafted
from pipeline.minutes.summary.endpoint import Endpoint, endpoint_for
from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.summarise import RECORD, STAFF, Length, summarise
from pipeline.minutes.summary.template import Form, Section, load_template
from pipeline.recording.agreement import Agreement
from pipeline.settings import Settings
from pipeline.texts import texts


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which summary is wanted: its form, how long, and what the agreement says beside the talk."""

    form: Form
    length: Length
    setting: Setting
    endpoint: Endpoint | None = None

    def as_plain(self) -> dict[str, Any]:
        """All of it as plain data, to tell one wish from another."""
        return {
            "form": self.form.model_dump(mode="json"),
            "length": str(self.length),
            "setting": asdict(self.setting),
            "model": self._model(),
        }

    def _model(self) -> list[str]:
        return [self.endpoint.settings.url, self.endpoint.settings.name] if self.endpoint else []


def wanted_form(settings: Settings, agreement: Agreement | None, kind: str | None = None, length: Length | None = None) -> Wanted:
    """What the agreement and the settings ask for, unless `kind` or `length` say otherwise.

    Raises what the template and the endpoint raise.
    """
    template = load_template(settings.summary.template)
    form = template.form(kind or template.kind_for(agreement))
    endpoint = endpoint_for(settings.summary.model, agreement.privacy.processors if agreement else ())
    return Wanted(form, length or Length(settings.summary.length), Setting.of(agreement), endpoint)


def summary_of(minutes: Minutes, wanted: Wanted) -> tuple[SummarySentence, ...]:
    """The summary of these minutes, worded by the language model where one is wanted and its words hold."""
    summary = summarise(minutes, wanted.setting, wanted.form, wanted.length)
    if wanted.endpoint is None:
        return summary
    say = texts(minutes.report_language)
    draft = drafted(summary, minutes, wanted.form, wanted.endpoint)
    told = say("summary.drafted", model=safe_text(wanted.endpoint.settings.name), taken=draft.taken)
    heading = wanted.form.heading(Section.MADE, minutes.report_language)
    return (*draft.sentences, SummarySentence(section=heading, text=told, origin=RECORD, lines=()))


def followed(minutes: Minutes, before: Minutes, settings: Settings, agreement: Agreement | None) -> Minutes:
    """The minutes with a summary that fits them: made again where lines or voices changed since `before`.

    In one that a member of staff wrote in, their sentences and their order stay, and the sentences they left alone follow.
    """
    summary = minutes.summary
    if summary is None or (minutes.lines == before.lines and minutes.speakers == before.speakers):
        return minutes
    wanted = wanted_form(settings, agreement)
    if any(sentence.origin == STAFF for sentence in summary):
        # A draft of a language model is not asked for twice; what it worded before is left as it is.
        plain = replace(wanted, endpoint=None)
        return replace(minutes, summary=_renewed(summary, summary_of(before, plain), summary_of(minutes, plain)))
    return replace(minutes, summary=summary_of(minutes, wanted))


def _renewed(
    edited: Sequence[SummarySentence], made: Sequence[SummarySentence], again: Sequence[SummarySentence]
) -> tuple[SummarySentence, ...]:
    """An edited summary with each sentence that is as it was `made` in the words in which it is now made `again`.

    One that has no counterpart any more, on the same lines, stays as it is.
    """
    places: dict[tuple[str, ...], list[SummarySentence]] = {}
    for sentence in again:
        places.setdefault(_rests_on(sentence), []).append(sentence)
    counterparts: dict[SummarySentence, SummarySentence] = {}
    for sentence in made:
        if fitting := places.get(_rests_on(sentence)):
            # The heading of a part names its topics; staff may have left it, so that it stays.
            counterparts[sentence] = replace(fitting.pop(0), section=sentence.section)
    return tuple(sentence if sentence.origin == STAFF else counterparts.get(sentence, sentence) for sentence in edited)


def _rests_on(sentence: SummarySentence) -> tuple[str, ...]:
    return sentence.lines or (sentence.section,)
