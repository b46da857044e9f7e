# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The axe rules on every type of page, in both themes, wide and narrow."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, WITHDRAWN

PAGES = [
    "/",
    "/suche",
    "/suche?q=Mitfahrbank&land=HE",
    "/suche?q=Xyzzyplugh",
    "/fallstudien",
    STOPPED_PAGE,
    SOLUTION_PAGE,
    CONCEPT_PAGE,
    "/organisationen/beispielverbund",
    f"{STOPPED_PAGE}/einfach",
    f"/r/{STOPPED}/v/1",
    f"/r/{STOPPED}/verlauf",
    f"/r/{STOPPED}/vergleich?von=1&bis=3",
    f"/r/{WITHDRAWN}",
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
    "/datenschutz",
    "/barrierefreiheit",
    "/nirgends",
    f"/en{STOPPED_PAGE}",
    "/en/suche?q=Mitfahrbank",
]
RULES = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }"
FIND = f"""axe.run(document, {RULES}).then(result => result.violations.map(violation =>
    [violation.id, violation.nodes.map(node => node.html.slice(0, 160) + ' | ' + node.failureSummary)]))"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visitor: Visitor, axe_source: str, theme: str, width: int) -> None:
    visit = visitor(width=width, color_scheme=theme, reduced_motion="reduce")
    found = {}
    for path in PAGES:
        page = visit.open(path)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        page.evaluate(axe_source)
        violations = page.evaluate(FIND)
        if violations:
            found[path] = violations
    assert found == {}


def test_axe_would_find_something(visitor: Visitor, axe_source: str) -> None:
    page = visitor().open("/impressum")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')")
    page.evaluate(axe_source)
    ids = page.evaluate(f"axe.run(document, {RULES}).then(r => r.violations.map(v => v.id))")
    assert {"image-alt", "label"} <= set(ids)
