"""Somebody who sends more in an hour than the editors could read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.identity import RoleKind
from app.review.errors import QuotaReached
from app.web.factory import create_app
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.contributing.author import Author, written
from tests.functional.web.curating.member import Member
from tests.webnode.node import one_node
from tests.webnode.people import sign_in


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Limits are those of each person."""
    yield from one_node(tmp_path_factory.mktemp("quota"), proposals_per_hour=2, comments_per_hour=2, **OPERATOR)


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services, testing=True)


def test_the_third_text_in_an_hour_waits(author: Member, other_curator: Member) -> None:
    author.proposes(summary="Der Landkreis warnt um Stunden früher.")
    author.proposes(summary="Der Landkreis warnt um Tage früher.")
    with pytest.raises(QuotaReached) as refused:
        author.proposes(summary="Der Landkreis warnt um Wochen früher.")
    assert (refused.value.limit, 55 <= refused.value.minutes <= 60) == (2, True)
    other_curator.proposes(summary="Der Landkreis warnt um Monate früher.")
    author.services.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the clock of the tests is moved by hand
    author.proposes(summary="Der Landkreis warnt um Wochen früher.")


def test_a_draft_that_is_one_too_many_stays_with_the_reason_and_the_time(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, (RoleKind.AUTHOR,), name="Robin Beispiel")
    pages = [written(Author(client)) for _ in range(3)]
    assert [page.press().path.startswith("/beitragen/gesendet/") for page in pages[:2]] == [True, True]
    refused = pages[2].press("", {"begruendung": "Bitte noch in diesem Jahr."})
    assert refused.status == 429
    assert "nimmt von einer Person 2 Beiträge dieser Art in der Stunde an" in refused.words
    assert refused.value("begruendung") == "Bitte noch in diesem Jahr."


def test_a_question_that_is_one_too_many_comes_back_filled_in(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, (RoleKind.AUTHOR,), name="Toni Beispiel")
    asked = {"thema": "mobility", "lage": "Wir planen eine zweite."}
    pages = [
        Author(client).open("/frage-stellen").press("", {"frage": f"Wer hat {number} Bänke?", **asked})
        for number in range(3)
    ]
    assert pages[1].path.startswith("/beitragen/gesendet/")
    assert pages[2].status == 429
    assert pages[2].value("lage") == "Wir planen eine zweite."


def test_a_remark_that_is_one_too_many_comes_back_in_its_field(author: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt um Stunden früher.")
    for text in ("Eine Frage.", "Noch eine Frage."):
        assert author.decide(author.open(f"/vorschlaege/{proposal.id}"), "bemerken", text=text).status == 200
    refused = author.decide(author.open(f"/vorschlaege/{proposal.id}"), "bemerken", text="Und noch eine.")
    assert refused.status == 429
    assert "in der Stunde" in refused.words
    assert dict(refused.form_of_proposal().form_values())["text-gespraech"].strip() == "Und noch eine."
