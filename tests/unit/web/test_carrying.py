"""What links and forms of a page lead on with."""

from __future__ import annotations

import pytest

from app.web.kickoff.carrying import Carried

OWN = "10000000-0000-4000-8000-000000000001"
CARRIED = Carried("Starkregen & Flut", [("monate", "12")], [("gemerkt", OWN)])
ALL = f"monate=12&gemerkt={OWN}"


@pytest.mark.parametrize(
    ("address", "rewritten"),
    [
        ("/", f"/?q=Starkregen+%26+Flut&{ALL}"),
        ("/fallstudien?seite=2#treffer-1", f"/fallstudien?seite=2&q=Starkregen+%26+Flut&{ALL}#treffer-1"),
        ("/suche", f"/suche?{ALL}"),
        ("/en/projektstart?q=Bank", f"/en/projektstart?q=Bank&{ALL}"),
        ("/suche?thema=mobility", f"/suche?thema=mobility&{ALL}"),
        ("/suche?ort_groesse=lt5k", f"/suche?ort_groesse=lt5k&gemerkt={OWN}"),
        ("/vergleich?q=x&gemerkt=anderes", "/vergleich?q=x&gemerkt=anderes&monate=12"),
        ("/feed.atom", "/feed.atom"),
        ("/fallstudien/ulm/dateien/plan.pdf", "/fallstudien/ulm/dateien/plan.pdf"),
        ("/api/v1/search?q=x", "/api/v1/search?q=x"),
        ("/anmelden?weiter=/", "/anmelden?weiter=/"),
    ],
)  # fmt: skip
def test_an_address_gets_what_it_does_not_say_itself(address: str, rewritten: str) -> None:
    assert CARRIED.onto(address) == rewritten


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://anders.example/">',
        '<a href="//anders.example/">',
        '<a href="#inhalt">',
        '<a href="mailto:stadt@beispiel.example">',
        '<a data-as-is href="/fallstudien">',
        '<link rel="stylesheet" href="/static/site.css">',
        '<form action="/vermerk" method="post"><input name="q"></form>',
        '<abbr title="href=&quot;/&quot;">',
    ],
)
def test_what_leads_elsewhere_or_decides_itself_stays_as_it_is(markup: str) -> None:
    assert CARRIED.rewritten(markup) == markup


def test_links_stay_escaped_and_forms_get_what_they_lack() -> None:
    link = '<p title=">"><a class="x" href="/ueber?a=1&amp;b=2'
    form = '<form method="get" action="/suche">'
    page = f'{link}">Über</a></p>{form}<input name="q"></form>'
    assert CARRIED.rewritten(page) == (
        f'{link}&amp;q=Starkregen+%26+Flut&amp;{ALL.replace("&", "&amp;")}">Über</a></p>{form}'
        '<input type="hidden" name="monate" value="12">'
        f'<input type="hidden" name="gemerkt" value="{OWN}"><input name="q"></form>'
    )


def test_a_form_with_the_fields_of_the_situation_keeps_them_alone() -> None:
    form = '<form method="get"><input name="monate" value="6"></form>'
    assert 'value="12"' not in CARRIED.rewritten(form)
    assert OWN in CARRIED.rewritten(form)


def test_a_large_page_is_rewritten_in_a_moment() -> None:
    page = '<a href="/fallstudien/x">x</a> <a ' * 20_000
    assert CARRIED.rewritten(page).count(OWN) == 20_000
