"""How a report words what was said: formal words beside spoken ones, who a statement says is speaking, and words of denial.

A party writes "verontschuldigingen aangeboden" where somebody said "sorry". The groups are general words of complaints,
care and shelter, written for this project; a conversation needs none of them to be found by its own words.
"""

from pipeline.language.lexicon import sets, words

# Lemmas or stems that stand for one thing. A group's first word names it.
_DUTCH_GROUPS = sets("""
    werken dienst werkzaam;     excuus excuses verontschuldiging verontschuldigingen sorry spijt spijten spijtig; betreuren vervelend
    jammer spijtig; nodig
    hoeven gehoeven noodzakelijk; vergoeden vergoeding terugbetalen terugbetaling compensatie compenseren schadevergoeding
    terugkrijgen teruggeven restitutie; kleding kleren kledingstuk kledingstukken; borg waarborgsom; telefoon toestel mobiel
    mobieltje smartphone; tonen scherm; slapen overnachten overnachting geslapen doorbrengen; horen vernemen gehoord vernomen;
    contant contanten cash; beloven toezeggen toezegging belofte garanderen; overleggen raadplegen overleg afstemmen; sturen
    verzenden toezenden nazenden mailen opsturen verstrekken doorsturen mail; dicht gesloten sluiten sluitingstijd afgesloten;
    geopend openen opendoen; schriftelijk schrijven; bellen telefonisch telefoontje telefoon gebeld opbellen telefoongesprek;
    geld bedrag geldbedrag; kwijt verdwenen verdwijnen ontvreemd zoekraken vermist; ophalen afhalen; bewaren opslag opslaan
    opslagruimte opgeslagen bewaard; tas rugzak koffer bagage; spullen bezittingen eigendommen goederen; medicijn medicijnen
    medicatie geneesmiddel geneesmiddelen tablet tabletten pillen pil slikken; suiker diabetes suikerziekte; ziekenhuis
    spoedeisend spoed eerste hulp; huisarts dokter; wond letsel verwonding blessure hechting; fout vergissing vergissen
    verwisselen verwisseld verkeerd misgegaan abuis; schorsing schorsen geschorst ontzeggen ontzegd ontzegging toegang; incident
    voorval ruzie gebeurtenis; gooien gegooid werpen geworpen; duwen geduwd weggeduwd; omvallen omgevallen; boos kwaad woedend;
    schreeuwen geschreeuwd verheffen; bedreigen bedreiging bedreigd dreigen dreigement; weigeren geweigerd afwijzen afgewezen
    afslaan; aanbieden aangeboden aanbod; plek bed slaapplaats slaapplek; begeleider mentor contactpersoon hulpverlener
    begeleiding; collega medewerker personeelslid werknemer; werken werkzaam; reageren reactie reageer; verslag conceptverslag
    notulen; beslissing oordeel advies; opname geluidsopname recorder; derden buitenstaander; akkoord instemmen instemming
    goedvinden; kopie afschrift exemplaar; vriend bekende; regel huisregel huisregels reglement; tekenen ondertekenen
    handtekening ondertekend getekend; ontvangen krijgen gekregen ontvangst; verstrekken gegeven uitreiken meekrijgen; bon
    kassabon nota rekening factuur gedateerd; betalen betaald voldoen bijdrage; afrekening rekening verrekenen eindafrekening;
    logboek registratie dossier rapportage; vermelden noteren opschrijven genoteerd vermeld aantekenen; lijst overzicht
    inventarislijst; nagaan uitzoeken onderzoeken navragen opvragen controleren; proberen trachten inspannen; waarnemen
    constateren vaststellen bekijken; kamer woning woonruimte; leen lenen geleend lening; aanwezig bijzijn; vertrekken weggaan
    verlaten; eten maaltijd maaltijden voedsel; steeds altijd telkens herhaaldelijk vaak; kind kinderen zoon dochter; ouder
    ouders; politie aangifte agent; gevaarlijk gevaar risico riskant; bang angstig angst; ziek ziekte; uitleggen toelichten
    toelichting; vragen verzoeken verzocht verzoek; voorkomen herhaling opnieuw; afspraak overeenkomen afspreken afgesproken
    overeengekomen; aanvang aanvangen starten start beginnen; einde afsluiten beeindigen sluiten; verblijf verblijven wonen;
    vorige week onlangs; uitsluitend slechts enkel; beide beiden allebei; bekend herinneren geheugen; nieuw onbekend; leegmaken
    ontruimen leeggehaald leeggemaakt leeghalen; gebruikt ongebruikt stilstaan benutten; vertalen tolken vertaling tolk; aankomen
    arriveren verschijnen; laat te-laat; wachten gewacht; tegelijk gelijktijdig; bewoner bewoners client cliënten medebewoner;
    uitnodigen uitnodiging; directie management bestuur; aansprakelijk verantwoordelijk risico; poging proberen; ontslag
    ontslagen; verhuizen verhuizing; huren huur huurder; rekening schuld schulden; uitkering bijstand inkomen; tramhokje abri
    bushokje halte; intercom deurtelefoon; balie receptie entree; kluis kluisje locker; envelop couvert; regen regenen; contact
    telefonisch telefoontje bellen gebeld opbellen telefoongesprek; zien laten-zien tonen scherm getoond; willen wensen wens
    verlangen; weigeren geweigerd afslaan afgeslagen afwijzen afgewezen; brief schrijven papier schriftelijk; uitspraak
    beslissing oordeel; geld bedrag geldbedrag contant; plek plaats bed slaapplaats slaapplek; herhaling voorkomen opnieuw;
    slapen geslapen overnachten overnachting doorbrengen; open geopend openen opendoen; dicht gesloten sluiten sluitingstijd;
    melden bericht berichten informeren; wegens vanwege omdat; huidig tegenwoordig; aantreffen aangetroffen gevonden vinden;
    spuiten spuit insuline injecteren; intake intakegesprek aanmelding; restitueren gerestitueerd terugkrijgen terugbetalen terug
    vergoeden; arts dokter huisarts; gooien gegooid werpen geworpen smijten; mentor begeleider contactpersoon; slechts alleen
    uitsluitend enkel; mededelen meedelen laten-weten berichten bericht; noodgeval noodgevallen spoed nood; collega medewerker
    personeelslid werknemer invaller
""")
_ENGLISH_GROUPS = sets("""
    sorry apologise apology apologies apologised regret; pay refund reimburse reimbursement compensate; clothes clothing garments;
    phone mobile telephone call
    called; show shown screen; sleep slept stay overnight night; hear heard; promise promised commit; ask asked request requested;
    consult discuss;
    send sent email mail forward; closed shut close; written writing letter paper; money amount cash; missing gone lost stolen
    disappeared; collect pick;
    belongings things property; medicine medication tablets pills; hospital emergency; doctor physician; mistake error wrong mixed;
    suspended suspension
    banned; throw threw thrown; push pushed shove; angry upset; shout shouted yell; threaten threatened threat; refuse refused reject;
    offer offered;
    worker supervisor staff employee colleague; report minutes; decision ruling; recording recorder; agree agreed consent; rule rules
    regulations; sign
    signed signature; receive received get got; note noted record log; list inventory; leave left
""")
GROUPS = {"nl": _DUTCH_GROUPS, "en": _ENGLISH_GROUPS}

