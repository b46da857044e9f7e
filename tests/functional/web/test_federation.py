from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.federation import entity
from app.federation.keys import KeyRole
from app.federation.statement import receive
from app.records.record_reader import digest_of
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, WITHDRAWN

CONFIGURATION = "/.well-known/openid-federation"


def test_the_statement_signs_exactly_the_bytes_that_are_sent_as_json(client: FlaskClient, services: Services) -> None:
    jws, payload = client.get(f"/r/{STOPPED}.jws"), client.get(f"/r/{STOPPED}.json")
    assert jws.mimetype == "application/jose"
    assert payload.mimetype == "application/json"
    keys = services.federation.keys.ring(KeyRole.RECORD).published()
    assert receive(jws.text).verify(keys).statement.payload() == payload.data


def test_the_digest_is_that_of_the_content_between_its_marks(client: FlaskClient, services: Services) -> None:
    raw = client.get(f"/r/{STOPPED}.json").data
    content = raw[len(b'{"content":') : raw.rindex(b',"iat":')]
    digest = digest_of(content)
    assert digest == services.catalogue.head(STOPPED).digest
    assert json.loads(content) == json.loads(raw)["content"]
    assert client.get(f"/v/{digest[7:]}").data == client.get(f"/r/{STOPPED}.jws").data


def test_a_withdrawn_record_is_stated_but_its_earlier_texts_are_gone(client: FlaskClient) -> None:
    assert json.loads(client.get(f"/r/{WITHDRAWN}.json").data)["status"] == "withdrawn"
    assert client.get(f"/r/{WITHDRAWN}/v/2.jws").status_code == 200
    gone = client.get(f"/r/{WITHDRAWN}/v/1.jws")
    assert (gone.status_code, gone.mimetype) == (410, "application/problem+json")


def test_what_is_not_held_is_a_problem_in_json(client: FlaskClient) -> None:
    unknown, digest = "/r/10000000-0000-4000-8000-00000000ffff", f"/v/{'0' * 64}"
    elsewhere = f"{digest}?sub=https://anderswo.example/r/{STOPPED}"
    for path in (f"{unknown}.jws", f"{unknown}.json", f"/r/{STOPPED}/v/9.jws", digest, elsewhere):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path


@pytest.mark.parametrize("path", [CONFIGURATION, f"/r/{STOPPED}.jws", f"/r/{STOPPED}.json"])
def test_what_somebody_has_already_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "W/" not in first.headers["ETag"]


def test_oai_pmh_is_asked_by_get_and_by_post(client: FlaskClient) -> None:
    by_get = client.get("/oai?verb=ListIdentifiers&metadataPrefix=enet&set=own")
    by_post = client.post("/oai", data={"verb": "ListIdentifiers", "metadataPrefix": "enet", "set": "own"})
    assert by_get.headers["Content-Type"] == by_post.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert by_get.data.count(b"<header>") == by_post.data.count(b"<header>") == 6


@pytest.mark.parametrize("asked", ["ListRecords&metadataPrefix=enet", "Nothing"])
def test_what_was_told_before_is_not_sent_again_for_another_time(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    first = client.get(f"/oai?verb={asked}")
    later_on = services.clock() + timedelta(hours=1)
    monkeypatch.setattr(services.federation.oai, "_clock", lambda: later_on)
    later = client.get(f"/oai?verb={asked}")
    assert later.data != first.data
    assert later.headers["Cache-Control"] == "no-cache"
    again = client.get(f"/oai?verb={asked}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_answers_are_compressed_for_those_who_ask(client: FlaskClient) -> None:
    url = "/oai?verb=ListRecords&metadataPrefix=enet"
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).count(b"<record>") == 6


def test_any_site_may_read_what_is_open_in_no_language(client: FlaskClient) -> None:
    for path in (CONFIGURATION, f"/r/{STOPPED}.jws", "/oai?verb=Identify", "/oai/enet.xsd"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(CONFIGURATION).headers["Content-Type"] == "application/entity-statement+jwt"
    for path in ("/en/oai?verb=Identify", f"/en{CONFIGURATION}"):
        assert client.get(path).status_code == 404


def test_a_node_without_its_keys_says_that_it_cannot_answer(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.federation.keys, "_folder", services.settings.data / "elsewhere")
    answer = client.get(f"/r/{STOPPED}.jws")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_readers_find_the_signed_version_on_the_second_level_of_a_page(read: Read) -> None:
    page = read(STOPPED_PAGE)
    (details,) = page.xpath("//details[summary[contains(., 'Herkunft prüfen')]]")
    assert [link.get("href") for link in details.iter("a")] == [f"/r/{STOPPED}/v/3.jws"]
    (details,) = read(f"/en/r/{STOPPED}/v/1").xpath("//details[summary[contains(., 'Check the origin')]]")
    assert next(details.iter("a")).get("href") == f"/en/r/{STOPPED}/v/1.jws"


def test_the_lines_behind_the_state_root_can_be_had(client: FlaskClient, services: Services) -> None:
    keys = services.federation.keys.ring(KeyRole.FEDERATION).published()
    root = entity.receive(client.get(CONFIGURATION).text).verify(keys).state.root
    for path in ("/state.txt", "/state.txt?origin=erfahrungen.example"):
        assert digest_of(client.get(path).data) == root
    head = services.catalogue.head(STOPPED)
    assert f"/r/{STOPPED} {head.ver} {head.digest}\n" in client.get("/state.txt").text
    assert client.get("/state.txt?origin=anderswo.example").data == b""
