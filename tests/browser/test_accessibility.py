"""The axe rules on every type of page that readers see, wide in the light and narrow in the dark."""

from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.webnode.node import CONCEPT_PAGE, RUNNING, SOLUTION, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, WITHDRAWN

PLACE = "ort=Musterdorf&ort_land=HE&ort_art=municipality"
PAGES = (
    "/", "/suche", "/suche?q=Mitfahrbank&land=HE", "/suche?q=Xyzzyplugh", "/fallstudien", STOPPED_PAGE,
    f"{SOLUTION_PAGE}?ort=Fulda", f"{SOLUTION_PAGE}?{PLACE}&mitglied=beispielverbund",
    CONCEPT_PAGE, "/organisationen/beispielverbund", f"{STOPPED_PAGE}/einfach", f"/r/{STOPPED}/v/1",
    f"/r/{STOPPED}/verlauf", f"/r/{STOPPED}/vergleich?von=1&bis=3", f"/r/{WITHDRAWN}",
    f"/auswahl?gemerkt={STOPPED}&gemerkt={SOLUTION}&abgelehnt={RUNNING}&{PLACE}", "/auswahl",
    "/produktreife?erfuellt=sales_role", "/eingestellt", "/ueberblick", "/foerderprogramme",
    "/foerderprogramme/modellprojekte-smart-cities", "/begriffe", "/begriffe/terms", "/begriffe/terms/call-taxi",
    "/stoebern", "/ueber", "/einfache-sprache", "/mitmachen", "/suche/hilfe", "/impressum", "/datenschutz",
    "/barrierefreiheit", "/nirgends", f"/einbetten/{STOPPED}", f"/einbetten/{STOPPED}/anleitung",
)  # fmt: skip


def test_axe_finds_nothing(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    found: dict[str, Any] = {}
    for path in PAGES:
        found |= looked_at(visit.open(path), axe_source)
    assert found == {}


@pytest.mark.parametrize(
    ("fault", "at", "rules"),
    [
        (
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')",
            "light",
            {"image-alt", "label"},
        ),
        ("document.querySelector('h1').style.color = '#111'", "dark", {"color-contrast"}),
    ],
)
def test_axe_would_find_something(visitor: Visitor, axe_source: str, fault: str, at: str, rules: set[str]) -> None:
    page = visitor(reduced_motion="reduce").open("/impressum")
    page.evaluate(fault)
    found = looked_at(page, axe_source)
    assert rules <= {rule for rule, _nodes in found[f"{page.url} {at}"]}
    assert (f"{page.url} light" in found) == (at == "light")
