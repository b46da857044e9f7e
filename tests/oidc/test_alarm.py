"""What operators are told of a provider: its failures, and nothing that a person did or made up."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any

import pytest

from tests.oidc.browser import AUTHOR, Browser, problem_of
from tests.oidc.site import Site

NOT_PROVEN, UNREACHABLE = "nicht-bestaetigt", "nicht-erreichbar"


def told(site: Site, provider: str = "stadt") -> str:
    return site.services.results.all()[f"sign_in:{provider}"].reason


def test_what_a_person_broke_off_mixed_up_or_made_up_says_nothing_of_the_provider(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Browser(site.address).answer_address(AUTHOR)
    of_another = re.search(r"\bcode=([^&]+)", other)
    Browser(site.address).sign_in()
    assert told(site) == ""
    assert of_another
    for given, answer in (
        ("code", "error=access_denied"),
        ("code", "error=consent_required"),
        ("code", "error=server_error"),
        ("code", "error=erfunden"),
        ("code", "code=erfunden"),
        ("code", f"code={of_another[1]}"),
        ("iss", "iss=https://elsewhere.example"),
    ):
        reader = Browser(site.address)
        address = re.sub(rf"\b{given}=[^&]+", answer, reader.answer_address(AUTHOR))
        assert problem_of(reader.get(address)) in {"abgebrochen", NOT_PROVEN}, answer
        assert told(site) == "", answer
    assert "erfunden" not in capsys.readouterr().err
    site.town.misbehave(claims={"nonce": "that of another attempt"})
    assert problem_of(Browser(site.address).sign_in()) == NOT_PROVEN
    assert told(site) == ""


def test_many_who_sign_in_at_once_say_nothing_of_the_provider(site: Site, reader: Browser) -> None:
    Browser(site.address).sign_in()
    address = reader.answer_address(AUTHOR)
    places = site.app.extensions["enet.oidc"]["stadt"].documents.line._places
    with ExitStack() as held:
        while places.has_room(""):
            held.enter_context(places.held("", 0))
        assert problem_of(reader.get(address)) == UNREACHABLE
        assert told(site) == ""


@pytest.mark.parametrize(
    ("provider", "mode", "reason"),
    [
        ("stadt", {"fail": "/token"}, UNREACHABLE),
        ("stadt", {"claims": {"aud": "another"}}, NOT_PROVEN),
        ("verband", {"userinfo": {"sub": "another"}}, NOT_PROVEN),
        ("verband", {"refuse": "invalid_client"}, NOT_PROVEN),
    ],
)
def test_failures_of_the_provider_are_told(site: Site, provider: str, mode: dict[str, Any], reason: str) -> None:
    Browser(site.address).sign_in(provider=provider)
    assert told(site, provider) == ""
    (site.town if provider == "stadt" else site.association).misbehave(**mode)
    assert problem_of(Browser(site.address).sign_in(provider=provider)) == reason
    assert told(site, provider) == reason
