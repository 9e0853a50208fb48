"""Every sum of money a line names, also without the word euro where money is meant; percentages too.

A bare number is money when the talk is of money (an amount or a word such as betalen, schuld, kost stands in this line or
just before) and nothing that can be counted follows it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction

from pipeline.language.lexicon import words
from pipeline.language.numerals import Number
from pipeline.minutes.summary.mentions.moments import moments_in
from pipeline.minutes.summary.mentions.row import Mention, Row
from pipeline.minutes.summary.spoken import Conversation, Utterance

EURO, PERCENT = "euro", "procent"

_CURRENCIES = words("euro euro's euros eurootjes eurootje eur € dollar dollars $ pond pounds pound £ piek quid ballen eurie")
_SLANG = {
    **dict.fromkeys(words("tientje tientjes tenner tenners joet"), Fraction(10)),
    **dict.fromkeys(words("vijfje vijfjes fiver fivers"), Fraction(5)),
    **dict.fromkeys(words("geeltje geeltjes"), Fraction(25)),
    **dict.fromkeys(words("meier meiers"), Fraction(100)),
    **dict.fromkeys(words("rug ruggen mille grand"), Fraction(1000)),
    **dict.fromkeys(words("dubbeltje dubbeltjes"), Fraction(1, 10)),
    **dict.fromkeys(words("kwartjes"), Fraction(1, 4)),
    **dict.fromkeys(words("pence"), Fraction(1, 100)),
}
# One note named by its value: "een twintigje"; the article is taken with it by whoever reads the mention.
_NOTES = {"twintigje": Fraction(20), "vijftigje": Fraction(50), "honderdje": Fraction(100)}
_CENTS = words("cent centen eurocent ct cents")
_PERCENT = words("procent percent %")
_MONEY = words("""
    betalen betaal betaalt betaald betaalde terugbetalen terugbetaald kost kosten kostte gekost kostte geld bedrag bedragen schuld
    schulden lening leen leende geleend lenen uitkering bijstand salaris loon inkomen huur toeslag boete factuur rekening rekent
    waard borg waarborg prijs tarief uurloon bruto netto leefgeld weekgeld zakgeld spaargeld gespaard sparen gestort storten
    overgemaakt overmaken ontvangen vergoeding
    vergoed vergoeden bijdrage premie nota incasso saldo huurachterstand achterstand aflossen aflossing aflos korting verdien
    verdien
    pay paid pays cost costs money amount debt debts loan owe owes borrowed borrow rent benefit salary wage fine bill fee deposit
    arrears refund worth cash
""")
_COUNTABLE_NEXT = words("""
    keer maal man mensen personen stuks kilo gram liter meter kilometer graden nummer kinderen dozen zakken kamers bedden uur
    dagen dag
    weken week maanden maand jaar minuten nachten jongens meiden vrouwen mannen bewoners collega's kg km kids times people bags
    boxes
    children rooms beds o'clock days weeks months years minutes hours
    januari februari maart april mei juni juli augustus september oktober november december
    january february march may june july august october
