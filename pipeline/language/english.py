"""English word lists for the comparison. Plain forms: lower case, no accents. Written for this project."""

from pipeline.language.lexicon import (
    ClockWords,
    DateWords,
    Lexicon,
    NameWords,
    NumberWords,
    groups,
    phrase_groups,
    phrases,
    sets,
    words,
)

_EXPANSIONS = {
    short: tuple(full.split())
    for short, full in {
        "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not", "shan't": "shall not",
        "don't": "do not", "dont": "do not", "doesn't": "does not", "doesnt": "does not", "didn't": "did not", "didnt": "did not",
        "isn't": "is not", "aren't": "are not", "wasn't": "was not", "weren't": "were not", "hasn't": "has not", "haven't": "have not",
        "hadn't": "had not", "wouldn't": "would not", "couldn't": "could not", "shouldn't": "should not", "mustn't": "must not",
        "needn't": "need not", "mightn't": "might not", "ain't": "is not", "i'm": "i am", "im": "i am", "you're": "you are",
        "we're": "we are",
        "they're": "they are", "he's": "he is", "she's": "she is", "it's": "it is", "that's": "that is", "there's": "there is",
        "what's": "what is", "who's": "who is", "where's": "where is", "i've": "i have", "you've": "you have", "we've": "we have",
        "they've": "they have", "i'll": "i will", "you'll": "you will", "he'll": "he will", "she'll": "she will", "we'll": "we will",
        "they'll": "they will", "it'll": "it will", "i'd": "i would", "you'd": "you would", "he'd": "he would", "she'd": "she would",
        "we'd": "we would", "they'd": "they would", "gonna": "going to", "wanna": "want to", "gotta": "got to", "kinda": "kind of",
        "sorta": "sort of", "lemme": "let me", "gimme": "give me", "dunno": "do not know", "let's": "let us", "twice": "2 times",
        "should've": "should have", "could've": "could have", "would've": "would have", "outta": "out of", "e.g": "for example",
    }.items()
}  # fmt: skip

_NEGATED = {
    prefix + root + ending: root + ending
    for prefix, roots in {
        "in": "complete correct consistent active capable direct formal valid tolerant efficient effective adequate competent accurate "
        "appropriate "
        "convenient sane secure sufficient visible",
        "im": "possible moral mobile perfect polite patient proper mature material practical probable",
        "ir": "relevant regular rational responsible",
        "il": "legal legitimate logical legible",
        "dis": "agree agreed agrees honest respect respectful satisfied like liked believe believed comfort loyal obey obeyed able abled "
        "connected",
        "non": "smoking compliant",
        "mis": "understood informed",
    }.items()
    for root in roots.split()
    for ending in ("", "ly")
}

_MODALITY = groups("""
    must: must; may: may; might: might; can: can; could: could; will: will; would: would; shall: shall; should: should; ought: ought;
    need: need needs needed; try: try tries trying tried; promise: promise promises promised; guarantee: guarantee guarantees guaranteed;
    expect: expect expects expected; hope: hope hopes hoped hopefully; maybe: maybe perhaps possibly; possible: possible;
    probably: probably likely presumably; certainly: certainly definitely surely absolutely; sure: sure certain;
    obliged: obliged required mandatory
    compulsory; voluntary: voluntary optional; allowed: allowed permitted; forbidden: forbidden prohibited;
    about: about around roughly approximately;
    almost: almost nearly; exactly: exactly precisely; think: think thinks thought; believe: believe believes believed;
    guess: guess guesses guessed
    suppose supposed; know: know knows knew known; seem: seem seems seemed apparently; want: want wants wanted; plan: plan plans planned;
    intend: intend intends intended; consider: consider considers considered; advise: advise advised; going: going; maximum: maximum;
    minimum: minimum; wish: wish wishes; commit: commit committed
""")

_HOURS_OF_PARTS = {
    **dict.fromkeys(("morning", "mornings"), (4, 13)),
    **dict.fromkeys(("afternoon", "afternoons"), (12, 19)),
    **dict.fromkeys(("evening", "evenings"), (17, 25)),
    **dict.fromkeys(("night", "nights", "tonight"), (18, 32)),
}

