"""How a line stands in the summary: quoted, or said in as few other words as can be.

A rewording leaves out hesitations and words said twice, and may turn "ik stuur u" into "de medewerker stuurt de cliënt". It never
adds, and everything a reader must know of a word (that it is uncertain) stays beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.language import LEXICONS
from pipeline.language.plain import plain
from pipeline.minutes.summary.acts.commitments import Quoted
from pipeline.minutes.summary.acts.verbs import UNDERTAKINGS
from pipeline.minutes.summary.check.quotes import LEFT_OUT
from pipeline.minutes.summary.spoken import Conversation, Said, Sentence, Utterance
from pipeline.recording.agreement import Role

EXTRACTED, REWORDED = "extracted", "reworded"

_OPENING_WORDS = frozenset(
    [
        "maar",
        "en",
        "dus",
        "nou",
        "ja",
        "dan",
        "goed",
        "oké",
        "oke",
        "kijk",
        "eh",
        "plus",
        "and",
        "but",
        "so",
        "well",
        "okay",
        "then",
        "right",
    ]
)
_FIRST_FORMS = {
    "heb": "heeft", "ben": "is", "zal": "zal", "kan": "kan", "mag": "mag", "moet": "moet", "wil": "wil", "ga": "gaat",
    "doe": "doet", "weet": "weet", "zie": "ziet",
    "sta": "staat", "sla": "slaat",
}  # fmt: skip
_PAST_FORMS = frozenset(
    ["was", "had", "kon", "moest", "mocht", "wilde", "zou", "ging", "kwam", "kreeg", "zei", "zag", "vroeg", "deed", "stond", "zat", "lag"]
)
_OTHER_PERSONS = frozenset(
    [
        "mij",
        "me",
        "mijn",
        "m'n",
        "ons",
        "onze",
        "wij",
        "we",
        "jullie",
        "jouw",
        "uw",
        "hem",
        "haar",
        "mezelf",
        "zelf",
        "jezelf",
        "uzelf",
        "zijn",
        "my",
        "me",
        "our",
        "us",
        "we",
        "your",
        "mine",
        "myself",
        "ourselves",
        "yourself",
    ]
)
_YOU_OBJECT = frozenset(["u", "je", "jou"])
_ENGLISH_I = {"i'll": "will", "i": ""}
_ENGLISH_MODALS = frozenset(["will", "can", "shall", "could", "may", "must"])


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for the summary and how they came about (extracted or reworded)."""

    text: str
    origin: str


class Voices:
    """What the summary calls each voice, at the start of a sentence and inside one."""

    def __init__(self, names: Mapping[str, str], conversation: Conversation) -> None:
        self._names = names
        self.conversation = conversation

    def inside(self, voice: str) -> str:
        """A voice inside a sentence: "de cliënt"."""
        return self._names[voice]

    def opening(self, voice: str) -> str:
        """A voice at the start of a sentence: "De cliënt"."""
        name = self._names[voice]
        return name[:1].upper() + name[1:]

    def other_of_two(self, voice: str) -> str | None:
        """The other voice where exactly two speak; then "u" can only mean that one."""
        others = [other for other in self.conversation.voices if other != voice]
        return others[0] if len(others) == 1 else None