# Who a report means. The first word is the role in the minutes.
_DUTCH_ROLES = {
    "client": words("klager klaagster client cliente verzoeker verzoekster bewoner bewoonster betrokkene appellant hulpvrager"),
    "staff": words("""
        verweerder verweerster beklaagde organisatie instelling aangeklaagde medewerker medewerkster begeleider begeleidster opvang
        zorgaanbieder stichting coordinator coordinatrice teamleider teamleidster manager locatiemanager locatiehoofd leidinggevende
        hulpverlener hulpverleenster woonbegeleider zorgcoordinator werkbegeleider directeur directrice bestuurder
    """),
    "chair": words("""
        voorzitter voorzitster commissie klachtencommissie klachtenfunctionaris bemiddelaar bemiddelaarster gespreksleider
        gespreksleidster
    """),
    "supporter": words("""
        ondersteuner ondersteunster gemachtigde vertrouwenspersoon belangenbehartiger onafhankelijke clientondersteuner
        clientondersteunster advocaat straatadvocaat raadsman raadsvrouw steunfiguur begeleidende mantelzorger bewindvoerder
    """),
    "interpreter": words("tolk"),
    "secretary": words("secretaris notulist"),
}  # fmt: skip
_ENGLISH_ROLES = {
    "client": words("client complainant resident claimant"),
    "staff": words("respondent organisation organization employee worker staff shelter institution"),
    "chair": words("chair chairman chairwoman chairperson committee"),
    "supporter": words("supporter representative advocate lawyer adviser"),
    "interpreter": words("interpreter"),
    "secretary": words("secretary"),
}
ROLES = {"nl": _DUTCH_ROLES, "en": _ENGLISH_ROLES}

