"""Signing out: here, at the provider from here, and here from the provider."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.oidc.browser import AUTHOR, CURATOR, Browser
from tests.oidc.cookie import secret_in
from tests.oidc.site import Site

NewBrowser = Callable[[], Browser]


def test_signing_out_ends_the_session_and_leads_to_the_provider(site: Site, reader: Browser) -> None:
    reader.sign_in()
    secret = secret_in(reader, site.services)
    page = reader.submit(reader.get("/konto"), "/abmelden")
    assert page.status_code == 200
    assert site.services.identity.sessions.resume(secret) is None
    found = re.fullmatch(r"0; url=(.+)", page.headers["Refresh"])
    assert found
    query = parse_qs(urlsplit(found[1]).query)
    assert found[1].startswith(f"{site.town.issuer}/session/end?")
    assert query["post_logout_redirect_uri"] == [f"{site.address}/abgemeldet"]
    assert query["id_token_hint"][0].count(".") == 2
    there = reader.http.get(unescape(found[1]), timeout=10)
    assert "Möchten Sie sich auch hier" in there.text
    back = reader.submit(there, "/session/end/confirm", logout="yes")
    assert back.url.startswith(f"{site.address}/abgemeldet?state=")
    # The provider does not know the reader any more either: it asks again.
    assert "Als wen möchten Sie sich anmelden?" in reader.begin().text


def test_signing_out_needs_a_form_of_this_site(reader: Browser) -> None:
    reader.sign_in()
    assert reader.http.get(f"{reader.site}/abmelden", timeout=10).status_code == 405
    assert reader.http.post(f"{reader.site}/abmelden", timeout=10).status_code == 400
    assert reader.name == "Alex Beispiel"


def test_signing_out_at_the_provider_ends_the_session_here(
    site: Site, reader: Browser, new_browser: NewBrowser
) -> None:
    """A real back-channel logout: the provider itself tells the node, which checks its signature."""
    reader.sign_in(AUTHOR)
    bystander = new_browser()
    bystander.sign_in(AUTHOR)
    there = reader.http.get(f"{site.town.issuer}/session/end", timeout=10)
    reader.submit(there, "/session/end/confirm", logout="yes")
    _until(lambda: reader.name is None)
    # Another session of the same person, in another browser, goes on.
    assert bystander.name == "Alex Beispiel"


def test_sessions_are_listed_and_ended_one_by_one_by_their_own_person(
    site: Site, reader: Browser, new_browser: NewBrowser
) -> None:
    other, third = new_browser(), new_browser()
    for each in (reader, other, third):
        each.sign_in(CURATOR)
    stranger = new_browser()
    stranger.sign_in(AUTHOR)
    page = reader.get("/konto")
    assert "dieser Browser" in page.text
    secret = secret_in(other, site.services)
    session = site.services.identity.sessions.resume(secret)
    assert session
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/konto").text)
    assert token
    address = f"{site.address}/konto/sitzungen/{session.id}/beenden"
    assert stranger.http.post(address, data={"csrf_token": token[1]}, timeout=10).status_code == 404
    assert other.name == "Robin Beispiel"
    reader.submit(page, f"/konto/sitzungen/{session.id}/beenden")
    assert other.name is None
    assert third.name == reader.name == "Robin Beispiel"
    reader.submit(reader.get("/konto"), "/konto/sitzungen/beenden")
    assert third.name is None
    assert reader.name == "Robin Beispiel"


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it did not happen within 5 seconds")
        time.sleep(0.05)
