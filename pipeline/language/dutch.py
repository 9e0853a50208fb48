"""Dutch word lists for the comparison. Plain forms: lower case, no accents. Written for this project."""

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

_VARIANTS = groups("""
    wij: we wullie; zij: ze zullie hullie hunnie; je: jij jou jouw; mij: me; u: uw; hij: ie; elkaar: mekaar malkaar; niets: niks;
    niet: nie; even: effe effen eventjes ff; goede: goeie; goed: goe; rode: rooie; oude: ouwe; koude: kouwe; dode: dooie; kwade: kwaaie;
    dat: da; wat: wa; het: 't; een: 'n; ik: 'k ikke; hem: 'm; zijn: z'n; mijn: m'n; vanochtend: vanmorgen;
    mevrouw: mevr mw; meneer: dhr mijnheer; bijvoorbeeld: bijv bv b.v; nummer: nr; eventueel: evt; circa: ca; oke: okay ok okee;
    enzovoort: enz etc enzovoorts; inclusief: incl; exclusief: excl; wilde: wou; wilden: wouden; eens: es 'ns ns; heeft: hebt; kan: kunt;
    zal: zult; wil: wilt; ben: bent;  gisteren: gister; keer: maal x; en: &; alstublieft: aub svp; natuurlijk: tuurlijk; dokter: dr;
    telefoon: tel; moeder: mama; vader: papa; goedemorgen: goeiemorgen; goedemiddag: goeiemiddag; goedenavond: goeienavond goedeavond;
    maart: mrt; augustus: aug; september: sept; oktober: okt; november: nov; december: dec; februari: febr feb;
    cadeau: kado; bureau: buro; interessant: intressant; producten: produkten; contact: kontakt; actie: aktie
""")

_EXPANSIONS = {
    short: tuple(full.split())
    for short, full in {
        "da's": "dat is", "das": "dat is", "dat's": "dat is", "zo'n": "zo een", "zo'ne": "zo een", "wat's": "wat is", "'tis": "het is",
        "tis": "het is", "'twas": "het was", "is't": "is het", "heb'k": "heb ik", "kweet": "ik weet", "kheb": "ik heb", "op't": "op het",
        "in't": "in het", "geeneens": "niet eens", "tweemaal": "2 keer", "driemaal": "3 keer", "viermaal": "4 keer",
        "t/m": "tot en met", "d.w.z": "dat wil zeggen", "i.p.v": "in plaats van", "o.a": "onder andere", "z.s.m": "zo snel mogelijk",
        "zsm": "zo snel mogelijk", "i.v.m": "in verband met", "ivm": "in verband met", "n.a.v": "naar aanleiding van",
        "m.b.t": "met betrekking tot", "a.s": "aanstaande", "jl": "jongstleden", "m.a.w": "met andere woorden",
    }.items()
}  # fmt: skip

# Roots before which in-, im-, ir-, il-, dis-, des-, a- or non- denies; komen, zien and the like take in- as a direction.
_NEGATED = {
    prefix + root + ending: root + ending
    for prefix, roots in {
        "in": "compleet complet correct consequent actief actiev capabel formeel formel stabiel valide tolerant efficient effectief "
        "effectiev "
        "adequaat adequat competent accuraat accurat consistent discreet humaan human coherent acceptabel direct",
        "im": "moreel morel mobiel populair perfect materieel",
        "ir": "relevant reeel rationeel regulier",
        "il": "legaal legal legitiem loyaal",
        "dis": "functioneel functionel proportioneel proportionel",
        "des": "interesse illusie",
        "a": "sociaal social moreel politiek typisch",
        "ab": "normaal normal",
        "non": "actief verbaal conform",
        "mis": "noegd",
    }.items()
    for root in roots.split()
    for ending in ("", "e", "er", "heid")
}

_NEVER_NEGATED = words("""
    onkosten onlangs onweer onmiddellijk onmiddelijk onland ongeval ontzet onmens onkruid onzin ongetwijfeld onverwijld onderdeel onthaal
    onder onderdak onderweg onderling onderhand onderzoek onderwijs onderwerp onderhoud onraad onlusten ontelbaar onthouden
""")

