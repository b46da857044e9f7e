"""The reuse memo in a browser: written, saved, changed, deleted, loaded again; by keyboard and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.web.factory import create_app
from app.wiring import Services
from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.browser.writing import follow
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.memo import DRAFT, KICKOFF
from tests.webnode.node import SOLUTION, one_node, publish

FILE = "case-studies/beispielstadt-mitfahrbank"
KEPT = re.compile(r"/vermerk/[A-Za-z0-9_-]{43}$")
BROKEN = """() => [...document.querySelectorAll('.memo .kern-btn')].filter(e => e.offsetParent && e.clientHeight > 80)
    .map(e => e.outerHTML.slice(0, 80) + ' ' + e.clientHeight)"""
"""Buttons as narrow as a sign, whose words stand below each other."""
APART = """() => [...document.querySelectorAll('.memo > .beside')].map(e =>
    e.getBoundingClientRect().top - e.previousElementSibling.getBoundingClientRect().bottom).filter(gap => gap < 16)"""
"""What is offered at the end of the memo, where it touches what stands above it."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of their own: these tests save memos and change a record."""
    yield from one_node(tmp_path_factory.mktemp("memo"), **OPERATOR)


@pytest.fixture(scope="module")
def site(node: Services) -> Iterator[str]:
    with serving(create_app(node)) as address:
        yield address


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).first.focus()
    page.keyboard.insert_text(text)


def press(page: Page, name: str) -> None:
    way = (
        page.get_by_role("button", name=name)
        .or_(page.get_by_role("link", name=name))
        .or_(page.locator("summary", has_text=name))
    )
    way.first.click()


@pytest.mark.parametrize(
    ("go", "way"), [(follow, {}), (press, {"java_script_enabled": False})], ids=["by keyboard", "without JavaScript"]
)
def test_saved_changed_and_deleted(visitor: Visitor, go: Callable[[Page, str], None], way: dict[str, Any]) -> None:
    visit = visitor(**way)
    page = visit.open(DRAFT)
    go(page, "Aktenzeichen, Organisationseinheit, Mitzeichnung")
    # The return key in a line sends nothing away.
    write(page, "Aktenzeichen", "10.2/2026")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Aktenzeichen")).to_have_value("10.2/2026")
    expect(page.get_by_role("heading", name="6 Angaben sind noch offen")).to_be_visible()

    write(page, "Begründung", "Gleiche Größe.")
    go(page, "Unter einem Link speichern")
    page.wait_for_url(KEPT)
    address = page.url
    expect(page.get_by_label("Begründung").first).to_have_value("Gleiche Größe.")
    expect(page.locator(".memo-link")).to_have_text(f"https://erfahrungen.example{address.removeprefix(visit.site)}")
    write(page, "Was hat den Anstoß gegeben?", "Ein Beschluss.")
    with page.expect_navigation(url=KEPT):
        go(page, "Änderungen speichern")
    page.goto(address)
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    go(page, "Gespeicherten Vermerk löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gespeicherten Vermerk löschen?")
    go(page, "Endgültig löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Vermerk ist gelöscht")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Unter diesem Link liegt kein Vermerk")


@pytest.mark.parametrize(
    ("go", "way"),
    [(press, {"width": 390, "has_touch": True}), (follow, {"java_script_enabled": False})],
    ids=["on a phone", "without JavaScript"],
)
def test_errors_and_contradictions_lead_to_their_fields(
    visitor: Visitor, go: Callable[[Page, str], None], way: dict[str, Any]
) -> None:
    page = visitor(**way).open(DRAFT)
    field = page.get_by_label("Was empfehlen Sie?")
    field.fill("x" * 8001)
    go(page, "Aktualisieren")
    expect(page.get_by_role("heading", name="Eine Angabe passt nicht")).to_be_visible()
    go(page, "Empfehlung: höchstens 8.000 Zeichen")
    expect(field).to_be_in_viewport()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("höchstens 8.000 Zeichen"))

    field.fill("Wir fragen an.")
    group = page.get_by_role("group", name="Markterkundung")
    group.get_by_label("Gefragt am").fill("2026-11-20")
    group.get_by_label("Ergebnis dort").fill("Drei Firmen, eine Antwort.")
    page.get_by_label("wird nachgenutzt").first.focus()
    page.keyboard.press("Space")
    go(page, "Aktualisieren")
    expect(page.get_by_role("heading", name="Das passt nicht zusammen")).to_be_visible()
    go(page, "Bedingung ist „nur Open Source“")
    expect(page.get_by_label("wird nachgenutzt").first).to_be_focused()
    expect(page.get_by_label("Gefragt am").last).to_have_value("2026-11-20")
    expect(page.get_by_role("link", name="Nennen Sie das Ergebnis von 4 weiteren Stellen")).to_be_visible()


