"""The axe rules on every type of page, in both themes, wide and narrow."""

from __future__ import annotations

from tests.browser.conftest import Visitor
from tests.browser.looking import violations, violations_wide_and_narrow
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, WITHDRAWN

PAGES = [
    "/",
    "/suche",
    "/suche?q=Mitfahrbank&land=HE",
    "/suche?q=Xyzzyplugh",
    "/karte",
    "/fallstudien",
    STOPPED_PAGE,
    SOLUTION_PAGE,
    f"{SOLUTION_PAGE}?ort=Musterstadt&ort_land=HE&ort_art=town&einwohner=18000#beziehbar",
    "/suche?gemeinde=Beispielstadt&land=HE",
    CONCEPT_PAGE,
    "/organisationen/beispielverbund",
    f"{STOPPED_PAGE}/einfach",
    f"/r/{STOPPED}/v/1",
    f"/r/{STOPPED}/verlauf",
    f"/r/{STOPPED}/vergleich?von=1&bis=3",
    f"/r/{WITHDRAWN}",
    "/eingestellt",
    "/ueberblick",
    "/foerderprogramme",
    "/foerderprogramme/modellprojekte-smart-cities",
    "/begriffe",
    "/begriffe/terms",
    "/begriffe/terms/call-taxi",
    "/themen",
    "/themen/mobility",
    "/laender",
    "/laender/HE",
    "/ueber",
    "/einfache-sprache",
    "/en/einfache-sprache",
    "/mitmachen",
    "/suche/hilfe",
    "/impressum",
    "/abonnieren?q=Mitfahrbank",
    "/datenschutz",
    "/barrierefreiheit",
    "/nirgends",
    f"/en{STOPPED_PAGE}",
    "/en/suche?q=Mitfahrbank",
]


def test_axe_finds_nothing(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    found = {}
    for path in PAGES:
        page = visit.open(path)
        if wrong := violations_wide_and_narrow(page, axe_source):
            found[path] = wrong
    assert found == {}


def test_axe_would_find_something(visitor: Visitor, axe_source: str) -> None:
    page = visitor().open("/impressum")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')")
    assert {("light", "image-alt"), ("light", "label")} <= {
        (theme, rule) for theme, rule, _ in violations(page, axe_source)
    }


def test_axe_would_find_a_colour_that_cannot_be_read_in_the_dark(visitor: Visitor, axe_source: str) -> None:
    page = visitor(reduced_motion="reduce").open("/impressum")
    page.evaluate("document.querySelector('h1').style.color = '#111'")
    assert {(theme, rule) for theme, rule, _ in violations(page, axe_source)} == {("dark", "color-contrast")}