_MODALITY = groups("""
    moeten: moet moeten; moesten: moest moesten gemoeten; mogen: mag mogen; mochten: mocht mochten gemogen; kunnen: kan kunnen;
    konden: kon konden gekund; willen: wil willen; wilden: wilde wilden gewild; zullen: zal zullen; zouden: zou zouden;
    hoeven: hoef hoeft hoeven; hoefden: hoefde hoefden gehoeven; dienen: dient dienen; dienden: diende dienden; gaan: ga gaat gaan;
    gingen: ging gingen; proberen: probeer probeert proberen; geprobeerd: probeerde probeerden geprobeerd;
    beloven: beloof belooft beloven; beloofd: beloofde beloofden beloofd belofte;
    garanderen: garandeer garandeert garanderen garantie gegarandeerd garandeerde;
    toezeggen: toezeg toezegt toezeggen toegezegd toezegging; verwachten: verwacht verwachten verwachtte verwachtten verwachting;
    hopen: hoop hoopt hopen hoopte hoopten gehoopt hopelijk; misschien: misschien wellicht mogelijkerwijs; mogelijk: mogelijk eventueel;
    waarschijnlijk: waarschijnlijk vermoedelijk allicht; zeker: zeker ongetwijfeld beslist absoluut; vast: vast;
    verplicht: verplicht verplichte verplichting; vrijwillig: vrijwillig vrijblijvend vrijwillige; toegestaan: toegestaan;
    verboden: verboden verbod; minstens: minstens minimaal tenminste minste; hooguit: hooguit hoogstens maximaal; uiterlijk: uiterlijk;
    ongeveer: ongeveer circa omstreeks rond grofweg; bijna: bijna haast; ruim: ruim; precies: precies exact; slechts: slechts;
    denken: denk denkt denken; dachten: dacht dachten gedacht; geloven: geloof gelooft geloven;
    vermoeden: vermoed vermoedt vermoeden vermoedde;
    menen: meen meent menen meende; weten: weet weten; wisten: wist wisten geweten; schijnen: schijnt schijnen scheen schijnbaar;
    kennelijk: kennelijk blijkbaar; lijken: lijkt lijken leek; blijken: blijkt blijken bleek; streven: streef streeft streven streefde;
    overwegen: overweeg overweegt overwegen overwoog overwogen; adviseren: adviseer adviseert adviseren geadviseerd advies;
    verzoeken: verzoek verzoekt verzoeken verzocht; noodzakelijk: noodzakelijk; nodig: nodig; twijfelen: twijfel twijfelt twijfelen;
    voorlopig: voorlopig voorlopige; definitief: definitief definitieve; sowieso: sowieso; afspreken: afgesproken; bedoeling: bedoeling
""")

_HOURS_OF_PARTS = {
    **dict.fromkeys(words("ochtend ochtends morgens vanochtend gisterochtend morgenochtend voormiddag"), (4, 13)),
    **dict.fromkeys(words("middag middags vanmiddag gistermiddag morgenmiddag namiddag"), (12, 19)),
    **dict.fromkeys(words("avond avonds vanavond gisteravond morgenavond"), (17, 25)),
    **dict.fromkeys(words("nacht nachts vannacht gisternacht"), (21, 32)),
}

