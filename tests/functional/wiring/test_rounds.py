"""Every process of a node goes round; together they do what is due once."""

import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from structlog.testing import capture_logs

from app.cli.worker import go_round
from app.database.jobs import Schedule
from app.federation.issuer import Issuer
from app.identity import Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.records.git.errors import GitFailed
from app.review.notices.notice import word
from app.wiring import Services, scheduler
from app.wiring.scheduler import Scheduler, maintain
from tests.webnode.clock import Clock


class Forge:
    """In place of the network to a forge: counts the visits, and does not answer while it is `down`."""

    def __init__(self) -> None:
        self.visits = 0
        self.down = False

    def run(self) -> None:
        self.visits += 1
        if self.down:
            raise GitFailed("push", status=128, stderr="")


def test_two_processes_visit_the_forge_once_in_five_minutes_and_look_after_the_node_once_a_day(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, forge = Clock(services.clock().replace(hour=9)), Forge()
    maintained: list[date] = []
    reminded: list[date] = []
    monkeypatch.setattr(services.review.overdue, "remind", reminded.append)

    monkeypatch.setattr(scheduler, "maintain", lambda _services: maintained.append(clock.now.date()))
    at(services, clock, forge)
    both = rounds_of(services), rounds_of(services)

    for _ in range(15):
        for rounds in both:
            rounds.once()
        clock.now += timedelta(minutes=1)
    today = clock.now.date()
    assert (forge.visits, maintained, reminded) == (3, [today], [today])
    clock.now += timedelta(days=1)
    both[1].once()
    both[0].once()
    tomorrow = today + timedelta(days=1)
    assert (forge.visits, maintained, reminded) == (4, [today, tomorrow], [today, tomorrow])
    # A process that starts later knows what the others did.
    rounds_of(services).once()
    assert (forge.visits, len(maintained)) == (4, 2)


def test_the_worker_confirms_the_list_once_a_day(services: Services) -> None:
    clock = Clock(services.clock().replace(hour=9))
    at(services, clock, Forge())
    services.federation.rebuild()
    services.federation.listing.listed._clock = clock
    rounds_of(services).once()
    listed = services.federation.listing.listed
    first, number = listed.expires(), listed.version()
    clock.forward(hours=2)
    rounds_of(services).once()
    assert listed.expires() == first
    clock.forward(days=1)
    rounds_of(services).once()
    assert (listed.expires(), listed.version()) == (clock() + timedelta(days=7), number)


def test_operators_are_told_once_by_mail_that_a_site_has_fallen_silent(services: Services) -> None:
    nodes, clock, issuer = services.harvest.nodes, services.clock, Issuer("https://still.example")
    profile = Profile(display_name="Kim", email=None, organisation=None, roles=(Role(kind=RoleKind.OPERATOR),))
    account = Account(provider="test", issuer="https://anmeldung.example", subject="1")
    person = services.identity.sign_in.sign_in(account, profile).person.id
    nodes.add(issuer, "a" * 64, name="Stillstadt")
    nodes.change(issuer, confirmed_until=clock() + timedelta(days=1))
    maintain(services)
    assert services.review.notices.of(person) == ()
    clock.forward(days=2)  # type: ignore[attr-defined]
    maintain(services)
    clock.forward(days=1)  # type: ignore[attr-defined]
    maintain(services)
    (told,) = services.review.notices.of(person)
    subject, text = word(told, "de", site="Netz", address=told.params["href"])
    assert subject == "[Netz] Eine Seite des Netzes schweigt: Stillstadt"
    assert "/betrieb#partner" in text
    nodes.change(issuer, confirmed_until=clock() + timedelta(days=7))
    maintain(services)
    clock.forward(days=8)  # type: ignore[attr-defined]
    maintain(services)
    assert len(services.review.notices.of(person)) == 2


def at(services: Services, clock: Clock, forge: Forge) -> None:
    """Let a node live by another clock, with a forge."""
    vars(services).update(clock=clock, schedule=Schedule(services.sessions, clock), mirror=forge)


def rounds_of(services: Services, compute: Callable[..., bool] = lambda _stop: False) -> Scheduler:
    return Scheduler(services, compute, seconds=0.01)


def damaged() -> None:
    raise DatabaseError("select", {}, Exception("database disk image is malformed"))


def test_a_damaged_database_ends_no_rounds_and_no_worker(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.review.mail, "deliver", damaged)
    computed: list[bool] = []

    def compute(_: object) -> bool:
        computed.append(True)
        return False

    rounds = rounds_of(services, compute)
    with capture_logs() as log:
        rounds.once()
        monkeypatch.setattr(services.follower, "follow", damaged)
        go_round(services, rounds, threading.Event())
    told = [(one["part"], one["reason"]) for one in log if one["event"] == "rounds.interrupted"]
    assert told == [(part, "DatabaseError") for part in ("messages", "follow", "messages")]
    assert computed == [True, True]


def test_a_fault_ends_nothing_and_is_logged_with_a_number(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, forge = Clock(services.clock()), Forge()
    tried: list[str] = []
    harvested: list[str] = []

    def mistake(name: str) -> Callable[..., bool]:
        def fail(*_: object) -> bool:
            tried.append(name)
            raise KeyError(name)

        return fail

    monkeypatch.setattr(services.review.mail, "deliver", mistake("messages"))
    monkeypatch.setattr(services.follower, "follow", mistake("follow"))
    monkeypatch.setattr(
        services.harvest.nodes, "due", lambda: [SimpleNamespace(address="a"), SimpleNamespace(address="b")]
    )

    def harvest(peer: Any) -> None:
        harvested.append(peer.address)
        if peer.address == "a":
            raise KeyError("harvest")

    monkeypatch.setattr(services.harvest, "read", harvest)
    monkeypatch.setattr(scheduler, "maintain", mistake("maintain"))
    at(services, clock, forge)
    rounds = rounds_of(services, mistake("derive"))
    with capture_logs() as log:
        for _ in range(3):
            go_round(services, rounds, threading.Event())
    assert (tried, harvested) == (["follow", "messages", "maintain", "derive"], ["a", "b", "b", "b"])
    assert forge.visits == 1
    told = [one for one in log if one["event"] == "rounds.failed"]
    assert [one["part"] for one in told] == ["follow", "messages", "maintenance", "derived", "peer a"]
    assert all(re.fullmatch("[0-9a-f]{8}", one["incident"]) and one["exc_info"] for one in told)
    assert services.results.all()["duty:maintenance"].reason == "KeyError"
    clock.now += timedelta(minutes=5)
    go_round(services, rounds, threading.Event())
    assert (tried[4:], harvested[4:]) == (["follow", "messages", "maintain", "derive"], ["a", "b"])


def test_the_thread_of_rounds_goes_on_after_a_mistake(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    again = threading.Semaphore(0)

    def mistake() -> None:
        again.release()
        raise RuntimeError

    monkeypatch.setattr(services.review.reconciliation, "run", mistake)
    monkeypatch.setattr(services.review.mail, "deliver", mistake)
    rounds = rounds_of(services)
    rounds.start()
    assert all(again.acquire(timeout=10) for _ in range(2))
    rounds.stop()


def test_other_jobs_run_while_the_forge_does_not_answer(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, forge = Clock(services.clock()), Forge()
    forge.down = True
    maintained: list[str] = []

    def no_disk(_services: Services) -> None:
        maintained.append("tried")
        raise OSError("voll")

    monkeypatch.setattr(scheduler, "maintain", no_disk)
    at(services, clock, forge)
    rounds = rounds_of(services)
    rounds.once()
    rounds.once()
    assert (forge.visits, maintained) == (1, ["tried"])
    clock.now += timedelta(minutes=5)
    rounds.once()
    assert (forge.visits, maintained) == (2, ["tried", "tried"])
