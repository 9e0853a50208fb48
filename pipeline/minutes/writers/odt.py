"""verslag.odt: the minutes as an OpenDocument text (ISO/IEC 26300), the office format Dutch public bodies exchange."""

import io
from collections.abc import Iterator, Sequence

import odfdo
from odfdo import Element, Header
from odfdo.xmlpart import XmlPart

from pipeline.errors import InternalFault
from pipeline.minutes.beside import SideReactions
from pipeline.minutes.chapters import Chapter, paged
from pipeline.minutes.clock import clock
from pipeline.minutes.reading import Reading, ReadingLine
from pipeline.minutes.writers.fixed_zip import without_clock

# Time, who, and what was said in two: so that the reactions of both sides under it get halves of the same width.
_WIDTHS = ("2.2cm", "4cm", "2.3cm", "8.5cm")
_FIRST_HALF = 3
_COUNTRIES = {"nl": "NL", "en": "GB"}


def render(reading: Reading) -> bytes:
    """An OpenDocument text. The same minutes give the same bytes."""
    document = odfdo.Document("text")
    _prepare(document, reading)
    body = document.body
    body.clear()
    for element in _content(reading):
        body.append(element)
    packed = io.BytesIO()
    document.save(packed)
    return without_clock(packed.getvalue())


def _content(reading: Reading) -> Iterator[Element]:
    yield _paragraph(reading.over, "Small")
    yield _paragraph(reading.title, "Title")
    yield _paragraph(reading.status, "Status")
    content = paged(reading)
    for chapter in content.minutes:
        yield from _chapter(chapter, "Heading_20_1", reading)
    yield from _chapter(content.verbatim, "New_20_Part", reading)
    yield _paragraph(reading.status, "Status")


def _chapter(chapter: Chapter, style: str, reading: Reading) -> Iterator[Element]:
    yield _heading(1, chapter.title, style)
    for number, section in enumerate(chapter.sections, start=1):
        if section.title:
            yield _heading(2, section.title, "Heading_20_2")
        yield from (_paragraph(sentence, "Sentence") for sentence in section.sentences)
        if section.lines:
            yield _table(f"Lines{number}", section.lines, reading)
        if section.sides:
            points = _new_table(f"Point{number}", ["Half", "Half"])
            points.append(_sides(section.sides, 1))
            yield points


def _prepare(document: odfdo.Document, reading: Reading) -> None:
    meta = document.meta
    meta.title, meta.subject, meta.language = reading.title, reading.status, str(reading.say.language)
    meta.generator = meta.initial_creator = meta.creator = "Wederhoor"
    meta.creation_date = meta.date = reading.made_at
    for family, rules in _STYLES.items():
        for rule in rules:
            document.insert_style(rule, automatic=family == "automatic")
    default = _found(document.styles, "//style:default-style[@style:family='paragraph']/style:text-properties")
    for name, value in (("language", str(reading.say.language)), ("country", _COUNTRIES[reading.say.language]), ("font-size", "10.5pt")):
        default.set_attribute(f"fo:{name}", value)
    # The template numbers its headings; a reader would take those numbers for ours.
    _found(document.styles, "//text:outline-style").delete()
    page = _found(document.styles, "//style:master-page")
    page.append(_with("style:header", _paragraph(f"{reading.status} – {reading.minutes.version}", "Small")))
    page.append(_with("style:footer", *_footer(reading)))


def _paragraph_style(name: str, properties: str, below: str = "0cm") -> str:
    rule = f'style:name="{name}" style:family="paragraph" style:parent-style-name="Standard"'
    space = f'<style:paragraph-properties fo:margin-bottom="{below}"/>'
    return f"<style:style {rule}>{space}<style:text-properties {properties}/></style:style>"


_STYLES = {
    "named": (
        _paragraph_style("Title", 'fo:font-size="20pt" fo:font-weight="bold"', below="0.3cm"),
        _paragraph_style("Status", 'fo:font-weight="bold"', below="0.3cm"),
        _paragraph_style("Sentence", 'fo:font-size="10.5pt"', below="0.12cm"),
        _paragraph_style("Small", 'fo:font-size="8pt" fo:color="#545d66"'),
        _paragraph_style("Remark", 'fo:font-style="italic"'),
        _paragraph_style("Table_20_Heading", 'fo:font-weight="bold" fo:font-size="9pt"'),
        *(
            f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" style:family="paragraph" '
            f'style:parent-style-name="Heading" style:default-outline-level="{level}" style:class="chapter">'
            f'<style:text-properties fo:font-size="{size}" fo:font-style="normal" fo:font-weight="bold"/></style:style>'
            for level, size in ((1, "16pt"), (2, "12pt"))
        ),
        # The verbatim transcript is a part of its own, on a new page.
        '<style:style style:name="New_20_Part" style:family="paragraph" style:parent-style-name="Heading_20_1">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>',
        '<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>',
    ),
    "automatic": (
        '<style:style style:name="Line" style:family="table-cell">'
        '<style:table-cell-properties fo:border-bottom="0.4pt solid #b9b5ad" fo:padding="0.1cm"/></style:style>',
        '<style:style style:name="Half" style:family="table-column">'
        '<style:table-column-properties style:column-width="8.5cm"/></style:style>',
        *(
            f'<style:style style:name="Column{number}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>'
            for number, width in enumerate(_WIDTHS)
        ),
    ),
}


