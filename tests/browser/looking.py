# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looks at a page as it stands: the axe rules in both themes, wide and narrow, and whether anything sticks out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.test_accessibility import FIND

NARROW = (390, 320)
"""A phone, and what WCAG 1.4.10 asks for, in CSS pixels."""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# WCAG 2.5.8 excepts targets in a sentence; labels enlarge boxes, and a summary is as wide as its column.
_SMALL = """() => [...document.querySelectorAll(
        'main button, main select, main input:not([type=hidden]), main summary, main textarea')]
    .filter(e => e.checkVisibility() && !e.closest('.kern-sr-only')).map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([e, box]) =>
        `${e.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def looked_at(page: Page, axe_source: str) -> dict[str, Any]:
    """Return what is wrong with the page, by where it was looked at; everything folded is opened."""
    found: dict[str, Any] = {}
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.evaluate(axe_source)
    for theme in ("light", "dark"):
        for width in (1280, NARROW[0]):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            if violations := page.evaluate(FIND):
                found[f"{page.url} {theme} {width}"] = violations
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate(_OVERFLOW)) > 0:
            found[f"{page.url} {width}"] = f"{wide} px too wide"
    if small := page.evaluate(_SMALL):
        found[f"{page.url} targets"] = small
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
