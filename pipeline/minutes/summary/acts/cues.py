"""The small words that make an act of a sentence: who undertakes, denies, hesitates, accepts, refuses, takes back."""

from dataclasses import dataclass

from pipeline.language.lexicon import words


def _texts(entries: str) -> tuple[str, ...]:
    """Phrases separated by semicolons, each with a blank at both ends so that it matches whole words."""
    return tuple(f" {' '.join(entry.split())} " for entry in entries.split(";") if entry.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Words and phrases of one language, in plain form.

    `splits` begin a new clause; `subordinate` make the clause after them no statement of its own. `immediate` are acts done
    at once in the talk (explain, say), never undertakings. `politeness` are conditions nobody means.
    """

    i: frozenset[str]
    we: frozenset[str]
    you: frozenset[str]
    promise: frozenset[str]
    negations: frozenset[str]
    not_a_denial: tuple[str, ...]
    hedges: frozenset[str]
    past: frozenset[str]
    habits: frozenset[str]
    splits: frozenset[str]
    subordinate: frozenset[str]
    conditions: frozenset[str]
    politeness: tuple[str, ...]
    conditional_yes: tuple[str, ...]
    do_it: tuple[str, ...]
    accepts: frozenset[str]
    yes: frozenset[str]
    refuses: frozenset[str]
    asking: tuple[str, ...]
    wishing: tuple[str, ...]
    immediate: frozenset[str]
    meeting: frozenset[str]
    proposing: tuple[str, ...]
    agreeing: tuple[str, ...]
    withdrawing: tuple[str, ...]
    taken_back_at_once: tuple[str, ...]
    replacing: tuple[str, ...]
    deciding: tuple[str, ...]
    decided: tuple[str, ...]
    not_decided_here: tuple[str, ...]
    unknown: tuple[str, ...]
    not_open: tuple[str, ...]
    by: frozenset[str]


DUTCH = Cues(
    i=words("ik 'k ikzelf"),
    we=words("wij we"),
    you=words("u je jij jullie jou"),
    promise=words("beloof beloven toezeg zeg garandeer"),
    negations=words("niet geen niks niets nooit niemand nergens evenmin geenszins"),
    not_a_denial=_texts(
        "niet alleen; niet vergeten; niet meer dan; niet later dan; waarom niet; of niet; niet te laat; zo niet; niks anders dan"
    ),
    hedges=words("misschien wellicht eventueel zou zouden had hadden dacht wilde wou"),
    past=words("heb hebben had was waren werd ging gingen kwam kreeg heeft zei zat stond deed gaf vroeg belde stuurde toen"),
    habits=words("elke iedere altijd steeds vaak meestal soms normaal gewoonlijk regelmatig"),
    splits=words("maar want dus en"),
    subordinate=words("""
        dat of omdat doordat zodat totdat voordat nadat toen terwijl hoewel waar wat wie hoe wanneer waarom die waarvan
    """),
    conditions=words("als indien mits zodra tenzij wanneer"),
    politeness=_texts("""
        als u dat goed vindt; als je dat goed vindt; als u het goed vindt; als je het goed vindt; als dat kan; als het kan; als
        dat mag;
        als het mag; als u wilt; als je wilt; als u dat wilt; als je dat wilt; als jij dat wilt; als het goed is; als u toch komt;
        als je toch komt; als u toch; als je toch; als ik het goed heb; als ik me niet vergis; als ik eerlijk ben; als u
        begrijpt; als u klaar bent;
        als je klaar bent; als eerste; als laatste; als tolk; als organisatie; als gemeente; als begeleider; als team; als
        postadres;
        als cliënt; als voorzitter; als getuige; als bewijs; als bijlage; als voorbeeld; als dat zo is; als ik terug ben; als
        het zover is; als gebaar;
        als dat prettig is; als dat helpt; als ik vragen mag; als u dat prettig vindt; als wij; als we klaar zijn; als ik thuis
        ben
    """),
    conditional_yes=_texts("dan wel; dan wil ik; dan doe ik; dan mag het; dan kom ik; dan teken ik; dan betaal ik"),
    do_it=_texts("""
        doe ik; dat doe ik; zal ik doen; dat zal ik doen; ga ik doen; dat ga ik doen; komt goed; komt voor elkaar; regel ik; dat
        regel ik;
        ga ik regelen; dat doen we; dat doen wij; doen we; zullen we doen; zullen wij doen; ik zal het doen; dat beloof ik;
        laat dat maar aan mij over; laat maar aan mij over; aan mij over; daar kunt u op rekenen; kunt ge op rekenen; daar
        kun je op rekenen; zo doen we het; zo spreken we het af; ik zorg ervoor; ik zorg dat; mee bezig; neem ik op me;
        wordt geregeld; ik zal ervoor zorgen
    """),
    accepts=words(
        "ja goed prima oke oké akkoord graag fijn mooi afgesproken deal staat best uitstekend top perfect tuurlijk natuurlijk vooruit jawel"
    ),
    yes=words("ja jawel zeker natuurlijk tuurlijk uiteraard graag goed prima oké oke best hoor zo ja-hoor absoluut"),
    refuses=words("nee neen liever nooit nou-nee"),
    asking=_texts("""
        kunt u; kun je; kan je; kun jij; kunt u ons; kan u; kunnen jullie; kunnen we; kunnen wij; wilt u; wil je; wil jij;
        willen jullie; zou u; zou je; zou jij;
        zouden jullie; zouden we; mag ik; mogen wij; mogen we; mag hij; mag zij; kan ik; zou ik; ga je er; gaat u er; kan die;
        kan dat; kan het; kan er; komt die; krijg ik;
        krijgen wij; krijgen we;  doe je; doet u; help je; helpt u; stuurt u; stuur je; is het mogelijk
    """),
    wishing=_texts("""
        ik wil graag; ik wil wel graag; wil ik graag; ik zou graag; zou ik graag; ik wil dat; wil ik dat; ik wil een; ik wil
        het; ik wil die; ik wil niet dat; ik zou willen;
        die wil ik; dat wil ik; ik verzoek; wij verzoeken; ik eis; graag wil ik; ik wil weten; ik wens; wij willen; we willen;
        ik stel voor; ik zou het fijn vinden;
        ik heb nodig; dan wil ik; ik had graag; die wil ik; dat wil ik niet; hij wil; zij wil; hij wil graag; ze wil graag; dat
        ze het; dat jullie; vraagt of u; vraagt of je;
        vraagt of jullie; wil dat u; wil dat je
    """),
    immediate=words("""
        vertellen zeggen uitleggen herhalen spellen horen zien komen zitten wachten luisteren gaan helpen beginnen praten vertalen
        herinneren toelichten begrijpen praten even noemen omschrijven
    """),
    meeting=words("""
        afspraak afspreken gesprek spreken zien zitten langskomen komen kom komt schikt past lukt plek samen terugkomen bezoek
        overleg
        vervolggesprek verhuizen verhuizing inpakken weer beschikbaar tijd uitkomt
    """),
    proposing=_texts("""
        zullen we; zullen wij; zal ik; dan wordt het; wordt het; liever; ik stel voor; wat dacht je van; wat dacht u van; kunt
        u; kun je; kan je; schikt; past;
        komt u; kom je; zie ik u; zie ik je; spreken we; zien we elkaar; zelfde tijd; is dat goed; lukt dat; in plaats van;
        plannen we; maken we
    """),
    agreeing=_texts(
        """
            spreken we af; spreken wij af; we spreken af; wij spreken af; spreek ik met u af; spreek ik met je af; de afspraak
            is; dan is afgesproken
        """
    ),
    withdrawing=_texts("""
        doe ik toch niet; toch niet; toch maar niet; dus niet; gaat niet door; kan ik helemaal niet; lukt me niet; lukt toch
        niet; trek ik in; neem ik terug; laten we dat maar niet;
        doen we niet; doe ik niet; dat wordt niks; kan helaas niet; vervalt; niet meer nodig; hoeft niet meer; vergeet dat; kan
        toch niet; dat kan helemaal niet; is er niet meer;
        streep door; ook niet; nee wacht; hoeft toch niet; hoeft al niet; komt te vervallen; maar niet; kan ik toch niet; gaat
        toch niet
    """),
    taken_back_at_once=_texts("toch niet; toch maar niet; nee wacht; laat ook maar; of nee; doe ik niet; dat kan niet"),
    replacing=_texts(
        """
            in plaats van; schuift; verschuiven; verzetten; verplaatsen; dus niet; niet door; kan ik helemaal niet; kan ik
            niet; lukt niet; toch niet; gaat niet
        """
    ),
    deciding=_texts("""
        dat is het besluit; het besluit is; de beslissing is; is besloten; hebben besloten; heeft besloten; hebben wij besloten;
        hebben we besloten; is afgewezen; wijst af; wijzen af;
        wijst de; wordt afgewezen; is toegekend; wordt toegekend; is toegewezen; wordt toegewezen; nee gezegd; ja gezegd; heb
        besloten; besluit ik; beslis ik; beslissen wij;
        wij beslissen; we beslissen; officiële waarschuwing; officiele waarschuwing; schorsing; geschorst; ontzegd; wordt
        beëindigd; wordt beeindigd; is beëindigd;
        wij verklaren; gegrond; ongegrond; is akkoord; goedgekeurd; goedkeuring; is geweigerd; geweigerd; krijgt de plek; krijgt
        een plek; krijgt u een kamer; eindigt op
    """),
    decided=_texts("""
        mag een week niet; mag niet meer; mag u niet; mag je niet; mag u blijven; mag je blijven; mag blijven; kunt u blijven;
        kunt blijven; krijgt de plek niet;
        je krijgt een; u krijgt een; noodbed gevonden; is voor u gereserveerd; is voor jou; plek voor u; wordt uw kamer; mag u
        houden; moet u weg; moet je weg; moet u verlaten;
        wordt verlengd; is verlengd; verlengen wij; verlengen we; mag u nog; mag je nog; ga je naar; gaat u naar
    """),
    not_decided_here=_texts(
        """
            niet zelf; beslist het; beslist de; moet ik overleggen; moet nog; hoeft u; nemen dat doet; te beslissen; niet te
            beslissen; weet ik niet
        """
    ),
    unknown=_texts("""
        weet ik niet; weet ik nog niet; ik weet niet; ik weet nog niet; weten we niet; weten we nog niet; weet niemand; weet het
        niet; niet precies; moeten we uitzoeken;
        moet ik uitzoeken; moet nog; moeten nog; zoeken we uit; zoeken dat uit; nog achter komen; achter komen; open punt;
        blijft open; staat niet vast; nog niet bekend; nog niet duidelijk; onduidelijk;
        niet duidelijk; kan ik niet zeggen; kan ik nu niet; ik kan nu niet; niet kunnen vinden; niet gevonden; gaat de; gaat
        daar over; gaat daarover; daar ga ik niet over; beslist;
        kan ik niet beloven; kan niet beloven; geen toezegging; niet beloven; afwachten; hangt ervan af; hangt af van; of zij
        daarmee akkoord; akkoord gaat; moet je daar vragen; verschillen;
        zijn het niet eens; komen we niet uit; komen er niet uit; staat tegenover; klopt niet volgens; dat zoeken we uit; nog
        onderzocht; lopen nog; loopt nog; kan ik niet uitleggen
    """),
    not_open=_texts("weet ik niet meer; weet ik veel; ik weet niet hoe dat moet; weet u; weet je"),
    by=words("voor uiterlijk binnen op om vanaf tot per rond"),
)

ENGLISH = Cues(
    i=words("i i'll i'm"),
    we=words("we we'll"),
    you=words("you you'll"),
    promise=words("promise guarantee"),
    negations=words(
        "not no never nothing nobody none don't won't can't cannot doesn't isn't didn't wouldn't couldn't aren't haven't hasn't"
    ),
    not_a_denial=_texts("not only; not later than; why not; no problem; no later than"),
    hedges=words("maybe perhaps might would could possibly wanted thought"),
    past=words("was were had did went came said told"),
    habits=words("every always usually often sometimes normally"),
    splits=words("but because so and"),
    subordinate=words("that whether because although while who what which how why when where"),
    conditions=words("if unless provided once"),
    politeness=_texts(
        "if you like; if you want; if that's okay; if that is okay; if possible; if you don't mind; if that's all right; if i may"
    ),
    conditional_yes=_texts("then yes; then i will; then i'll; only then"),
    do_it=_texts(
        """
            i will; i'll do that; i'll do it; will do; i will do that; i'll ask; consider it done; leave it with me; i can do
            that; i'll sort that; i will ask; you have my word; i'm on it; leave that to me; i'll see to it; i will see to it
        """
    ),
    accepts=words("yes okay ok fine good sure agreed deal great right perfect yeah alright please thanks"),
    yes=words("yes sure okay ok yeah course fine good please certainly absolutely of"),
    refuses=words("no nope never rather"),
    asking=_texts("""
        can you; could you; will you; would you; can i; could i; may i; can we; could we; are you going to; do i get; am i
        getting; would it be possible; is it possible; can it;
        and you tell me; even one; could i get
    """),
    wishing=_texts(
        """
            i want; i'd like; i would like; we want; i need; please; i demand; i request; i wish; i am asking; i'm asking; he
            wants; she wants; i propose; i suggest
        """
    ),
    immediate=words("tell say explain repeat spell hear see sit wait listen go start talk translate describe"),
    meeting=words("meet meeting appointment see talk speak come visit again together free suits work"),
    proposing=_texts(
        """
            shall we; how about; what about; let's; could we; can you; does that; is that okay; same time; instead of; would;
            rather; too late for me; works
        """
    ),
    agreeing=_texts("we agree that; let's agree; so we agree; we have agreed; the agreement is"),
    withdrawing=_texts("""
        won't after all; not after all; i can't do that; can't do that after all; actually no; that's off; forget that; cancel
        that; never mind; scrap that; not going to; then i won't;
        so not; no longer; instead of
    """),
    taken_back_at_once=_texts("actually no; no wait; never mind; or no; i won't; not after all"),
    replacing=_texts("instead of; instead; move it; postpone; so not; can't make; cannot make; not going to work; doesn't work"),
    deciding=_texts("""
        decided; the decision is; decision is; we decide; i decide; has been refused; been refused; refused; rejected; granted;
        approved; official warning; formal warning; suspended; suspension; says your stay ends;
        stay ends; your stay ends; been allocated; allocated
    """),
    decided=_texts(
        """
            you can leave; you may stay; you can stay; you can't stay; you have to leave; you must leave; not allowed; is
            extended; extend your stay until; you're not allowed; you are not allowed; may keep; can keep
        """
    ),
    not_decided_here=_texts("her decision; his decision; their decision; not my decision; can't decide; up to"),
    unknown=_texts("""
        i don't know; don't know; we don't know; not sure; can't say; cannot say; can't explain; cannot explain; her decision;
        his decision; their decision; find out; not clear; unclear;
        remains open; still open; can't promise; cannot promise; not promising; not been decided; we'll see; have to check;
        decides; up to the; it depends
    """),
    not_open=_texts("you know; i don't know him; i don't know her"),
    by=words("by before on within until at from"),
)
CUES = {"nl": DUTCH, "en": ENGLISH}
