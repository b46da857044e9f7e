"""Signing in: with an account of one's town, as an invited guest, and after a provider changed its keys."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from lxml import html
from sqlalchemy import delete
from sqlmodel import col
from structlog.testing import capture_logs

from app.database.jobs import CLAIM, LastResult
from app.identity import Role, RoleKind, Scope
from app.identity.providers.provider import Providers
from app.web.identity import oidc_client
from tests.oidc.browser import AUTHOR, CURATOR, OPERATOR, Browser, problem_of
from tests.oidc.cookie import secret_in
from tests.oidc.site import Site

HESSIAN = Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"]))


@pytest.mark.parametrize(
    ("person", "name", "address", "role"),
    [
        (AUTHOR, "Alex Beispiel", "alex@beispielstadt.example", Role(kind=RoleKind.AUTHOR)),
        (CURATOR, "Robin Beispiel", "robin@beispielverbund.example", HESSIAN),
        (OPERATOR, "Kim Beispiel", "kim@beispielverbund.example", Role(kind=RoleKind.OPERATOR)),
    ],
)
def test_person_comes_back_with_name_address_organisation_and_role(
    site: Site, reader: Browser, person: str, name: str, address: str, role: Role
) -> None:
    assert reader.sign_in(person).status_code == 200
    assert reader.name == name
    known = site.services.identity.people.get(person_id(site, reader))
    assert site.services.identity.people.address(known.id) == address
    assert known.display_name == name
    assert role in known.roles
    assert known.organisation == "beispielstadt"
    assert known.pseudonym.startswith("u-")


def test_claims_are_also_taken_from_the_userinfo_endpoint(site: Site, reader: Browser) -> None:
    reader.sign_in(AUTHOR, "verband")
    assert reader.name == "Alex Beispiel"
    assert "/me" in site.association.asked()


def test_claim_that_has_never_come_is_noted_until_it_comes(site: Site, new_browser: Callable[[], Browser]) -> None:
    name = f"{CLAIM}stadt:roles"
    with site.services.sessions.begin() as db:
        db.execute(delete(LastResult).where(col(LastResult.name) == name))
    without = [replace(one, scope="openid profile email") for one in site.services.identity.providers]
    oidc_client.register(site.app, Providers(tuple(without)), site.clock)
    with capture_logs() as log:
        assert new_browser().sign_in(AUTHOR).status_code == 200
    told = site.services.results.all()[name]
    assert (told.reason, told.done_at) == ("missing", None)
    [line] = [one for one in log if one["event"] == "sign_in.claim_missing"]
    assert (line["provider"], line["claim"], line["scope"]) == ("stadt", "roles", "openid profile email")
    oidc_client.register(site.app, site.services.identity.providers, site.clock)
    new_browser().sign_in(AUTHOR)
    assert site.services.results.all()[name].done_at


def test_request_to_the_provider_is_bound_to_this_browser(reader: Browser, site: Site) -> None:
    step = reader.get("/anmelden/stadt", follow=False)
    query = {key: values[0] for key, values in parse_qs(urlsplit(step.headers["Location"]).query).items()}
    assert step.headers["Location"].startswith(f"{site.town.issuer}/auth?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert len(query["state"]) >= 20
    assert len(query["nonce"]) >= 20
    assert query["redirect_uri"] == f"{site.address}/anmelden/stadt/antwort"
    assert step.headers["Cache-Control"] == "private, no-store"
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in step.headers["Set-Cookie"]


def person_id(site: Site, reader: Browser) -> str:
    current = site.services.identity.sessions.resume(secret_in(reader, site.services))
    assert current
    return current.person.id


def test_reader_comes_back_to_the_page(site: Site, reader: Browser) -> None:
    path = "/en/suche?q=Bank%20Mitfahren"
    assert reader.sign_in(query=f"?weiter={quote(path)}").url == site.address + path


def test_choice_is_by_organisation(reader: Browser, site: Site) -> None:
    page = reader.get("/anmelden").text
    for words in ("Ich arbeite bei …", "Stadt Beispielstadt", "Gemeinde Anderswo", "Beispielverbund"):
        assert words in page
    assert "127.0.0.1" not in page.split("<main", 1)[1].split("</main>")[0].replace(site.address, "")


def test_cancelling_is_no_error(reader: Browser) -> None:
    page = reader.sign_in("")
    assert problem_of(page) == "abgebrochen"
    assert "Sie haben sich nicht angemeldet" in page.text
    assert reader.name is None


def test_reader_under_another_name_of_the_node_is_sent_to_its_own(reader: Browser, site: Site) -> None:
    port = urlsplit(site.address).port
    step = reader.http.get(f"http://localhost:{port}/anmelden/stadt?weiter=/ueber", allow_redirects=False, timeout=10)
    assert step.headers["Location"].startswith(f"{site.address}/anmelden/stadt?weiter=")
    page = reader.choose(reader.http.get(step.headers["Location"], timeout=10), AUTHOR)
    assert page.url == f"{site.address}/ueber"


def test_reader_under_another_name_takes_along_what_belongs_to_the_sign_in_alone(reader: Browser, site: Site) -> None:
    extra = "provider=x&endpoint=x&_method=x&_external=1&_scheme=gopher&_anchor=x&values=x"
    address = f"http://localhost:{urlsplit(site.address).port}/anmelden/verband?{extra}&weiter=/ueber&einladung=geheim"
    step = reader.http.get(address, allow_redirects=False, timeout=10)
    assert step.status_code == 303
    asked = urlsplit(step.headers["Location"])
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{site.address}/anmelden/verband"
    assert parse_qs(asked.query) == {"weiter": ["/ueber"], "einladung": ["geheim"], "hier": ["1"]}


def test_unknown_provider_does_not_exist(reader: Browser) -> None:
    for path in ("/anmelden/niemand", "/anmelden/niemand/antwort?code=x&state=y"):
        assert reader.get(path).status_code == 404


def invite(site: Site) -> str:
    """Let an operator make an invitation on the page for it; return its link."""
    operator = Browser(site.address)
    operator.sign_in(OPERATOR)
    page = operator.get("/verwaltung/einladungen")
    made = operator.submit(
        page, "/verwaltung/einladungen", fuer="Gast", organisation="anderswo", anmeldung="verband", rolle="author"
    )
    return str(html.document_fromstring(made.text).get_element_by_id("einladung-link").get("value"))


def accept(browser: Browser, link: str) -> str:
    """Go on from the page of the invitation; return the address at which the provider asks who one is."""
    page = html.document_fromstring(browser.http.get(link, timeout=10).text)
    (start,) = page.xpath("//main//a[starts-with(@href, '/anmelden/verband?')]/@href")
    return str(start)


def test_guest_gets_role_and_organisation_once(site: Site, reader: Browser) -> None:
    link = invite(site)
    late = Browser(site.address)
    waiting = late.get(accept(late, link))
    page = reader.choose(reader.get(accept(reader, link)), CURATOR)
    assert urlsplit(page.url).path == "/konto"
    assert "anderswo" in page.text
    assert "Beitragen" in page.text
    assert problem_of(late.choose(waiting, OPERATOR)) == "einladung"
    assert late.name is None
    assert problem_of(Browser(site.address).http.get(link, timeout=10)) == "einladung"


def test_description_is_read_once_for_many_and_a_new_key_when_a_token_names_it(site: Site, reader: Browser) -> None:
    for each in (reader, Browser(site.address)):
        each.sign_in()
    asked = site.town.asked()
    assert (asked["/.well-known/openid-configuration"], asked["/jwks"]) == (1, 1)
    site.clock.ahead += timedelta(seconds=30)
    site.town.tell("rotate")
    other = Browser(site.address)
    other.sign_in()
    assert other.name == "Alex Beispiel"


def test_withdrawn_key_is_not_trusted_for_long(site: Site, reader: Browser) -> None:
    reader.sign_in()
    site.town.tell("publish", kids=[])
    site.clock.ahead += timedelta(minutes=11)
    other = Browser(site.address)
    assert problem_of(other.sign_in()) == "nicht-bestaetigt"
    assert other.name is None


def test_odd_keys_do_not_make_the_node_ask_again_and_again(site: Site, reader: Browser) -> None:
    site.town.misbehave(header={"kid": "nowhere"})
    for _ in range(2):
        reader.sign_in()
    assert site.town.asked()["/jwks"] == 1
