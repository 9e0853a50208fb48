"""A local language model words the sentences of the summary; what its lines do not carry is not taken.

The model gets the cited lines of each sentence as data and gives a sentence back with the lines it rests on. It is believed in
nothing: a sentence without its lines, with other lines, or that the check does not carry, is replaced by the quotation that stood
there. So an order spoken in the conversation can change nothing but the wording, and only into what was said.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import ModelUnavailable
from pipeline.minutes.model import Minutes, SummarySentence
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.summary.acts.points import is_order_to_the_report
from pipeline.minutes.summary.check import Checker
from pipeline.minutes.summary.check.labels import read_labels
from pipeline.minutes.summary.endpoint import Endpoint
from pipeline.minutes.summary.spoken import conversation_of, language_of
from pipeline.minutes.summary.summarise import voice_labels
from pipeline.minutes.summary.template import Form
from pipeline.minutes.summary.wording import EXTRACTED, REWORDED
from pipeline.texts import texts

MODEL = "model"
MAX_CHARACTERS = 600
_MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """The summary after the model, and how many of its sentences were taken."""

    sentences: tuple[SummarySentence, ...]
    taken: int


def drafted(summary: Sequence[SummarySentence], minutes: Minutes, form: Form, endpoint: Endpoint) -> Draft:
    """The summary with each sentence the model could word and the check could carry; the rest as it was.

    A model that fails leaves all that is left as it was: a summary never waits for it.
    """
    say = texts(minutes.report_language)
    conversation = conversation_of(minutes, language_of(minutes.lines))
    checker = Checker(conversation)
    labels = voice_labels(minutes, form, say)
    said = {line.id: {"id": line.id, "speaker": labels.get(line.speaker or "", "?"), "text": line.text} for line in minutes.lines}
    made = list(summary)
    # Doubtful words stay a quotation, where the doubt is marked word for word; so does an order to whoever writes the report.
    doubted = {line.id for line in minutes.lines if line.flags}
    doubted |= {line.id for line in conversation.utterances if any(is_order_to_the_report(sentence) for sentence in line.sentences)}
    wanted = [
        at
        for at, sentence in enumerate(summary)
        if sentence.origin in (EXTRACTED, REWORDED) and sentence.lines and not doubted & set(sentence.lines)
    ]
    taken = 0
    for batch in _batches(wanted, summary, said, endpoint.settings.max_prompt_bytes):
        items = [{"n": at, "lines": [said[line] for line in summary[at].lines]} for at in batch]
        try:
            answer = endpoint.ask(say("summary.prompt"), json.dumps(items, ensure_ascii=False))
        except ModelUnavailable:
            break
        for at, text, lines in _answers(answer):
            if at in batch and _holds(text, lines, summary[at], checker, labels):
                made[at] = replace(summary[at], text=text, origin=MODEL, lines=lines)
                taken += 1
    return Draft(tuple(made), taken)


def _holds(text: str, lines: tuple[str, ...], old: SummarySentence, checker: Checker, labels: Mapping[str, str]) -> bool:
    """Whether a drafted sentence may stand: it cites lines of the one it replaces, says whose words it tells, and they carry it."""
    if not text or len(text) > MAX_CHARACTERS or not lines or not set(lines) <= set(old.lines):
        return False
    named = read_labels(text, labels)
    cited = {checker.conversation.by_id[line].speaker for line in lines}
    shared = {
        voice for voice in named.voices if list(checker.conversation.voices.values()).count(checker.conversation.voices.get(voice)) > 1
    }
    # Of two with one role the check cannot tell which is meant: only the cited one may be named.
    return bool(named.voices & cited) and shared <= cited and not checker.check(named.text, lines)


def _batches(wanted: Sequence[int], summary: Sequence[SummarySentence], said: dict[str, dict[str, str]], limit: int) -> Iterator[list[int]]:
    """The sentences in groups whose lines fit one question; one that fits none is left as it is."""
    batch: list[int] = []
    size = 0
    for at in wanted:
        length = sum(len(json.dumps(said[line], ensure_ascii=False).encode()) for line in summary[at].lines) + 40
        if length > limit:
            continue
        if batch and (size + length > limit or len(batch) == _MOST_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(at)
        size += length
    if batch:
        yield batch


def _answers(answer: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The sentences in an answer; whatever else it holds is passed over."""
    start, end = answer.find("["), answer.rfind("]")
    try:
        plain: Any = json.loads(answer[start : end + 1]) if 0 <= start < end else []
    except (ValueError, RecursionError):
        return
    for one in plain if isinstance(plain, list) else []:
        if not isinstance(one, dict):
            continue
        at, text, lines = one.get("n"), one.get("text"), one.get("lines")
        if isinstance(at, int) and not isinstance(at, bool) and isinstance(text, str) and isinstance(lines, list):
            yield at, safe_text(text), tuple(dict.fromkeys(str(line) for line in lines))
