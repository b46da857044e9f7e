"""Looks at a page as it stands: the axe rules in both themes, wide and narrow, and whether anything sticks out."""

from typing import Any

from playwright.sync_api import Page

# Nothing is worked out that is not shown: selectors, and lists of what is right. No rule of these reads style sheets.
_FIND = """axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'], selectors: false, preload: {assets: ['media']},
}).then(result => result.violations.map(violation =>
    [violation.id, violation.nodes.map(node => node.html.slice(0, 160) + ' | ' + node.failureSummary)]))"""
WIDE, PHONE, NARROWEST = 1280, 390, 320
"""In CSS pixels; WCAG 1.4.10 asks for the last."""
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


def looked_at(page: Page, axe_source: str) -> dict[str, Any]:
    """Return what is wrong with the page, by where it was looked at; everything folded is opened.

    All rules of axe run in a large window in the light and on a phone in the dark.
    """
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.evaluate(axe_source)
    found: dict[str, Any] = {}
    for theme, width in (("light", WIDE), ("dark", PHONE)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # the loop widens the two words to any text
        page.set_viewport_size({"width": width, "height": 900})
        if wrong := page.evaluate(_FIND):
            found[f"{page.url} {theme}"] = wrong
    for width in (WIDE, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate(_OVERFLOW)) > 0:
            found[f"{page.url} {width}"] = f"{wide} px too wide"
        if spilt := page.evaluate(_SPILT):
            found[f"{page.url} {width} buttons"] = spilt
    if small := page.evaluate(_SMALL):
        found[f"{page.url} targets"] = small
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    return found
