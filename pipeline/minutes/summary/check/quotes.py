"""Proves a sentence that quotes: each quotation is said word for word, hesitations aside, in a cited line of the voice it is put with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.language import LEXICONS
from pipeline.language.plain import plain
from pipeline.minutes.summary.spoken import Conversation, Utterance

# Stands in a quotation where whole sentences of the line were left out.
LEFT_OUT = " […] "
_QUOTE = re.compile(r"“([^”]*)”")


@dataclass(frozen=True, slots=True)
class _Quote:
    text: str
    before: str


class QuoteCheck:
    """Holds quoting sentences against a conversation. `labels`: what the summary calls each voice ("de cliënt")."""

    def __init__(self, conversation: Conversation, labels: Mapping[str, str]) -> None:
        self.conversation = conversation
        self._labels = labels
        self._hesitations = LEXICONS[conversation.language].hesitations

    def proves(self, sentence: str, lines: Sequence[str]) -> bool:
        """Whether the sentence quotes, and every quotation stands in one of the lines, said by the voice named before it."""
        quotes = list(_quotes(sentence))
        known = [self.conversation.by_id[line] for line in lines if line in self.conversation.by_id]
        if not quotes or len(known) != len(set(lines)):
            return False
        return all(any(self._said(quote, line) for line in known) for quote in quotes)

    def _said(self, quote: _Quote, line: Utterance) -> bool:
        label = self._labels.get(line.speaker or "", "")
        named = label.casefold() in quote.before.casefold() if label else False
        others = [other for voice, other in self._labels.items() if voice != line.speaker and other.casefold() in quote.before.casefold()]
        # The voice named last before the quotation is the one it is put with.
        last = max((quote.before.casefold().rfind(other.casefold()) for other in others), default=-1)
        if not named or quote.before.casefold().rfind(label.casefold()) < last:
            return False
        said = self._words(line.text)
        return all(_stands_in(self._words(piece), said) for piece in quote.text.split(LEFT_OUT))

    def _words(self, text: str) -> list[str]:
        forms = (plain(word) for word in text.split())
        return [form for form in forms if form and form not in self._hesitations]


def _quotes(sentence: str) -> Iterator[_Quote]:
    """The quotations, each with everything before it that is not quoted itself."""
    before = ""
    at = 0
    for match in _QUOTE.finditer(sentence):
        before += sentence[at : match.start()]
        yield _Quote(match[1], before)
        at = match.end()


def _stands_in(quoted: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the quoted words are said in this order; only a small word said twice may be missing once."""
    if not quoted:
        return False
    at = 0
    for start in range(len(said)):
        at = start
        matched = 0
        while at < len(said) and matched < len(quoted):
            if said[at] == quoted[matched]:
                matched += 1
            elif not (matched and said[at] == quoted[matched - 1]) and not (at + 1 < len(said) and said[at] == said[at + 1]):
                break
            at += 1
        if matched == len(quoted):
            return True
    return False
