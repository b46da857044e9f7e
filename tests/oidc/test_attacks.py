"""Third parties who want to get into somebody's session, or somebody into theirs."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from string import ascii_letters, digits

import pytest
from structlog.testing import capture_logs

from tests.oidc.browser import AUTHOR, OPERATOR, Browser, problem_of
from tests.oidc.cookie import content, secret_in
from tests.oidc.site import Site

NewBrowser = Callable[[], Browser]


def test_session_gets_a_new_secret_and_nothing_from_before(site: Site, reader: Browser) -> None:
    """Session fixation: what somebody planted before the sign-in is worth nothing after it."""
    reader.get("/memo")
    reader.sign_in()
    first = secret_in(reader, site.services)
    second_browser = Browser(site.address)
    second_browser.http.cookies.update(reader.http.cookies)
    second_browser.sign_in(OPERATOR)
    second = secret_in(second_browser, site.services)
    assert first
    assert second
    assert first != second
    assert content(second_browser, site.services).keys() <= {"sid", "csrf_token"}
    # The session that was replaced is over: its cookie does not come back to life.
    assert site.services.identity.sessions.resume(first) is None
    assert reader.name is None


def test_cookie_with_a_made_up_or_changed_secret_is_nobody(site: Site, reader: Browser) -> None:
    reader.sign_in()
    (name,) = [cookie.name for cookie in reader.http.cookies if cookie.name.startswith("enet-")]
    value = reader.http.cookies.get(name) or ""
    for forged in (value[:-3] + "abc", "x" + value, "eyJzaWQiOiJ4In0.aaaa.bbbb"):
        thief = Browser(site.address)
        thief.http.cookies.set(name, forged, domain="127.0.0.1")
        assert thief.name is None


def test_answer_in_another_browser_signs_nobody_in(reader: Browser, new_browser: NewBrowser) -> None:
    """Login CSRF and stolen answers: they only count where the sign-in was begun."""
    address = reader.answer_address(OPERATOR)
    victim = new_browser()
    assert problem_of(victim.get(address)) == "abgelaufen"
    assert victim.name is None
    victim.begin()
    assert problem_of(victim.get(address)) == "abgelaufen"
    assert victim.name is None


def test_answer_for_one_provider_is_not_taken_at_another(reader: Browser) -> None:
    """IdP mix-up: the address of the answer, the state and the sender all belong to one provider."""
    address = reader.answer_address(AUTHOR, "stadt")
    assert problem_of(reader.get(address.replace("/anmelden/stadt/", "/anmelden/verband/"))) == "abgelaufen"
    reader.begin("verband")
    assert problem_of(reader.get(address.replace("/anmelden/stadt/", "/anmelden/verband/"))) == "abgelaufen"
    assert reader.name is None


def test_many_attempts_at_once_still_fit_into_the_cookie(site: Site, reader: Browser) -> None:
    for _ in range(12):
        reader.get("/anmelden/stadt?weiter=/" + "x" * 300, follow=False)
    assert len([key for key in content(reader, site.services) if key.startswith("_state_")]) == 4
    assert max(len(cookie.value or "") for cookie in reader.http.cookies) < 4000
    reader.sign_in()
    assert reader.name == "Alex Beispiel"


def test_attempts_that_lead_far_give_way_to_the_latest(site: Site, reader: Browser) -> None:
    """Browsers drop a cookie of more than 4,096 bytes, and nobody could sign in at all."""
    # Signs in no order: what repeats itself would be packed.
    signs = Random(1)
    for _ in range(4):
        destination = "/" + "".join(signs.choices(ascii_letters + digits, k=1400))
        step = reader.get(f"/anmelden/stadt?weiter={destination}", follow=False)
        assert len(step.headers["Set-Cookie"].encode()) < 4093
    assert [key for key in content(reader, site.services) if key.startswith("_state_")]
    page = reader.choose(reader.http.get(step.headers["Location"], timeout=10), AUTHOR)
    assert page.url == site.address + destination
    assert reader.name == "Alex Beispiel"


def test_answer_counts_once_within_an_hour(site: Site, reader: Browser) -> None:
    in_time = reader.answer_address(OPERATOR)
    site.clock.ahead = timedelta(minutes=59)
    reader.get(in_time)
    assert reader.name == "Kim Beispiel"
    assert problem_of(reader.get(in_time)) == "abgelaufen"
    reader.http.cookies.clear()
    late = reader.answer_address(AUTHOR)
    site.clock.ahead = timedelta(hours=2)
    assert problem_of(reader.get(late)) == "abgelaufen"
    assert reader.name is None


ELSEWHERE = (
    *("https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example/", "/%09/evil.example"),
    *("/\t/evil.example", "javascript:alert(1)", "///evil.example", "http:evil.example", " https://evil.example"),
    *("/ok\r\nLocation: https://evil.example", "evil.example", "/" + "a" * 5000),
)


def test_sign_in_leads_to_this_site_alone(site: Site, reader: Browser) -> None:
    for elsewhere in ELSEWHERE:
        reader.http.cookies.clear()
        step = reader.http.get(f"{site.address}/anmelden/stadt", params={"weiter": elsewhere}, timeout=10)
        page = reader.choose(step, AUTHOR)
        assert page.url.startswith(f"{site.address}/"), elsewhere
        assert "evil" not in page.url.replace("/%09/evil.example", ""), elsewhere
    assert reader.name == "Alex Beispiel"
    assert 'href="https://evil.example' not in reader.get("/anmelden?weiter=https://evil.example/").text


def test_nothing_secret_is_logged(site: Site, reader: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as events:
        reader.sign_in()
    written = f"{events}{caplog.text}"
    assert "sign_in.done" in written
    for word in ("Alex", "alex@", "beispiel-beitragen", secret_in(reader, site.services)):
        assert word not in written
