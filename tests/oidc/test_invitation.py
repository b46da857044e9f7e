"""Somebody whose town has no provider comes in through the association's, with an invitation."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml import html

from tests.oidc.browser import CURATOR, OPERATOR, Browser, problem_of
from tests.oidc.site import Site


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
