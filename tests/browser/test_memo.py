"""The reuse memo in a browser: written, saved, changed, deleted, loaded again; by keyboard and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.web.factory import create_app
from app.wiring import Services
from tests.browser.conftest import Visit, Visitor
from tests.browser.looking import violations_wide_and_narrow
from tests.browser.test_reading import follow
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.memo import DRAFT, KICKOFF
from tests.webnode.node import SOLUTION, make_node, publish

WAYS = [
    pytest.param({}, id="keyboard"),
    pytest.param({"java_script_enabled": False}, id="without-javascript"),
    pytest.param({"width": 390, "has_touch": True}, id="phone"),
]
FILE = "case-studies/beispielstadt-mitfahrbank"
KEPT = re.compile(r"/vermerk/[A-Za-z0-9_-]{43}$")
SMALL = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary, textarea')]
    .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline' && !e.closest('.skip-link'))
    .map(e => [e.getBoundingClientRect(), e])
    .filter(([box]) => box.height > 0 && Math.min(box.width, box.height) < 24)
    .map(([box, e]) => e.outerHTML.slice(0, 80) + ' ' + box.width + 'x' + box.height)"""
BROKEN = """() => [...document.querySelectorAll('.memo .kern-btn')].filter(e => e.offsetParent && e.clientHeight > 80)
    .map(e => e.outerHTML.slice(0, 80) + ' ' + e.clientHeight)"""
"""Buttons as narrow as a sign, whose words stand below each other."""
APART = """() => [...document.querySelectorAll('.memo > .aside')].map(e =>
    e.getBoundingClientRect().top - e.previousElementSibling.getBoundingClientRect().bottom).filter(gap => gap < 16)"""
"""What is offered at the end of the memo, where it touches what stands above it."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of their own: these tests save memos and change a record."""
    services = make_node(tmp_path_factory.mktemp("memo"), **OPERATOR)
    yield services
    services.close()


@pytest.fixture(scope="module")
def site(node: Services) -> Iterator[str]:
    with serving(create_app(node)) as address:
        yield address


@pytest.fixture(params=WAYS)
def visit(visitor: Visitor, request: pytest.FixtureRequest) -> Visit:
    return visitor(accept_downloads=True, **request.param)


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).first.focus()
    page.keyboard.type(text)


def test_saved_changed_and_deleted_with_the_keyboard_only(visit: Visit) -> None:
    page = visit.open(DRAFT)
    write(page, "Begründung", "Gleiche Größe.")
    follow(page, "Unter einem Link speichern")
    page.wait_for_url(KEPT)
    address = page.url
    expect(page.get_by_label("Begründung").first).to_have_value("Gleiche Größe.")
    expect(page.locator(".memo-link")).to_have_text(f"https://erfahrungen.example{address.removeprefix(visit.site)}")
    write(page, "Was hat den Anstoß gegeben?", "Ein Beschluss.")
    with page.expect_navigation(url=KEPT):
        follow(page, "Änderungen speichern")
    page.goto(address)
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    follow(page, "Gespeicherten Vermerk löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gespeicherten Vermerk löschen?")
    follow(page, "Endgültig löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Vermerk ist gelöscht")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Unter diesem Link liegt kein Vermerk")


def test_return_key_in_a_line_sends_nothing_away(visit: Visit) -> None:
    page = visit.open(DRAFT)
    write(page, "Aktenzeichen", "10.2/2026")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Aktenzeichen")).to_have_value("10.2/2026")
    expect(page.get_by_role("heading", name="9 Angaben sind noch offen")).to_be_visible()


def test_error_at_the_top_leads_to_the_field(visit: Visit) -> None:
    page = visit.open(DRAFT)
    page.get_by_label("Was empfehlen Sie?").fill("x" * 8001)
    follow(page, "Aktualisieren")
    expect(page.get_by_role("heading", name="Eine Angabe passt nicht")).to_be_visible()
    follow(page, "Empfehlung: höchstens 8.000 Zeichen")
    field = page.get_by_label("Was empfehlen Sie?")
    expect(field).to_be_in_viewport()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("höchstens 8.000 Zeichen"))


def test_check_of_goals_and_back(visit: Visit) -> None:
    page = visit.open(DRAFT)
    write(page, "Was hat den Anstoß gegeben?", "Ein Beschluss.")
    follow(page, "Ziele und Rückhalt prüfen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfung von Zielen und Rückhalt")
    page.get_by_label("ja").first.focus()
    page.keyboard.press("Space")
    follow(page, "Zeigen, was noch offen ist")
    expect(page.get_by_text("Noch nicht bekannt (9)")).to_be_visible()
    follow(page, "Antworten in den Vermerk übernehmen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nachnutzungsvermerk")
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    expect(page.get_by_text("10 Fragen, 9 nicht ganz geklärt")).to_be_visible()


