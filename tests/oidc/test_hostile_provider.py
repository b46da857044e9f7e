# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider, or whoever stands between, that answers wrongly: nobody is signed in, and the page says so."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.oidc.browser import Browser, problem_of
from tests.oidc.site import Site

NOT_PROVEN, UNREACHABLE = "nicht-bestaetigt", "nicht-erreichbar"
NOW = int(time.time())

TOKENS: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "made-up"}},
    "no nonce": {"claims": {"nonce": None}},
    "for another client": {"claims": {"aud": "another"}},
    "for another client, in our name": {"claims": {"aud": "another", "azp": "erfahrungsnetz"}},
    "for several, in another's name": {"claims": {"aud": ["erfahrungsnetz", "another"], "azp": "another"}},
    "for nobody": {"claims": {"aud": None}},
    "expired": {"claims": {"exp": NOW - 3600, "iat": NOW - 7200}},
    "without an end": {"claims": {"exp": None}},
    "issued in the future": {"claims": {"iat": NOW + 3600, "exp": NOW + 7200}},
    "without a beginning": {"claims": {"iat": None}},
    "of another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "of no issuer": {"claims": {"iss": None}},
    "about nobody": {"claims": {"sub": None}},
    "about an empty name": {"claims": {"sub": ""}},
    "about something that is no text": {"claims": {"sub": ["beispiel-betrieb"]}},
    "about an endless name": {"claims": {"sub": "x" * 300}},
    "with another access token's hash": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "not signed": {"key": "none"},
    "signed with the public key as a secret": {"key": "hmac"},
    "signed by somebody else under the same name of the key": {"key": "other"},
    "signed with a key that nobody publishes": {"header": {"kid": "nowhere"}},
    "with a key in its own head": {"key": "other", "header": {"jwk": {"kty": "oct", "k": "AAAA"}}},
    "with an unknown critical head": {"header": {"crit": ["surprise"], "surprise": True}},
    "missing": {"idToken": False},
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "another issuer": {"discovery": {"issuer": "https://elsewhere.example"}},
    "an issuer with one slash more": {"discovery": {"issuer": "{issuer}/"}},
    "no issuer": {"discovery": {"issuer": None}},
    "no place to sign in": {"discovery": {"authorization_endpoint": None}},
    "a script as place to sign in": {"discovery": {"authorization_endpoint": "javascript:alert(1)"}},
    "no keys": {"discovery": {"jwks_uri": None}},
    "keys on a disk": {"discovery": {"jwks_uri": "file:///etc/passwd"}},
    "no page at all": {"fail": "/.well-known/openid-configuration"},
    "a redirect": {"redirect": "/.well-known/openid-configuration"},
    "a document without end": {"huge": "/.well-known/openid-configuration"},
    "keys without end": {"huge": "/jwks"},
}


@pytest.mark.parametrize("mode", TOKENS.values(), ids=TOKENS)
def test_token_that_does_not_hold(site: Site, reader: Browser, mode: dict[str, Any]) -> None:
    site.town.misbehave(**mode)
    page = reader.sign_in()
    assert problem_of(page) == NOT_PROVEN
    assert "Die Anmeldung ließ sich nicht bestätigen" in page.text
    assert reader.name is None


@pytest.mark.parametrize("mode", DOCUMENTS.values(), ids=DOCUMENTS)
def test_description_that_does_not_hold(site: Site, reader: Browser, mode: dict[str, Any]) -> None:
    told = {key: value and value.format(issuer=site.town.issuer) for key, value in mode.get("discovery", {}).items()}
    site.town.misbehave(**{**mode, "discovery": told})
    page = reader.begin()
    assert problem_of(page) == UNREACHABLE
    assert reader.name is None


@pytest.mark.parametrize("sender", ["https://elsewhere.example", None])
def test_answer_that_names_another_sender_or_none(site: Site, reader: Browser, sender: str | None) -> None:
    site.town.misbehave(iss=sender)
    assert problem_of(reader.sign_in()) == NOT_PROVEN
    assert reader.name is None
    assert "/token" not in site.town.asked()


def test_userinfo_about_somebody_else(site: Site, reader: Browser) -> None:
    site.association.misbehave(userinfo={"sub": "beispiel-betrieb", "name": "Kim Beispiel"})
    assert problem_of(reader.sign_in(provider="verband")) == NOT_PROVEN


@pytest.mark.parametrize("path", ["/token", "/me"])
def test_failure_in_the_middle(site: Site, reader: Browser, path: str) -> None:
    site.association.misbehave(fail=path)
    assert problem_of(reader.sign_in(provider="verband")) in {NOT_PROVEN, UNREACHABLE}
    assert reader.name is None


def test_options_for_the_connection_in_the_description_are_not_taken(site: Site, reader: Browser) -> None:
    extra = {"verify": False, "client_id": "another", "scope": "everything", "default_timeout": 600, "proxies": {}}
    site.town.misbehave(discovery=extra)
    reader.sign_in()
    assert reader.name == "Alex Beispiel"
