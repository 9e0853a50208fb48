"""Whether a word, out of its sentence, is a form of a verb: so that a heading can be told from a short statement."""

from pipeline.language import LEXICONS
from pipeline.language.register import SAYING
from pipeline.language.spelling import lemma


def is_verb_form(word: str, code: str) -> bool:
    """Whether a plain word is a bent form of a verb or an auxiliary. An infinitive may be a noun as well and is none."""
    lexicon = LEXICONS[code]
    if word in SAYING[code] or word in lexicon.modality or any(word in forms for forms in lexicon.agreement):
        return True
    if code == "nl":
        infinitive = lemma(word, code)
        return infinitive.endswith("en") and infinitive != word
    return len(word) > _SHORTEST_PAST and word.endswith("ed")


_SHORTEST_PAST = 4
