"""What cannot be done, by somebody's role or while the site lacks versions of its own, is answered with the reason."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import town

WHY = "Zurzeit wird hier nichts veröffentlicht"


@pytest.fixture
def stopped(services: Services) -> Iterator[Services]:
    """The site as it comes back from a backup, before its partners were asked."""
    services.restored.touch()
    yield services
    services.restored.unlink(missing_ok=True)


def test_an_approved_proposal_stays_approved_and_says_why(stopped: Services, author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt, während etwas fehlt.")
    seen = curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "freigeben")
    refused = curator.decide(seen, "veroeffentlichen")
    assert refused.status == 503
    assert WHY in refused.words
    assert "erfahrungsnetz doctor" in refused.words
    assert "Veröffentlichen" in refused.buttons()
    stopped.restored.unlink()
    assert "Stand: veröffentlicht" in curator.decide(refused, "veroeffentlichen").words


def test_what_is_refused_keeps_what_was_typed(stopped: Services, curator: Member, join: Join) -> None:
    del stopped
    reader = join("Mika Beispiel", RoleKind.READER, municipality=town("Beispielhausen", 20))
    for member, address, field, values in (
        (curator, f"{CASE}/zurueckziehen", "hinweis", {"grund": "error", "hinweis": "Den Versuch hat es nie gegeben."}),
        (reader, f"/rueckmeldung{CASE}", "text", {"was": "reuses", "text": "Seit Mai im Einsatz."}),
    ):
        refused = member.send(member.open(address), address, **values)
        assert refused.status == 503
        assert WHY in refused.words
        assert refused.field(field, address) == values[field]


def test_saying_that_all_still_holds_is_answered_with_the_reason(services: Services, curator: Member) -> None:
    record = record_at(services, STOPPED_PAGE)
    # Saying that it still holds is a change then, whatever came before.
    services.review.records.confirm_current(record.kind, record.slug, curator.person, review_by=date(2026, 11, 1))
    seen = curator.open(STOPPED_PAGE)
    services.restored.touch()
    refused = curator.send(seen, "/stimmt-noch")
    services.restored.unlink()
    assert refused.status == 503
    assert "Zurzeit wird nichts veröffentlicht" in refused.words
    assert WHY in refused.words


def test_monitors_and_moderators_see_it_only_then(services: Services, curator: Member) -> None:
    for lacking, publishing in ((False, "open"), (True, "stopped"), (False, "open")):
        if lacking:
            services.restored.touch()
        else:
            services.restored.unlink(missing_ok=True)
        health = curator.client.get("/healthz").get_json()
        assert (health["status"], health["publishing"]) == ("ok", publishing)
        desk = curator.open("/verwaltung/netz")
        assert ("Zurzeit" in desk.words) == lacking
        assert lacking == any(WHY in one.text_content() for one in desk.document.xpath("//*[@id='verloren']"))


def test_an_operator_learns_which_role_writing_takes_and_gives_it_to_themselves(join: Join) -> None:
    kim = join("Kim Beispiel", RoleKind.OPERATOR)
    seen = kim.open("/beitragen")
    assert seen.status == 403
    assert "Einträge schreibt und Fragen stellt, wer die Rolle „Beitragen“ hat. Ihr Konto hat sie nicht." in seen.words
    assert "Sie sind angemeldet als Kim Beispiel" in seen.words
    assert "Was haben Sie gesucht?" not in seen.words
    assert seen.document.xpath("//main//a[@href='/verwaltung/personen']")


def test_an_author_learns_who_gives_roles(author: Member) -> None:
    seen = author.open("/ueberfaellig")
    assert seen.status == 403
    assert "Das ist Sache der Redaktion." in seen.words
    assert f"Rollen vergibt der Betreiber, {OPERATOR['operator_name']}." in seen.words
    (mail,) = seen.document.xpath("//main//a[starts-with(@href, 'mailto:')]/@href")
    assert str(OPERATOR["operator_email"]) in mail
