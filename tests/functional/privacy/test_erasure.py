"""After an erasure no byte of the node names the person, and what is published is still there."""

import os
import signal
from pathlib import Path

import pytest

from app.identity import RoleKind
from app.identity.errors import LastOperator, PersonNotFound
from app.identity.models import AccountEvent
from app.privacy.erasure import ErasureReason, ErasureWaits
from app.review.workflow import ProposalState
from app.shared.config import Settings
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from tests import deciding
from tests.functional.privacy.somebody import ADDRESS, MARKER, NAME, TRACES, Somebody, found_in, join
from tests.webnode.checks import check_page
from tests.webnode.clock import SteppingClock
from tests.webnode.node import settings
from tests.webnode.people import sign_in


def erased(somebody: Somebody) -> tuple[str, ...]:
    erasure = somebody.services.privacy.erasure
    erasure.forget(somebody.person.id, ErasureReason.REQUEST)
    return erasure.finish()


def test_no_byte_names_the_person_any_more_and_what_is_published_stays_under_a_pseudonym_of_nobody(
    somebody: Somebody,
) -> None:
    services, erasure = somebody.services, somebody.services.privacy.erasure
    places = found_in(services, *TRACES)
    assert {one.partition(":")[0] for one in places} >= {"content.git", "inbox.git"}
    assert any("node.sqlite" in one or one == "identity_person" for one in places)
    stored = erasure.forget(somebody.person.id, ErasureReason.REQUEST)
    assert stored.published == (f"question/{somebody.published.slug}",)
    assert erasure.finish() == ()
    assert found_in(services, *TRACES) == set()
    assert not erasure.is_pending()
    page = create_app(services).test_client().get(f"/fragen/{somebody.published.slug}").get_data(as_text=True)
    assert "Im Sommer ist es heiß." in page
    assert services.identity.people.by_pseudonyms([somebody.person.pseudonym]) == {}
    assert somebody.person.pseudonym in services.repository.git.run("log", "--format=%an", "main").line


def test_what_an_erased_curator_asked_for_is_quoted_in_no_notice_to_others(somebody: Somebody) -> None:
    services, said = somebody.services, "Bitte ohne Anschrift."
    assert found_in(services, said)
    services.privacy.erasure.forget(somebody.curator.id, ErasureReason.REQUEST)
    assert services.privacy.erasure.finish() == ()
    assert found_in(services, said) == set()


def test_proposals_that_were_the_person_s_alone_end_and_shared_ones_stay(somebody: Somebody) -> None:
    services = somebody.services
    stored = services.privacy.erasure.forget(somebody.person.id, ErasureReason.REQUEST)
    services.privacy.erasure.finish()
    assert [share.proposal.id for share in stored.shared] == [somebody.shared]
    views = {
        name: services.review.proposals.view(getattr(somebody, name), somebody.curator)
        for name in ("waiting", "shared", "declined")
    }
    assert views["waiting"].proposal.state is ProposalState.WITHDRAWN
    assert views["shared"].proposal.state is ProposalState.SUBMITTED
    assert b"In der Altstadt ist es eng." in views["shared"].newest.text
    assert views["declined"].proposal.state is ProposalState.DECLINED
    assert views["waiting"].proposal.title == views["declined"].proposal.title == ""
    second = join(services, "Bruno Redaktion", "bruno@verbund.example", RoleKind.CURATOR)
    deciding.approve(services.review.curation, somebody.shared, second, round=2)
    assert not services.review.reconciliation.run().changed


def test_pages_of_emptied_proposals_say_that_the_text_was_deleted(somebody: Somebody) -> None:
    erased(somebody)
    app = create_app(somebody.services, testing=True)
    client = app.test_client()
    sign_in(client, [RoleKind.CURATOR, RoleKind.OPERATOR], name="Redaktion")
    for proposal in (somebody.waiting, somebody.shared, somebody.declined, somebody.published.proposal_id):
        answer = client.get(f"/vorschlaege/{proposal}")
        page = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
        is_emptied = proposal in (somebody.waiting, somebody.declined)
        assert (page.xpath("//h1")[0].text_content() == "Gelöschter Text") is is_emptied
    shown = client.get(f"/vorschlaege/{somebody.published.proposal_id}").get_data(as_text=True)
    assert "Dieser Text wurde gelöscht." in shown
    assert "ein gelöschtes Konto" in shown
    assert client.get("/verwaltung/protokoll").status_code == 200
    assert client.get("/protokoll").status_code == 200


def test_somebody_is_found_by_id_pseudonym_and_address_and_erasing_twice_changes_nothing(somebody: Somebody) -> None:
    services, erasure = somebody.services, somebody.services.privacy.erasure
    for name in (somebody.person.id, somebody.person.pseudonym, ADDRESS.upper()):
        assert erasure.find(name) == (somebody.person.id,)
    with pytest.raises(PersonNotFound):
        erasure.find("niemand@stadt.example")
    erased(somebody)
    events = len(services.review.audit.events())
    assert erasure.find(ADDRESS) == erasure.find(somebody.person.id) == (somebody.person.id,)
    assert erased(somebody) == ()
    assert len(services.review.audit.events()) == events
    entries = [one.event for one in services.identity.audit.latest(person_id=somebody.person.id)]
    assert entries.count(AccountEvent.DELETED) == entries.count(AccountEvent.ERASED) == 1


def test_the_last_operator_is_not_erased(somebody: Somebody) -> None:
    services = somebody.services
    (operator,) = services.identity.people.with_role(RoleKind.OPERATOR)
    with pytest.raises(LastOperator):
        services.privacy.erasure.forget(operator.id, ErasureReason.LEFT)
    assert services.identity.people.names([operator.id])


@pytest.mark.parametrize("step", ["rows", "references", "objects"])
def test_killed_after_any_step_the_second_call_completes(somebody: Somebody, tmp_path: Path, step: str) -> None:
    somebody.services.close()

    def die(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            erasure = Services(_settings(tmp_path), SteppingClock(), after_step=die).privacy.erasure
            erasure.forget(somebody.person.id, ErasureReason.REQUEST)
            erasure.finish()
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    again = Services(_settings(tmp_path), SteppingClock())
    # A start in between repairs what it finds, and must not bring anything back.
    Node(again).refresh(lambda _step: lambda _done, _total: None)
    assert again.privacy.erasure.is_pending()
    (found,) = again.privacy.erasure.find(ADDRESS)
    again.privacy.erasure.forget(found, ErasureReason.REQUEST)
    assert again.privacy.erasure.finish() == ()
    assert found_in(again, NAME, ADDRESS, MARKER) == set()
    assert not again.privacy.erasure.is_pending()
    again.close()


def _settings(folder: Path) -> Settings:
    return settings(folder, smtp_host="127.0.0.1", operator_email="netz@verbund.example")


def test_an_erasure_that_waits_counts_as_not_done(somebody: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    erasure = somebody.services.privacy.erasure
    erasure.forget(somebody.person.id, ErasureReason.REQUEST)
    with monkeypatch.context() as held:
        held.setattr(type(erasure), "_drop_references", lambda _self: False)
        with pytest.raises(ErasureWaits) as found:
            erasure.go_on()
    assert found.value.parts == ("references",)
    erasure.go_on()
    assert not erasure.is_pending()
