"""Pages that are the same for all are made once, and again when the state of the node is another."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from app.catalogue import CatalogueEntry, CatalogueService
from app.database.jobs import LastResults
from app.web.factory import create_app
from app.web.shell.page_cache import KeptPage, PageCache
from app.web.shell.security import HEADERS
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish, text_of
from tests.webnode.texts import case_study

CASES = "/fallstudien"
CASE_FILE = "case-studies/beispielkreis-starkregen/index.md"
CASE_PAGE = "/fallstudien/beispielkreis-starkregen"


@pytest.fixture
def fresh(services: Services) -> Flask:
    return create_app(services, testing=True)


@pytest.fixture
def rendered(fresh: Flask) -> Iterator[list[str]]:
    with drawn(fresh) as names:
        yield names


@pytest.fixture
def client(fresh: Flask) -> FlaskClient:
    return fresh.test_client()


def test_same_page_is_rendered_once_and_sent_alike(client: FlaskClient, rendered: list[str]) -> None:
    first, second = client.get(STOPPED_PAGE), client.get(STOPPED_PAGE)
    assert rendered == ["records/page.html"]
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)
    assert client.get(STOPPED_PAGE, headers={"Accept": "text/markdown"}).mimetype == "text/markdown"
    assert client.get(STOPPED_PAGE, headers={"Accept": "*/*"}).mimetype == "text/html"
    rendered.clear()
    for path in ("/suche?q=Bank", f"{CASE_PAGE}?ort=Neustadt&ort_land=HE", "/nirgends"):
        client.get(path)
        client.get(path)
    assert len(rendered) == 6, "pages with parameters and missing ones are not kept"


def test_languages_and_encodings_are_kept_apart(client: FlaskClient, rendered: list[str]) -> None:
    answers = [
        client.get(prefix + STOPPED_PAGE, headers={"Accept-Encoding": encoding})
        for _ in range(2)
        for prefix in ("", "/en")
        for encoding in ("", "gzip", "br", "zstd")
    ]
    pages = [answer.data for answer in answers]
    assert pages[:8] == pages[8:]
    assert len(set(pages)) == len(rendered) == 8
    assert len({answer.headers["ETag"] for answer in answers}) == 2
    assert [answer.headers.get("Content-Encoding") for answer in answers[:4]] == [None, "gzip", "br", "zstd"]
    assert "Accept-Encoding" in answers[1].headers["Vary"]
    assert len(pages[1]) < len(pages[0]) / 2
    assert "Content-Encoding" in client.get(STOPPED_PAGE, headers={"Accept-Encoding": "*"}).headers
    assert "Content-Encoding" not in client.get(STOPPED_PAGE).headers, "who takes anything is no answer for others"


def test_an_address_with_an_escaped_question_mark_is_another_one(client: FlaskClient) -> None:
    assert client.get("/api/v1/records?size=1").status_code == 200
    assert client.get("/api/v1/records%3Fsize=1").status_code == 404


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("gzip; q=0.000", {None}), ("zstd;q=0, br;q=0, gzip;q=0", {None}), ("identity;q=1, *;q=0", {None}),
        ("zstd;q=0, *", {"br"}), ("zstd;q=0, br;q=0, gzip;q=0.1", {"gzip"}),
        ("zstd;q=0, br;q=0.5, gzip", {"gzip", "br"}),
    ],
)  # fmt: skip
def test_refused_encoding_is_never_sent(client: FlaskClient, header: str, sent: set[str | None]) -> None:
    (style,) = client.get("/").text.partition('<link rel="stylesheet" href="')[2].split('"')[:1]
    for path in (STOPPED_PAGE, "/api/v1/records?size=5", "/feed.atom", style):
        with client.get(path, headers={"Accept-Encoding": "gzip"}):
            pass
        with client.get(path, headers={"Accept-Encoding": header}) as answer:
            assert answer.status_code == 200
            # Small files of the program are sent as they are, and none as gzip.
            assert answer.headers.get("Content-Encoding") in sent | ({None} if path == style else set()), path


def test_kept_pages_stay_within_their_limit(services: Services) -> None:
    cache = PageCache(services, limit=1600)
    keys = [(f"/{number}", "", frozenset[str]()) for number in range(20)]
    assert cache.find(keys[0], "now") is None
    for key in keys:
        cache.keep(key, "now", KeptPage(b"x" * 100, (), ""))
    assert [key for key in keys if cache.find(key, "now")] == keys[4:]
    cache.keep(keys[0], "now", KeptPage(b"y" * 101, (), ""))
    # A giant takes nothing with it.
    assert [key for key in keys if cache.find(key, "now")] == keys[4:]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Services]:
    services = make_node(tmp_path)
    services.neighbours.work_out(lambda: False)
    yield services
    services.close()


@pytest.fixture
def changing(node: Services) -> Flask:
    return create_app(node, testing=True)


@pytest.fixture
def reader(changing: Flask) -> FlaskClient:
    return changing.test_client()


def change(node: Services, old: str, new: str) -> None:
    text = text_of(node, CASE_FILE.rpartition("/")[0])
    assert old in text
    publish(node, {CASE_FILE: text.replace(old, new).encode()})


@contextmanager
def drawn(app: Flask) -> Iterator[list[str]]:
    """The names of the templates that are rendered."""
    names: list[str] = []

    def note(_sender: Flask, template: object, **_: object) -> None:
        names.append(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note, app):
        yield names


def test_only_a_change_that_pages_show_empties_the_memory(node: Services, changing: Flask, reader: FlaskClient) -> None:
    paths = ("/", "/impressum", CASE_PAGE, "/feed.atom", "/api/v1/records")
    before = {path: reader.get(path) for path in paths}
    LastResults(node.sessions, node.clock).note("check")
    with drawn(changing) as made:
        for path, page in before.items():
            again = reader.get(path, headers={"If-None-Match": page.headers["ETag"]})
            assert (again.status_code, reader.get(path).data) == (304, page.data), path
    assert made == []
    change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
    with drawn(changing) as made:
        for path, page in before.items():
            assert reader.get(path, headers={"If-None-Match": page.headers["ETag"]}).status_code == 200, path
    assert "records/page.html" in made
    assert b"Pegel kaufen" in reader.get(CASE_PAGE).data
    assert CASE_PAGE.encode() in reader.get("/suche?q=Pegel").data


def test_page_of_an_old_index_is_not_kept(node: Services, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.get(CASES)
    with monkeypatch.context() as patch:
        patch.setattr(node.projections, "stores", [one for one in node.projections.stores if one.name != "index"])
        publish(node, {"case-studies/neu/index.md": case_study("neu", "Ganz neu")})
        assert "Ganz neu" not in reader.get(CASES).get_data(as_text=True)
    # Nothing is written to the database meanwhile.
    node.search.catch_up()
    assert "Ganz neu" in reader.get(CASES).get_data(as_text=True)


def test_page_that_was_begun_before_a_publication_and_looks_again_after_it_is_not_kept(
    node: Services, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = CatalogueService.head_by_slug

    def and_again(catalogue: CatalogueService, kind: str, slug: str) -> CatalogueEntry:
        found = looked(catalogue, kind, slug)
        change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
        node.follow()
        assert catalogue.head(found.id) != found
        return found

    with monkeypatch.context() as patch:
        patch.setattr(CatalogueService, "head_by_slug", and_again)
        mixed = reader.get(CASE_PAGE)
    assert "Sensoren kaufen" in mixed.get_data(as_text=True)
    assert "ETag" not in mixed.headers
    assert "Pegel kaufen" in reader.get(CASE_PAGE).get_data(as_text=True)


def test_somebody_with_a_cookie_gets_no_page_out_of_memory(reader: FlaskClient, changing: Flask) -> None:
    reader.get(STOPPED_PAGE)
    named = changing.test_client()
    named.set_cookie(changing.config["SESSION_COOKIE_NAME"], "anything")
    with drawn(changing) as made:
        assert named.get(STOPPED_PAGE).status_code == 200
    assert made == ["records/page.html"]


UNCHANGED = [STOPPED_PAGE, f"{STOPPED_PAGE}.md", f"/r/{STOPPED}/v/1", "/suche?q=Bank"]


@pytest.mark.parametrize("path", UNCHANGED)
def test_unchanged_page_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    # Browsers would put these in place of those that they keep, which may be others: a frame would stay empty.
    assert not {*HEADERS, "Cache-Control"} & set(again.headers.keys())


def test_files_for_the_browser_never_expire(client: FlaskClient, read: Read) -> None:
    document = read("/")
    addresses = document.xpath("//link[@rel='stylesheet']/@href") + document.xpath("//script/@src")
    assert addresses
    for address in addresses:
        assert re.fullmatch(r"/static/[0-9a-f]{12}/(css|js|vendor)/[\w.-]+", address)
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
