"""Catalogue or index are built anew while rounds go on: nothing is told twice, nothing is told never."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.following.models import Rhythm, What
from app.search.port import Cursor
from tests.functional.web.following.conftest import Site
from tests.webnode.mail import ADDRESS

SEARCH = "/abonnieren?q=Rufbus"


def catalogue_anew(site: Site) -> None:
    with site.services.sessions.begin() as db:
        db.execute(text("UPDATE catalogue_cursor SET generation = generation + 1"))


def index_lost(site: Site) -> None:
    """As a new release finds it, or a backup that was restored."""
    site.services.search._engine().index.replace([], Cursor())


@pytest.mark.parametrize("lost", [catalogue_anew, index_lost])
def test_rounds_that_find_no_whole_index_wait_and_tell_nothing_again(site: Site, lost: Callable[[Site], None]) -> None:
    site.subscribe(SEARCH)
    site.publish()
    assert len(site.round()) == 1
    lost(site)
    site.later(minutes=30)
    assert site.round() == []
    site.services.search.catch_up()
    site.later(minutes=30)
    assert site.round() == [], "it was told before"
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    site.later(minutes=30)
    (message,) = site.round()
    assert "Geändert: Beispielstadt: Rufbus das ganze Jahr" in message.get_content()


def test_what_was_published_while_the_index_was_built_anew_is_told_afterwards(site: Site) -> None:
    site.subscribe(SEARCH)
    index_lost(site)
    site.publish()
    # A round looks after each publication once, and brings the index up to date with it.
    site.services.review.reconciliation.follow()
    index_lost(site)
    site.later(minutes=30)
    assert site.round() == []
    site.services.search.catch_up()
    site.later(minutes=30)
    (message,) = site.round()
    assert "Neu: Beispielstadt: Rufbus im Winter" in message.get_content()


def test_whoever_subscribes_while_the_index_is_built_anew_is_not_told_of_everything(site: Site) -> None:
    site.publish()
    index_lost(site)
    subscriptions = site.services.following.subscriptions
    subscriptions.subscribe(What.SEARCH, "q=Rufbus", Rhythm.AT_ONCE, ADDRESS, "de")
    site.services.search.catch_up()
    link = site.links(site.round()[-1])[0]
    site.open(link)
    site.client.post(link, data={"csrf_token": site.proof})
    assert site.round() == []
