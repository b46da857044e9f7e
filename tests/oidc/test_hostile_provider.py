"""A provider, or whoever stands between, that answers wrongly: nobody is signed in, and page and operators are told."""

import json
import re
import time
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest
import requests

from app.identity.providers import Provider
from app.shared.clock import utc_now
from app.shared.confinement import Threads
from app.web.identity import oidc_provider
from app.web.identity.oidc_provider import BoundedSession, ProviderLine, ProviderUnreachable
from tests.oidc.browser import AUTHOR, Browser, problem_of
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
    "about a name that is no text": {"claims": {"sub": "beispiel\ud800"}},
    "about a name of several lines": {"claims": {"sub": "beispiel\nbetrieb"}},
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
    "a document without ground": {"deep": "/.well-known/openid-configuration"},
    "keys without ground": {"deep": "/jwks"},
}


@pytest.mark.parametrize("mode", TOKENS.values(), ids=TOKENS)
def test_sign_in_fails_with_an_invalid_token(site: Site, reader: Browser, mode: dict[str, Any]) -> None:
    site.town.misbehave(**mode)
    page = reader.sign_in()
    assert problem_of(page) == NOT_PROVEN
    assert "Die Anmeldung ließ sich nicht bestätigen" in page.text
    assert reader.name is None


@pytest.mark.parametrize("mode", DOCUMENTS.values(), ids=DOCUMENTS)
def test_sign_in_fails_with_an_invalid_provider_description(site: Site, reader: Browser, mode: dict[str, Any]) -> None:
    told = {key: value and value.format(issuer=site.town.issuer) for key, value in mode.get("discovery", {}).items()}
    site.town.misbehave(**{**mode, "discovery": told})
    page = reader.begin()
    assert problem_of(page) == UNREACHABLE
    assert reader.name is None


@pytest.mark.parametrize("sender", ["https://elsewhere.example", "{association}", None])
def test_sign_in_fails_if_the_answer_has_no_or_another_issuer(site: Site, reader: Browser, sender: str | None) -> None:
    """A provider that hands on another one's code is given away by its name."""
    site.town.misbehave(iss=sender and sender.format(association=site.association.issuer))
    assert problem_of(reader.sign_in()) == NOT_PROVEN
    assert reader.name is None
    assert "/token" not in {*site.town.asked(), *site.association.asked()}


def test_sign_in_fails_if_userinfo_is_about_somebody_else(site: Site, reader: Browser) -> None:
    site.association.misbehave(userinfo={"sub": "beispiel-betrieb", "name": "Kim Beispiel"})
    assert problem_of(reader.sign_in(provider="verband")) == NOT_PROVEN


@pytest.mark.parametrize(
    ("kind", "path"), [("fail", "/me"), ("deep", "/token"), ("deep", "/me"), ("redirect", "/token")]
)
def test_sign_in_fails_if_token_or_userinfo_endpoint_fails(site: Site, reader: Browser, kind: str, path: str) -> None:
    site.association.misbehave(**{kind: path})
    assert problem_of(reader.sign_in(provider="verband")) in {NOT_PROVEN, UNREACHABLE}
    assert site.association.asked()["/token"] == 1, "code and secret follow no redirect"
    assert reader.name is None


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_provider_under_https_does_not_fall_back_to_http(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    issuer = "https://anmeldung.example"
    told = {each: f"{issuer}/{each}" for each in oidc_provider.REQUIRED} | {"issuer": issuer, "keys": []}

    def request(_session: BoundedSession, _method: str, _address: str, **_more: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.raw = 200, BytesIO(json.dumps(told).encode())
        return answer

    monkeypatch.setattr(BoundedSession, "request", request)
    assert _documents_of(issuer).metadata()["issuer"] == issuer
    told[name] = f"http://anmeldung.example/{name}"
    with pytest.raises(ProviderUnreachable):
        _documents_of(issuer).metadata()


def _documents_of(issuer: str) -> oidc_provider.ProviderDocuments:
    provider = Provider(key="stadt", issuer=issuer, client_id="x", label="Stadt", employers=())
    return oidc_provider.ProviderDocuments(provider, utc_now, ProviderLine(Threads(2), utc_now))


def test_an_odd_session_name_and_options_in_the_description_are_not_taken(site: Site, reader: Browser) -> None:
    extra = {"verify": False, "client_id": "another", "scope": "everything", "default_timeout": 600, "proxies": {}}
    site.town.misbehave(discovery=extra, claims={"sid": "x\ud800"})
    reader.sign_in()
    assert reader.name == "Alex Beispiel"


def told(site: Site, provider: str = "stadt") -> str:
    return site.services.results.all()[f"sign_in:{provider}"].reason


def test_what_people_broke_off_or_made_up_blames_no_provider(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
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
