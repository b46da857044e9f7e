"""Joining an association and letting others in, as administrators do it on pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from app.federation.listing.keys import words_of
from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.net import Net, NetNode, record_id
from tests.webnode.checks import page_of
from tests.webnode.forms import csrf_token
from tests.webnode.people import sign_in

PAGE = "/verwaltung/netz/mitglieder"
ONE = record_id(1)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[NetNode, NetNode]]:
    """An association and a town, with administrators signed in at both."""
    net = Net(tmp_path, searching=False)
    nodes = net.node("verbund", **OPERATOR), net.node("stadt", **OPERATOR)
    for node in nodes:
        sign_in(node.client, (RoleKind.OPERATOR,))
    yield nodes
    net.close()


def send(node: NetNode, step: str = "", status: int = 303, **sent: str) -> html.HtmlElement | None:
    answer = node.client.post(f"{PAGE}{step}", data={"csrf_token": csrf_token(node.client), **sent})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return page_of(answer, status) if status != 303 else None


def made(association: NetNode) -> str:
    page = send(association, status=200, name="Beispielstadt", schluessel="06999001, 069990000002")
    assert page is not None
    return str(page.xpath("//input[@id='beitritt-link']/@value")[0])


def test_a_town_joins_is_compared_let_in_and_excluded(two: tuple[NetNode, NetNode]) -> None:
    association, town = two
    town.publish(ONE)
    link = made(association)
    assert link not in text_of(read(association.client, PAGE)), "it is shown once"
    assert "Beispielstadt" in text_of(read(association.client, PAGE))
    send(town, "/beitreten", link=link)
    waiting = text_of(read(association.client, PAGE))
    words = words_of(town.services.federation.listing.listed.root(1).sha256)
    assert words in waiting
    assert words in text_of(read(town.client, PAGE))
    assert "bittet um Aufnahme" in waiting
    send(association, "/1/aufnehmen")
    association.harvest(town)
    assert set(association.shown(town.origin)) == {ONE}
    town.harvest(association)
    assert town.services.harvest.nodes.get(association.issuer).trusted
    assert "(Beispielverbund) gehört, ist hier dabei." in text_of(read(town.client, "/netz"))
    assert "Mitglied, seit" in text_of(read(association.client, PAGE))
    send(association, "/beenden", adresse=town.issuer.address, grund="excluded")
    assert "ausgeschlossen" in text_of(read(association.client, PAGE))
    assert association.shown(town.origin) == {}


@pytest.mark.parametrize(
    ("step", "sent", "words"),
    [
        ("", {"name": ""}, "für wen"),
        ("", {"name": "Stadt", "schluessel": "12"}, "12 ist kein amtlicher Schlüssel"),
        ("/beitreten", {"link": "https://verbund.example/"}, "Dieser Link gilt nicht"),
        (
            "/beitreten",
            {"link": "https://weg.example/netz/beitritt#root=" + "0" * 64 + "&secret=" + "x" * 43},
            "antwortet nicht",
        ),
    ],
)
def test_errors_are_said_at_their_field(
    two: tuple[NetNode, NetNode], step: str, sent: dict[str, str], words: str
) -> None:
    page = send(two[1], step, 422, **sent)
    assert page is not None
    assert words in text_of(page)
    assert page.xpath("//*[@aria-invalid='true']")


def test_a_link_is_explained_to_whoever_opens_it(two: tuple[NetNode, NetNode]) -> None:
    assert "Mitglieder und Verbünde" in text_of(read(two[0].client, "/netz/beitritt"))


def test_wrong_members_are_not_found(two: tuple[NetNode, NetNode]) -> None:
    for step, sent in (("/7/aufnehmen", {}), ("/beenden", {"adresse": "x", "grund": "left"}), ("/beenden", {})):
        send(two[0], step, 404, **sent)
    made(two[0])
    send(two[0], "/1/ablehnen")
    assert two[0].services.federation.members.all() == ()
