"""What one person can undertake for another: verbs with their forms, for Dutch and English.

A promise in conversation is most often plain present tense ("dan stuur ik u de brief"), so these verbs carry most of the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.language.lexicon import words


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its dictionary form, the form after ik (I), after hij (he), and the plural."""

    infinitive: str
    first: str
    third: str
    plural: str


def _dutch(entries: str) -> tuple[Verb, ...]:
    """Entries `infinitive:ik-form`; the hij-form adds a t unless one is there."""
    found = []
    for entry in entries.split():
        infinitive, _, first = entry.partition(":")
        third = first if first.endswith("t") else f"{first}t"
        found.append(Verb(infinitive, first, third, infinitive))
    return tuple(found)


# What is undertaken with these is done for or towards the other side.
DUTCH_ACTIONS = _dutch("""
    bellen:bel sturen:stuur mailen:mail appen:app regelen:regel vragen:vraag maken:maak zetten:zet geven:geef brengen:breng
    nemen:neem zoeken:zoek kijken:kijk controleren:controleer checken:check bespreken:bespreek overleggen:overleg leggen:leg
    passen:pas bestellen:bestel reserveren:reserveer melden:meld noteren:noteer schrijven:schrijf printen:print kopiëren:kopieer
    komen:kom halen:haal betalen:betaal helpen:help laten:laat zorgen:zorg plannen:plan vullen:vul tekenen:teken leveren:lever
    ruimen:ruim lenen:leen proberen:probeer vertellen:vertel informeren:informeer onderzoeken:onderzoek starten:start
    faxen:fax voegen:voeg wijzigen:wijzig veranderen:verander herstellen:herstel repareren:repareer vervangen:vervang
    verplaatsen:verplaats stoppen:stop beginnen:begin koken:kook poetsen:poets storten:stort verzetten:verzet
    vergoeden:vergoed waarschuwen:waarschuw herinneren:herinner begeleiden:begeleid rijden:rijd ontvangen:ontvang kopen:koop
    annuleren:annuleer bevestigen:bevestig verwerken:verwerk verwijderen:verwijder wissen:wis scannen:scan
    duiken:duik spreken:spreek doen:doe leren:leer bewaren:bewaar openen:open sluiten:sluit huren:huur verhuizen:verhuis
    schakelen:schakel vermelden:vermeld rapporteren:rapporteer registreren:registreer opperen:opper tikken:tik typen:typ
    slaan:sla werken:werk kaarten:kaart gooien:gooi verzamelen:verzamel wachten:wacht blijven:blijf  delen:deel
    dragen:draag stellen:stel steken:steek trekken:trek sparen:spaar
    achterhalen:achterhaal praten:praat houden:houd plaatsen:plaats aflossen:los overplaatsen:plaats verwittigen:verwittig
    mailen:mail aanvragen:vraag doorgeven:geef nagaan:ga uitzoeken:zoek opsturen:stuur
""")
# Verbs of these kinds are undertakings only with a particle, and what the particle makes of them.
_DUTCH_PARTICLES: Mapping[str, frozenset[str]] = {
    "leg": words("voor vast uit neer klaar af"), "pas": words("aan op toe"), "kijk": words("na uit nog of wat erna"),
    "ga": words("na langs mee naar erheen daarheen heen erachteraan achteraan"), "werk": words("uit mee bij aan"), "slaa": words("op"),
    "sla": words("op over"), "vul": words("in aan uit"), "lever": words("in aan af"), "ruim": words("op uit"),
    "stel": words("op vast uit bij"), "trek": words("na in"), "steek": words("in"), "duik": words("in erin"),
    "kaart": words("aan"), "haal": words("op af uit weg"), "neem": words("mee contact over door"),
    "kom": words("langs terug mee helpen daar erop bij wel naar om op vrijdag maandag dinsdag woensdag donderdag zaterdag zondag morgen"),
    "wacht": words("af"), "blijf": words("erbij bij"), "schakel": words("in"),
    "stop": words("ermee met mee"), "laat": words("weten horen zien maken doen uitzoeken nakijken"), "draag": words("over bij"),
    "voeg": words("toe"), "doe": words("aangifte aanvraag navraag melding boodschappen verzoek"),
    "los": words("af"), "hou": words("bij op aan me"),
    "houd": words("bij op aan me"), "deel": words("mee"),
}  # fmt: skip
# With these particles the verb means something else: toegeven, zich afvragen.
_DUTCH_NOT_WITH: Mapping[str, frozenset[str]] = {
    "geef": words("toe gelijk antwoord"), "vraag": words("me mij af"), "neem": words("aan op kwalijk"), "stel": words("me"),
    "zeg": words("toe"), "maak": words("me mij mee druk zorgen"), "kom": words("vandaan uit net thuis binnen aan niet"),
    "zet": words("uit"),
    "begin": words("net nu"), "zoek": words("ruzie werk"), "werk": words("hier daar"), "spreek": words("nederlands engels arabisch"),
    "schrijf": words("op"), "laat": words("maar"), "betaal": words("hier nu al daar"), "leer": words("nu"), "help": words("daar"),
}  # fmt: skip
# Doing these is talk, thought or the recording itself, never an undertaking.
_NO_UNDERTAKING = (
    "zet hem uit", "zet 'm uit", "zet het uit", "zet de opname", "stop de opname", "stop ik de opname", "stop ik", "stop nu",
    "begin bij", "begin ik",
    "start de", "start ik", "open de", "open ik", "sluit de zitting", "sluit ik", "zet het erin", "zet dat erin", "zet ik erin",
    "noteer ik", "noteer het",
    "noteren we", "noteren wij", "schrijven wij op", "schrijven op", "vraag het me", "kom ik zo", "kom ik op terug", "kom ik daar",
    "maak ik uit op",
    "houd me", "hou me", "ga ik over", "neem ik op", "neem het op", "neem dit op", "neem zelf", "lees voor", "zet ik uit", "ga ik van uit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The verbs of a language that can be undertaken, by their form after I and in the plural."""

    first: Mapping[str, Verb]
    plural: Mapping[str, Verb]
    third: Mapping[str, Verb]
    infinitives: frozenset[str]
    particles: Mapping[str, frozenset[str]]
    not_with: Mapping[str, frozenset[str]]
    never: tuple[str, ...]


_SEPARABLE = words("""
    opsturen nasturen doorsturen meesturen toesturen insturen terugsturen terugbellen opbellen nabellen doorgeven meegeven
    teruggeven
    afgeven nagaan navragen aanvragen opvragen uitvragen uitzoeken opzoeken nazoeken nakijken inkijken uitkijken langsbrengen
    meebrengen terugbrengen inbrengen wegbrengen meenemen opnemen aannemen overnemen langskomen terugkomen meekomen inleveren
    aanleveren invullen aanvullen opruimen wegzetten klaarzetten neerzetten opschrijven inschrijven uitschrijven aanschrijven
    afschrijven voorleggen vastleggen uitleggen aanpassen toevoegen afspreken bijhouden ophalen afhalen weghalen terugbetalen
    afbetalen uitbetalen doorbetalen bijbetalen betalen aflossen overmaken klaarmaken afmaken schoonmaken aanmelden afmelden
    meedelen mededelen overdragen afwachten inschakelen meewerken uitwerken bijwerken uitrekenen narekenen uitprinten kopiëren
    rondbellen rondvragen meegaan langsgaan verdergaan uitnodigen uitnodigen terugkoppelen bijstaan aankaarten ondertekenen
    instellen voorstellen opstellen bijstellen vaststellen aansluiten afsluiten inplannen inboeken omboeken overboeken
    onderhandelen
    klaarleggen wegleggen neerleggen wegdoen meedoen opzeggen afzeggen afbellen aanbieden voorschieten
""")
DUTCH = Undertaking(
    first={verb.first: verb for verb in DUTCH_ACTIONS} | {"hou": Verb("houden", "hou", "houdt", "houden")},
    plural={verb.plural: verb for verb in DUTCH_ACTIONS if verb.plural not in _SEPARABLE},
    third={verb.third: verb for verb in DUTCH_ACTIONS},
    infinitives=frozenset(verb.infinitive for verb in DUTCH_ACTIONS) | _SEPARABLE,
    particles=_DUTCH_PARTICLES,
    not_with=_DUTCH_NOT_WITH,
    never=_NO_UNDERTAKING,
)

_ENGLISH_ACTIONS = words("""
    call phone ring send email mail text arrange ask make put give bring take look check discuss raise change order book report
    note
    write print copy come fetch collect pay help let sort plan fill sign hand tidy lend try tell inform investigate contact get
    pass
    forward find fix repair replace move stop cook clean deposit cancel confirm remove delete scan open move search speak talk
    meet
    register apply enquire inquire request chase follow update drop pick return reserve set organise organize prepare provide show
    transfer refund apologise apologize do
""")
ENGLISH = Undertaking(
    first={verb: Verb(verb, verb, f"{verb}s", verb) for verb in _ENGLISH_ACTIONS},
    plural={verb: Verb(verb, verb, f"{verb}s", verb) for verb in _ENGLISH_ACTIONS},
    third={f"{verb}s": Verb(verb, verb, f"{verb}s", verb) for verb in _ENGLISH_ACTIONS},
    infinitives=_ENGLISH_ACTIONS,
    particles={},
    not_with={},
    never=("stop the recording", "turn it off", "switch it off", "write down that", "write that", "note that", "put down that"),
)
UNDERTAKINGS = {"nl": DUTCH, "en": ENGLISH}
