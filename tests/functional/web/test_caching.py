from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.search.service import SearchService
from app.web.factory import create_app
from app.web.shell.security import HEADERS
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish
from tests.webnode.reading import noted

CACHED = ["/", STOPPED_PAGE, f"{STOPPED_PAGE}.md", f"/r/{STOPPED}/v/1", "/suche?q=Bank", "/themen", "/impressum"]


@pytest.mark.parametrize("path", CACHED)
def test_unchanged_page_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    # Browsers would put these in place of those that they keep, which may be others: a frame would stay empty.
    assert not {*HEADERS, "Cache-Control"} & set(again.headers.keys())


def test_other_tag_gets_the_page(client: FlaskClient) -> None:
    assert client.get("/", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_languages_have_tags_of_their_own(client: FlaskClient) -> None:
    assert client.get("/").headers["ETag"] != client.get("/en/").headers["ETag"]


def test_error_is_not_kept(client: FlaskClient) -> None:
    assert "ETag" not in client.get("/nirgends").headers


def test_new_version_changes_every_tag(tmp_path_factory: pytest.TempPathFactory) -> None:
    services = make_node(tmp_path_factory.mktemp("changing"))
    client = create_app(services, testing=True).test_client()
    before = client.get("/")
    text = services.repository.folder("case-studies/beispielkreis-starkregen", services.repository.head()).text or b""
    publish(services, {"case-studies/beispielkreis-starkregen/index.md": text.replace(b"Hundert", b"Zweihundert")})
    after = client.get("/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"Zweihundert" in client.get("/fallstudien/beispielkreis-starkregen").data
    assert b"Zweihundert" in client.get("/suche?q=Sensoren").data
    services.close()


def test_changed_settings_change_the_tag(
    services: Services, client: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = make_node(tmp_path_factory.mktemp("other"), operator_name="Anderer Betreiber")
    tag = create_app(other, testing=True).test_client().get("/impressum").headers["ETag"]
    assert tag != client.get("/impressum").headers["ETag"]
    other.close()


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_pages_are_compressed_as_the_browser_wants(client: FlaskClient, encoding: str) -> None:
    answer = client.get(STOPPED_PAGE, headers={"Accept-Encoding": encoding})
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.data) < len(client.get(STOPPED_PAGE).data) / 2


def test_best_encoding_comes_first(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "zstd"


def test_files_for_the_browser_never_expire(app: Flask, client: FlaskClient, read: Read) -> None:
    document = read("/")
    addresses = document.xpath("//link[@rel='stylesheet']/@href") + document.xpath("//script/@src")
    assert addresses
    for address in addresses:
        assert re.fullmatch(r"/static/[0-9a-f]{12}/(css|js|vendor)/[\w.-]+", address)
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_list_made_while_the_index_is_behind_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    services = make_node(tmp_path_factory.mktemp("behind"))
    client = create_app(services, testing=True).test_client()
    text = services.repository.folder("case-studies/beispielkreis-starkregen", services.repository.head()).text or b""
    publish(services, {"case-studies/beispielkreis-starkregen/index.md": text.replace(b"mit Sensoren", b"mit Pegeln")})
    with monkeypatch.context() as patch:
        patch.setattr(SearchService, "catch_up", lambda _self, _progress=None: 0)
        behind = client.get("/fallstudien").headers["ETag"]
    services.search.catch_up()
    after = client.get("/fallstudien")
    assert after.headers["ETag"] != behind
    assert b"mit Pegeln" in after.data
    services.close()


def test_the_catalogue_is_put_together_once_until_something_is_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    services = make_node(tmp_path_factory.mktemp("described"))
    client = create_app(services, testing=True).test_client()
    read = noted(services.catalogue, monkeypatch)
    first = client.get("/catalog.ttl")
    assert len(read) == len({entry.id for entry in read}) > 3
    assert client.get("/catalog.ttl").data == first.data
    assert len(read) == len({entry.id for entry in read})
    text = services.repository.folder("case-studies/beispielkreis-starkregen", services.repository.head()).text or b""
    publish(services, {"case-studies/beispielkreis-starkregen/index.md": text.replace(b"mit Sensoren", b"mit Pegeln")})
    assert b"mit Pegeln" in client.get("/catalog.ttl").data
    services.close()


VOCABULARY_SHOWN = ["/begriffe/topics.ttl", "/catalog.ttl"]


def test_changed_vocabulary_is_sent_to_programs(tmp_path_factory: pytest.TempPathFactory) -> None:
    services = make_node(tmp_path_factory.mktemp("words"))
    client = create_app(services, testing=True).test_client()
    before = {path: client.get(path) for path in VOCABULARY_SHOWN}
    seq = services.catalogue.last_seq()
    topics = services.repository.vocabulary("topics").replace(b"data-theme/TRAN", b"data-theme/TECH")
    publish(services, {"vocabulary/topics.yaml": topics})
    services.follow()
    assert services.catalogue.last_seq() == seq
    for path, first in before.items():
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200, path
    for path in VOCABULARY_SHOWN:
        assert b"TRAN" in before[path].data
        assert b"TRAN" not in client.get(path).data, path
    services.close()
