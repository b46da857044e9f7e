"""Reports as towns have them, made by the programs that write such files."""

from functools import cache
from io import BytesIO

import docx
from odfdo import Document, Header, List, Paragraph, Table
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.unit.documents.cleaning.office_files import parts, repacked


@cache
def word() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Abschlussbericht Rufbus"
    document.add_heading("Ausgangslage", 1)
    paragraph = document.add_paragraph("Nach 18 Uhr ")
    paragraph.add_run("fährt kein Bus").bold = True
    paragraph.add_run(". Das *stört* viele [^1].")
    document.add_paragraph("Jugendliche", style="List Bullet")
    document.add_paragraph("Ältere", style="List Bullet")
    document.add_heading("Kosten", 2)
    table = document.add_table(2, 2)
    for place, words in (((0, 0), "Jahr"), ((0, 1), "Fahrten|Tag"), ((1, 0), "2023"), ((1, 1), "40")):
        table.cell(*place).text = words
    return saved(document)


@cache
def text() -> bytes:
    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, "Ausgangslage"))
    document.body.append(Paragraph("Nach 18 Uhr fährt kein Bus. Das *stört* viele."))
    document.body.append(List(["Jugendliche", "Ältere"]))
    document.body.append(Header(2, "Kosten"))
    table = Table("Fahrten")
    table.set_values([["Jahr", "Fahrten|Tag"], ["2023", "40"]])
    document.body.append(table)
    return saved(document)


PAGE = """<title>Abschlussbericht Rufbus</title><style>
@page { size: A5; margin: 2cm; @bottom-center { content: "Rufbus Musterkreis, Seite " counter(page) } }
body { font: 11pt sans-serif }</style>
<h1>1 Ausgangslage</h1><p>Nach 18 Uhr fährt im ländlichen Raum kein Bus mehr. Das trifft vor allem Jugend&shy;liche,
die noch nicht selbst fahren dürfen, und Ältere, die es nicht mehr wollen.</p><p>So war es lange.</p>
<ul><li>Jugendliche</li><li>Ältere</li></ul>"""


@cache
def pdf(pages: int = 3) -> bytes:
    rest = "".join(
        f"<h1 style='break-before: page'>{n} Teil</h1><p>Text {n} des Teils.</p>" for n in range(2, pages + 1)
    )
    return of_html(PAGE + rest)


def of_html(page: str) -> bytes:
    """Print a page."""
    import weasyprint  # noqa: PLC0415 - each process of a run would load it

    return bytes(weasyprint.HTML(string=page).write_pdf())


HELVETICA = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(1))))
    writer.encrypt("geheim", algorithm="AES-256")
    return _written(writer)


def empty_pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    return _written(writer)


def pdf_with_stream(content: bytes) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in HELVETICA.items()})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return _written(writer)


def pdf_of_unknown_filter() -> bytes:
    return pdf_with_stream(b"BT (x) Tj ET\n").replace(b"/FlateDecode", b"/FooDecode")


def part(data: bytes, name: str) -> bytes:
    return parts(data)[name]


def word_with(body: bytes | str) -> bytes:
    """Return a Word document with this text, in the XML of its format."""
    text = body.encode() if isinstance(body, str) else body
    head = part(word(), "word/document.xml").split(b"<w:body>")[0]
    return repacked(word(), {"word/document.xml": head + b"<w:body>" + text + b"</w:body></w:document>"})


def saved(document: docx.document.Document | Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
