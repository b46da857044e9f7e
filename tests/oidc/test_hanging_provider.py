"""A provider that does not answer must not take the node down with it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from app.web.identity import oidc_provider
from tests.oidc import site as sites
from tests.oidc.browser import Browser, problem_of
from tests.oidc.provider import Provider, running
from tests.oidc.site import Site
from tests.webnode.node import CONTENT
from tools.serving_node import serving

UNREACHABLE = "nicht-erreichbar"
AT_ONCE = 16


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real bounds are seconds; what is tested is that there are bounds."""
    monkeypatch.setattr(oidc_provider, "TIMEOUT", 0.5)
    monkeypatch.setattr(oidc_provider, "DEADLINE", 1.0)


@pytest.mark.parametrize(("kind", "path"), [("hang", "/.well-known/openid-configuration"), ("drip", "/jwks")])
def test_a_hanging_provider_is_given_up_before_the_sign_in(site: Site, reader: Browser, kind: str, path: str) -> None:
    site.town.misbehave(**{kind: path})
    started = time.monotonic()
    assert problem_of(reader.begin()) == UNREACHABLE
    assert time.monotonic() - started < 3
    # The next reader is told at once, and nobody waits for the same failure again.
    started = time.monotonic()
    assert problem_of(Browser(site.address).begin()) == UNREACHABLE
    assert time.monotonic() - started < 0.5
    assert reader.get("/").status_code == 200
    assert site.services.results.all()["sign_in:stadt"].reason == UNREACHABLE


@pytest.mark.parametrize(("kind", "path", "provider"), [("hang", "/token", "stadt"), ("drip", "/me", "verband")])
def test_a_hanging_provider_is_given_up_during_the_sign_in_and_the_failure_remembered(
    site: Site, reader: Browser, kind: str, path: str, provider: str
) -> None:
    asked = site.town if provider == "stadt" else site.association
    asked.misbehave(**{kind: path})
    started = time.monotonic()
    assert problem_of(reader.sign_in(provider=provider)) == UNREACHABLE
    assert time.monotonic() - started < 3
    assert reader.name is None
    other = Browser(site.address)
    started = time.monotonic()
    assert problem_of(other.sign_in(provider=provider)) == UNREACHABLE
    assert time.monotonic() - started < 0.5
    assert asked.asked()[path] == 1
    site.clock.ahead += timedelta(seconds=11)
    asked.reset()
    other.sign_in(provider=provider)
    assert other.name is not None
    assert site.services.results.all()[f"sign_in:{provider}"].reason == ""


def test_nobody_waits_while_another_reader_is_waiting_already(site: Site) -> None:
    site.town.misbehave(hang="/.well-known/openid-configuration")
    browsers = [Browser(site.address) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        waited = sorted(pool.map(lambda browser: seconds(browser.begin), browsers))
    assert waited[-2] < 0.5
    assert site.town.asked()["/.well-known/openid-configuration"] == 1


def test_what_is_known_of_a_provider_counts_while_it_is_read_anew(site: Site, reader: Browser) -> None:
    reader.begin()
    site.clock.ahead += timedelta(minutes=9)
    site.town.misbehave(hang="/jwks")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: Browser(site.address).begin(), range(8)))
    assert {problem_of(page) for page in found} == {""}
    assert site.town.asked()["/jwks"] == 1


@pytest.fixture(scope="module")
def hanging() -> Iterator[Provider]:
    with running(node="http://127.0.0.1:1", key="stadt") as town:
        yield town


@pytest.fixture(scope="module")
def four_threads(hanging: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server with four threads."""
    folder = tmp_path_factory.mktemp("hanging")
    (folder / "verband.secret").write_text(f"{sites.SECRET}\n", encoding="utf-8")
    providers = folder / "providers.toml"
    providers.write_text(
        sites.PROVIDERS.format(town=hanging.issuer, association="http://127.0.0.1:1"), encoding="utf-8"
    )
    settings = {"NODE_CONTENT": str(CONTENT), "NODE_PROVIDERS": str(providers)}
    with serving(folder / "node", {**settings, "NODE_WORKERS": "1", "NODE_THREADS": "4"}, seconds=180) as found:
        yield found.url


def seconds(do: Callable[[], object]) -> float:
    started = time.monotonic()
    do()
    return time.monotonic() - started


def unfinished(address: str) -> tuple[Browser, str]:
    """A browser that has been sent to the provider, and the answer it might come back with; no account is needed."""
    reader = Browser(address)
    begun = reader.get("/anmelden/stadt?hier=1", follow=False).headers["Location"]
    asked = parse_qs(urlsplit(begun).query)
    issuer = f"{urlsplit(begun).scheme}://{urlsplit(begun).netloc}"
    answer = {"state": asked["state"][0], "code": "irgendeiner", "iss": issuer}
    return reader, f"/anmelden/stadt/antwort?{urlencode(answer)}"


@contextmanager
def all_at_once(reader: Browser, path: str) -> Iterator[list[float]]:
    """Ask for one address many times at once; how long each took stands in the list in the end."""
    cookies, waited = reader.http.cookies.get_dict(), []

    def ask(_: int) -> None:
        got = requests.get(f"{reader.site}{path}", cookies=cookies, allow_redirects=False, timeout=60)
        waited.append(got.elapsed.total_seconds())
        assert problem_of_redirect(got) == UNREACHABLE

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(ask, number) for number in range(AT_ONCE)]
        time.sleep(0.5)
        yield waited
        for each in asked:
            each.result()


def problem_of_redirect(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query).get("problem", [""])[0]


@pytest.mark.slow
def test_readers_are_served_during_the_hang(four_threads: str, hanging: Provider) -> None:
    reader, path = unfinished(four_threads)
    hanging.misbehave(hang="/token")
    with all_at_once(reader, path) as waited:
        assert len(waited) < AT_ONCE, "the provider hangs"
        assert seconds(lambda: requests.get(f"{four_threads}/ueber", timeout=60).raise_for_status()) < 2
    # Two threads wait for the provider; nobody else does.
    assert sorted(waited)[-3] < 2


def test_signing_out_does_not_need_the_provider(site: Site, reader: Browser) -> None:
    reader.sign_in()
    site.clock.ahead += timedelta(minutes=11)
    site.town.misbehave(hang="/.well-known/openid-configuration")
    page = reader.submit(reader.get("/konto"), "/abmelden")
    assert "Sie sind abgemeldet" in page.text
    assert reader.name is None


def test_a_provider_whose_document_leads_to_the_surroundings_of_the_machine_is_not_asked(
    site: Site, reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shared.addresses.is_inside", lambda _address: False)
    assert problem_of(reader.begin()) == UNREACHABLE
    assert set(site.town.asked()) <= {"/__test/asked"}
