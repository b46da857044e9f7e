"""Signing out: here, at the provider from here, and here from the provider, by logout tokens that hold."""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests

from app.web.identity.sign_in import EVENT
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


def test_sign_out_at_the_provider_ends_the_session_here(site: Site, reader: Browser, new_browser: NewBrowser) -> None:
    """A real back-channel logout: the provider itself tells the node, which checks its signature."""
    reader.sign_in(AUTHOR)
    bystander = new_browser()
    bystander.sign_in(AUTHOR)
    there = reader.http.get(f"{site.town.issuer}/session/end", timeout=10)
    reader.submit(there, "/session/end/confirm", logout="yes")
    _until(lambda: reader.name is None)
    # Another session of the same person, in another browser, goes on.
    assert bystander.name == "Alex Beispiel"


def test_people_see_own_sessions_and_end_them_one_by_one(site: Site, reader: Browser, new_browser: NewBrowser) -> None:
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


HEAD = {"typ": "logout+jwt"}


def claims(site: Site, **changed: Any) -> dict[str, Any]:
    """Return claims that hold, but for what is `changed`: None takes one away, a span of time counts from now."""
    now = int(time.time())
    told: dict[str, Any] = {
        "iss": site.town.issuer, "aud": "erfahrungsnetz", "iat": now, "exp": now + 120, "jti": str(uuid4()),
        "sub": AUTHOR, "events": {EVENT: {}}, **changed,
    }  # fmt: skip
    return {
        name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in told.items()
        if value is not None
    }


def tell(site: Site, token: str) -> int:
    return requests.post(
        f"{site.address}/anmelden/stadt/abmeldung", data={"logout_token": token}, timeout=10
    ).status_code


INVALID: list[dict[str, Any]] = [
    {"iss": "https://elsewhere.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"sub": "beispiel\ud800"},
    {"sid": "x\ud800"}, {"jti": "x\ud800"}, {"events": None}, {"events": {"http://elsewhere.example": {}}},
    {"events": {EVENT: "yes"}}, {"nonce": "as in an ID token"}, {"sub": None}, {"sub": 7}, {"jti": None},
    {"iat": None}, {"iat": "now"}, {"iat": 10**18}, {"iat": timedelta(hours=-1)}, {"iat": timedelta(hours=1)},
    {"exp": timedelta(minutes=-10)},
]  # fmt: skip
WRONGLY_SIGNED: list[dict[str, Any]] = [
    {"header": {"typ": "at+jwt"}}, {"key": "none"}, {"key": "hmac"}, {"key": "other"}, {"header": {"kid": "nowhere"}},
]  # fmt: skip


def test_an_invalid_logout_token_ends_no_session(site: Site, reader: Browser) -> None:
    reader.sign_in()
    for changed in INVALID:
        assert tell(site, site.town.sign(claims(site, **changed), header=HEAD)) == 400, changed
    for how in WRONGLY_SIGNED:
        head = {**HEAD, **how.get("header", {})}
        assert tell(site, site.town.sign(claims(site), **{**how, "header": head})) == 400, how
    id_token = site.town.sign(claims(site, events=None, nonce="n"))
    assert tell(site, id_token) == 400
    assert tell(site, site.town.sign(claims(site, sub=None, sid="made-up"), header=HEAD)) == 200
    assert reader.name == "Alex Beispiel"


DEEP = urlsafe_b64encode(b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}").rstrip(b"=").decode()


def test_a_malformed_logout_token_is_refused(site: Site) -> None:
    for token in ("", "x", "a.b.c", "e30.e30.", "x" * 50_000, f"{DEEP}.e30.", f"e30.{DEEP}."):
        assert tell(site, token) == 400, token[:20]


def test_a_logout_token_for_a_person_ends_all_their_sessions_once(site: Site, reader: Browser) -> None:
    reader.sign_in()
    token = site.town.sign(claims(site), header=HEAD)
    assert tell(site, token) == 200
    assert reader.name is None
    reader.sign_in()
    assert tell(site, token) == 400
    assert reader.name == "Alex Beispiel"


def test_token_of_one_provider_does_not_count_for_another(site: Site, reader: Browser) -> None:
    reader.sign_in()
    foreign = site.association.sign(claims(site, iss=site.association.issuer, aud="verbandsnetz"), header=HEAD)
    assert tell(site, foreign) == 400
    elsewhere = f"{site.address}/anmelden/verband/abmeldung"
    assert requests.post(elsewhere, data={"logout_token": foreign}, timeout=10).status_code == 200
    # It was about the association's account of that name, not about the town's.
    assert reader.name == "Alex Beispiel"


def test_a_logout_token_is_refused_while_the_keys_of_the_provider_cannot_be_read(site: Site) -> None:
    token = site.town.sign(claims(site), header=HEAD)
    site.town.misbehave(fail="/jwks")
    assert tell(site, token) == 503
