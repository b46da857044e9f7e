"""Reports that are hard to read, each made by a program that towns use."""

import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from docx.shared import Pt
from PIL import Image

from tests.unit.documents.cleaning.office_files import repacked
from tests.unit.documents.reading.documents import of_html, part, saved
from tools.setup.chromium import chromium

NOTE = "Statistik des Kreises, https://kreis.example/2023"
COSTS = (("Posten", "Betrag"), ("Fahrzeuge", "500.000 €"), ("Betrieb im Jahr", "115.720 €"), ("Summe", "615.720 €"))
STYLE = "<meta charset=utf-8><style>@page { size: A5; margin: 2cm } body { font: 11pt sans-serif } b { color: navy }"


def of_chromium(page: str) -> bytes:
    """Print a page as people do from a browser."""
    with TemporaryDirectory() as folder:
        made, source = Path(folder, "page.pdf"), Path(folder, "page.html")
        source.write_text(page, encoding="utf-8")
        options = ("--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={made}")
        subprocess.run([str(chromium()), *options, source.as_uri()], check=True, capture_output=True, timeout=60)
        return made.read_bytes()


def _page(body: str, style: str = "") -> str:
    return f"{STYLE} {style}</style>{body}"


BOLD = "<p><b>Ausgangslage</b></p><p>Nach 18 Uhr fuhr kein Bus.</p><p><b>Kosten</b></p><p>Es kostete 40 Euro.</p>"
WRAPPED = (
    f"<h2>Ausgangslage im ländlichen Raum und was die Leute im Ort davon hielten</h2><p>{'Es fuhr kein Bus. ' * 9}"
)
CELLS = (("Jahr", "Ergebnis"), ("2023", "40 Fahrten am Tag,\nauch am Abend"), ("2024", "55 Fahrten"))
NOTED = f"<h2>Ergebnis</h2><p>{'Die Leute fahren gern. ' * 9}Es waren 52 Fahrten.<sup>1</sup></p>"
FOOT = "@page { @bottom-center { content: 'Seite ' counter(page) ' von ' counter(pages) } }"
LESSONS = f"<h2>Lehren</h2><p>{'Früh fragen. ' * 3}</p><p style='break-before: page'>Spät bauen.</p>"


def bold_lines(size: int = 0, *, bold: bool = True) -> bytes:
    document = docx.Document()
    for heading, text in (("Ausgangslage", "Nach 18 Uhr fuhr kein Bus."), ("Kosten", "Es kostete 40 Euro.")):
        run = document.add_paragraph().add_run(heading)
        run.bold, run.font.size = bold, Pt(size) if size else None
        document.add_paragraph(text)
    return saved(document)


def subtitle() -> bytes:
    document = docx.Document()
    document.add_paragraph("Abschlussbericht", style="Title")
    document.add_paragraph("Rufbus am Abend", style="Subtitle")
    document.add_heading("Ausgangslage", 1)
    document.add_heading("Im Norden", 2)
    document.add_paragraph("Nach 18 Uhr fuhr kein Bus.")
    return saved(document)


def drawn_lists() -> bytes:
    document = docx.Document()
    document.add_heading("Lehren", 1)
    for text in ("• Früh fragen.", "• Spät bauen.", "Außerdem:", "– Wenig versprechen.", "– Viel halten."):
        document.add_paragraph(text)
    document.add_heading("Ziele", 1)
    for text in ("1. Mehr Fahrten", "2. Weniger Autos"):
        document.add_paragraph(text)
    return saved(document)


def table(heading: str, rows: tuple[tuple[str, ...], ...], *, contact: str = "") -> bytes:
    document = docx.Document()
    document.add_heading(heading, 1)
    made = document.add_table(len(rows), 2)
    for down, row in enumerate(rows):
        for across, words in enumerate(row):
            made.cell(down, across).text = words
    if contact:
        document.add_heading("Kontakt", 1)
        document.add_paragraph(contact)
    return saved(document)


def picture() -> bytes:
    document, drawn = docx.Document(), BytesIO()
    Image.new("RGB", (40, 30), "green").save(drawn, "PNG")
    drawn.seek(0)
    document.add_heading("Ergebnis", 1)
    document.add_paragraph("Es waren 52 Fahrten.")
    document.add_picture(drawn)
    return saved(document)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def footnote() -> bytes:
    """A Word document with a footnote, which python-docx cannot write."""
    document = docx.Document()
    document.add_heading("Ergebnis", 1)
    document.add_paragraph("Es waren 52 Fahrten.")
    data = saved(document)
    cited = b'</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    body = part(data, "word/document.xml").replace(b"52 Fahrten.</w:t></w:r></w:p>", b"52 Fahrten." + cited)
    note = f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="2"><w:p><w:r><w:t>{NOTE}</w:t></w:r></w:p></w:footnote>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode()
    relations = part(data, "word/_rels/document.xml.rels").replace(b"</Relationships>", relation)
    sort = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{sort}"/></Types>'.encode()
    types = part(data, "[Content_Types].xml").replace(b"</Types>", override)
    parts = {"word/document.xml": body, "word/_rels/document.xml.rels": relations, "[Content_Types].xml": types}
    return repacked(data, {**parts, "word/footnotes.xml": f"{note}</w:footnotes>".encode()})


REPORTS = {
    "bold lines, python-docx": bold_lines,
    "larger lines, python-docx": lambda: bold_lines(16, bold=False),
    "bold lines, WeasyPrint": lambda: of_html(_page(BOLD)),
    "bold lines, Chromium": lambda: of_chromium(_page(BOLD)),
    "a heading over two lines and page feet, WeasyPrint": lambda: of_html(_page(WRAPPED + LESSONS, FOOT)),
    "a subtitle and a subsection, python-docx": subtitle,
    "drawn bullets and numbers, python-docx": drawn_lists,
    "a footnote, python-docx": footnote,
    "a footnote, WeasyPrint": lambda: of_html(
        _page(f"{NOTED}<p style='font-size: 8pt'><sup>1</sup> {NOTE}</p>")
    ),
    "cells of two paragraphs, python-docx": lambda: table("Ergebnis", CELLS),
    "a table of costs and a contact, python-docx": lambda: table(
        "Kosten", COSTS, contact="Stadt Beispielstadt, Bauamt, Telefon: 06999 123456"
    ),
    "a picture, python-docx": picture,
}  # fmt: skip


@cache
def report(name: str) -> bytes:
    return REPORTS[name]()
