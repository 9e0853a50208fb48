"""Transcripts for tests, from lines of (speaker, what was said)."""

from pipeline.comparison.transcripts import SpokenWord, Transcript, Utterance, Voice

MS_PER_WORD = 400
CONFIDENCE = 0.9


def account(
    *lines: tuple[str | None, str], language: str | None = "nl", voices: tuple[Voice, ...] | None = None, start_ms: int = 0
) -> Transcript:
    """Each line follows the one before; every word takes 400 ms. Without `voices` the speakers have no names."""
    clock = start_ms
    utterances = []
    for number, (speaker, said) in enumerate(lines, start=1):
        words = []
        for word in said.split():
            words.append(SpokenWord(word, clock, clock + MS_PER_WORD, CONFIDENCE))
            clock += MS_PER_WORD
        utterances.append(Utterance(f"L{number:04}", words[0].start_ms, clock, speaker, tuple(words)))
    labels = dict.fromkeys(speaker for speaker, _ in lines if speaker)
    return Transcript(language, voices or tuple(Voice(label) for label in labels), tuple(utterances))


CONVERSATION = (
    ("S1", "Goedemiddag, fijn dat u er bent. Wat is er gebeurd?"),
    ("S2", "Ik kwam op donderdag acht oktober om kwart voor elf bij de nachtopvang en de deur was dicht."),
    ("S2", "Ik heb twee keer gebeld maar niemand deed open."),
    ("S1", "In het logboek staat geen telefoontje. Wij kunnen dat niet toezeggen."),
    ("S2", "Mijn kluisje was leeg en er zat driehonderdveertig euro in."),
    ("S1", "Dat was onze fout. Wij bieden daar onze excuses voor aan."),
    ("S2", "Dan trek ik de klacht op dit punt in."),
)