def test_what_was_typed_survives_going_back_loading_anew_and_another_selection(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was empfehlen Sie?", "Wir fragen an.")
    page.get_by_label("nicht geeignet").first.check()
    write(page, "Begründung", "Zu weit weg.")
    page.goto(f"{visit.site}/suche?q=Mitfahrbank")
    page.go_back()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Wir fragen an.")
    page.reload()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Wir fragen an.")
    expect(page.get_by_role("status").filter(has_text="wieder da")).to_be_visible()
    expect(page.get_by_label("nicht geeignet").first).to_be_checked()
    # The find that stood first stands second now, and its reason with it.
    page.goto(visit.site + DRAFT.replace("gemerkt=", f"gemerkt={SOLUTION}&gemerkt="))
    expect(page.get_by_label("Begründung").nth(0)).to_have_value("")
    expect(page.get_by_label("Begründung").nth(1)).to_have_value("Zu weit weg.")
    page.goto(f"{visit.site}/auswahl?q=Etwas+anderes")
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("")
    expect(page.get_by_role("button", name="Verwerfen")).to_be_hidden()


def test_what_the_server_sent_back_is_what_comes_again_until_it_is_discarded(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was hat den Anstoß gegeben?", "  Ein Beschluss.  ")
    press(page, "Aktualisieren")
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    page.goto(visit.site + DRAFT)
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    press(page, "Verwerfen")
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("")
    expect(page.get_by_role("status").filter(has_text="verworfen")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("")


def test_changes_to_a_saved_memo_survive_too_and_deleting_it_leaves_nothing(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    saved(page)
    write(page, "Was empfehlen Sie?", "Noch nicht gespeichert.")
    page.reload()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Noch nicht gespeichert.")
    with page.expect_navigation(url=KEPT):
        press(page, "Änderungen speichern")
    expect(page.get_by_role("button", name="Verwerfen")).to_be_hidden()
    press(page, "Gespeicherten Vermerk löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gespeicherten Vermerk löschen?")
    press(page, "Endgültig löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Vermerk ist gelöscht")
    assert page.evaluate("sessionStorage.length") == 0


def test_without_javascript_a_warning_says_what_leaving_costs(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open(DRAFT)
    expect(
        page.get_by_role("heading", name="Was Sie schreiben, geht verloren, wenn Sie diese Seite verlassen")
    ).to_be_visible()
    expect(page.get_by_text("bleibt in diesem Fenster")).to_be_hidden()
    page = visitor().open(DRAFT)
    expect(page.get_by_text("geht verloren, wenn Sie diese Seite verlassen")).to_be_hidden()
    expect(page.get_by_text("bleibt in diesem Fenster")).to_be_visible()


def with_goals(page: Page) -> None:
    page.locator("#ziele > summary").click()
    page.get_by_role("button", name="Ziele und Rückhalt prüfen").click()
    page.get_by_label("nein").first.check()
    page.get_by_role("button", name="Zeigen, was noch offen ist").click()
    expect(page.get_by_role("heading", name="Was noch offen ist")).to_be_visible()


def saved(page: Page) -> None:
    page.get_by_role("button", name="Unter einem Link speichern").click()
    page.wait_for_url(KEPT)


PAGES = [DRAFT, "/vermerk/laden", "/vermerk/" + "a" * 43, f"/zielpruefung?{KICKOFF}"]


def test_axe_finds_nothing_and_everything_fits(visitor: Visitor, node: Services, axe_source: str) -> None:
    found: dict[str, Any] = {}
    visit = visitor(reduced_motion="reduce")
    for path in PAGES:
        page = visit.open(path)
        found |= looked_at(page, axe_source)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(BROKEN) == [], path
            assert page.evaluate(APART) == [], path
    # What a memo can show besides: answers, its link, what has changed since, and what is wrong.
    page = visitor(reduced_motion="reduce").open(DRAFT)
    with_goals(page)
    found |= looked_at(page, axe_source)
    page.get_by_role("button", name="Antworten in den Vermerk übernehmen").click()
    expect(page.get_by_text("10 Fragen, 10 nicht ganz geklärt")).to_be_visible()
    saved(page)
    change_a_record(node)
    page.goto(page.url)
    expect(page.locator("#seither")).to_be_visible()
    page.get_by_label("Was empfehlen Sie?").fill("x" * 8001)
    page.get_by_role("button", name="Aktualisieren").click()
    expect(page.get_by_role("heading", name="Eine Angabe passt nicht")).to_be_visible()
    expect(page.locator("#seither")).to_be_visible()
    found |= looked_at(page, axe_source)
    page.get_by_role("link", name="Gespeicherten Vermerk löschen").click()
    found |= looked_at(page, axe_source)
    assert found == {}


def change_a_record(node: Services) -> None:
    text = (node.repository.folder(FILE, node.repository.head()).text or b"").decode()
    publish(node, {f"{FILE}/index.md": text.replace("## Vorgehen", "Nachtrag. [^bericht]\n\n## Vorgehen").encode()})


def test_links_open_beside_the_form(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was empfehlen Sie?", "Noch da.")
    with page.context.expect_page() as opened:
        page.locator(".decided a").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Beispielkreis: Starkregenwarnung mit Sensoren")
    assert opened.value.evaluate("document.referrer") == ""
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Noch da.")