def test_file_is_loaded_again(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(DRAFT)
    write(page, "Was empfehlen Sie?", "Wir fragen an.")
    with page.expect_download() as found:
        follow(page, "Zum Wiederladen (JSON)")
    file = tmp_path / found.value.suggested_filename
    found.value.save_as(file)
    visit.open("/vermerk/laden")
    page.get_by_label("Datei des Vermerks").set_input_files(file)
    follow(page, "Laden")
    expect(page.get_by_role("heading", name="Der Vermerk ist geladen")).to_be_visible()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Wir fragen an.")


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
    page.goto(f"{visit.site}/vermerk?q=Etwas+anderes")
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("")
    expect(page.get_by_role("button", name="Verwerfen")).to_be_hidden()


def test_what_the_server_sent_back_is_what_comes_again(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was hat den Anstoß gegeben?", "  Ein Beschluss.  ")
    follow(page, "Aktualisieren")
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")
    page.goto(visit.site + DRAFT)
    expect(page.get_by_label("Was hat den Anstoß gegeben?")).to_have_value("Ein Beschluss.")


def test_what_came_back_can_be_discarded(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was empfehlen Sie?", "Verworfen.")
    page.reload()
    follow(page, "Verwerfen")
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("")
    expect(page.get_by_role("status").filter(has_text="verworfen")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("")


def test_changes_to_a_saved_memo_survive_too_and_deleting_it_leaves_nothing(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    saved(page)
    write(page, "Was empfehlen Sie?", "Noch nicht gespeichert.")
    page.reload()
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Noch nicht gespeichert.")
    with page.expect_navigation(url=KEPT):
        follow(page, "Änderungen speichern")
    expect(page.get_by_role("button", name="Verwerfen")).to_be_hidden()
    follow(page, "Gespeicherten Vermerk löschen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gespeicherten Vermerk löschen?")
    follow(page, "Endgültig löschen")
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


def test_places_asked_and_a_contradiction_by_keyboard(visit: Visit) -> None:
    page = visit.open(DRAFT)
    group = page.get_by_role("group", name="Markterkundung")
    group.get_by_label("Gefragt am").fill("2026-11-20")
    group.get_by_label("Ergebnis dort").fill("Drei Firmen, eine Antwort.")
    page.get_by_label("wird nachgenutzt").first.focus()
    page.keyboard.press("Space")
    follow(page, "Aktualisieren")
    expect(page.get_by_role("heading", name="Das passt nicht zusammen")).to_be_visible()
    follow(page, "Bedingung ist „nur Open Source“")
    expect(page.get_by_label("wird nachgenutzt").first).to_be_focused()
    expect(page.get_by_label("Gefragt am").last).to_have_value("2026-11-20")
    expect(page.get_by_role("link", name="Nennen Sie das Ergebnis von 4 weiteren Stellen")).to_be_visible()


def wrong(page: Page) -> None:
    page.get_by_label("Was empfehlen Sie?").fill("x" * 8001)
    page.get_by_role("button", name="Aktualisieren").click()
    expect(page.get_by_role("heading", name="Eine Angabe passt nicht")).to_be_visible()


def with_goals(page: Page) -> None:
    page.get_by_role("button", name="Ziele und Rückhalt prüfen").click()
    page.get_by_label("nein").first.check()
    page.get_by_role("button", name="Zeigen, was noch offen ist").click()
    expect(page.get_by_role("heading", name="Was noch offen ist")).to_be_visible()


def goals_in_the_memo(page: Page) -> None:
    with_goals(page)
    page.get_by_role("button", name="Antworten in den Vermerk übernehmen").click()
    expect(page.get_by_text("10 Fragen, 10 nicht ganz geklärt")).to_be_visible()


def saved(page: Page) -> None:
    page.get_by_role("button", name="Unter einem Link speichern").click()
    page.wait_for_url(KEPT)


def deleting(page: Page) -> None:
    saved(page)
    page.get_by_role("link", name="Gespeicherten Vermerk löschen").click()


STATES: list[Callable[[Page], None]] = [wrong, with_goals, goals_in_the_memo, saved, deleting]
PAGES = [DRAFT, "/vermerk", f"/en{DRAFT}", "/vermerk/laden", "/vermerk/" + "a" * 43, f"/zielpruefung?{KICKOFF}"]


def test_axe_finds_nothing(visitor: Visitor, node: Services, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    for path in PAGES:
        assert violations_wide_and_narrow(visit.open(path), axe_source) == [], path
    for state in STATES:
        # Each in a window of its own, or what was typed in one would come back in the next.
        page = visitor(reduced_motion="reduce").open(DRAFT)
        state(page)
        assert violations_wide_and_narrow(page, axe_source) == [], state.__name__
    page = visitor(reduced_motion="reduce").open(DRAFT)
    saved(page)
    change_a_record(node)
    page.goto(page.url)
    expect(page.locator("#seither")).to_be_visible()
    assert violations_wide_and_narrow(page, axe_source) == []


def change_a_record(node: Services) -> None:
    text = (node.repository.folder(FILE, node.repository.head()).text or b"").decode()
    publish(node, {f"{FILE}/index.md": text.replace("## Vorgehen", "Nachtrag. [^bericht]\n\n## Vorgehen").encode()})


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_everything_fits_and_is_large_enough_to_hit(visitor: Visitor, width: int) -> None:
    visit = visitor(width=width)
    for path in PAGES:
        page = visit.open(path)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, path
        assert page.evaluate(SMALL) == [], path
        assert page.evaluate(BROKEN) == [], path
        assert page.evaluate(APART) == [], path


def test_links_open_beside_the_form(visitor: Visitor) -> None:
    visit = visitor()
    page = visit.open(DRAFT)
    write(page, "Was empfehlen Sie?", "Noch da.")
    with page.context.expect_page() as opened:
        page.locator("h3 a").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Beispielkreis: Starkregenwarnung mit Sensoren")
    assert opened.value.evaluate("document.referrer") == ""
    expect(page.get_by_label("Was empfehlen Sie?")).to_have_value("Noch da.")
