"""A hostile record that is listed correctly stays text wherever readers and those who look after the site meet it."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import text_of
from tests.netnodes.filled import BENCH, OWN, WARNING, Filled, fill
from tests.netnodes.forging import changed, list_statement, published
from tests.unit.records.test_markdown_safety import VECTORS
from tests.webnode.checks import check_page, page_of
from tests.webnode.memo import press
from tests.webnode.people import sign_in

ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
NAME = f"a.example/{BENCH}"
SKIPPED = re.compile(r"\n|\[\^|^#")
"""Vectors that the rules for a text keep out already: headings, and footnotes to sources that are not there."""
PAGES = (
    f"/r/{NAME}", f"/r/{NAME}/vergleich", "/suche?q=Beispielstadt",
    f"/suche?q=Beispielstadt&ort=Musterkreis&ort_land=HE&ort_art=district&einwohner=90000&gemerkt={NAME}",
    f"/auswahl?gemerkt={NAME}&gemerkt=a.example/{WARNING}&gemerkt={OWN}",
    f"/auswahl?q=Beispielstadt&gemerkt={NAME}&abgelehnt={OWN}", "/fallstudien", "/netz",
)  # fmt: skip
DESK = ("/verwaltung/netz", f"/verwaltung/netz/eintrag/{NAME}", "/verwaltung/netz/seite/a.example")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A lists a second version of its record in which every text attacks."""
    net = fill(tmp_path_factory.mktemp("hostile"), **OPERATOR)
    before = published(net.a, BENCH)
    vectors = "\n\n".join(one for one in VECTORS if not SKIPPED.search(one) and len(one) < 400)
    front = {
        "title": f"Beispielstadt {ATTACK}",
        "summary": f"Beispielstadt {ATTACK}",
        "outcome_note": {**dict(before.record)["outcome_note"], "text": f"Beispielstadt {ATTACK}"},  # type: ignore[dict-item] # a mapping by its schema
        "lessons": [{**lesson, "statement": ATTACK, "recommendation": ATTACK} for lesson in before.record["lessons"]],  # type: ignore[dict-item, union-attr] # a list by its schema
    }
    start = before.body.replace("\n\n", f"\n\n{vectors}\n\n", 1)
    evil = changed(before, front, body=start, ver=2, prev=before.digest)
    list_statement(net.a, evil)
    net.travel()
    assert [(one.reason, one.detail) for one in net.b.services.harvest.set_aside()] == []
    assert net.b.services.catalogue.head(BENCH, "a.example").ver == 2
    yield net
    net.net.close()


@pytest.fixture
def moderator(hostile: Filled) -> FlaskClient:
    client = hostile.b.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    return client


def inert(page: html.HtmlElement) -> bool:
    links = [str(link).strip().lower() for link in page.xpath("//a/@href")]
    pictures = page.xpath("//main//img")
    # The picture that came with the record is kept here; nothing else is one, and it has no attribute that acts.
    kept = all(
        picture.get("src").startswith(f"/r/{NAME}/v/") and set(picture.keys()) == {"src", "alt", "loading"}
        for picture in pictures
    )
    return kept and not any(link.startswith(("javascript:", "data:", "vbscript:")) for link in links)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_it_acts_on_a_page_for_readers(hostile: Filled, path: str) -> None:
    answer = hostile.b.client.get(path)
    page = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert inert(page)


@pytest.mark.parametrize("path", DESK)
def test_nothing_of_it_acts_on_a_page_for_moderators(moderator: FlaskClient, path: str) -> None:
    answer = moderator.get(path)
    assert answer.status_code == 200
    assert inert(check_page(answer.get_data(as_text=True), dict(answer.headers), "de"))


def test_it_stays_text_in_every_export_of_a_memo(hostile: Filled) -> None:
    client = hostile.b.client
    page = page_of(client.get(f"/auswahl?q=Beispielstadt&gemerkt={NAME}"))
    assert ATTACK in text_of(page)
    markdown = press(client, page, "herunterladen:md").get_data(as_text=True)
    assert "<script>" not in markdown.replace("\\<script>", "")
    for kind in ("odt", "docx", "json"):
        button = kind if kind == "json" else f"herunterladen:{kind}"
        assert press(client, page, button).status_code == 200


def test_its_links_are_marked_and_its_own_pages_lead_to_its_home(hostile: Filled) -> None:
    page = html.fromstring(hostile.b.client.get(f"/r/{NAME}").get_data())
    text = page.xpath("//div[contains(@class, 'prose')]//a[starts-with(@href, 'http')]")
    assert text
    assert all("nofollow" in way.get("rel", "") for way in text)
    own = [link for link in page.xpath("//div[contains(@class, 'prose')]//a/@href") if link.startswith("/")]
    assert all(link.startswith("/r/a.example/") for link in own), own
