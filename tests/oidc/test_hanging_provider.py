# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider that does not answer must not take the node down with it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from app.web.identity.oidc import connection
from tests.oidc.browser import Browser, problem_of
from tests.oidc.site import Site

UNREACHABLE = "nicht-erreichbar"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real bounds are seconds; what is tested is that there are bounds."""
    monkeypatch.setattr(connection, "TIMEOUT", 0.5)
    monkeypatch.setattr(connection, "DEADLINE", 1.0)


@pytest.mark.parametrize("kind", ["hang", "drip"])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
def test_before_the_sign_in(site: Site, reader: Browser, kind: str, path: str) -> None:
    site.town.misbehave(**{kind: path})
    started = time.monotonic()
    assert problem_of(reader.begin()) == UNREACHABLE
    assert time.monotonic() - started < 3
    # The next reader is told at once, and nobody waits for the same failure again.
    started = time.monotonic()
    assert problem_of(Browser(site.address).begin()) == UNREACHABLE
    assert time.monotonic() - started < 0.5
    assert reader.get("/").status_code == 200


@pytest.mark.parametrize("kind", ["hang", "drip"])
@pytest.mark.parametrize(("path", "provider"), [("/token", "stadt"), ("/me", "verband")])
def test_in_the_middle(site: Site, reader: Browser, kind: str, path: str, provider: str) -> None:
    asked = site.town if provider == "stadt" else site.association
    asked.misbehave(**{kind: path})
    started = time.monotonic()
    assert problem_of(reader.sign_in(provider=provider)) == UNREACHABLE
    assert time.monotonic() - started < 3
    assert reader.name is None


def test_signing_out_does_not_need_the_provider(site: Site, reader: Browser) -> None:
    reader.sign_in()
    site.clock.ahead += timedelta(minutes=11)
    site.town.misbehave(hang="/.well-known/openid-configuration")
    page = reader.submit(reader.get("/konto"), "/abmelden")
    assert "Sie sind abgemeldet" in page.text
    assert reader.name is None
