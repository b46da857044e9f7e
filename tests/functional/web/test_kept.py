# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages stay in memory as long as what they show is as it was, and their tags as long as their text is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from app.catalogue import CatalogueEntry, CatalogueService
from app.catalogue.own import OwnRecords
from app.search.errors import SearchUnavailable
from app.search.service import SearchService
from app.web.api.presenter import Presenter
from app.web.factory import create_app
from app.web.shell.caching import PRIVATE
from app.web.shell.kept import KeptPage, KeptPages, Key
from app.wiring import Services, wire
from bench.harvest import NOW, played_peer
from bench.kept import read_beside_harvest
from tests.functional.search.conftest import case_study
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, make_node, publish, settings

CASES = "/fallstudien"
CASE_FILE = "case-studies/beispielkreis-starkregen/index.md"
CASE_PAGE = "/fallstudien/beispielkreis-starkregen"


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("kept"))
    services.neighbours.work_out(lambda: False)
    yield services
    services.close()


@pytest.fixture
def app(node: Services) -> Flask:
    return create_app(node, testing=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def made(app: Flask) -> Iterator[list[str]]:
    """The names of the pages that were made, not taken out of memory."""
    names: list[str] = []

    def note(_sender: Flask, template: object, **_: object) -> None:
        names.append(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note, app):
        yield names


def change(node: Services, old: str, new: str) -> None:
    text = (node.repository.folder(CASE_FILE.rpartition("/")[0], node.repository.head()).text or b"").decode()
    assert old in text
    publish(node, {CASE_FILE: text.replace(old, new).encode()})


def test_page_that_does_not_show_what_changed_is_not_made_again(
    node: Services, client: FlaskClient, made: list[str]
) -> None:
    paths = ("/impressum", "/ueber", "/begriffe/topics", CASE_PAGE)
    before = {path: client.get(path) for path in paths}
    made.clear()
    change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
    after = {path: client.get(path) for path in paths}
    assert made == ["records/page.html"]
    assert b"Pegel kaufen" in after.pop(CASE_PAGE).data
    for path, page in after.items():
        assert (page.headers["ETag"], page.data) == (before[path].headers["ETag"], before[path].data)


def test_page_that_says_the_same_is_made_again_once_and_keeps_its_tag(
    node: Services, client: FlaskClient, made: list[str]
) -> None:
    tag = client.get(SOLUTION_PAGE).headers["ETag"]
    made.clear()
    # The case stands among the similar ones, where nothing of its lessons is told.
    change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
    for _ in range(3):
        assert client.get(SOLUTION_PAGE, headers={"If-None-Match": tag}).status_code == 304
    assert made == ["records/page.html"]


def test_harvest_leaves_pages_in_memory_and_with_readers(tmp_path_factory: pytest.TempPathFactory) -> None:
    peer, folder = played_peer(60), tmp_path_factory.mktemp("beside")
    make_node(folder).close()
    services = wire(settings(folder), lambda: NOW, peer)
    services.follow()
    services.neighbours.work_out(lambda: False)
    pages = [STOPPED_PAGE, CASE_PAGE, SOLUTION_PAGE, CONCEPT_PAGE, "/impressum"]
    pages += ["/feed.atom", f"{STOPPED_PAGE}.md"]
    found = read_beside_harvest(services, peer, pages)
    assert found["asked"] > len(pages)
    assert found["unchanged"] == found["asked"]
    assert (found["made"], found["changed"]) == (0, 0)
    services.close()


LISTS = [
    "/api/v1/records",
    "/api/v1/records?kind=case-study&size=2",
    "/api/v1/records?size=2&page=2",
    f"/api/v1/records/{STOPPED}",
    f"/api/v1/records/{STOPPED}/versions",
    f"/api/v1/records/{STOPPED}/versions/1",
    "/v1/software",
    "/v1/software?page[size]=1",
    "/feed.atom",
    f"{STOPPED_PAGE}.atom",
    f"/en{STOPPED_PAGE}.atom",
    "/sitemap-1.xml",
    "/catalog.ttl",
]
TOLD_ANEW = [
    "/oai?verb=ListRecords&metadataPrefix=enet&set=own",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=own",
]


def test_harvest_leaves_lists_for_programs_in_memory_and_with_readers(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, folder = played_peer(60), tmp_path_factory.mktemp("lists")
    make_node(folder).close()
    services = wire(settings(folder), lambda: NOW, peer)
    services.follow()
    made = Counter[str]()
    for kind, name in ((Presenter, "summary"), (Presenter, "version"), (OwnRecords, "newest_edits")):
        monkeypatch.setattr(kind, name, _counted(getattr(kind, name), made))
    client = create_app(services, testing=True).test_client(use_cookies=False)
    assert {client.get(path).status_code for path in LISTS} == {200}
    once = made.copy()
    made.clear()
    found = read_beside_harvest(services, peer, [*LISTS, *TOLD_ANEW])
    assert found["asked"] > len(LISTS)
    assert found["unchanged"] == found["asked"]
    assert found["changed"] == 0
    assert len(once) == 3
    assert made == once, "each was made before the harvest, and none beside or after it"
    services.close()


def _counted(made: Callable[..., object], counts: Counter[str]) -> Callable[..., object]:
    def counting(*given: object, **named: object) -> object:
        counts[made.__name__] += 1
        return made(*given, **named)

    return counting


def test_a_part_of_a_list_is_kept_and_of_a_search_at_most_its_tag(
    app: Flask, client: FlaskClient, node: Services
) -> None:
    kept: list[str] = []
    put = KeptPages.keep

    def note(pages: KeptPages, key: Key, page: KeptPage) -> None:
        kept.append("?".join(key[:2]) + ("" if page.body else ": tag"))
        put(pages, key, page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeptPages, "keep", note)
        for path in ("/api/v1/records?size=2", "/api/v1/search?q=Bank", "/suche.atom?q=Bank", "/suche?q=Bank"):
            assert client.get(path).status_code == 200
        client.get(f"/api/v1/records?size=2&page={'0' * 300}1")
    assert kept == ["/api/v1/records?size=2", "/api/v1/search?q=Bank: tag"]


def test_another_record_that_names_it_changes_a_page(node: Services, client: FlaskClient) -> None:
    tag = client.get(CONCEPT_PAGE).headers["ETag"]
    text = case_study("neu", "Nach der Prüfliste").replace(
        b"sources:\n", b"relations:\n  - {rel: draws_on, target: concept/beispiel-pruefliste}\nsources:\n", 1
    )
    publish(node, {"case-studies/neu/index.md": text})
    answer = client.get(CONCEPT_PAGE, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Nach der Prüfliste" in answer.get_data(as_text=True)


def test_page_made_while_the_index_is_behind_is_not_shown_for_longer(
    node: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(CASES)
    with monkeypatch.context() as patch:
        patch.setattr(SearchService, "catch_up", lambda _self, _progress=None: 0)
        publish(node, {"case-studies/neu/index.md": case_study("neu", "Ganz neu")})
        assert "Ganz neu" not in client.get(CASES).get_data(as_text=True)
    # Nothing is written to the database meanwhile.
    node.search.catch_up()
    assert "Ganz neu" in client.get(CASES).get_data(as_text=True)


def test_start_page_without_what_the_search_gives_says_so_and_is_kept_nowhere(
    node: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_given: object) -> None:
        raise SearchUnavailable("search")

    with monkeypatch.context() as patch:
        patch.setattr(SearchService, "search", silent)
        lacking = client.get("/")
    assert "Die Suche antwortet" in lacking.get_data(as_text=True)
    assert (lacking.status_code, lacking.headers["Cache-Control"]) == (200, PRIVATE)
    assert "ETag" not in lacking.headers
    assert CASE_PAGE in client.get("/").get_data(as_text=True)


def test_page_that_was_begun_before_a_publication_and_looks_again_after_it_is_not_kept(
    node: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
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
        assert "Sensoren kaufen" in client.get(CASE_PAGE).get_data(as_text=True)
    assert "Pegel kaufen" in client.get(CASE_PAGE).get_data(as_text=True)


def test_numbers_from_after_a_publication_let_no_thread_take_an_older_page_over(node: Services) -> None:
    pages, catalogue = KeptPages(node), node.catalogue
    case = catalogue.head_by_slug("case-study", "beispielkreis-starkregen")
    old = KeptPage(b"", (), notes=catalogue.asked.made(lambda: catalogue.head(case.id)).notes)
    mark = pages.mark()
    catalogue.moment.begin()
    catalogue.state()

    def publish_and_look() -> None:
        change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
        catalogue.catch_up()
        pages.holds(KeptPage(b"", ()), mark)

    other = Thread(target=publish_and_look)
    other.start()
    other.join()
    assert pages.holds(old, mark)
    catalogue.moment.end()
    assert not pages.holds(old, pages.mark())


def test_somebody_with_a_cookie_gets_no_page_out_of_memory(app: Flask, client: FlaskClient, made: list[str]) -> None:
    client.get(STOPPED_PAGE)
    made.clear()
    named = app.test_client()
    named.set_cookie(app.config["SESSION_COOKIE_NAME"], "anything")
    assert named.get(STOPPED_PAGE).status_code == 200
    assert made == ["records/page.html"]


def test_other_forms_of_a_page_are_not_mistaken_for_it(client: FlaskClient) -> None:
    client.get(STOPPED_PAGE)
    assert client.get(STOPPED_PAGE, headers={"Accept": "text/markdown"}).mimetype == "text/markdown"
    assert client.get(STOPPED_PAGE, headers={"Accept": "*/*"}).mimetype == "text/html"


def test_page_with_parameters_is_sent_again_only_when_it_differs(node: Services, client: FlaskClient) -> None:
    address = f"{STOPPED_PAGE}?ort=Neustadt&ort_land=HE"
    tag = client.get(address).headers["ETag"]
    change(node, "bevor Sie Sensoren kaufen", "bevor Sie Pegel kaufen")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_page_names_what_it_shows_to_caches(client: FlaskClient) -> None:
    keys = client.get(STOPPED_PAGE).headers["Surrogate-Key"].split()
    assert STOPPED in keys
    assert "many" not in keys
    assert "Surrogate-Key" not in client.get("/impressum").headers
    assert STOPPED in client.get(CASES).headers["Surrogate-Key"].split()
    assert "many" in client.get("/karte").headers["Surrogate-Key"].split()
