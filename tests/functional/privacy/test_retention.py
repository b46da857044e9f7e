"""What its time is over for is forgotten, a day before it is not; the clock is the test's."""

import re
from datetime import datetime, timedelta
from typing import cast

import pytest
from lxml import html
from sqlalchemy import delete, func, select, true
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.database import Table
from app.identity import Person, Role, RoleKind
from app.identity.errors import LastOperator, PersonNotFound
from app.identity.models import AccessToken, AuditEntry, IdentityTrace, Invitation, SignInSession
from app.privacy import retention as periods
from app.privacy.erasure import ErasureReason
from app.review.models import AuditEvent, Confirmation, Message, Notice, NoticeKind, Remark, Revision
from app.review.notices.notice import sentences
from app.shared.config import PROJECT_ROOT
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.scheduler import Scheduler
from tests.functional.privacy.somebody import ADDRESS, MARKER, NAME, Somebody, join
from tests.webnode.clock import SteppingClock
from tests.webnode.people import sign_in


def later(services: Services, days: float) -> None:
    """Let days pass and what is due once a day be done."""
    clock = cast("SteppingClock", services.clock)
    clock.now += timedelta(days=days)
    services.privacy.retention.run()


def count(services: Services, table: type[Table]) -> int:
    with services.sessions.reading() as db:
        # Messages to followers have a shorter time of their own, see `FollowingService.purge`.
        told = select(col(Notice.id)).where(col(Notice.person).startswith("follower:"))
        theirs = {Notice: col(Notice.id), Message: col(Message.notice_id)}
        others = theirs[table].not_in(told) if table in theirs else true()
        return db.scalar(select(func.count()).select_from(table).where(others)) or 0


def is_there(services: Services, person: Person) -> bool:
    try:
        services.identity.people.get(person.id)
    except PersonNotFound:
        return False
    return True


@pytest.mark.parametrize(
    ("table", "lasts"),
    [
        # Each from the sign-in, asking or making on; sessions last twelve hours and keys thirty days here.
        (SignInSession, timedelta(hours=12) + timedelta(days=7)),
        (AccessToken, timedelta(days=60)),
        (Invitation, timedelta(days=14 + 90)),
        (Confirmation, timedelta(hours=48)),
        (Message, periods.MESSAGES),
        (Notice, periods.NOTICES),
        (IdentityTrace, timedelta(days=365)),
        (AuditEntry, periods.LOGS),
    ],
)
def test_everything_is_kept_for_its_time_only(somebody: Somebody, table: type[Table], lasts: timedelta) -> None:
    services = somebody.services
    before = count(services, table)
    assert before
    if table is Confirmation:
        services.review.confirmations.purge()
        assert count(services, table) == before
    later(services, lasts / timedelta(days=1) - 0.05)
    assert count(services, table) == before, "gone too early"
    later(services, 0.1)
    services.review.confirmations.purge()
    assert count(services, table) == 0


def test_texts_that_nobody_reads_any_more_are_emptied_a_year_after_the_decision(somebody: Somebody) -> None:
    services = somebody.services

    def read() -> str:
        with services.sessions.reading() as db:
            texts = [row.text.decode() for row in db.scalars(select(Revision))]
            return "\n".join([*texts, *(row.text for row in db.scalars(select(Remark)))])

    everything = read()
    later(services, 364.9)
    assert read() == everything
    later(services, 0.2)
    left = read()
    # What is published, and what still waits, stays.
    assert "Im Sommer ist es heiß." in left
    assert f"Was hilft in der {MARKER}?" in left
    assert f"Wer kennt die {MARKER}?" not in left
    assert f"Die {MARKER} kennt niemand." not in left
    later(services, 1)
    assert read() == left


def test_the_log_of_decisions_keeps_three_years_and_says_that_lines_went(somebody: Somebody) -> None:
    services = somebody.services
    before = services.review.audit.events()
    later(services, 1095)
    assert services.review.audit.events()[-len(before) :] == before
    later(services, 2)
    (line,) = [event for event in services.review.audit.events() if event.action == "forget"]
    assert line.person == ""
    assert not {event.id for event in before} & {event.id for event in services.review.audit.events()}
    with pytest.raises(IntegrityError), services.sessions.begin() as db:
        db.execute(delete(AuditEvent).where(col(AuditEvent.id) == line.id))


