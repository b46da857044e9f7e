"""A site that lacks versions of its own: reading and writing go on, publishing says why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import town

WHY = "Zurzeit wird hier nichts veröffentlicht"


@pytest.fixture
def overdue(services: Services, curator: Member) -> str:
    """The page of a record to look at again: saying that it still holds is a change, whatever came before."""
    record = record_at(services, STOPPED_PAGE)
    services.review.records.confirm_current(record.kind, record.slug, curator.person, review_by=date(2026, 11, 1))
    return STOPPED_PAGE


@pytest.fixture
def stopped(services: Services) -> Iterator[Services]:
    """The site as it comes back from a backup, before its partners were asked."""
    services.restored.touch()
    yield services
    services.restored.unlink(missing_ok=True)


def test_an_approved_proposal_stays_approved_and_says_why_it_is_not_published(
    stopped: Services, author: Member, curator: Member
) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt, während etwas fehlt.")
    seen = curator.send(curator.open(f"/vorschlaege/{proposal.id}"), "/freigeben")
    refused = curator.send(seen, "/veroeffentlichen")
    assert refused.status == 503
    assert WHY in refused.words
    assert "erfahrungsnetz doctor" in refused.words
    assert "Veröffentlichen" in refused.buttons()
    stopped.restored.unlink()
    assert "Stand: veröffentlicht" in curator.send(refused, "/veroeffentlichen").words


def test_a_withdrawal_that_is_refused_keeps_what_was_typed(stopped: Services, curator: Member) -> None:
    del stopped
    seen = curator.open(f"{CASE}/zurueckziehen")
    refused = curator.send(seen, "/zurueckziehen", grund="error", hinweis="Den Versuch hat es nie gegeben.")
    assert refused.status == 503
    assert WHY in refused.words
    assert refused.field("hinweis", "/zurueckziehen") == "Den Versuch hat es nie gegeben."


def test_a_response_that_is_refused_keeps_what_was_typed(stopped: Services, join: Join) -> None:
    del stopped
    reader = join("Mika Beispiel", RoleKind.READER, municipality=town("Beispielhausen", 20))
    address = f"/rueckmeldung{CASE}"
    seen = reader.open(address)
    refused = reader.send(seen, address, was="reuses", text="Seit Mai im Einsatz.")
    assert refused.status == 503
    assert WHY in refused.words
    assert refused.field("text", address) == "Seit Mai im Einsatz."


def test_saying_that_all_still_holds_is_answered_with_the_reason(
    overdue: str, stopped: Services, curator: Member
) -> None:
    del stopped
    refused = curator.send(curator.open(overdue), "/stimmt-noch")
    assert refused.status == 503
    assert "Zurzeit wird nichts veröffentlicht" in refused.words
    assert WHY in refused.words


def test_monitors_and_moderators_see_it(stopped: Services, curator: Member) -> None:
    health = json.loads(curator.client.get("/healthz").get_data(as_text=True))
    assert (health["status"], health["publishing"]) == ("ok", "stopped")
    desk = curator.open("/verwaltung/netz")
    assert WHY in desk.document.get_element_by_id("verloren").text_content()


def test_a_site_that_lacks_nothing_says_nothing(services: Services, curator: Member) -> None:
    del services
    health = json.loads(curator.client.get("/healthz").get_data(as_text=True))
    assert health["publishing"] == "open"
    assert "Zurzeit" not in curator.open("/verwaltung/netz").words