class Wordings:
    """Gives the words for lines of one conversation. `marks`: what stands before and after a word the engine doubts."""

    def __init__(self, conversation: Conversation, voices: Voices, marks: tuple[str, str]) -> None:
        self.conversation = conversation
        self.voices = voices
        self._marks = marks
        self._hesitations = LEXICONS[conversation.language].hesitations
        self._small = LEXICONS[conversation.language].common | {"ik", "i"}

    def quote(self, utterance: Utterance, parts: Sequence[Quoted] = ()) -> Wording:
        """The line, or these sentences of it, in the speaker's own words; hesitations left out make it a rewording."""
        runs = [[]] if not parts else list(_runs(parts, utterance))
        texts, whole = [], True
        for run in runs:
            inside = [word for word in utterance.words if not run or any(part.start <= word.start < part.end for part in run)]
            kept = list(self._without_hesitations(inside, utterance))
            whole = whole and len(kept) == len(inside)
            texts.append(self._text(utterance, kept, run))
        return Wording(LEFT_OUT.join(texts), EXTRACTED if whole else REWORDED)

    def indirect(self, utterance: Utterance, sentence: Sentence) -> Wording | None:
        """A promise in the third person: "De medewerker stuurt de cliënt …"; null where more than that would have to change."""
        if utterance.speaker is None or utterance.role is Role.INTERPRETER or sentence.asks:
            return None
        words = list(self._without_hesitations(sentence.words, utterance))
        while len(words) > 2 and words[0].plain in _OPENING_WORDS:
            words = words[1:]
        turned = self._english(words, utterance) if self.conversation.language == "en" else self._dutch(words, utterance)
        if turned is None:
            return None
        text = " ".join(turned)
        return Wording(text[:1].upper() + text[1:] + ".", REWORDED)

    # Words left out ---------------------------------------------------------------------------------------------------

    def _without_hesitations(self, words: Sequence[Said], utterance: Utterance) -> Iterator[Said]:
        """The words without "eh", and without a small word said twice in a row ("ik eh, ik")."""
        spoken = [word for word in words if word.plain not in self._hesitations]
        for at, word in enumerate(spoken):
            following = spoken[at + 1] if at + 1 < len(spoken) else None
            between = utterance.text[word.end : following.start] if following else ""
            stutters = following is not None and following.plain == word.plain and word.plain in self._small and not _ENDS.search(between)
            if not stutters or word.plain in _MEANT_TWICE:
                yield word

    def _text(self, utterance: Utterance, kept: Sequence[Said], parts: Sequence[Quoted]) -> str:
        """The kept words with the punctuation that stood after them, and the doubted ones marked."""
        if not kept:
            return utterance.text
        bounds = [(part.start, part.end) for part in parts] or [(0, len(utterance.text))]
        left_out = [word for word in utterance.words if word not in kept and any(start <= word.start < end for start, end in bounds)]
        pieces: list[str] = []
        for word in kept:
            end = next((stop for start, stop in bounds if start <= word.start < stop), len(utterance.text))
            skipped = [other for other in left_out if other.start >= word.end]
            following = next((other.start for other in utterance.words if other.start >= word.end and other not in skipped), end)
            tail = utterance.text[word.end : min(following, end)]
            for other in skipped:
                tail = tail.replace(other.text, "", 1) if other.start < following else tail
            tail = _TAIL.sub("", tail)
            before = utterance.text[utterance.text.rfind(" ", 0, word.start) + 1 : word.start]
            pieces.append(before + self._marked(word) + tail)
        text = " ".join(pieces)
        if left_out:
            text = _tidied(text)
        return text[:1].upper() + text[1:]

    def _marked(self, word: Said) -> str:
        before, after = self._marks
        return f"{before}{word.text}{after}" if word.uncertain else word.text

    # Third person -----------------------------------------------------------------------------------------------------

    def _dutch(self, words: Sequence[Said], utterance: Utterance) -> list[str] | None:
        """Ik stuur u de brief, die stuur ik u: one "ik", its verb beside it, and nothing that points to anybody else."""
        forms = [word.plain for word in words]
        if forms.count("ik") != 1 or not _OTHER_PERSONS.isdisjoint(forms) or utterance.speaker is None:
            return None
        at = forms.index("ik")
        verb_at = at + 1 if at == 0 else at - 1
        if verb_at >= len(forms) or verb_at > 1:
            return None
        verb = self._third(forms[verb_at])
        if verb is None or "als" in forms or "dat" in forms[2:] or "of" in forms[2:]:
            return None
        if any(form in _YOU_OBJECT for form in forms) and self.voices.other_of_two(utterance.speaker) is None:
            return None
        if not self._one_clause(words, utterance):
            return None
        swap = verb_at == 0
        replaced: list[str] = []
        for place, word in enumerate(words):
            if place == at:
                replaced.append(self.voices.inside(utterance.speaker))
            elif place == verb_at:
                replaced.append(verb)
            elif word.plain in _YOU_OBJECT:
                other = self.voices.other_of_two(utterance.speaker)
                replaced.append(self.voices.inside(other) if other else word.text)
            else:
                replaced.append(self._marked(word) + self._comma(word, utterance))
        if swap:  # "bel ik u maandag" becomes "de cliënt belt ..."
            replaced[0], replaced[1] = replaced[1], replaced[0]
        return replaced

    def _one_clause(self, words: Sequence[Said], utterance: Utterance) -> bool:
        """Whether no second subject follows: then the rest of the sentence can stand as it is."""
        del utterance
        return not any(word.plain in ("hij", "zij", "ze", "er") for word in words[2:])

    def _comma(self, word: Said, utterance: Utterance) -> str:
        return "," if utterance.text[word.end : word.end + 1] == "," else ""

    def _third(self, verb: str) -> str | None:
        if verb in _FIRST_FORMS:
            return _FIRST_FORMS[verb]
        if verb in _PAST_FORMS:
            return verb
        known = UNDERTAKINGS["nl"].first.get(verb)
        return known.third if known else None

    def _english(self, words: Sequence[Said], utterance: Utterance) -> list[str] | None:
        """I'll check the cash book: the staff member will check the cash book."""
        forms = [word.plain for word in words]
        if not forms or utterance.speaker is None or not _OTHER_PERSONS.isdisjoint(forms) or "if" in forms:
            return None
        if forms[0] == "i'll":
            head, rest = ["will"], 1
        elif forms[0] == "i" and len(forms) > 1 and forms[1] in _ENGLISH_MODALS:
            head, rest = [forms[1]], 2
        else:
            return None
        if any(form in ("i", "i'll", "i'm") for form in forms[rest:]):
            return None
        other = self.voices.other_of_two(utterance.speaker)
        tail = []
        for word in words[rest:]:
            if word.plain == "you":
                if other is None:
                    return None
                tail.append(self.voices.inside(other))
            else:
                tail.append(self._marked(word) + self._comma(word, utterance))
        return [self.voices.inside(utterance.speaker), *head, *tail]


