"""The text of a written report, paragraph by paragraph, out of docx, odt, pdf, txt and md. Runs in a child of its own.

The file is what somebody handed in: it may be damaged, protected, a picture without text, or made to exhaust the machine.
Its kind is told from its content, never from its name. It is only read.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import InputRefused

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_PART_BYTES = 48 * 1024 * 1024
MAX_PARTS = 5_000
MAX_PAGES = 1_000
MAX_CHARACTERS = 3_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKUP_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Text taken out or moved away under tracked changes, and the copy of a text box for old readers.
_NOT_TEXT = frozenset({f"{_WORD}del", f"{_WORD}moveFrom", f"{_MARKUP_COMPATIBILITY}Fallback"})
_PAGE_NUMBER = re.compile(r"(pagina|blz\.?|page|p\.)?\s*-?\s*\d{1,4}\s*-?(\s*(van|of|/)\s*\d{1,4})?", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_LIST_ITEM = re.compile(r"^\s*([-–•*▪●]|\d{1,3}[.)]|[a-z][.)])\s+")


def read_paragraphs(path: Path) -> list[str]:
    """The paragraphs of a report, headings and table cells among them, in order.

    Raises InputRefused: report_too_large, report_protected, report_without_text, report_empty, report_damaged,
    report_unknown_kind.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InputRefused("report_too_large")
    data = path.read_bytes()
    if not data.strip():
        raise InputRefused("report_empty")
    reader = _reader(data)
    try:
        paragraphs = _bounded(reader(data))
    except InputRefused:
        raise
    except MemoryError:
        raise InputRefused("report_too_large") from None
    except Exception as error:
        # The parsers raise whatever a broken file provokes: IndexError, KeyError, XMLSyntaxError, BadZipFile ...
        raise InputRefused("report_damaged") from error
    if not paragraphs:
        raise InputRefused("report_empty")
    return paragraphs


def _reader(data: bytes) -> Callable[[bytes], Iterator[str]]:
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        return _pdf
    if data.startswith(b"PK"):
        return _zipped
    if data.startswith(_OLE):
        # Word puts a protected docx in the container of its old format; without the mark it is an old doc file.
        raise InputRefused("report_protected" if _OLE_ENCRYPTED in data else "report_unknown_kind")
    if data.startswith(b"{\\rtf") or (b"\0" in data.lstrip(b"\xff\xfe") and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise InputRefused("report_unknown_kind")
    return _plain_text


def _bounded(paragraphs: Iterator[str]) -> list[str]:
    kept: list[str] = []
    size = 0
    for paragraph in paragraphs:
        text = " ".join(paragraph.split())
        size += len(text)
        if size > MAX_CHARACTERS:
            raise InputRefused("report_too_large")
        if text:
            kept.append(text)
    return kept


# Office files --------------------------------------------------------------------------------------------------------


def _zipped(data: bytes) -> Iterator[str]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise InputRefused("report_damaged") from error
    with archive:
        parts = archive.infolist()
        # zipfile never reads more of a part than it declares, so what is declared bounds what is unpacked.
        if (
            len(parts) > MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES
            or any(part.file_size > MAX_PART_BYTES for part in parts if part.filename.endswith((".xml", ".rels")))
        ):
            raise InputRefused("report_too_large")
        names = {part.filename for part in parts}
        if "word/document.xml" in names:
            return _docx(data)
        if "mimetype" in names and archive.read("mimetype")[:60].strip().startswith(b"application/vnd.oasis.opendocument.text"):
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise InputRefused("report_protected")
            return _odt(data)
    raise InputRefused("report_unknown_kind")


def _docx(data: bytes) -> Iterator[str]:
    """Body, tables and text boxes, then the footnotes, as they read with all tracked changes accepted."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document(io.BytesIO(data))
    roots = [document.element.body]
    roots += [parse_xml(relation.target_part.blob) for relation in document.part.rels.values() if relation.reltype.endswith("/footnotes")]
    for root in roots:
        for paragraph in root.iter(f"{_WORD}p"):
            yield "".join(_docx_text(paragraph))


def _docx_text(paragraph: Any) -> Iterator[str]:
    for element in paragraph:
        if element.tag in _NOT_TEXT or element.tag == f"{_WORD}p":
            continue
        if element.tag == f"{_WORD}t":
            yield element.text or ""
        elif element.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"):
            yield " "
        else:
            yield from _docx_text(element)


def _odt(data: bytes) -> Iterator[str]:
    """Body and tables, then the notes; without remarks in the margin and without what tracked changes took out."""
    from odfdo import Document

    body = Document(io.BytesIO(data)).body
    for element in body.get_elements("descendant::office:annotation|descendant::text:tracked-changes"):
        element.delete()
    notes = body.get_elements("descendant::text:note")
    noted = [paragraph.inner_text for note in notes for paragraph in note.get_elements("descendant::text:p")]
    for note in notes:
        note.delete()
    for element in body.get_elements("descendant::text:p|descendant::text:h"):
        yield element.inner_text
    yield from noted


# Pdf -----------------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(io.BytesIO(data))
    # Many pdfs forbid printing or editing but open without a password.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise InputRefused("report_protected")
    if len(reader.pages) > MAX_PAGES:
        raise InputRefused("report_too_large")
    pages: list[list[str]] = []
    size = 0
    for page in reader.pages:
        text = page.extract_text()
        size += len(text)
        if size > MAX_CHARACTERS:
            raise InputRefused("report_too_large")
        pages.append([" ".join(row.split()) for row in text.split("\n")])
    if not any(character.isalpha() for page in pages for row in page for character in row):
        raise InputRefused("report_without_text")
    return _flowed(pages)


def _flowed(pages: list[list[str]]) -> Iterator[str]:
    """Rows of a page joined to paragraphs; page numbers and what stands on top or at the foot of most pages left out."""
    edges = Counter(row for page in pages for row in {*page[:2], *page[-2:]} if row)
    repeated = {row for row, count in edges.items() if count >= 3 and count > len(pages) // 2}
    paragraph = ""
    for page in pages:
        for row in page:
            if row in repeated or _PAGE_NUMBER.fullmatch(row):
                continue
            if paragraph and (not row or _LIST_ITEM.match(row) or _ENDS.search(paragraph)):
                yield paragraph
                paragraph = ""
            paragraph = paragraph[:-1] + row if paragraph.endswith("-") and row[:1].islower() else f"{paragraph} {row}".strip()
    yield paragraph


# Plain text ----------------------------------------------------------------------------------------------------------

_FENCE = re.compile(r"^\s*(```|~~~)")
_RULE = re.compile(r"^\s*([-*_=]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+|^\s*>+\s?")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)")


def _plain_text(data: bytes) -> Iterator[str]:
    """Text or Markdown: an empty row, a list sign, a heading or a table row begins a new paragraph."""
    paragraph: list[str] = []
    for row in _decoded(data).splitlines():
        if _FENCE.match(row) or _RULE.match(row):
            row = ""
        begins = bool(_HEADING.match(row) or _LIST_ITEM.match(row) or row.lstrip().startswith("|"))
        if paragraph and (begins or not row.strip()):
            yield _unmarked(paragraph)
            paragraph = []
        if row.strip():
            paragraph.append(row)
            if _HEADING.match(row):
                yield _unmarked(paragraph)
                paragraph = []
    yield _unmarked(paragraph)


def _unmarked(rows: list[str]) -> str:
    text = " ".join(_HEADING.sub("", row).replace("|", " ").strip() for row in rows)
    return _EMPHASIS.sub("", _LINK.sub(r"\1", text))


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
