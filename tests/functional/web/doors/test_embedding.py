"""Other sites show a card of a record, a badge and a QR code, and nothing else of this site in a frame."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import zxingcpp
from flask.testing import FlaskClient
from lxml import etree, html
from pypdfium2 import PdfDocument

from app.web.factory import create_app
from app.web.shell.security import FRAME_POLICY
from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, WITHDRAWN, make_node, publish

CARD = f"/einbetten/{STOPPED}"
SITE = "https://erfahrungen.example"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_card_says_what_matters_and_can_do_nothing(client: FlaskClient, prefix: str) -> None:
    answer = client.get(prefix + CARD)
    assert answer.status_code == 200
    # That nothing else may be framed: test_access_table.py.
    assert answer.headers["Content-Security-Policy"] == FRAME_POLICY
    assert "frame-ancestors *" in FRAME_POLICY
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    document = html.document_fromstring(answer.data)
    words = " ".join(document.text_content().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Mitfahrbank" in words
    assert ("Eingestellt 2023" if not prefix else "Stopped in 2023") in words
    assert not document.xpath("//script | //form | //button | //nav | //iframe | //*[@style] | //style")
    assert [sheet.rpartition("/")[2] for sheet in document.xpath("//link[@rel='stylesheet']/@href")] == ["embed.css"]


def test_links_of_the_card_open_a_window_that_knows_nothing_of_this_one(client: FlaskClient) -> None:
    for path in (CARD, f"/einbetten/{WITHDRAWN}"):
        links = html.document_fromstring(client.get(path).data).xpath("//a")
        assert links
        assert {(link.get("target"), link.get("rel")) for link in links} == {("_blank", "noopener")}
        assert all(link.get("href").startswith(f"{SITE}/") for link in links)


@pytest.mark.parametrize(("path", "status"), [(WITHDRAWN, 410), ("10000000-0000-4000-8000-0000000000ff", 404)])
def test_a_frame_whose_record_went_says_so(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"/einbetten/{path}")
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (status, FRAME_POLICY)
    assert "Nicht mehr da" in answer.get_data(as_text=True)


def test_the_page_gives_what_is_to_be_copied(client: FlaskClient, read: Read) -> None:
    assert f"{CARD}/anleitung" in read(STOPPED_PAGE).xpath("//details[@id='teilen']//a/@href")
    document = read(f"{CARD}/anleitung")
    card, badge, code = (html.fragment_fromstring(text.text_content()) for text in document.xpath("//textarea"))
    assert card.get("src") == SITE + CARD
    assert "allow-scripts" not in card.get("sandbox")
    assert card.get("title")
    for link in (badge, code):
        picture = link.find("img")
        assert picture.get("alt")
        assert client.get(picture.get("src").removeprefix(SITE)).mimetype == "image/svg+xml"


def test_a_title_cannot_break_out_of_what_is_copied(tmp_path: Path) -> None:
    services = make_node(tmp_path)
    folder = "case-studies/beispielstadt-mitfahrbank"
    text = (services.repository.folder(folder, services.repository.head()).text or b"").decode()
    hostile = re.sub(r"^title: .*$", "title: 'Ende\"><script>alert(1)</script>'", text, count=1, flags=re.MULTILINE)
    publish(services, {f"{folder}/index.md": hostile.encode()})
    page = create_app(services).test_client().get(f"{CARD}/anleitung").get_data(as_text=True)
    services.close()
    pieces = [area.text_content() for area in html.document_fromstring(page).xpath("//textarea")]
    assert "Ende" in pieces[0]
    assert "<script" not in "".join(pieces)
    assert "<script>" not in page


def test_an_editing_system_gets_the_card_for_an_address(client: FlaskClient, read: Read) -> None:
    for page in (STOPPED_PAGE, f"/r/{STOPPED}", f"/r/{STOPPED}/v/1"):
        found = client.get(f"/oembed?{urlencode({'url': SITE + page})}")
        assert found.headers["Access-Control-Allow-Origin"] == "*"
        told = found.get_json()
        assert (told["version"], told["type"]) == ("1.0", "rich")
        assert told["title"].startswith("Beispielstadt: Mitfahrbank")
        frame = html.fragment_fromstring(told["html"])
        assert (frame.get("src"), int(frame.get("width"))) == (SITE + CARD, told["width"])


def test_the_card_speaks_the_language_of_the_page_that_was_asked_about(client: FlaskClient, read: Read) -> None:
    for prefix in ("", "/en"):
        address = read(prefix + STOPPED_PAGE).xpath("//link[@type='application/json+oembed']/@href")[0]
        told = client.get(address.removeprefix(SITE)).get_json()
        assert f'src="{SITE}{prefix}{CARD}"' in told["html"]
    asked = {"url": SITE + STOPPED_PAGE, "maxwidth": 320, "maxheight": 9999}
    told = client.get(f"/oembed?{urlencode(asked)}").get_json()
    assert (told["width"], told["height"]) == (320, 420), "the frame fits into what the asker has"
    moved = client.get(f"/oembed?{urlencode({'url': f'{SITE}/en{STOPPED_PAGE}'})}")
    told = client.get(moved.headers["Location"].removeprefix(SITE)).get_json()
    assert f'src="{SITE}/en{CARD}"' in told["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": f"{SITE}/suche"}, 404), ({"url": f"{SITE}/fallstudien/nirgends"}, 404),
        ({"url": "https://boese.example/fallstudien/beispielstadt-mitfahrbank"}, 404),
        ({"url": "javascript:alert(1)"}, 404), ({"url": "https://[boese"}, 404), ({}, 404),
        ({"url": f"{SITE}/r/{WITHDRAWN}"}, 410), ({"url": SITE + STOPPED_PAGE, "format": "xml"}, 501),
    ],
)  # fmt: skip
def test_other_addresses_have_no_card(client: FlaskClient, query: dict[str, str], status: int) -> None:
    assert client.get(f"/oembed?{urlencode(query)}").status_code == status


def test_the_badge_counts_nobody_before_somebody_confirmed(client: FlaskClient) -> None:
    answer = client.get(f"/r/{STOPPED}/genutzt.svg")
    root = etree.fromstring(answer.data)
    assert root.get("aria-label") == "noch keine bestätigte Nutzung"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["ETag"]


@pytest.mark.parametrize("path", [f"/r/{STOPPED}/qr.svg", f"/r/{STOPPED}/v/2/qr.svg"])
def test_the_code_leads_to_the_record_or_its_version(client: FlaskClient, tmp_path: Path, path: str) -> None:
    from app.documents.writing.weasyprint_engine import write_drawing  # noqa: PLC0415 - it loads system libraries

    assert client.get(f"/r/{STOPPED}/v/99/qr.svg").status_code == 404
    answer = client.get(path)
    drawn = write_drawing(answer.get_data(as_text=True), (300, 300), "svg { width: 300px }", {}, tmp_path)
    picture = PdfDocument(drawn)[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [SITE + path.removesuffix("/qr.svg")]