def _found(part: XmlPart, path: str) -> Element:
    element = part.get_element(path)
    if not isinstance(element, Element):
        raise InternalFault("document_not_written", format="odt")
    return element


def _footer(reading: Reading) -> Iterator[Element]:
    for sentence in next(fact.sentences for fact in reading.facts if fact.key == "hashes"):
        yield _paragraph(sentence, "Small")
    page = _paragraph(f"{reading.say('formats.page')} ", "Small")
    number, count = Element.from_tag("text:page-number"), Element.from_tag("text:page-count")
    number.set_attribute("text:select-page", "current")
    number.tail = f" {reading.say('formats.of')} "
    page.append(number)
    page.append(count)
    yield page


def _table(name: str, lines: Sequence[ReadingLine], reading: Reading) -> Element:
    table = _new_table(name, [f"Column{number}" for number in range(len(_WIDTHS))])
    time, who, said = (_cell(_paragraph(reading.say(f"formats.column.{column}"), "Table_20_Heading")) for column in ("time", "who", "said"))
    table.append(_with("table:table-header-rows", _with("table:table-row", time, who, *_spanning(said, 2))))
    for line in lines:
        table.append(_row(line))
        if line.reactions:
            table.append(_sides(line.reactions, _FIRST_HALF))
    return table


def _new_table(name: str, columns: Sequence[str]) -> Element:
    table = Element.from_tag("table:table")
    table.set_attribute("table:name", name)
    for style in columns:
        column = Element.from_tag("table:table-column")
        column.set_attribute("table:style-name", style)
        table.append(column)
    return table


def _spanning(cell: Element, columns: int) -> list[Element]:
    """A cell that takes the place of the ones after it, which the format wants to see named."""
    if columns > 1:
        cell.set_attribute("table:number-columns-spanned", str(columns))
    return [cell, *(Element.from_tag("table:covered-table-cell") for _ in range(columns - 1))]


def _sides(sides: Sequence[SideReactions], first_half: int) -> Element:
    """Both sides next to each other in halves of the same width, each with a label, also where one of them said nothing."""
    cells: list[Element] = []
    for side, columns in zip(sides, (first_half, 1), strict=True):
        said = [_paragraph(sentence) for reaction in side.reactions for sentence in reaction.sentences] or [_paragraph(side.none)]
        cells += _spanning(_cell(_paragraph(side.label, "Status"), *said), columns)
    return _with("table:table-row", *cells)


def _row(line: ReadingLine) -> Element:
    name, presumed = line.speaker_parts
    who = _paragraph("")
    strong = Element.from_tag("text:span")
    strong.set_attribute("text:style-name", "Strong")
    strong.text = name
    strong.tail = f" {presumed}" if presumed else ""
    who.append(strong)
    said = _paragraph(line.text, "Remark" if line.is_remark else "Standard")
    time = _cell(_paragraph(clock(line.start_ms)), _paragraph(line.id, "Small"))
    remarks = [_paragraph(remark, "Small") for remark in line.remarks]
    return _with("table:table-row", time, _cell(who), *_spanning(_cell(said, *remarks), 2))


def _cell(*paragraphs: Element) -> Element:
    cell = _with("table:table-cell", *paragraphs)
    cell.set_attribute("office:value-type", "string")
    cell.set_attribute("table:style-name", "Line")
    return cell


def _with(tag: str, *children: Element) -> Element:
    element = Element.from_tag(tag)
    for child in children:
        element.append(child)
    return element


def _paragraph(text: str, style: str = "Standard") -> Element:
    paragraph = Element.from_tag("text:p")
    paragraph.set_attribute("text:style-name", style)
    paragraph.text = text
    return paragraph


def _heading(level: int, text: str, style: str) -> Element:
    heading = Header(level)
    heading.set_attribute("text:style-name", style)
    heading.text = text
    return heading
