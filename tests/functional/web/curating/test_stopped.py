# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A site that lacks versions of its own: reading and writing go on, publishing says why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from app.federation.issuer import Issuer
from app.federation.keys import KeyRole
from app.federation.models import LostState, LostVersion
from app.federation.recovery.lost import LostVersions
from app.federation.statement import sign_statement
from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at
from tests.netnodes.forging import changed
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
    """The site after a partner has shown it a later version of one of its own records."""
    record = record_at(services, CASE)
    own = services.federation.own.statement(record.id, services.catalogue.head(record.id).ver)
    later = changed(own, {"title": "Eine Fassung, die verloren ging"}, ver=own.ver + 5)
    signed = sign_statement(later, services.federation.keys.signer(KeyRole.RECORD))
    found = LostVersion(
        record_id=later.record_id,
        ver=later.ver,
        digest=later.digest,
        jws=signed.jws,
        path=record.path,
        via=Issuer("https://b.example"),
        found_at=services.clock(),
    )
    lost = LostVersions(services.sessions)
    lost.add([found])
    lost.change([found.key], LostState.LOST)
    yield services
    lost.change([found.key], LostState.SETTLED)


def test_an_approved_proposal_stays_approved_and_says_why_it_is_not_published(
    stopped: Services, author: Member, curator: Member
) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt, während etwas fehlt.")
    seen = curator.send(curator.open(f"/vorschlaege/{proposal.id}"), "/freigeben")
    refused = curator.send(seen, "/veroeffentlichen")
    assert refused.status == 503
    assert WHY in refused.words
    assert "erfahrungsnetz recover" in refused.words
    assert "Veröffentlichen" in refused.buttons()
    LostVersions(stopped.sessions).change(
        [one.key for one in LostVersions(stopped.sessions).all()],
        LostState.SETTLED,
    )
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
    assert (health["status"], health["publishing"], health["lost_records"]) == ("ok", "stopped", 1)
    desk = curator.open("/verwaltung/netz")
    assert WHY in desk.document.get_element_by_id("verloren").text_content()
    lost = LostVersions(stopped.sessions)
    lost.change([one.key for one in lost.all()], LostState.STUCK)
    health = json.loads(curator.client.get("/healthz").get_data(as_text=True))
    assert (health["publishing"], health["lost_records"]) == ("open", 1)
    assert "Dieser Eintrag wartet" in curator.open("/verwaltung/netz").words


def test_a_site_that_lacks_nothing_says_nothing(services: Services, curator: Member) -> None:
    del services
    health = json.loads(curator.client.get("/healthz").get_data(as_text=True))
    assert (health["publishing"], health["lost_records"]) == ("open", 0)
    assert "Zurzeit" not in curator.open("/verwaltung/netz").words
