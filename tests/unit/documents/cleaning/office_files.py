"""Office files as people send them, full of what such programs write down about their users."""

import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odfdo import Document, Element, Paragraph, Table
from PIL import Image

SECRET = "Erika Beispiel"
PLACE = "C:/Users/ebeispiel"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument"
TRACES = (SECRET.encode(), b"ebeispiel", b"50.55 Nord", b"Musteramt-Drucker", b"2024-05-17")
"""What must not be found in any part of a cleaned file."""


def photo(form: str = "JPEG") -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "50.55 Nord"
    Image.new("RGB", (60, 40), 128).save(out, form, **({"exif": exif} if form == "JPEG" else {}))
    return out.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a package with parts replaced, added or (None) taken out."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    content = parts(data)[name].decode()
    assert old in content, (name, old)
    return repacked(data, {name: content.replace(old, new, 1).encode()})


@cache
def odf(kind: str) -> bytes:
    """An OpenDocument file ("text", "spreadsheet", "presentation") with properties, picture, comment and macros."""
    document = Document(kind)
    document.meta.creator = SECRET
    document.meta.initial_creator = SECRET
    document.meta.title = f"Vorlage von {SECRET}"
    document.meta.set_user_defined_metadata("Aktenzeichen", SECRET)
    image = document.add_file(BytesIO(photo()))
    if kind == "spreadsheet":
        document.body.clear()
        table = Table("Kosten")
        table.set_values([["Jahr", "Euro"], [2023, 1200]])
        document.body.append(table)
    elif kind == "text":
        document.body.clear()
        document.body.append(Paragraph("Bleibender Text"))
        document.body.append(Element.from_tag(_COMMENTED.format(secret=SECRET, image=image, place=PLACE)))
        document.body.insert(Element.from_tag(_TRACKED.format(secret=SECRET)), position=0)
    out = BytesIO()
    document.save(out)
    settings = parts(out.getvalue()).get("settings.xml", b"").decode()
    printer = (
        '<config:config-item-set config:name="ooo:configuration-settings">'
        '<config:config-item config:name="PrinterName" config:type="string">Musteramt-Drucker</config:config-item>'
        '<config:config-item config:name="ShowGrid" config:type="boolean">true</config:config-item>'
        "</config:config-item-set></office:settings>"
    )
    return repacked(
        out.getvalue(),
        {
            "settings.xml": settings.replace("</office:settings>", printer).encode(),
            "Thumbnails/thumbnail.png": photo("PNG"),
            "Basic/Standard/Module1.xml": f"<script>{SECRET}</script>".encode(),
            "Configurations2/menubar/menubar.xml": b"<menu/>",
            "VersionList.xml": f"<versions creator='{SECRET}'/>".encode(),
            "META-INF/documentsignatures.xml": f"<sig>{SECRET}</sig>".encode(),
        },
    )


_COMMENTED = (
    "<text:p>Auch dieser Satz bleibt.<office:annotation><dc:creator>{secret}</dc:creator>"
    "<dc:date>2024-05-17T10:00:00</dc:date><meta:creator-initials>EB</meta:creator-initials>"
    "<text:p>Bitte prüfen</text:p></office:annotation>"
    '<text:a xlink:href="file:///{place}/akte.odt">Akte</text:a>'
    '<text:a xlink:href="https://stadt.example/">Seite</text:a>'
    '<draw:frame svg:width="2cm" svg:height="1cm"><draw:image xlink:href="{image}"/></draw:frame></text:p>'
)
_TRACKED = (
    '<text:tracked-changes><text:changed-region text:id="ct1"><text:deletion><office:change-info>'
    "<dc:creator>{secret}</dc:creator><dc:date>2024-05-17T10:00:00</dc:date></office:change-info>"
    "<text:p>gestrichen</text:p></text:deletion></text:changed-region></text:tracked-changes>"
)


