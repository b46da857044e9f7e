"""Suggestions while typing: only with JavaScript, never in the way."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visitor


def test_suggestion_is_chosen_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor().open("/")
    field = page.get_by_label("Was haben Sie vor?").first
    field.press_sequentially("Mitf")
    first = page.get_by_role("listbox", name="Vorschläge").get_by_role("option").first
    expect(first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    words = first.inner_text()
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    field.press("Enter")
    expect(page.get_by_label("Was haben Sie vor?")).to_have_value(words)
    assert "/suche?q=" in page.url


def test_escape_closes_and_keeps_what_was_typed(visitor: Visitor) -> None:
    page = visitor().open("/suche")
    field = page.get_by_label("Was haben Sie vor?").first
    field.press_sequentially("Mitf")
    expect(page.get_by_role("listbox", name="Vorschläge").get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox", name="Vorschläge")).to_be_hidden()
    expect(field).to_have_value("Mitf")


def test_suggestion_is_chosen_with_the_mouse(visitor: Visitor) -> None:
    page = visitor().open("/")
    page.get_by_label("Was haben Sie vor?").first.press_sequentially("Star")
    page.get_by_role("listbox", name="Vorschläge").get_by_role("option").first.click()
    page.wait_for_url("**/suche?q=*")


def test_without_javascript_the_field_is_a_plain_one(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open("/")
    assert page.get_by_label("Was haben Sie vor?").get_attribute("role") is None
