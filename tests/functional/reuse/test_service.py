"""The service on a real node: what it reads, what it remembers, and when it reads again."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from app.database.schema_version import upgrade
from app.records.seed import SeedImporter
from app.reuse.obtaining.answer import Verdict
from app.reuse.place import Place
from app.reuse.service import NotASolution
from app.shared.config import load_settings
from app.wiring import Services
from tests.functional.reuse.content import ROOT

TAKEN = ("organisations/dataport", "solutions/hamburg-dipas-loesung", "concepts/produktisierung-nachnutzung")
PLACE = Place(state="SH", kind="town", memberships=frozenset({"dataport"}))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A node that holds one provider, one solution and one concept of the real content."""
    for path in TAKEN:
        shutil.copytree(ROOT / "content" / path, tmp_path / "seed" / path)
    services = Services(load_settings(data=tmp_path / "node"), clock=lambda: datetime(2026, 11, 25, tzinfo=UTC))
    services.repository.create()
    upgrade(services.sessions.engine)
    SeedImporter(services.repository).init(tmp_path / "seed")
    services.catalogue.catch_up()
    yield services
    services.close()


def publish(services: Services, path: str, content: bytes) -> None:
    head = services.repository.head()
    services.repository.write({path: content}, message="Edit", author="u-1", expected_head=head)
    services.catalogue.catch_up()


def test_it_answers_for_a_solution_and_reads_the_network_again_after_a_change(services: Services) -> None:
    entry = services.catalogue.head_by_slug("solution", "hamburg-dipas-loesung")
    best = services.reuse.obtainable(PLACE, entry).best
    assert best is not None
    assert (best.route.code, best.verdict) == ("inhouse_municipal_it", Verdict.YES)
    operator = {found.code: found for found in services.reuse.productisation(entry)}["operator"]
    assert operator.state == "met"
    before = services.reuse.network()
    assert services.reuse.network() is before
    text = (ROOT / "content/organisations/dataport/index.md").read_text(encoding="utf-8")
    path = "organisations/dataport/index.md"
    publish(services, path, text.replace("org_type: state_it", "org_type: agency").encode())
    assert before.organisations["dataport"].type == "state_it"
    assert services.reuse.network().organisations["dataport"].type == "agency"
    provider = services.catalogue.head_by_slug("organisation", "dataport")
    note = f"---\nschema: withdrawn/1\nid: {provider.id}\nkind: organisation\nreason: error\n---\n"
    publish(services, path, note.encode())
    lost = {chain.route.code: chain for chain in services.reuse.obtainable(PLACE, entry).chains}["inhouse_municipal_it"]
    assert lost.verdict is Verdict.UNKNOWN
    assert lost.missing is not None
    assert lost.missing.reason == "provider_not_recorded"
    concept = services.catalogue.head_by_slug("concept", "produktisierung-nachnutzung")
    for question in (partial(services.reuse.obtainable, PLACE), services.reuse.productisation):
        with pytest.raises(NotASolution) as caught:
            question(concept)
        assert caught.value.ref == "concept/produktisierung-nachnutzung"