@cache
def word() -> bytes:
    document = docx.Document()
    for name in ("author", "last_modified_by", "comments", "keywords"):
        setattr(document.core_properties, name, SECRET)
    paragraph = document.add_paragraph("Bleibender Text")
    document.add_comment(paragraph.runs, text="Bitte prüfen", author=SECRET, initials="EB")
    tracked = f'<w:ins {nsdecls("w")} w:id="7" w:author="{SECRET}" w:date="2024-05-17T10:00:00Z" w:rsidR="00AB12CD"/>'
    inserted = parse_xml(tracked)
    inserted.append(paragraph.runs[0]._r)
    paragraph._p.append(inserted)
    document.add_picture(BytesIO(photo()))
    document.add_table(1, 2).cell(0, 0).text = "Zelle"
    relation = document.part.relate_to("file:///" + PLACE, f"{_OFFICE}/relationships/hyperlink", is_external=True)
    link = f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>Akte</w:t></w:r></w:hyperlink>'
    paragraph._p.append(parse_xml(link))
    template = document.part._settings_part.relate_to(
        f"file:///{PLACE}/vorlage.dotm", f"{_OFFICE}/relationships/attachedTemplate", is_external=True
    )
    document.settings.element.insert(0, parse_xml(f'<w:attachedTemplate {nsdecls("w", "r")} r:id="{template}"/>'))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _package(main: str, sort: str, files: Mapping[str, str | bytes], types: Mapping[str, str]) -> bytes:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{told}"/>' for name, told in types.items())
    table = (
        f'<?xml version="1.0"?><Types xmlns="{_TYPES}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpg" ContentType="image/jpeg"/>'
        f'<Default Extension="bin" ContentType="{_MAIN}.spreadsheetml.printerSettings"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f'<Override PartName="/{main}" ContentType="{_MAIN}.{sort}.main+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/docProps/app.xml" ContentType="{_MAIN}.extended-properties+xml"/>'
        f'<Override PartName="/docProps/custom.xml" ContentType="{_MAIN}.custom-properties+xml"/>{overrides}</Types>'
    )
    root = relations(
        ("officeDocument", main),
        ("extended-properties", "docProps/app.xml"),
        ("custom-properties", "docProps/custom.xml"),
        ("thumbnail", "docProps/thumbnail.jpg"),
    ).replace(
        "</Relationships>",
        f'<Relationship Id="c" Type="{_TYPES}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", table)
        archive.writestr("_rels/.rels", root)
        archive.writestr("docProps/core.xml", f"<p><creator>{SECRET}</creator></p>")
        archive.writestr("docProps/app.xml", f"<p><Company>{SECRET}</Company></p>")
        archive.writestr("docProps/custom.xml", f"<p>{SECRET}</p>")
        archive.writestr("docProps/thumbnail.jpg", photo())
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*leads: tuple[str, str], external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    lines = (
        f'<Relationship Id="r{number}" Type="{_OFFICE}/relationships/{sort}" Target="{target}"{mode}/>'
        for number, (sort, target) in enumerate(leads, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_TYPES}/relationships">{"".join(lines)}</Relationships>'


_SHEET_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = f'xmlns:r="{_OFFICE}/relationships"'


@cache
def excel() -> bytes:
    book = (
        f'<workbook {_SHEET_NS} {_R} xmlns:x15ac="urn:x15ac"><fileSharing userName="{SECRET}"/>'
        f'<x15ac:absPath url="{PLACE}"/><sheets><sheet name="Kosten" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    sheet = (
        f'<worksheet {_SHEET_NS} {_R}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Bleibender Text</t></is></c>'
        '<c r="B1"><f>SUM(1,2)</f><v>3</v></c></row></sheetData><pageSetup paperSize="9" r:id="r1"/>'
        '<legacyDrawing r:id="r3"/></worksheet>'
    )
    comments = (
        f"<comments {_SHEET_NS}><authors><author>{SECRET}</author></authors><commentList>"
        f'<comment ref="A1" authorId="0"><text><r><t>{SECRET}:</t></r><r><t>Bitte prüfen</t></r></text></comment>'
        "</commentList></comments>"
    )
    return _package(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml"), ("person", "person.xml")),
            "xl/person.xml": f'<personList xmlns="urn:t"><person displayName="{SECRET}" id="1"/></personList>',
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                ("printerSettings", "../printerSettings/printerSettings1.bin"),
                ("comments", "/xl/comments1.xml"),
                ("vmlDrawing", "../drawings/vml.vml"),
            ),
            "xl/printerSettings/printerSettings1.bin": b"\x00Musteramt-Drucker",
            "xl/comments1.xml": comments,
            "xl/drawings/vml.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="a"/></xml>',
        },
        {
            "xl/worksheets/sheet1.xml": f"{_MAIN}.spreadsheetml.worksheet+xml",
            "xl/comments1.xml": f"{_MAIN}.spreadsheetml.comments+xml",
            "xl/person.xml": "application/vnd.ms-excel.person+xml",
        },
    )


@cache
def slides() -> bytes:
    ns = f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" {_R}'
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    return _package(
        "ppt/presentation.xml",
        "presentationml.presentation",
        {
            "ppt/presentation.xml": f'<p:presentation {ns}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(
                ("slide", "slides/slide1.xml"), ("commentAuthors", "commentAuthors.xml")
            ),
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst {ns}><p:cmAuthor id="0" name="{SECRET}" initials="EB"/>'
            "</p:cmAuthorLst>",
            "ppt/slides/slide1.xml": f"<p:sld {ns}><p:cSld>Bleibender Text</p:cSld></p:sld>",
            "ppt/slides/_rels/slide1.xml.rels": relations(
                ("image", "../media/image1.jpg"), ("chart", "../charts/chart1.xml"), ("comments", "../comments/c1.xml")
            ),
            "ppt/comments/c1.xml": f'<p:cmLst {ns}><p:cm authorId="0" dt="2024-05-17T10:00:00"/></p:cmLst>',
            "ppt/media/image1.jpg": photo(),
            "ppt/charts/chart1.xml": f'<c:chartSpace xmlns:c="{chart}" {_R}><c:v>42</c:v>'
            '<c:externalData r:id="r1"><c:autoUpdate/></c:externalData></c:chartSpace>',
            "ppt/charts/_rels/chart1.xml.rels": relations(("package", "../embeddings/Mappe1.xlsx")),
            "ppt/embeddings/Mappe1.xlsx": excel(),
        },
        {"ppt/charts/chart1.xml": f"{_MAIN}.drawingml.chart+xml"},
    )


MADE: Mapping[str, Callable[[], bytes]] = {
    "odt": lambda: odf("text"), "ods": lambda: odf("spreadsheet"), "odp": lambda: odf("presentation"), "docx": word,
    "xlsx": excel, "pptx": slides,
}  # fmt: skip
"""One file of each kind by its ending."""
