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


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The verbs of a language that can be undertaken, by their form after I."""

    first: Mapping[str, Verb]
    infinitives: frozenset[str]


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
    infinitives=frozenset(verb.infinitive for verb in DUTCH_ACTIONS) | _SEPARABLE,
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
    infinitives=_ENGLISH_ACTIONS,
)
UNDERTAKINGS = {"nl": DUTCH, "en": ENGLISH}
