import gzip
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from tuf.api.metadata import Metadata, Snapshot, Timestamp

from app.records.record_reader import digest_of
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import ROOT, STOPPED, STOPPED_PAGE, WITHDRAWN

TIMESTAMP = "/netz/tuf/metadata/timestamp.json"


def test_the_list_leads_from_its_timestamp_to_every_file(client: FlaskClient, services: Services) -> None:
    def read(path: str) -> bytes:
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            return bytes(answer.data)

    number = Metadata[Timestamp].from_bytes(read(TIMESTAMP)).signed.snapshot_meta.version
    snapshot = Metadata[Snapshot].from_bytes(read(f"/netz/tuf/metadata/{number}.snapshot.json")).signed
    for name, meta in snapshot.meta.items():
        read(f"/netz/tuf/metadata/{meta.version}.{name}")
    listed = services.federation.listing.listed.listed()
    assert f"records/{STOPPED}.json" in listed
    for path in listed:
        entry = services.federation.listing.listed.entry(path)
        assert entry is not None
        (place,) = entry.get_prefixed_paths()
        assert sha256(read(f"/netz/tuf/targets/{place}")).hexdigest() == entry.hashes["sha256"], path


def test_nothing_beside_the_list_is_handed_out(client: FlaskClient) -> None:
    for path in ("metadata/9.root.json", "metadata/..%2F..%2Fkeys%2Fonline.pem", "targets/x", "keys/online.pem"):
        assert client.get(f"/netz/tuf/{path}").status_code == 404
        assert client.get(f"/netz/tuf/mirrors/anderswo.example/{path}").status_code == 404


def test_schemas_and_the_example_list_are_handed_out_and_what_else_lies_there_is_not(client: FlaskClient) -> None:
    for file in (ROOT / "schemas").glob("*.json"):
        with client.get(f"/netz/schemas/{file.name}") as answer:
            assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/json", file.read_bytes())
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for name in ("nichts.json", "enet.xsd", "..%2Fpackage.json"):
        assert client.get(f"/netz/schemas/{name}").status_code == 404


def test_the_digest_is_that_of_the_content_between_its_marks(client: FlaskClient, services: Services) -> None:
    raw = client.get(f"/r/{STOPPED}.json").data
    content = raw[len(b'{"content":') : raw.rindex(b',"iat":')]
    assert digest_of(content) == services.catalogue.head(STOPPED).digest
    assert json.loads(content) == json.loads(raw)["content"]


def test_a_withdrawn_record_says_so_and_an_unknown_one_is_a_problem_in_json(client: FlaskClient) -> None:
    assert json.loads(client.get(f"/r/{WITHDRAWN}.json").data)["status"] == "withdrawn"
    answer = client.get("/r/10000000-0000-4000-8000-00000000ffff.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", [TIMESTAMP, f"/r/{STOPPED}.json"])
def test_what_somebody_has_already_is_not_sent_again(client: FlaskClient, path: str) -> None:
    with client.get(path) as first:
        assert first.headers["Cache-Control"] == "no-cache"
        with client.get(path, headers={"If-None-Match": first.headers["ETag"]}) as again:
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
    monkeypatch.setattr(services.oai, "_clock", lambda: later_on)
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
    for path in (TIMESTAMP, f"/r/{STOPPED}.json", "/oai?verb=Identify", "/oai/enet.xsd"):
        with client.get(path) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for path in ("/en/oai?verb=Identify", f"/en{TIMESTAMP}"):
        assert client.get(path).status_code == 404


def test_readers_find_the_listed_record_on_the_second_level_of_a_page(read: Read) -> None:
    beside = "//div[@id='herkunft']//a/@href"
    assert f"/r/{STOPPED}.json" in read(STOPPED_PAGE).xpath(beside)
    assert f"/r/{STOPPED}.json" not in read(f"/en/r/{STOPPED}/v/1").xpath(beside)
