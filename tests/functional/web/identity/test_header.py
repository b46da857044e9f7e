"""The reader's corner of every page, and that nobody gets to see somebody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.identity import RoleKind
from tests.functional.web.identity.conftest import Page
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import sign_in


def test_nobody_is_offered_to_sign_in_and_comes_back(open_page: Page) -> None:
    (link,) = open_page(f"{STOPPED_PAGE}?x=1").xpath("//header//a[@class='site-sign-in']")
    assert link.get("href") == f"/anmelden?weiter={STOPPED_PAGE}?x%3D1"
    (english,) = open_page("/en/ueber").xpath("//header//a[@class='site-sign-in']")
    assert english.get("href") == "/en/anmelden?weiter=/en/ueber"


@pytest.mark.parametrize("kind", [RoleKind.READER, RoleKind.OPERATOR])
def test_menu_leads_where_one_may_go(client: FlaskClient, open_page: Page, kind: RoleKind) -> None:
    sign_in(client, [kind], name=f"Beispiel {kind}")
    menu = open_page("/ueber").xpath("//header//details[@class='account']")[0]
    assert f"Beispiel {kind}" in menu.text_content()
    links = [link.get("href") for link in menu.iter("a")]
    assert "/konto" in links
    assert ("/verwaltung/personen" in links) == (kind is RoleKind.OPERATOR)
    assert menu.xpath(".//form[@method='post'][@action='/abmelden']//input[@name='csrf_token']")


@pytest.mark.parametrize("path", ["/", STOPPED_PAGE, "/suche?q=Bank", "/nirgends"])
def test_pages_of_signed_in_readers_are_kept_nowhere(app: Flask, path: str) -> None:
    anonymous, member = app.test_client(), app.test_client()
    sign_in(member, name="Beispiel geheim")
    before = anonymous.get(path)
    hers = member.get(path)
    after = app.test_client().get(path)
    assert "Beispiel geheim" in hers.get_data(as_text=True)
    assert "Beispiel geheim" not in after.get_data(as_text=True)
    assert after.get_data() == before.get_data()
    assert hers.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in hers.headers


def test_page_kept_before_the_sign_in_is_not_shown_after_it(client: FlaskClient) -> None:
    tag = client.get("/ueber").headers["ETag"]
    sign_in(client, name="Beispiel danach")
    answer = client.get("/ueber", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Beispiel danach" in answer.get_data(as_text=True)
