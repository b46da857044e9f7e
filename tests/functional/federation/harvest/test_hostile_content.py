"""What a hostile node may put into a record that it signs correctly: through the wire and onto the page."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from app.federation.statement import Statement
from app.records.record import StoredFile
from tests.netnodes.attaching import FILES
from tests.netnodes.forging import changed, list_statement, published
from tests.netnodes.net import Net, record_id
from tests.unit.records.test_markdown_safety import VECTORS

EVIL = "https://evil.example/x"
REST = "\n## Was dazu belegt ist {#findings}\n\nWenig. [^quelle]\n"
ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


class Sites:
    """A hostile node A, and B with pages that follows it. Each attack is a record of its own."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.a, self.b = net.node("a"), net.node("b")
        self.b.follow(self.a)
        self.number = 0

    def statement(self) -> Statement:
        """Return what A says of a new harmless record."""
        self.number += 1
        self.net.clock.forward(hours=1)
        self.a.publish(record_id(self.number))
        return published(self.a, record_id(self.number))

    def received(self, statement: Statement) -> dict[str, int]:
        """Let A list a statement in place of its own; return why B set it aside, if it did."""
        list_statement(self.a, statement, f"records/{record_id(self.number)}.json")
        return dict(self.b.harvest(self.a).tally.reasons)

    @property
    def shown(self) -> bool:
        """Tell whether readers of B see the last record."""
        return record_id(self.number) in self.b.shown(self.a.origin)

    def pages(self) -> Iterator[html.HtmlElement]:
        """Read what visitors of B see: the last record's page, a search and the front page."""
        for path in (f"/r/{self.a.origin}/{record_id(self.number)}", "/suche?q=Beispiel", "/"):
            answer = self.b.client.get(path)
            assert answer.status_code == 200 or not self.shown, path
            yield html.fromstring(answer.get_data())


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    net = Net(tmp_path_factory.mktemp("hostile"))
    yield Sites(net)
    net.close()


def harmless(page: html.HtmlElement) -> bool:
    """Tell whether nothing on a page runs, loads from elsewhere or leads to a script."""
    handlers = page.xpath("//@*[starts-with(name(), 'on')] | //@style | //base | //iframe | //object | //embed")
    scripts = page.xpath("//script[not(@src) and not(@type='application/ld+json')]")
    loaded = page.xpath("//img/@src | //script/@src | //link[@rel='stylesheet']/@href | //source/@src | //form/@action")
    links = page.xpath("//a/@href")
    return (
        not handlers
        and not scripts
        and not any("://" in address or address.startswith("//") for address in loaded)
        and not any(str(link).strip().lower().startswith(("javascript:", "data:", "vbscript:")) for link in links)
    )


def test_no_vector_in_the_text_does_anything_on_any_page(sites: Sites) -> None:
    text = "\n\n".join(vector for vector in VECTORS if "\n" not in vector and "[^" not in vector)
    hostile = changed(sites.statement(), body=f"## Worum es geht {{#background}}\n\n{text}\n\nEnde. [^quelle]\n{REST}")
    reasons = sites.received(hostile)
    assert reasons in ({}, {"schema": 1})
    assert all(harmless(page) for page in sites.pages())


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if "\n" not in vector][::4])
def test_a_single_vector_that_gets_in_stays_text(sites: Sites, vector: str) -> None:
    hostile = changed(
        sites.statement(), body=f"## Worum es geht {{#background}}\n\n{vector}\n\nEnde. [^quelle]\n{REST}"
    )
    sites.received(hostile)
    assert all(harmless(page) for page in sites.pages())


@pytest.mark.parametrize("field", ["title", "summary", "purpose"])
def test_markup_in_fields_stays_text(sites: Sites, field: str) -> None:
    assert sites.received(changed(sites.statement(), {field: f"Ein Beispiel {ATTACK}"})) in ({}, {"schema": 1})
    assert all(harmless(page) for page in sites.pages())


@pytest.mark.parametrize(
    "change",
    [
        {"sources": [{"key": "quelle", "title": "x", "publisher": "x", "self_reported": True, "url": "javascript:x"}]},
        {"relations": [{"rel": "related", "target": "javascript:alert(1)"}]},
        {"relations": [{"rel": "related", "target": "../../etc/passwd"}]},
        {"media": [{"file": "../../../secret.png", "alt": "x", "license": "CC0-1.0"}]},
        {"translations": [{"lang": "en", "file": "/etc/passwd", "title": "x", "summary": "x"}]},
        {"topics": ["mobility"] * 5000},
        {"keywords": ["x" * 100_000]},
        {"lang": "xx-<b>"},
    ],
)
def test_links_files_and_sizes_that_break_the_schema_do_not_get_in(sites: Sites, change: dict[str, Any]) -> None:
    assert set(sites.received(changed(sites.statement(), change))) <= {"schema", "too_large"}
    assert not sites.shown


@pytest.mark.parametrize(
    "name",
    [
        *("../x.png", "a/b.png", ".htaccess", "x\\y", "CON", "a" * 200 + ".png", "index.md\0"),
        *("../../keys/record.jwks.json", "..", ".lock", "b\0.png", ""),
    ],
)
def test_file_names_that_are_no_names_are_refused(sites: Sites, name: str) -> None:
    files, before = (StoredFile(name=name, size=1, sha256="ab" * 32),), len(sites.net.asked)
    reasons = sites.received(changed(sites.statement(), files=files))
    assert reasons == ({} if name == "CON" else {"payload": 1})
    assert not list((sites.net.folder / "b").rglob("*.png"))
    assert [
        url for url in sites.net.asked[before:] if FILES in url and name != "CON" and record_id(sites.number) in url
    ] == []


def test_a_text_that_takes_for_ever_to_render_is_refused(sites: Sites) -> None:
    body = "## Worum es geht {#background}\n\n" + "[" * 50_000 + f"\n\nEnde. [^quelle]\n{REST}"
    assert sites.received(changed(sites.statement(), body=body)) == {"schema": 1}
    assert not sites.shown


def test_pictures_of_others_are_neither_loaded_nor_fetched(sites: Sites) -> None:
    body = f"## Worum es geht {{#background}}\n\n![Bild]({EVIL}.png) ![Plan](plan.png)\n\nEnde. [^quelle]\n{REST}"
    files = (StoredFile(name="plan.png", size=12, sha256="ab" * 32),)
    assert sites.received(changed(sites.statement(), body=body, files=files)) == {}
    before = len(sites.net.asked)
    assert all(harmless(page) for page in sites.pages())
    assert len(sites.net.asked) == before