_DUTCH_SAYING = words("""
    merkte merkt opgemerkt gaf geeft aangegeven verklaarde verklaart verklaard stelde stelt gesteld zei zegt gezegd deelde deelt
    meegedeeld medegedeeld lichtte
    licht toegelicht erkende erkent erkend betwistte betwist betwiste ontkende ontkent ontkend bevestigde bevestigt bevestigd zegde
    toegezegd toezegde beloofde
    beloofd bood biedt aangeboden verzocht vroeg vraagt gevraagd legde legt uitgelegd meldde meldt gemeld benadrukte benadrukt wees
    wijst gewezen betreurde
    betreurt voerde aangevoerd betoogde betoogt antwoordde antwoordt geantwoord beaamde beaamt beaamd vertelde vertelt verteld voegde
    toegevoegd verzekerde
    eens verzekerd kondigde aangekondigd kenbaar bracht uitte sprak noemde noemt genoemd berichtte bericht achtte acht vond vindt gaven
""")
_ENGLISH_SAYING = words("""
    said says stated states noted notes remarked explained explains acknowledged admitted denied denies confirmed confirms promised
    offered asked requested
    reported told mentioned emphasised emphasized regretted argued answered replied added announced indicated claimed claims
""")
SAYING = {"nl": _DUTCH_SAYING, "en": _ENGLISH_SAYING}
ACCORDING = {"nl": words("volgens aldus"), "en": words("according")}

# Before a name these make him the one who is spoken to, or about.
NOT_SPEAKING = {
    "nl": words("is zijn was waren werd werden wordt worden aan door voor van met tegen bij over dat"),
    "en": words("to by for of with against about that"),
}

# Words of a report that deny without a word for not.
_DUTCH_DENIAL = words("""
    ontken ontkent ontkende ontkenden ontkend ontkennen betwist betwistte betwistten betwisten uitgebleven uitbleef ontbrak ontbreekt
    ontbraken ontbreken weigerde
    weigert geweigerd nagelaten nalaten verzuimd evenmin geenszins tevergeefs afwezig onthield onthouden
    afgeslagen afgewezen voorkomen vermijden verboden
""")
_ENGLISH_DENIAL = words("denied denies deny disputed disputes dispute failed refused lacked lacking absent")
DENIAL = {"nl": _DUTCH_DENIAL, "en": _ENGLISH_DENIAL}