""")
_BEFORE_NUMBERED = words("kamer nummer artikel bladzijde pagina pag lijn bus tram verdieping nr room page number article rule leeftijd min")
_PIECES = words("stuk man keer dag week uur maand jaar so")
# Up to here a bare number is more often a count or an hour than a sum.
_AM = words("ben is bent was word wordt werd am are turned")
_PERSON = words("ik hij zij ze je jij u he she i you")
_SMALL = 12
# How many lines away the talk is still of the same money; a number that is a sentence by itself reaches further.
_LOOK, _LOOK_FAR, _LOOK_FARTHEST = 4, 8, 20
_LARGE = 100


def find_amounts(conversation: Conversation) -> tuple[Mention, ...]:
    """Every mention of a sum, in order, with its value where it is one number."""
    readers = [_Reader(utterance, conversation.language) for utterance in conversation.utterances]
    sure = [
        at for at, reader in enumerate(readers) if reader.asks_for_money or any(mention.kind == EURO for mention in reader.amounts(None))
    ]
    found: list[Mention] = []
    for at, reader in enumerate(readers):
        reader.counted = frozenset().union(*(other.counts for other in readers[max(0, at - _LOOK) : at + 1]))
        place = bisect_left(sure, at)
        distances = [abs(at - other) for other in sure[max(0, place - 1) : place + 1]]
        found += reader.amounts(min(distances, default=None))
    return tuple(found)


class _Reader:
    def __init__(self, utterance: Utterance, language: str) -> None:
        self.row = Row(utterance, language)
        moments = list(moments_in(utterance, language))
        self.taken = {at for at, word in enumerate(self.row.words) if any(m.start <= word.start < m.end for m in moments)}
        self.says_money = any(word.plain in _MONEY or word.plain in _CURRENCIES for word in self.row.words)
        self.asks_for_money = self.says_money and utterance.asks
        self.counted: frozenset[Fraction] = frozenset()
        self.multiplied = any(word.plain in ("keer", "maal", "graden", "min") for word in self.row.words)

    @property
    def counts(self) -> frozenset[Fraction]:
        """The numbers with which this line counts or times something else than money."""
        numbers = ((at, self.row.number(at)) for at in range(len(self.row)))
        return frozenset(
            number.value
            for at, number in numbers
            if number is not None and (at in self.taken or self.row[at + number.length] in _COUNTABLE_NEXT)
        )

    def amounts(self, distance: int | None) -> Iterator[Mention]:
        """The sums of this line. `distance`: how many lines away one is that certainly names a sum, null when none does."""
        at = 0
        while at < len(self.row):
            found = None if at in self.taken else self._amount(at, distance)
            if found is None:
                at += 1
                continue
            length, kind, value = found
            yield self.row.mention(at, at + length - 1, kind, value)
            at += length

    def _amount(self, at: int, distance: int | None) -> tuple[int, str, Fraction | None] | None:
        row = self.row
        word = row[at]
        if word[:1] in "€$£" and word:
            return self._with_sign(at)
        if (note := _NOTES.get(word)) is not None:
            return 1, EURO, note
        number = row.number(at)
        one = word in ("een", "one", "a") and (row[at + 1] in _CURRENCIES or row[at + 1] in _SLANG or row.is_price(at))
        length = number.length if number else int(one)
        if not length:
            return self._vague(at)
        if priced := self._price(at, distance):
            return priced
        value: Fraction | None = number.value if number else Fraction(1)
        # "Zeven-, achthonderd", "twintig of dertig euro": a range has no one value.
        joined = self._range(at + length)
        if joined:
            length, value = length + joined, None
        after = at + length
        if row[after] in _CURRENCIES and not row.breaks(after - 1):
            return self._with_cents(at, after, value)
        if row[after] in _CENTS and not row.breaks(after - 1):
            return length + 1, EURO, value / 100 if value is not None else None
        if row[after] in _PERCENT or word.endswith("%"):
            return length + (row[after] in _PERCENT), PERCENT, value
        if row.run(after, 2) == ("per", "cent"):
            return length + 2, PERCENT, value
        if (slang := _SLANG.get(row[after])) and not row.breaks(after - 1):
            return length + 1, EURO, value * slang if value is not None else None
        if number is None or number.ordinal or not self._is_bare_sum(at, after, number, distance):
            return None
        return length, EURO, value

    def _price(self, at: int, distance: int | None) -> tuple[int, str, Fraction | None] | None:
        """Twaalf vijftig, where the talk is of money."""
        row = self.row
        near = self.says_money or (distance is not None and distance <= _LOOK)
        if not near or not row.is_price(at):
            return None
        whole = row.number(at) or Number(Fraction(1), 1)
        cents = row.number(at + whole.length)
        end = at + whole.length + 1
        if cents is None or row[end] in _COUNTABLE_NEXT or row[end] in _CURRENCIES or row[end] in _SLANG:
            return None
        return end - at, EURO, whole.value + cents.value / 100

    def _vague(self, at: int) -> tuple[int, str, Fraction | None] | None:
        """Een paar tientjes, een paar honderd euro: money without one value; tientjes without a number too."""
        row, start = self.row, at
        at += row[at] in ("een", "a")
        if row[at] not in ("paar", "couple", "few", "enkele"):
            return None
        at += 1 + (row[at + 1] == "of")
        number = row.number(at)
        at += number.length if number else 0
        if row[at] in _SLANG or (number and row[at] in _CURRENCIES):
            return at + 1 - start, EURO, None
        return None

    def _with_sign(self, at: int) -> tuple[int, str, Fraction | None] | None:
        """€ 48, €90."""
        digits = self.row[at].lstrip("€$£").strip()
        if not digits:
            number = self.row.number(at + 1)
            return (1 + number.length, EURO, number.value) if number else None
        return 1, EURO, _decimal(digits)

    def _with_cents(self, at: int, currency: int, value: Fraction | None) -> tuple[int, str, Fraction | None]:
        """Zeven euro vijftig."""
        joined = int(self.row[currency + 1] in ("en", "and") and not self.row.breaks(currency))
        cents = self.row.number(currency + 1 + joined)
        if joined and (cents is None or self.row[currency + 2 + cents.length] not in _CENTS):
            joined, cents = 0, None
        if self.row[currency + 1] in ("of", "or") and not self.row.breaks(currency) and self.row[at] in ("een", "a"):
            about = self.row.number(currency + 2)  # "een euro of vierenvijftig"
            if about is not None and self.row[currency + 2 + about.length] not in _COUNTABLE_NEXT:
                return currency + 2 + about.length - at, EURO, about.value
        follows = currency + 1 + joined + (cents.length if cents else 0)
        small = cents is not None and not cents.ordinal and cents.value.denominator == 1 and 1 <= cents.value < 100
        if cents is not None and small and not self.row.breaks(currency) and value is not None and value.denominator == 1:
            if self.row[follows] in _CENTS:
                return follows + 1 - at, EURO, value + cents.value / 100
            if self.row[follows] not in _COUNTABLE_NEXT and cents.value >= 5:
                return follows - at, EURO, value + cents.value / 100
        return currency + 1 - at, EURO, value

    def _range(self, at: int) -> int:
        """How many words the second number of a range takes, its joint included."""
        row = self.row
        joint = int(row[at] in ("of", "tot", "à", "or", "to"))
        hyphen = at > 0 and row.words[at - 1].text.endswith("-")
        number = row.number(at + joint)
        if number is None or number.ordinal or not (joint or hyphen) or (joint and row.breaks(at - 1)):
            return 0
        after = row[at + joint + number.length]
        both = joint and row[at] in ("tot", "to", "à") and self.says_money and after not in _COUNTABLE_NEXT and number.value > _SMALL
        return joint + number.length if hyphen or both or after in _CURRENCIES else 0

    def _is_bare_sum(self, at: int, after: int, number: Number, distance: int | None) -> bool:
        row = self.row
        alone = row.breaks(after - 1) and (at == 0 or row.breaks(at - 1))
        far = _LOOK_FARTHEST if number.value >= _LARGE else _LOOK_FAR
        near = distance is not None and distance <= (far if alone else _LOOK)
        if row[after] in _COUNTABLE_NEXT or row[at - 1] in _BEFORE_NUMBERED or number.value <= 0:
            return False
        if number.value in self.counted or (row[at - 1] in _AM and row[at - 2] in _PERSON and not self.says_money):
            return False
        if row[at - 1] in ("of", "or") and row[at - 2] in _PIECES:
            return False  # een stuk of twintig
        spoken_cents = "," in row.words[at].text and number.value.denominator > 1
        if spoken_cents and (near or self.says_money):
            return True
        if number.value <= _SMALL or number.value.denominator > 1 or (self.multiplied and not self.says_money):
            return False
        # A noun after the number is what is counted, and more than one of it: "vijftien dozen".
        follows = row[after]
        plural = follows.endswith(("en", "s")) and follows not in _SMALL_WORDS and follows not in _MONEY
        return (row.breaks(after - 1) or not plural) and (self.says_money or near)


_SMALL_WORDS = words("""
    en of maar dus want dan is was zijn voor per in de het een van op te tot aan bij met geleend betaald betalen gekost kost kwijt
    gegeven gekregen krijgen krijg contant cash ongeveer eh zo gestort terug nou nu toch niet ook al nog erbij eraf minder meer
    samen
    and or but so then is was for per in the a of on to at with paid borrowed less more total together
    waard die dat ik je u hij zij ze we wij geworden had heb heeft
""")


def _decimal(digits: str) -> Fraction | None:
    """67,50 and 1.200 as Dutch writes them; a point before two digits is a decimal one."""
    text = digits.rstrip(".,-")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    elif "." in text and len(text.rpartition(".")[2]) == 3:
        text = text.replace(".", "")
    try:
        return Fraction(text)
    except ValueError:
        return None
