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


@pytest.fixture(autouse=True)
def _went_well(site: Site) -> None:
    for provider in ("stadt", "verband"):
        Browser(site.address).sign_in(provider=provider)
        assert told(site, provider) == ""


@pytest.mark.parametrize(
    "answer", ["error=access_denied", "error=consent_required", "error=server_error", "error=erfunden", "code=erfunden"]
)
def test_a_sign_in_that_a_person_broke_off_or_made_up_says_nothing_of_the_provider(
    site: Site, reader: Browser, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address = re.sub(r"\bcode=[^&]+", answer, reader.answer_address(AUTHOR))
    page = reader.get(address)
    assert problem_of(page) in {"abgebrochen", NOT_PROVEN}
    assert told(site) == ""
    assert "erfunden" not in capsys.readouterr().err


def test_an_answer_that_names_another_sender_says_nothing_of_the_provider(site: Site, reader: Browser) -> None:
    address = re.sub(r"\biss=[^&]+", "iss=https://elsewhere.example", reader.answer_address(AUTHOR))
    assert problem_of(reader.get(address)) == NOT_PROVEN
    assert told(site) == ""


def test_a_code_of_another_attempt_says_nothing_of_the_provider(site: Site, reader: Browser) -> None:
    first, second = Browser(site.address).answer_address(AUTHOR), reader.answer_address(AUTHOR)
    code = re.search(r"\bcode=([^&]+)", first)
    assert code
    assert problem_of(reader.get(re.sub(r"\bcode=[^&]+", f"code={code[1]}", second))) == NOT_PROVEN
    assert told(site) == ""


def test_a_token_of_another_attempt_says_nothing_of_the_provider(site: Site, reader: Browser) -> None:
    site.town.misbehave(claims={"nonce": "that of another attempt"})
    assert problem_of(reader.sign_in()) == NOT_PROVEN
    assert told(site) == ""


def test_many_who_sign_in_at_once_say_nothing_of_the_provider(site: Site, reader: Browser) -> None:
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
        ("stadt", {"idToken": False}, NOT_PROVEN),
        ("stadt", {"claims": {"aud": "another"}}, NOT_PROVEN),
        ("verband", {"userinfo": {"sub": "another"}}, NOT_PROVEN),
        ("verband", {"refuse": "invalid_client"}, NOT_PROVEN),
    ],
)
def test_failures_of_the_provider_are_told(site: Site, provider: str, mode: dict[str, Any], reason: str) -> None:
    (site.town if provider == "stadt" else site.association).misbehave(**mode)
    assert problem_of(Browser(site.address).sign_in(provider=provider)) == reason
    assert told(site, provider) == reason