LEXICON = Lexicon(
    code="nl",
    variants=_VARIANTS,
    expansions=_EXPANSIONS,
    interchangeable=sets("nou nu; mij mijn; hen hun; als dan; zij hun; dr haar; dr er; um hem"),
    negations=groups("""
        not: niet geen geenszins allerminst; no: nee neen; never: nooit nimmer; nobody: niemand; nothing: niets; nowhere: nergens;
        neither: noch evenmin; without: zonder
    """),
    negation_phrases={("geen", "enkele"): "not", ("geen", "enkel"): "not"},
    negating_prefix="on",
    negated=_NEGATED,
    never_negated=_NEVER_NEGATED,
    answers=words("ja nee jawel neen"),
    fillers=words("""
        eh ehm uh uhm uhh ehh eeh um hm hmm mm mmm hmhm mhm pff pf tja ach och oh o ah aha he hee joh jeetje nou ja jawel oke gewoon
        eigenlijk even dus toch goh jemig poeh tsja nja enzo ofzo ha zegmaar
    """),
    fillers_apart=words("goed kijk zeg hoor nu zo eens inderdaad luister wacht prima klopt precies"),
    filler_phrases=phrases("""
        zeg maar; nou ja; nou moe; nou goed; weet je; weet je wel; weet u; weet u wel; ik bedoel; ik bedoel maar; hoe heet dat;
        hoe heet het;
        hoe heet dat ook alweer; hoe zeg je dat; hoe moet ik dat zeggen; hoe zal ik het zeggen; zal ik maar zeggen; laat ik zeggen;
        laat ik het zo zeggen; laten wij zeggen; om het zo te zeggen; zo te zeggen; zo gezegd; als het ware; en zo; of zo; snap je;
        begrijp je; begrijpt u; wacht even; ja goed; moet ik zeggen; soort van; een soort van; maar goed; luister eens; of iets dergelijks;
        kijk eens
    """),
    hesitations=words("eh ehm uh uhm uhh ehh eeh um hm hmm mm pff"),
    repairs=words("eh ehm uh uhm sorry nee pardon liever bedoel bedoelde of"),
    modality=_MODALITY,
    modality_phrases=phrase_groups("""
        denken: volgens mij | denk ik | dacht ik | ik denk dat; minstens: ten minste | op zijn minst; hooguit: ten hoogste | niet meer dan;
        uiterlijk: op zijn laatst; ongeveer: om en nabij; meer: meer dan; minder: minder dan; in principe: in principe; van plan: van plan;
        ongeveer: zo rond
    """),
    weak_modality=words("""
        ga gaat gaan ging gingen weet weten wist wisten geweten denk denkt denken dacht dachten gedacht zeker vast nodig rond minste
        blijkt blijken
        bleek lijkt lijken leek hoop geloof meen haast verzocht verzoek advies afgesproken twijfel bedoeling
    """),
    ties=words("de het een te om van in op aan er dat die dit deze met bij voor naar door u ik je hij zij wij en is des den zo wel"),
    empty=words("te er dan nog inmiddels"),
    articles=words("de het een deze die dit dat der den"),
    agreement=sets("""
        was waren; is zijn ben; heb heeft hebben; had hadden; kan kunnen; kon konden; zal zullen; zou zouden; mag mogen; mocht mochten;
        moet moeten; moest moesten; wil willen; wilde wilden; ging gingen; ga gaat gaan; kwam kwamen; kom komt komen; werd werden;
        word wordt worden; zag zagen; zei zeiden; zeg zegt zeggen; stond stonden; sta staat staan; lag lagen; lig ligt liggen; zat zaten;
        zit zitten; gaf gaven; geef geeft geven; nam namen; neem neemt nemen; liet lieten; laat laten; deed deden; doe doet doen;
        kreeg kregen;
        krijg krijgt krijgen; bleef bleven; blijf blijft blijven; sliep sliepen; liep liepen; loop loopt lopen; riep riepen; vond vonden;
        vind vindt vinden; bracht brachten; dacht dachten; denk denkt denken; sprak spraken; wist wisten; weet weten; las lazen;
        hield hielden;
        houd houdt houden hou; trok trokken; viel vielen; sloeg sloegen; hoef hoeft hoeven; begon begonnen; schreef schreven; vroeg vroegen
    """),
    numbers=NumberWords(
        special={
            "half": "1/2", "halve": "1/2", "anderhalf": "3/2", "anderhalve": "3/2", "driekwart": "3/4", "kwart": "1/4", "nul": "0",
            "tweeen": "2", "drieen": "3", "vieren": "4", "vijven": "5", "zessen": "6", "zevenen": "7", "achten": "8", "negenen": "9",
            "tienen": "10", "twaalven": "12", "dozijn": "12", "tiental": "10", "tweederde": "2/3",
        },
        vague=words("""
            dubbel dubbele helft beide beiden allebei allebeide alletwee paar tientallen honderden duizenden enkele meerdere
            drievoudig
        """),
        ordinals={"eerste": 1, "tweede": 2, "derde": 3, "achtste": 8},
        ordinal_endings=("ste", "de"),
        one=words("een 1"),
        and_a_half=phrases("en een half; en een halve; een half; en half"),
        joints=words("en"),
        decimal_words=words("komma"),
        currencies={"euro": "eur", "euro's": "eur", "euros": "eur", "eur": "eur", "€": "eur", "dollar": "usd", "$": "usd",
        "eurootjes": "eur"},
        cents=words("cent centen eurocent ct"),
        durations={
            **dict.fromkeys(("seconde", "seconden", "sec"), ("s", 1)),
            **dict.fromkeys(("minuut", "minuten", "min", "minuutje", "minuutjes"), ("s", 60)),
            **dict.fromkeys(("kwartier", "kwartiertje"), ("s", 900)),
            **dict.fromkeys(("halfuur", "halfuurtje"), ("s", 1800)),
            **dict.fromkeys(("uur", "uren", "u", "uurtje", "uurtjes"), ("s", 3600)),
            **dict.fromkeys(("dag", "dagen", "dagje", "dagjes", "etmaal"), ("d", 1)),
            **dict.fromkeys(("week", "weken", "wk", "weekje", "weekjes"), ("d", 7)),
            **dict.fromkeys(("nacht", "nachten"), ("n", 1)),
            **dict.fromkeys(("werkdag", "werkdagen"), ("w", 1)),
            **dict.fromkeys(("maand", "maanden", "mnd"), ("m", 1)),
            **dict.fromkeys(("jaar", "jaren", "jr", "jaartje"), ("m", 12)),
            "halfjaar": ("m", 6),
        },
        measures=groups("""
            mg: milligram mg; ug: microgram mcg; g: gram gr g; kg: kilo kilogram kg kilo's; lb: pond; oz: ons; t: ton; mm: millimeter mm;
            cm: centimeter cm; m: meter; km: kilometer km; ml: milliliter ml; l: liter; %: procent %; deg: graden graad; keer: keer;
            st: stuks
        """),
    ),
    clock=ClockWords(
        half=words("half"),
        half_of=-30,
        quarter=words("kwart"),
        before=words("voor"),
        past=words("over"),
        hour=words("uur u"),
        at=words("om rond omstreeks tegen tot voor na vanaf sinds"),
        afternoon={},
        parts=_HOURS_OF_PARTS,
        fixed={"middernacht": 0},
    ),
    dates=DateWords(
        months={
            "januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7, "augustus": 8, "september": 9,
            "oktober": 10,
            "november": 11, "december": 12, "jan": 1, "feb": 2, "mrt": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9,
            "okt": 10,
            "nov": 11, "dec": 12,
        },
        weekdays=words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
        words=words("""
            vandaag morgen overmorgen gisteren eergisteren vanochtend vanmiddag vanavond vannacht voorjaar lente zomer herfst najaar
            winter weekend
            weekeinde weekenden kerst kerstmis pasen pinksteren ramadan suikerfeest nieuwjaar sinterklaas koningsdag week weken dag dagen
            maand maanden
            jaar jaren uur uren minuten doordeweeks overdag eergister dagelijks wekelijks maandelijks jaarlijks werkdag werkdagen kwartaal
            jongstleden
            aanstaande zomervakantie kerstvakantie kwartier ochtend ochtends morgens middag middags avond avonds nacht nachts nachten
            avonden ochtenden
            namiddag voormiddag gisterochtend gistermiddag gisteravond gisternacht morgenochtend morgenmiddag morgenavond middernacht
            smorgens savonds
            smiddags snachts sochtends zondags zaterdags
        """),
        phrases={("door", "de", "week"): "doordeweeks", ("tot", "en", "met"): "tot en met"},
        near=words("""
            volgende volgend deze dit vorige vorig komende komend afgelopen eind begin halverwege medio aanstaande eerstvolgende
            iedere elke
        """),
        prepositions=words("voor na tot vanaf sinds tegen totdat"),
        before_year=words("in sinds vanaf uit van jaar tot eind begin medio voor na of zomer winter voorjaar najaar"),
        before_day=words("op tot vanaf voor na per sinds"),
    ),
    names=NameWords(
        titles=words("""
            meneer mevrouw heer dokter dominee meester juffrouw drs mr professor tante oom rechter familie zuster broeder imam
            dokters
        """),
        known=words("""
            daan astrid roos rob bas tim tom jan piet kees klaas henk wim ria ans els dirk bart mark eva anna lisa sanne lotte sem bram
            ruud ton
            theo cor joop willem karel frank hans peter paul max leo guus fleur robin sam alex nina nora ali omar hassan karim rachid
            fatima marian
        """),
        ties=words("de den der van het 't ter ten te des el al ben bin ibn op aan in la le du von"),
        never=words("ik u god nederlands nederlandse engels engelse arabisch turks turkse"),
    ),
    common=words("""
        de het een en van ik te dat die niet is was op aan met als voor er maar om dan zou wat mijn dit zo door over ze bij ook tot je mij
        uit der
        daar haar naar heb hoe heeft hebben deze u want nog zal zij nu geen omdat iets worden toch waren veel meer doen toen moet zonder
        hun dus
        alles onder ja eens hier wie werd altijd wordt kunnen ons zelf tegen na wil kon niets iemand geweest andere wij
    """),
)  # fmt: skip
