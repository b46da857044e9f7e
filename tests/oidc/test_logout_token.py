"""Logout tokens that do not hold end nobody's session."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import requests

from app.web.identity.sign_in import EVENT
from tests.oidc.browser import AUTHOR, Browser
from tests.oidc.site import Site

HEAD = {"typ": "logout+jwt"}


def claims(site: Site, **changed: Any) -> dict[str, Any]:
    """Return claims that hold, but for what is `changed`: None takes one away, a span of time counts from now."""
    now = int(time.time())
    told: dict[str, Any] = {
        "iss": site.town.issuer,
        "aud": "erfahrungsnetz",
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid4()),
        "sub": AUTHOR,
        "events": {EVENT: {}},
        **changed,
    }
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
    {"iss": "https://elsewhere.example"},
    {"iss": None},
    {"aud": "another"},
    {"aud": None},
    {"sub": "beispiel\ud800"},
    {"sid": "x\ud800"},
    {"jti": "x\ud800"},
    {"events": None},
    {"events": {"http://elsewhere.example": {}}},
    {"events": {EVENT: "yes"}},
    {"nonce": "as in an ID token"},
    {"sub": None},
    {"sub": 7},
    {"jti": None},
    {"iat": None},
    {"iat": "now"},
    {"iat": 10**18},
    {"iat": timedelta(hours=-1)},
    {"iat": timedelta(hours=1)},
    {"exp": timedelta(minutes=-10)},
]
WRONGLY_SIGNED: list[dict[str, Any]] = [
    {"header": {"typ": "at+jwt"}},
    {"key": "none"},
    {"key": "hmac"},
    {"key": "other"},
    {"header": {"kid": "nowhere"}},
]


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