# Words every report holds, that say nothing of what a statement is about.
_DUTCH_EMPTY = words("""
    heer meneer mevrouw aan af achter hetgeen daarvan daarbij daarover daartoe daarvoor hierbij hierover welke waarvan waarbij waarover
    inzake betreffende
    gedurende tijdens door middel zijn haar hun men dient diende worden werd werden geworden heeft hebben had hadden gehad dan ook
    reeds nog wel niet geen
    onder andere deze dit die nu eenmaal volgens aldus zou zouden kon konden kunnen mag mocht mogen moest moesten moeten zal zullen zeg
    zeggen ja nee goed
    laten liet gelaten zitten zaten maken gemaakt maakte nemen genomen opnemen opgenomen hetzelfde dezelfde zelfde gesprek dus maar
    omdat als dat daar er hier toen want
    gaan gaat ging doe doet doen deed gedaan komen
    ik je jij jou jouw jullie u uw hij hem wij we ons onze zij ze hen zich elkaar mij mijn iemand iets dergelijke zulke zo'n eigen zelf
    in op te bij uit van voor met over om tot tegen naar na sinds vanaf tussen binnen buiten rond rondom langs per via wegens vanwege
    ondanks behalve volgens namens omtrent jegens ten ter des der den
    en of noch doch echter tenzij mits hoewel ofschoon terwijl zodat opdat doordat aangezien indien toch immers namelijk
    alles al alle allen elk elke ieder iedere enig enige enkele sommige veel meer meest weinig minder beide beiden allebei
    eveneens tevens eens eerst erg zeer heel zo zoals alsnog alsook bovendien daarnaast daarna daarop daardoor daarmee daarom daaraan
    daarin daaruit daartegen erbij erover ervan ervoor eraan erop ermee ertoe erin eruit hiervan hiervoor hiermee hierdoor hierop
    hierin hieraan waarop waarin waarmee waardoor waaraan waarna waarom waaruit waar wanneer wie wat hoe welk even opnieuw steeds
    inmiddels momenteel thans nadien voordat nadat zodra aldaar vervolgens uiteindelijk overigens
    sprake plaats plaatsvinden verband kader betrekking aanleiding geval wijze manier zaak zake reden gevolg feit
    betreffen betreft betrof bedragen bedraagt bedroeg blijken blijkt bleek gebleken blijven bleef gebleven staan staat stond gestaan
    liggen ligt lag gelegen brengen bracht gebracht stellen willen wil wilde kennen gekend gebeuren gebeurt gebeurde gebeurtenis
    alvorens eenzelfde bijna terecht partij partijen zetten gezet kwijt noemen vertellen verstaan
    geven gegeven houden hield gehouden
""")
_ENGLISH_EMPTY = words("""
        mister missis which that this those with during been being had has have was were would could should may might shall also
        already according
    """)
EMPTY = {"nl": _DUTCH_EMPTY, "en": _ENGLISH_EMPTY}

# Amounts after these are no exact ones.
ABOUT = {
    "nl": words("bijna ongeveer circa ruim rond omstreeks haast ca plusminus pakweg zo'n dik krap"),
    "en": words("almost about around roughly nearly approximately over some"),
}
# Words that deny all else.
ONLY = {"nl": words("alleen slechts uitsluitend enkel pas behalve"), "en": words("only except just")}
# How an answer begins that is about what was just said.
REFERRING = {"nl": words("dat dit daar niet geen nooit die"), "en": words("that this not never")}
# Verbs of saying that are what was said.
PROMISING = {
    "nl": words("vinden toezeggen beloven aanbieden ontkennen bevestigen erkennen vragen verzoeken"),
    "en": words("promise offer deny confirm ask request"),
}
# How people say what they are, and how the words for it end.
I_AM = {"nl": frozenset((("ik", "ben"), ("ben", "ik"))), "en": frozenset((("i", "am"),))}
AGENT_ENDINGS = {
    "nl": (
        "er",
        "ster",
        "aar",
        "ares",
        "or",
        "rice",
        "aris",
        "ist",
        "iste",
        "ent",
        "ente",
        "euse",
        "eur",
        "tolk",
        "vrouw",
        "man",
        "aat",
        "werkster",
        "chef",
    ),
    "en": ("er", "or", "ist", "ent", "ant", "man", "woman", "ary"),
}
FIRST_PERSON = {"nl": words("ik wij"), "en": words("i we")}
SECOND_PERSON = {"nl": words("u je jullie"), "en": words("you your")}
# After a subject these say what is done to him, or how things are with him.
NOT_DOING = {
    "nl": words(
        "is was zijn waren wordt werd worden werden krijgt kreeg kregen krijgen moet moest mag mocht kan kon zal zou had ontving ontvangt"
    ),
    "en": words("is was were are gets got must may can will would should received receives"),
}
