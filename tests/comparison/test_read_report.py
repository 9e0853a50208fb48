import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import odfdo
import pytest
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from pipeline.comparison import read_report as reading
from pipeline.comparison import report_file
from pipeline.comparison.read_report import read_report, sentences
from pipeline.comparison.report_file import read_paragraphs
from pipeline.errors import InputRefused
from pipeline.texts import Language, texts

SENTENCES = ("Klager kwam om 22.45 uur bij de nachtopvang.", "De deur was toen al gesloten.")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def report(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(data: bytes) -> Path:
        path = tmp_path / "verslag"
        path.write_bytes(data)
        return path

    return written


def refusal(path: Path) -> str:
    before = path.read_bytes()
    with pytest.raises(InputRefused) as refused:
        read_report(path)
    assert path.read_bytes() == before
    for language in Language:
        assert texts(language).explain(refused.value)
    return refused.value.text_key


def saved(document: "docx.document.Document | odfdo.Document") -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def a_docx() -> "docx.document.Document":
    document = docx.Document()
    document.add_heading("Verslag", 1)
    document.add_paragraph(SENTENCES[0])
    document.add_table(1, 1).cell(0, 0).text = SENTENCES[1]
    return document


def an_odt() -> odfdo.Document:
    document = odfdo.Document("odt")
    document.body.clear()
    document.body.append(odfdo.Header(1, "Verslag"))
    paragraph = odfdo.Paragraph(SENTENCES[0])
    paragraph.insert_annotation(after="Klager", body="Dit is een opmerking in de kantlijn.", creator="x")
    document.body.append(paragraph)
    table, row, cell = odfdo.Table("t"), odfdo.Row(), odfdo.Cell()
    cell.append(odfdo.Paragraph(SENTENCES[1]))
    row.append_cell(cell)
    table.append_row(row)
    document.body.append(table)
    return document


def a_pdf() -> bytes:
    source = "#set page(width: 6cm, height: 8cm, footer: [Pagina 1 van 2])\n" + "\n\n".join(SENTENCES)
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def test_word_reads_body_and_tables(report: Callable[[bytes], Path]) -> None:
    assert read_report(report(saved(a_docx()))).sentences == SENTENCES


def test_word_reads_tracked_changes_as_accepted(report: Callable[[bytes], Path]) -> None:
    document = a_docx()
    paragraph = document.add_paragraph("Klager heeft ")
    for tag, text_tag, text in (("w:del", "w:delText", "niet "), ("w:moveFrom", "w:t", "elders "), ("w:ins", "w:t", "wel gebeld.")):
        change, run, said = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        said.text = text
        said.set(qn("xml:space"), "preserve")
        run.append(said)
        change.append(run)
        paragraph._p.append(change)
    assert read_report(report(saved(document))).sentences[-1] == "Klager heeft wel gebeld."


def test_opendocument_reads_body_and_tables_without_remarks(report: Callable[[bytes], Path]) -> None:
    assert read_report(report(saved(an_odt()))).sentences == SENTENCES


def test_pdf_joins_rows_and_leaves_out_page_numbers(report: Callable[[bytes], Path]) -> None:
    assert read_report(report(a_pdf())).sentences == SENTENCES


def test_text_and_markdown(report: Callable[[bytes], Path]) -> None:
    table = "| dag | wat |\n|---|---|\n| [maandag](https://example.org) | klager belde twee keer |\n"
    said = f"# Verslag\n\n- **{SENTENCES[0]}**\n- {SENTENCES[1]}\n\n{table}"
    assert read_report(report(said.encode())).sentences == (*SENTENCES, "maandag klager belde twee keer")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_text_in_old_encodings(report: Callable[[bytes], Path], encoding: str) -> None:
    assert read_report(report("Eén brief was genoeg geweest.".encode(encoding))).sentences == ("Eén brief was genoeg geweest.",)


@pytest.mark.parametrize(
    ("paragraph", "split"),
    [
        ("Dhr. J. de Vries kwam om 10.30 uur. Hij belde.", ["Dhr. J. de Vries kwam om 10.30 uur.", "Hij belde."]),
        ('Zij zei: "Nee." Daarna ging zij weg.', ['Zij zei: "Nee."', "Daarna ging zij weg."]),
        ("3. Klager betaalde € 5. Dat was te veel.", ["Klager betaalde € 5.", "Dat was te veel."]),
        ("Zie art. 3 lid 2 van het reglement.", ["Zie art. 3 lid 2 van het reglement."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(paragraph: str, split: list[str]) -> None:
    assert list(sentences(paragraph)) == split


def test_a_scan_is_refused(report: Callable[[bytes], Path]) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert refusal(report(buffer.getvalue())) == "report_without_text"


def test_a_pdf_with_a_password_is_refused(report: Callable[[bytes], Path]) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf())))
    writer.encrypt("geheim", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert refusal(report(buffer.getvalue())) == "report_protected"


def test_a_pdf_that_only_forbids_printing_is_read(report: Callable[[bytes], Path]) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf())))
    writer.encrypt("", owner_password="geheim", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read_report(report(buffer.getvalue())).sentences == SENTENCES


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


ODT_TYPE = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "report_empty"),
        (b" \n\t ", "report_empty"),
        (b"twee woorden", "report_empty"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "report_protected"),
        (OLE + b"\0" * 600, "report_unknown_kind"),
        (b"{\\rtf1 Klager kwam te laat.}", "report_unknown_kind"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "report_unknown_kind"),
        (zipped(**{"hallo.txt": "Klager kwam te laat."}), "report_unknown_kind"),
        (zipped(mimetype=ODT_TYPE, **{"META-INF__manifest.xml": "<encryption-data/>"}), "report_protected"),
        (zipped(mimetype=ODT_TYPE, **{"content.xml": "<kapot"}), "report_damaged"),
        (zipped(**{"word__document.xml": "<kapot"}), "report_damaged"),
        (b"PK\x03\x04 niet verder", "report_damaged"),
        (b"%PDF-1.7\nkapot", "report_damaged"),
        (saved(docx.Document()), "report_empty"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(report: Callable[[bytes], Path], data: bytes, key: str) -> None:
    assert refusal(report(data)) == key


def test_a_zip_bomb_is_refused_unopened(report: Callable[[bytes], Path]) -> None:
    bomb = zipped(**{"word__document.xml": " " * (report_file.MAX_PART_BYTES + 1)})
    assert len(bomb) < 1024 * 1024
    assert refusal(report(bomb)) == "report_too_large"


def test_entities_that_multiply_are_not_expanded(report: Callable[[bytes], Path]) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE w [<!ENTITY e0 "ha">{levels}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    document = docx.Document()
    parts = zipfile.ZipFile(io.BytesIO(saved(document)))
    hostile = {name.replace("/", "__"): parts.read(name).decode(errors="replace") for name in parts.namelist()}
    hostile["word__document.xml"] = body + "<w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"
    assert refusal(report(zipped(**hostile))) in ("report_damaged", "report_empty", "report_too_large")


def test_a_report_that_takes_too_long_is_stopped(report: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SECONDS", 0.0)
    assert refusal(report(b"Klager kwam te laat.")) == "report_too_heavy"


def test_a_report_that_takes_too_much_memory_is_stopped(report: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MEMORY_BYTES", 220 * 1024**2)
    assert refusal(report(b"Klager kwam te laat. " * 2_900_000)) in ("report_too_heavy", "report_too_large")


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([a_pdf(), saved(a_docx()), saved(an_odt())]), st.data())
def test_damaged_reports_are_read_or_refused(tmp_path: Path, data: bytes, draws: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draws.draw(st.integers(1, 8))):
        damaged[draws.draw(st.integers(0, len(damaged) - 1))] = draws.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(damaged[: draws.draw(st.integers(1, len(damaged)))])
    with contextlib.suppress(InputRefused):
        assert read_paragraphs(path)


@pytest.mark.parametrize(
    "heading",
    [
        "Verslag van 14 februari",
        "Verloop van het gesprek",
        "1. Standpunt van de klager",
        "Gespreksverslag klachtencommissie De Brug 16 november 2026",
        "VERSLAG VAN HET GESPREK",
    ],
)
def test_a_heading_is_no_statement(heading: str) -> None:
    assert reading.report_of([heading, SENTENCES[0]]).sentences == (SENTENCES[0],)


@pytest.mark.parametrize("short", ["Klager was te laat", "De deur bleef dicht", "Het geld is weg", "Verweerder bood excuses aan"])
def test_a_short_sentence_without_a_full_stop_is_a_statement(short: str) -> None:
    assert reading.report_of([short, SENTENCES[0]]).sentences == (short, SENTENCES[0])


def test_notes_of_catchwords_alone_are_held_beside_the_conversation_too() -> None:
    assert reading.report_of(["Kluisje met geld leeg"]).sentences == ("Kluisje met geld leeg",)


def test_a_heading_is_kept_apart_and_what_is_said_shortly_is_not(report: Callable[[bytes], Path]) -> None:
    said = "Verslag van het gesprek\n\n- tas met 450 euro weg\n\nGeen brief van tevoren\n\n" + SENTENCES[0]
    found = read_report(report(said.encode()))
    assert found.headings == ("Verslag van het gesprek",)
    assert found.sentences == ("tas met 450 euro weg", "Geen brief van tevoren", SENTENCES[0])


def test_a_list_item_in_the_words_of_a_heading_is_a_statement_all_the_same(report: Callable[[bytes], Path]) -> None:
    said = f"De tas van klager\n\n- De tas van klager\n\n{SENTENCES[0]}"
    found = read_report(report(said.encode()))
    assert (found.headings, found.sentences) == (("De tas van klager",), ("De tas van klager", SENTENCES[0]))