LEXICON = Lexicon(
    code="en",
    variants=groups("""
        okay: ok; because: cause 'cause cos coz; them: 'em; you: ya; yes: yeah yep yup; nothing: nothin nuffin; mister: mr; missis: mrs;
        number: nr no.;
        and: &; color: colour; program: programme; until: till 'til; doctor: dr; times: x; mum: mom; toward: towards; through: thru;
        all right: alright;
        no: nope nah; gray: grey; check: cheque
    """),
    expansions=_EXPANSIONS,
    interchangeable=sets("""
        a an; who whom; which that; their there; your you; then than; its it; everybody everyone; somebody someone;
        anybody anyone
    """),
    negations=groups("""
        not: not; no: no; never: never; nobody: nobody noone; nothing: nothing; nowhere: nowhere; none: none; neither: neither nor;
        without: without
    """),
    negation_phrases={("no", "one"): "nobody"},
    negating_prefix="un",
    negated=_NEGATED,
    never_negated=words("""
        under until unless union unit unite united unique uniform universe university uncle unto unison understand unions units unified
        undergo unites
    """),
    answers=words("yes no"),
    fillers=words("""
        eh uh um er erm uhm hm hmm mm mhm ah oh okay yes actually basically just literally anyway huh hey ha
    """),
    fillers_apart=words("well so right like look see now honestly really"),
    filler_phrases=phrases("""
        you know; i mean; sort of; kind of; you see; or something; and stuff; you know what i mean; so to say; so to speak; let us say;
        i guess so; at the end of the day; how do you say; or so; and so on; as it were; to be honest
    """),
    hesitations=words("eh uh um er erm uhm hm hmm mm"),
    repairs=words("eh uh um er erm sorry no mean rather or"),
    modality=_MODALITY,
    modality_phrases=phrase_groups("""
        have to: have to | has to | had to | got to; at least: at least; at most: at most | no more than; at the latest: at the latest;
        think: i think | i believe; more: more than; less: less than | fewer than; in principle: in principle
    """),
    weak_modality=words("""
        think thinks thought know knows knew known going about around believe believes believed need needs needed want wants wanted try
        plan expect hope
        sure certain tried trying seem seems seemed possible suppose guess wish
    """),
    ties=words("""
        the a an to of in on at it that this these those with by for from i you he she we they and is as there do did does go get
        any
    """),
    empty=words("to the a an that"),
    articles=words("the a an this that these those"),
    agreement=sets("was were; is are am; has have; do does; say says; want wants; go goes; need needs; know knows; think thinks; get gets"),
    numbers=NumberWords(
        special={"half": "1/2", "halves": "1/2", "quarter": "1/4", "dozen": "12", "zero": "0", "nil": "0", "thirds": "1/3"},
        vague=words("double both couple several few dozens hundreds thousands triple"),
        ordinals={"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twentieth": 20,
        "thirtieth": 30},
        ordinal_endings=("th",),
        one=words("a an one 1"),
        and_a_half=phrases("and a half"),
        joints=words("and"),
        decimal_words=words("point"),
        currencies={"euro": "eur", "euros": "eur", "eur": "eur", "€": "eur", "pound": "gbp", "pounds": "gbp", "£": "gbp",
        "dollar": "usd", "dollars": "usd", "$": "usd"},
        cents=words("cent cents pence"),
        durations={
            **dict.fromkeys(("second", "seconds", "sec"), ("s", 1)),
            **dict.fromkeys(("minute", "minutes", "min", "mins"), ("s", 60)),
            **dict.fromkeys(("hour", "hours"), ("s", 3600)),
            **dict.fromkeys(("day", "days"), ("d", 1)),
            **dict.fromkeys(("night", "nights"), ("n", 1)),
            **dict.fromkeys(("week", "weeks"), ("d", 7)),
            "fortnight": ("d", 14),
            **dict.fromkeys(("month", "months"), ("m", 1)),
            **dict.fromkeys(("year", "years"), ("m", 12)),
        },
        measures=groups("""
            mg: milligram milligrams mg; ug: microgram micrograms mcg; g: gram grams g; kg: kilo kilos kilogram kg; lb: lb;
            m: meter metre meters metres;
            km: kilometre kilometer km; mi: mile miles; ml: millilitre ml; l: litre liter litres; %: percent %; times: times
        """),
    ),
    clock=ClockWords(
        half=words("half"),
        half_of=30,
        quarter=words("quarter"),
        before=words("to before"),
        past=words("past after"),
        hour=words("o'clock oclock hours"),
        at=words("at around by until before after from since about"),
        afternoon={"am": False, "a.m": False, "pm": True, "p.m": True},
        parts=_HOURS_OF_PARTS,
        fixed={"midnight": 0, "noon": 720, "midday": 720},
    ),
    dates=DateWords(
        months={
            "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
            "october": 10, "november": 11,
            "december": 12, "jan": 1, "feb": 2, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11,
            "dec": 12,
        },
        weekdays=words("monday tuesday wednesday thursday friday saturday sunday"),
        words=words("""
            today tomorrow yesterday tonight spring summer autumn winter weekend weekends christmas easter ramadan week weeks day days
            month months year years
            hour hours minute minutes daily weekly monthly yearly morning mornings afternoon evening evenings night nights midnight noon
            midday january february
            april june july august september october november december mondays tuesdays wednesdays thursdays fridays saturdays sundays
            fortnight
        """),
        phrases={},
        near=words("next this last coming previous following past end beginning early late every each"),
        prepositions=words("before after until since from by"),
        before_year=words("in since from until of by before after late early year"),
        before_day=words("on until from before after by since"),
    ),
    names=NameWords(
        titles=words("mister missis miss mr mrs ms doctor dr professor judge sir lady father sister"),
        known=words("mark will rose grace jack bill frank bob peter paul john mary anna sarah ali omar hassan hope joy dean rob tom sam"),
        ties=words("de van der den von el al ben bin of the la le du"),
        never=words("i god english dutch arabic i'm i've i'll i'd"),
    ),
    common=words("""
        the a an and of to in is was that it for on with as i you he she they we not be are this have has had at by from but or what which
        who will would
        there been if can all do did my me your his her our their were when so no yes about out up them then could because how him some
    """),
)  # fmt: skip
