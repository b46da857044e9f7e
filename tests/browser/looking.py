"""Looks at a page as it stands: the axe rules in both themes, wide and narrow, and whether anything sticks out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
COLOURS = "['color-contrast', 'link-in-text-block']"
"""The rules that look at colours; the others find in the dark what they find in the light."""
# Nothing is worked out that is not shown: selectors, and lists of what is right. No rule of these reads style sheets.
FIND = """axe.run(document, {runOnly: {rules}, resultTypes: ['violations'], selectors: false,
    preload: {assets: ['media']}}).then(result => result.violations.map(violation =>
    [violation.id, violation.nodes.map(node => node.html.slice(0, 160) + ' | ' + node.failureSummary)]))"""
NARROW = (390, 320)
"""A phone, and what WCAG 1.4.10 asks for, in CSS pixels."""
WIDTHS = (1280, NARROW[0])
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# WCAG 2.5.8 excepts targets in a sentence; labels enlarge boxes, and a summary is as wide as its column.
_SMALL = """() => [...document.querySelectorAll(
        'main button, main select, main input:not([type=hidden]), main summary, main textarea')]
    .filter(e => e.checkVisibility() && !e.closest('.kern-sr-only')).map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([e, box]) =>
        `${e.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


_SPILT = """() => [...document.querySelectorAll('main .kern-btn')].filter(e => e.checkVisibility() &&
    (e.scrollWidth > e.clientWidth + 1 || [...e.children].some(child => child.getBoundingClientRect().width >
        e.getBoundingClientRect().width))).map(e => e.outerHTML.slice(0, 160))"""
"""Buttons whose words stick out of them."""


def violations(page: Page, axe_source: str) -> list[Any]:
    """Return what the axe rules find in both themes at the width of the window; everything folded is opened."""
    _open_everything(page, axe_source)
    return _in_both_themes(page)


def violations_wide_and_narrow(page: Page, axe_source: str) -> list[Any]:
    """Return the same for a large window and for a phone, and by how much the page is wider than the window."""
    _open_everything(page, axe_source)
    found: list[Any] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [[width, *violation] for violation in _in_both_themes(page)]
        if (wide := page.evaluate(_OVERFLOW)) > 0:
            found.append([width, f"{wide} px too wide"])
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


def _open_everything(page: Page, axe_source: str) -> None:
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.evaluate(axe_source)


def _in_both_themes(page: Page) -> list[Any]:
    found: list[Any] = []
    for theme, rules in (("light", RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # the loop widens the two words to any text
        found += [[theme, *violation] for violation in page.evaluate(FIND.replace("{rules}", rules))]
    return found


def looked_at(page: Page, axe_source: str) -> dict[str, Any]:
    """Return what is wrong with the page, by where it was looked at; everything folded is opened."""
    found: dict[str, Any] = {}
    _open_everything(page, axe_source)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wrong := _in_both_themes(page):
            found[f"{page.url} {width}"] = wrong
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate(_OVERFLOW)) > 0:
            found[f"{page.url} {width}"] = f"{wide} px too wide"
        if spilt := page.evaluate(_SPILT):
            found[f"{page.url} {width} buttons"] = spilt
    if small := page.evaluate(_SMALL):
        found[f"{page.url} targets"] = small
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
