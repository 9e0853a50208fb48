"""Speech as the stages before would give it, without a model: a shelter conversation and awkward variants of it."""

from dataclasses import replace

from pipeline.minutes.compose import compose
from pipeline.minutes.model import AgreementReference, Minutes, Party, RecordingReference
from pipeline.recording.agreement import Role
from pipeline.recording.model import HandedInBy
from pipeline.speech.model import (
    Alternative,
    CoverageKind,
    CoverageSpan,
    Engine,
    Segment,
    SpeechRecord,
    Turn,
    Word,
    WordFlag,
)
from pipeline.texts import Language

AT = "2026-03-03T15:04:00+01:00"

ENGINES = (
    Engine(name="faster-whisper", version="1.2.1", model="whisper-base", weights_sha256="a" * 64),
    Engine(name="pyannote", version="4.0.7", model="segmentation-3.0", weights_sha256="b" * 64),
)

# start_ms, end_ms, speaker, what was said. A word in *stars* is uncertain, in _underscores_ spoken together.
OPVANG = (
    (1_000, 5_241, "S1", "Goedemiddag. Fijn dat u er bent. Wilt u koffie of thee?"),
    (6_036, 9_529, "S2", "Koffie graag. En ik wil ons gesprek graag opnemen."),
    (10_010, 15_491, "S1", "Dat mag. Goed dat u het van tevoren zegt. Wij nemen het gesprek zelf ook op."),
    (16_012, 19_665, "S1", "Het is vandaag dinsdag drie maart, en het is twee uur."),
    (20_144, 22_259, "S2", "Mag ik daarna een kopie van uw opname?"),
    (22_707, 27_258, "S1", "Ja, u krijgt binnen drie dagen een kopie. Wij knippen er niet in."),
    (28_028, 31_629, "S2", "Goed. Het gaat over mijn kamer en over mijn spullen."),
    (32_270, 35_440, "S1", "Vertelt u maar. Wat is er volgens u gebeurd?"),
    (36_049, 40_888, "S2", "Op twaalf februari moest ik mijn kamer uit. Ik kreeg *geen* brief vooraf."),
    (41_725, 46_962, "S2", "Mijn tas stond in de gang. Er zat *vierhonderdvijftig* euro in, en die is weg."),
    (47_525, 51_265, "S1", "Dat is vervelend. Hebt u dat dezelfde dag gemeld?"),
    (52_140, 57_626, "S2", "Ja, dezelfde avond, bij de *nachtdienst.* Maar niemand heeft het opgeschreven."),
    (58_301, 61_909, "S1", "In ons dossier staat dat u twee waarschuwingen _hebt_ _gehad._"),
    (61_500, 67_249, "S2", "_Dat_ _klopt_ niet. Ik heb maar een waarschuwing gehad, in januari."),
    (67_848, 73_061, "S1", "De tweede waarschuwing is van vijf februari. Die ging over roken op de kamer."),
    (73_715, 78_861, "S2", "Ik heb niet gerookt. Dat was mijn buurman. Dat heb ik toen ook gezegd."),
    (101_917, 107_809, "S1", "Ja, dat mag altijd. U stuurt uw klacht naar de klachtencommissie, binnen zes weken."),
    (112_669, 116_285, "S2", "Dat wil ik graag. Mag de opname dan mee naar de commissie?"),
)
OPVANG_MS = 135_815


def words(start_ms: int, end_ms: int, speaker: str | None, said: str) -> tuple[Word, ...]:
    """Words spread evenly over the stretch; *stars* make a word uncertain, _underscores_ overlapped."""
    texts = said.split()
    step = (end_ms - start_ms) / max(1, len(texts))
    return tuple(
        Word(
            start_ms=round(start_ms + number * step),
            end_ms=round(start_ms + (number + 1) * step) - 20,
            text=text.strip("*_"),
            confidence=0.31 if text.startswith("*") else 0.93,
            speaker=speaker,
            flags=tuple(flag for sign, flag in (("*", WordFlag.UNCERTAIN), ("_", WordFlag.OVERLAP)) if text.startswith(sign)),
        )
        for number, text in enumerate(texts)
    )


def segment(start_ms: int, end_ms: int, speaker: str | None, said: str, language: str = "nl") -> Segment:
    return Segment(start_ms=start_ms, end_ms=end_ms, language=language, words=words(start_ms, end_ms, speaker, said))


def flagged(segment: Segment, flag: WordFlag) -> Segment:
    return replace(segment, words=tuple(replace(word, flags=(flag,)) for word in segment.words))


