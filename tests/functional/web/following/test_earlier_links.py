"""What waited for its confirmation with an earlier release is confirmed with this one, by the links that were made."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import inspect, text

from app.database.schema_version import upgrade
from app.identity.secret import hashed
from app.review.confirmations import mailbox
from tests.functional.web.following.conftest import Site
from tests.webnode.mail import ADDRESS

QUESTION, WAITING, CONFIRMED = (f"40000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
BEFORE = "0027"
FIRST = import_module("app.migrations.versions.0027_make_the_tables").tables
ENDED = ("review_guest_question", "following_subscription", "survey_facts")
"""Tables that later steps changed or dropped; all of the federation came anew."""
WORDS = {"question": "Wer hat einen Rufbus im Winter?", "topic": "mobility", "situation": "Wir planen für Januar."}


@pytest.fixture
def earlier(site: Site) -> Site:
    """The site after an upgrade: a question and a subscription wait, their messages too; another one is confirmed."""
    services, vault = site.services, site.services.vault
    with services.sessions.engine.begin() as connection:
        network = [name for name in inspect(connection).get_table_names() if name.startswith("federation_")]
        for name in ("review_confirmation", "following_subscription", "review_webhook", *network):
            connection.execute(text(f"DROP TABLE {name}"))
        network = [name for name in FIRST.tables if name.startswith("federation_")]
        FIRST.create_all(connection, [FIRST.tables[name] for name in (*ENDED, *network)])
        for table, column in (("following_subscriber", "mailbox"), ("kickoff_memo", "asker")):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))
    now = services.clock()
    times = {"asked_at": now, "expires_at": now + timedelta(hours=48)}
    person = {"address": vault.lock(ADDRESS), "lang": "de"}
    with services.sessions.begin() as db:

        def add(table: str, **values: object) -> None:
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            given = {name: one.isoformat(" ") if hasattr(one, "isoformat") else one for name, one in values.items()}
            db.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), given)

        sealed = {"seal": vault.seal(mailbox(ADDRESS)), "token_hash": hashed(vault.token(QUESTION))}
        add("review_guest_question", id=QUESTION, **person, **sealed, **WORDS, **times)
        owner = "follower:1"
        add("following_subscriber", id=owner, token_hash=hashed(vault.token(owner)), seal=vault.seal(ADDRESS), **person)
        followed: dict[str, object] = {"subscriber_id": owner, "what": "search", "lang": "de", "rhythm": "at_once"}
        followed |= {
            "sent": "[]",
            "generation": 1,
            "seq": services.catalogue.last_seq(),
            "asked_at": now,
            "due_at": now,
        }
        waits = hashed(vault.token(f"subscription:{WAITING}"))
        mine = {name: vault.seal(f"search:q={name}") for name in ("Rufbus", "Bank")}
        add("following_subscription", id=WAITING, token_hash=waits, target="q=Rufbus", mark=mine["Rufbus"], **followed)
        used = {"token_hash": f"used:{CONFIRMED}", "confirmed_at": now}
        add("following_subscription", id=CONFIRMED, **used, target="q=Bank", mark=mine["Bank"], **followed)
        _notice(add, 901, f"guest:{QUESTION}", "confirm_question", now, {"hours": "48"})
        _notice(add, 902, owner, "confirm_subscription", now, {"hours": "48", "subscription": WAITING})
        _notice(add, 903, owner, "confirm_subscription", now, {"hours": "48", "subscription": CONFIRMED})
    upgrade(services.sessions.engine)
    return site


def _notice(add, number: int, person: str, kind: str, now: object, params: dict[str, str]) -> None:  # type: ignore[no-untyped-def]  # an inner function
    add("review_notice", id=number, person=person, kind=kind, params=json.dumps(params), at=now, proposal_id="")
    sent = {"token": f"token-{number}", "due_at": now, "attempts": 0, "outcome": "", "failure": ""}
    add("review_message", id=number, notice_id=number, **sent)


def test_messages_that_waited_leave_and_their_links_confirm(earlier: Site) -> None:
    first, second = earlier.round()
    assert {first["To"], second["To"]} == {ADDRESS}
    links = {earlier.links(one)[0] for one in (first, second)}
    titles = set()
    for link in links:
        earlier.open(link)
        titles.add(earlier.shown.findtext(".//h1"))
        earlier.send(link)
    assert titles == {"Ist das Ihre Frage?", "Möchten Sie dieses Abonnement?"}
    assert earlier.rows("SELECT title FROM review_proposal WHERE via = 'guest'") == [(WORDS["question"],)]
    assert {row[0] for row in earlier.rows("SELECT target FROM following_subscription")} == {"q=Rufbus", "q=Bank"}
    assert len(earlier.rows("SELECT id FROM following_subscriber")) == 1


def test_links_that_were_sent_lead_to_the_same(earlier: Site) -> None:
    vault = earlier.services.vault
    before = earlier.services.following.subscriptions.all_of(vault.token("follower:1"))
    assert [(one.id, one.target) for one in before] == [(CONFIRMED, "q=Bank")], "what was confirmed goes on"
    assert "Ist das Ihre Frage?" in earlier.open(f"/frage-stellen/bestaetigen/{vault.token(QUESTION)}")
    link = f"/abonnieren/bestaetigen/{vault.token(f'subscription:{WAITING}')}"
    assert "Möchten Sie dieses Abonnement?" in earlier.open(link)
    assert "Ihr Abonnement ist bestätigt" in earlier.send(link)
    mine = earlier.services.following.subscriptions.all_of(vault.token("follower:1"))
    assert {one.target for one in mine} == {"q=Rufbus", "q=Bank"}
