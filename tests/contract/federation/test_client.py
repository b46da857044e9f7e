"""oaipmh-scythe, a client that knows nothing of this project, reads all that a node offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import BadArgument, CannotDisseminateFormat, IdDoesNotExist, NoRecordsMatch

from tests.contract.federation.conftest import ALL, WITHDRAWN, record_id

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Any]:
    with Scythe(f"{url}/oai") as client:
        yield client


def test_it_learns_who_offers_what(client: Any, url: str) -> None:
    told = client.identify()
    assert (told.baseURL, told.deletedRecord, told.adminEmail) == (
        f"{url}/oai",
        "persistent",
        "netz@verbund.example",
    )
    assert {form.metadataPrefix for form in client.list_metadata_formats()} == {"enet", "oai_dc"}
    specs = {found.setSpec for found in client.list_sets()}
    assert {"own", "kind:concept", "topic:mobility", f"origin:{url.removeprefix('http://')}"} <= specs


def test_it_reads_every_record_once_and_sees_what_was_withdrawn(client: Any, url: str) -> None:
    records = list(client.list_records(metadata_prefix="oai_dc"))
    assert len({record.header.identifier for record in records}) == len(records) == ALL
    deleted = {record.header.identifier for record in records if record.header.deleted}
    assert {f"{url}/r/{record_id(number)}" for number in range(WITHDRAWN)} <= deleted
    assert len(deleted) == WITHDRAWN
    left = list(client.list_records(metadata_prefix="oai_dc", ignore_deleted=True))
    assert len(left) == ALL - WITHDRAWN


def test_it_gets_a_signed_statement_for_every_record_withdrawn_ones_included(client: Any) -> None:
    records = list(client.list_records(metadata_prefix="enet"))
    assert len(records) == ALL
    assert not any(record.header.deleted for record in records)
    statements = [record.xml.findtext(".//{*}statement") for record in records]
    assert all(text.count(".") == 2 for text in statements)
    assert len(set(statements)) == ALL


def test_it_reads_identifiers_in_the_order_in_which_they_changed(client: Any) -> None:
    headers = list(client.list_identifiers(metadata_prefix="enet"))
    assert len(headers) == ALL
    stamps = [header.datestamp for header in headers]
    assert stamps == sorted(stamps)
    assert headers[-1].identifier.endswith(record_id(100))


def test_it_reads_by_set(client: Any) -> None:
    assert len(list(client.list_identifiers(metadata_prefix="oai_dc", set_="own"))) == ALL
    concepts = list(client.list_identifiers(metadata_prefix="oai_dc", set_="kind:concept"))
    assert len(concepts) == ALL - 5
    mobility = list(client.list_identifiers(metadata_prefix="oai_dc", set_="topic:mobility"))
    assert len({header.identifier for header in mobility}) == len(mobility)
    # A withdrawn record stays in the sets of its last topics.
    assert sum(header.deleted for header in mobility) == WITHDRAWN


def test_it_asks_for_what_changed_since(client: Any) -> None:
    last = list(client.list_identifiers(metadata_prefix="enet"))[-1]
    since = list(client.list_identifiers(metadata_prefix="enet", from_=last.datestamp))
    assert last.identifier in {header.identifier for header in since}
    assert all(header.datestamp >= last.datestamp for header in since)


def test_it_gets_one_record(client: Any, url: str) -> None:
    record = client.get_record(identifier=f"{url}/r/{record_id(100)}", metadata_prefix="oai_dc")
    assert record.metadata["title"] == ["Neue Fassung 100"]


def test_its_mistakes_come_back_as_errors_of_the_protocol(client: Any, url: str) -> None:
    with pytest.raises(NoRecordsMatch):
        list(client.list_records(metadata_prefix="oai_dc", set_="topic:nothing"))
    with pytest.raises(CannotDisseminateFormat):
        list(client.list_records(metadata_prefix="marc21"))
    with pytest.raises(BadArgument):
        list(client.list_records(metadata_prefix="oai_dc", from_="gestern"))
    with pytest.raises(IdDoesNotExist):
        client.get_record(identifier=f"{url}/r/nothing", metadata_prefix="oai_dc")