def speech(*segments: Segment, duration_ms: int, unheard: tuple[CoverageSpan, ...] = ()) -> SpeechRecord:
    """A speech record whose coverage is the words' stretches, `unheard` and silence in between."""
    spoken = [CoverageSpan(start_ms=s.start_ms, end_ms=s.end_ms, kind=CoverageKind.TRANSCRIBED) for s in segments]
    coverage: list[CoverageSpan] = []
    at = 0
    for span in sorted([*spoken, *unheard], key=lambda span: span.start_ms):
        start = max(span.start_ms, at)
        if span.end_ms <= start:
            continue
        if start > at:
            coverage.append(CoverageSpan(start_ms=at, end_ms=start, kind=CoverageKind.SILENCE))
        coverage.append(replace(span, start_ms=start))
        at = span.end_ms
    if at < duration_ms:
        coverage.append(CoverageSpan(start_ms=at, end_ms=duration_ms, kind=CoverageKind.SILENCE))
    turns = tuple(
        Turn(start_ms=s.start_ms, end_ms=s.end_ms, speaker=s.words[0].speaker) for s in segments if s.words and s.words[0].speaker
    )
    return SpeechRecord(
        schema="wederhoor/speech/1", engines=ENGINES, segments=segments, turns=turns, languages=(), coverage=tuple(coverage)
    )


def opvang_speech() -> SpeechRecord:
    """The conversation with everything a page must be able to show."""
    said = [segment(*line) for line in OPVANG]
    doubted = next(word for word in said[8].words if word.text == "geen")
    other = replace(doubted, alternatives=(Alternative(text="een", confidence=0.4, engine="openai-whisper"),))
    said[8] = replace(said[8], words=tuple(other if word is doubted else word for word in said[8].words))
    stock = flagged(segment(124_000, 127_000, "S2", "Ondertitels ingediend door de gemeenschap"), WordFlag.STOCK_PHRASE)
    unheard = (
        CoverageSpan(start_ms=84_280, end_ms=89_256, kind=CoverageKind.UNTRANSCRIBED_SPEECH),
        CoverageSpan(start_ms=90_050, end_ms=99_064, kind=CoverageKind.OTHER_LANGUAGE),
    )
    return speech(*said, stock, duration_ms=OPVANG_MS, unheard=unheard)


def recording(**changed: object) -> RecordingReference:
    reference = RecordingReference(
        sha256="0f3c" * 16,
        samples_sha256="9d21" * 16,
        name="gesprek 3 maart.m4a",
        duration_ms=OPVANG_MS,
        damaged=False,
        claimed_ms=None,
        claimed_start="2026-03-03T14:00:12+01:00",
        handed_in_by="client",
        handed_in_how=HandedInBy.APP,
    )
    return replace(reference, **changed)  # type: ignore[arg-type]


def agreement() -> AgreementReference:
    return AgreementReference(
        sha256="77ab" * 16,
        case_id="2026-014",
        parties=(Party(id="client", role=Role.CLIENT, name="mevrouw A."), Party(id="staff", role=Role.STAFF, name=None)),
        announced_by="client",
        announced_at="2026-03-03T14:00:00+01:00",
    )


def minutes(language: Language = Language.DUTCH, record: SpeechRecord | None = None, **reference: object) -> Minutes:
    """The first version of the minutes of a conversation."""
    return compose(record or opvang_speech(), recording(**reference), agreement(), report_language=language, created_at=AT)


def long_speech(word_count: int = 60_000, speakers: int = 2) -> SpeechRecord:
    """Hours of talk: turns of thirty words, a word every half second, one in forty uncertain."""
    sentence = "ik heb gisteren met de begeleider gesproken over mijn kamer en toen zei zij dat het later zou worden geregeld"
    vocabulary = sentence.split()
    turns = []
    for turn in range(word_count // 30):
        said = [vocabulary[(turn * 7 + n) % len(vocabulary)] for n in range(30)]
        said[turn % 30] = f"*{said[turn % 30]}*"
        start = turn * 15_000
        turns.append(segment(start, start + 14_400, f"S{turn % speakers + 1}", " ".join(said).capitalize() + "."))
    return speech(*turns, duration_ms=word_count // 30 * 15_000)


# What a recording or a party may hold, meant or not: markup, formulas, overrides, signs of other formats.
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x";"klik")',
    "goed,=1+1",
    "goed;@SUM(A1)",
    "-2+3",
    "00:00:01.000 --> 00:00:02.000",
    "{\\an8}<b>vet</b>",
    "\u202egnaw\u202c",
    "\u2066a\u2069 \u200fb",
    "bel\x07 nul\x00 esc\x1b[31m",
    "nieuwe\nregel\r\nnog\u2028een",
    "'aanhaling\" & punt;komma",
    "😀👩‍👩‍👧 🇳🇱",
    "a" * 500,
    "مرحبا שלום 你好",
    "#show: none",
    "$x$ *y* _z_ `q`",
    "NOTE niets",
    "]]> --> <!-- <v X>",
)