def test_an_account_that_nobody_uses_is_announced_and_a_month_later_deleted(services: Services) -> None:
    person = join(services, NAME, ADDRESS, RoleKind.AUTHOR)
    join(services, "Kim Betrieb", "kim@verbund.example", RoleKind.OPERATOR)
    later(services, 729)
    assert services.review.notices.of(person.id) == ()
    later(services, 2)
    (notice,) = services.review.notices.of(person.id)
    assert notice.kind is NoticeKind.ACCOUNT_UNUSED
    later(services, 29)
    assert is_there(services, person)
    assert len(services.review.notices.of(person.id)) == 1
    later(services, 2)
    assert not is_there(services, person)
    assert services.privacy.erasure.is_pending()
    services.privacy.erasure.go_on()
    assert not services.privacy.erasure.is_pending()


def test_who_signs_in_or_uses_a_key_after_the_announcement_keeps_the_account(services: Services) -> None:
    one, other = (join(services, name, f"{name}@stadt.example", RoleKind.AUTHOR) for name in ("anna", "arno"))
    later(services, 600)
    secret = services.identity.tokens.make(other.id, "PC", 366).secret
    later(services, 131)
    assert len(services.review.notices.of(one.id)) == 1
    join(services, "anna", "anna@stadt.example", RoleKind.AUTHOR)
    services.identity.tokens.verify(secret)
    later(services, 31)
    assert is_there(services, one)
    assert is_there(services, other)


def test_whoever_was_given_a_role_here_stays(services: Services) -> None:
    curator, reader = (join(services, name, f"{name}@stadt.example", RoleKind.READER) for name in ("berta", "dora"))
    services.identity.grants.grant(curator.id, Role(kind=RoleKind.CURATOR), actor=None)
    services.identity.grants.grant(reader.id, Role(kind=RoleKind.READER), actor=None)
    later(services, 731)
    later(services, 31)
    assert is_there(services, curator)
    assert services.review.notices.of(curator.id) == ()
    assert not is_there(services, reader)


def test_who_signs_in_while_accounts_are_being_deleted_or_cannot_go_stays_and_keeps_nobody_else(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, back, second = (
        join(services, name, f"{name}@stadt.example", RoleKind.AUTHOR) for name in ("anna", "anton", "arno")
    )
    join(services, "Kim Betrieb", "kim@verbund.example", RoleKind.OPERATOR)
    later(services, 731)
    forget = services.privacy.erasure.forget

    def meanwhile(person_id: str, reason: ErasureReason, *, unused_since: datetime) -> object:
        if person_id == first.id:
            raise LastOperator
        if person_id == back.id:
            join(services, "anton", "anton@stadt.example", RoleKind.AUTHOR)
        return forget(person_id, reason, unused_since=unused_since)

    monkeypatch.setattr(services.privacy.erasure, "forget", meanwhile)
    later(services, 31)
    assert is_there(services, first)
    assert is_there(services, back)
    assert not is_there(services, second)


def test_the_announcement_leads_to_the_account(services: Services) -> None:
    person = join(services, NAME, ADDRESS, RoleKind.AUTHOR)
    later(services, 731)
    (notice,) = services.review.notices.of(person.id)
    assert sentences(notice, "de")[1].startswith("Sie haben sich seit zwei Jahren nicht angemeldet. Am ")
    client = create_app(services, testing=True).test_client()
    assert sign_in(client, [RoleKind.READER], name=NAME).id == person.id
    page = html.document_fromstring(client.get("/nachrichten").get_data(as_text=True))
    assert page.xpath("//main//h2/a[@href='/konto']")


def test_site_and_worker_do_it_once_a_day(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(type(services.privacy.retention), "run", lambda _self: done.append("retention"))
    monkeypatch.setattr(type(services.privacy.erasure), "go_on", lambda _self: done.append("erasure"))
    rounds = Scheduler(services, lambda _stop: False)
    rounds.once()
    rounds.once()
    assert done == ["retention", "erasure"]


def test_handbook_and_privacy_page_list_the_same_periods(services: Services) -> None:
    handbook = (PROJECT_ROOT / "docs" / "reference" / "personal-data.md").read_text(encoding="utf-8")
    section = handbook.partition("### How long it is kept")[2].partition("\n### ")[0]
    listed = re.findall(r"^\| ([^|]+) \| (\d+) \|$", section, re.MULTILINE)
    assert listed == [(what, str(days)) for what, days in periods.PERIODS]
    page = create_app(services).test_client().get("/en/datenschutz").get_data(as_text=True)
    for what, days in listed:
        assert f"{what}: {days} day" in page