# "Nee nee" and "heel heel" mean more than once.
_MEANT_TWICE = frozenset(["nee", "ja", "heel", "no", "very", "niet", "not", "ver"])
# Of what stands after a word the signs of punctuation only, the first where several are left over.
_TAIL = re.compile(r"\s+|(?<=[,;:.!?…])[,;:]+")
_ENDS = re.compile(r"[.!?…]")
_COMMAS = re.compile(r"(?:,\s*){2,}")
_OPENING_COMMA = re.compile(r"^\s*,\s*")
_AFTER_END = re.compile(r"([.!?…]\s+)([a-zà-ÿ])")
_BEFORE_END = re.compile(r",\s*([.!?…])")


def _runs(parts: Sequence[Quoted], utterance: Utterance) -> Iterator[list[Quoted]]:
    """The sentences in runs that follow each other without one left out."""
    run: list[Quoted] = []
    for part in sorted(parts, key=lambda part: part.start):
        if run and any(run[-1].end <= word.start < part.start for word in utterance.words):
            yield run
            run = []
        run.append(part)
    yield run


def _tidied(text: str) -> str:
    """Punctuation as it should be where a word was left out."""
    text = _BEFORE_END.sub(r"\1", _OPENING_COMMA.sub("", _COMMAS.sub(", ", text))).strip()
    return _AFTER_END.sub(lambda match: match[1] + match[2].upper(), text)


def without_marks(text: str, marks: tuple[str, str]) -> str:
    """The text without what marks doubted words, as a check must read it."""
    before, after = marks
    pattern = re.escape(before) + r"(.*?)" + re.escape(after)
    return re.sub(pattern, r"\1", text)


def is_hesitation(word: str, language: str) -> bool:
    """Whether a word is no more than "eh"."""
    return plain(word) in LEXICONS[language].hesitations
