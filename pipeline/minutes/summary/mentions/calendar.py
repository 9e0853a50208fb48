"""The words of the calendar and the clock that people use in conversation, for Dutch and English."""

from dataclasses import dataclass

from pipeline.language.lexicon import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`near` point (volgende, last) before a weekday or a unit; `near_weeks` are whole ways to say which week, before or
    after a weekday. `clock_before` come before a clock time; `lasting` say that so many hours is a length."""

    weekdays: frozenset[str]
    months: frozenset[str]
    days: frozenset[str]
    parts: frozenset[str]
    units: frozenset[str]
    hours: frozenset[str]
    near: frozenset[str]
    articles: frozenset[str]
    one: frozenset[str]
    half: frozenset[str]
    quarter: frozenset[str]
    directions: frozenset[str]
    clock_before: frozenset[str]
    lasting_before: frozenset[str]
    lasting_after: frozenset[str]
    rate: frozenset[str]
    seasons: frozenset[str]
    before_date: frozenset[str]
    not_ranked: frozenset[str]
    vague: frozenset[str]
    age: frozenset[str]
    month_needs_capital: frozenset[str]


DUTCH = Calendar(
    weekdays=words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    months=words("januari februari maart april mei juni juli augustus september oktober november december"),
    days=words("""
        vandaag morgen overmorgen gisteren eergisteren vanochtend vanmorgen vanmiddag vanavond vannacht gisteravond gistermiddag
        gisterochtend gisternacht morgenochtend morgenmiddag morgenavond morgenvroeg overmorgenochtend
    """),
    parts=words("ochtend middag avond nacht"),
    units=words("""
        seconde seconden minuut minuten minuutje minuutjes kwartier kwartiertje halfuur halfuurtje uur uren uurtje dag dagen dagje
        week weken weekje weekjes maand maanden maandje jaar jaren jaartje halfjaar nacht nachten nachtje nachtjes werkdag
        werkdagen
        etmaal weekend weekenden avonden kwartaal
    """),
    hours=words("uur u"),
    near=words("""
        volgende volgend vorige vorig deze dit komende komend aankomende afgelopen aanstaande eerstvolgende laatste elke iedere
        elk
        ieder
    """),
    articles=words("de het"),
    one=words("een één"),
    half=words("half halve anderhalf anderhalve"),
    quarter=words("kwart"),
    directions=words("over voor na"),
    clock_before=words("om rond omstreeks tegen tot voor na vanaf sinds klokslag"),
    lasting_before=words("duurt duurde duren binnen al nog elke per ruim bijna minstens hooguit maximaal wel maar"),
    lasting_after=words("lang geleden per later rijden reizen lopen wachten gewacht vooraf tevoren werk werken slaap"),
    rate=words("per"),
    seasons=words("kerst kerstmis pasen pinksteren zomer winter herfst voorjaar najaar lente ramadan suikerfeest oudjaar nieuwjaar "
                  "zomervakantie kerstvakantie herfstvakantie meivakantie sinterklaas koningsdag "
                  "offerfeest kerstavond kerstdag paasdag paasmaandag oudejaarsavond hemelvaart hemelvaartsdag bevrijdingsdag "
                  "carnaval moederdag vaderdag oudejaarsdag nieuwjaarsdag pakjesavond"),
    before_date=words("op tot vanaf voor na per sinds van plaats met rond tegen naar dan is wordt niet het of en maar"),
    not_ranked=words("keer maal plaats week dag maand helft instantie klas verdieping etage"),
    vague=words("paar aantal tal"),
    age=words("oud jong"),
    month_needs_capital=frozenset(),
)  # fmt: skip

ENGLISH = Calendar(
    weekdays=words("monday tuesday wednesday thursday friday saturday sunday"),
    months=words("january february march april may june july august september october november december"),
    days=words("today tomorrow yesterday tonight"),
    parts=words("morning afternoon evening night"),
    units=words("""
        second seconds minute minutes hour hours day days week weeks month months year years night nights fortnight weekend
        weekends
    """),
    hours=words("o'clock oclock am pm"),
    near=words("next last this coming past every each following previous"),
    articles=words("the"),
    one=words("a an one"),
    half=words("half"),
    quarter=words("quarter"),
    directions=words("past to after before"),
    clock_before=words("at around by until till before after from since"),
    lasting_before=words("for within takes took lasts already about another"),
    lasting_after=words("long ago later drive walk"),
    rate=words("per a"),
    seasons=words("christmas easter summer winter autumn spring ramadan eid"),
    before_date=words("on until by from since before after of"),
    not_ranked=words("time place week day month half floor"),
    vague=words("couple few several"),
    age=words("old young"),
    month_needs_capital=words("may march"),
)
CALENDARS = {"nl": DUTCH, "en": ENGLISH}
