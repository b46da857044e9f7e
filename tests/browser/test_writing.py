"""Writing in a real browser: by keyboard alone, without JavaScript, on a phone, and with what the script adds."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import FileChooser, Page, Route, expect

from app.identity import RoleKind
from app.web.factory import create_app
from tests.browser.conftest import Visit, Visitor
from tests.browser.looking import looked_at
from tests.browser.writing import Keyboard, cookie_of, fill
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.contributing.author import ABOUT, png
from tests.serving import serving
from tests.unit.documents.reading import documents
from tests.webnode.node import STOPPED_PAGE, make_node

Open = Callable[..., Visit]
PICTURE = {"name": "Rufbus.png", "mimeType": "image/png", "buffer": png()}
LESSONS = ("Wer anruft, will einen Menschen hören.", "Erst zählen, dann bauen.")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    services = make_node(tmp_path_factory.mktemp("writing"), **OPERATOR)
    yield create_app(services)
    services.close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def author(visitor: Visitor, app: Flask, request: pytest.FixtureRequest) -> Open:
    """Open the page for writing as a person of the test's own."""

    def open_window(path: str = "/beitragen", **options: Any) -> Visit:
        visit = visitor(cookie=cookie_of(app, request.node.name[:80], RoleKind.AUTHOR), **options)
        visit.open(path)
        return visit

    return open_window


def begin(page: Page) -> None:
    """Open an empty form and wait for its scripts: what is typed before is saved with what is typed next."""
    page.get_by_role("button", name="Mit einem leeren Formular beginnen").click()
    page.wait_for_url("**/worum")


def step(page: Page, place: str) -> str:
    return f"{page.url.rpartition('/')[0]}/{place}"


@pytest.mark.slow
def test_the_same_by_keyboard_alone(author: Open) -> None:
    page = author().page
    keys = Keyboard(page)
    keys.press("Mit einem leeren Formular beginnen")
    keys.type("title", "Beispielstadt: Rufbus am Abend")
    keys.tick("Mobilität")
    keys.type("municipalities.0.name", "Beispielstadt")
    for name, label in (("state", "Hessen"), ("kind", "Gemeinde")):
        keys.choose(f"municipalities.0.{name}", label)
    keys.type("body.problem", "Nach 18 Uhr fuhr kein Bus mehr.")
    keys.type("goals.0.text", "Wege ohne Auto möglich machen.")
    keys.choose("phase", "Regelbetrieb")
    keys.type("period.start", "2023")
    keys.press("Sichern und weiter")
    keys.type("body.approach", "- **2023:** Der Rufbus fuhr los.")
    keys.reach(page.locator("summary", has_text="Bild oder Datei hinzufügen"))
    page.keyboard.press("Enter")
    keys.reach(page.locator("input[type=file]"))
    opened: list[FileChooser] = []
    page.on("filechooser", lambda chooser: opened.append(chooser))  # noqa: PLW0108 - playwright marks its handlers, which a method of a list does not allow
    for _ in range(10):
        # A busy browser may still be drawing what was unfolded; then the key is pressed once more.
        page.keyboard.press("Space")
        page.wait_for_timeout(500)
        if opened:
            break
    opened[0].set_files(PICTURE)  # type: ignore[arg-type]  # a file as a dict
    keys.type("datei_alt", "Der Rufbus am Marktplatz")
    keys.press("Hochladen")
    keys.press("Sichern und weiter")
    keys.choose("outcome", "hat funktioniert")
    keys.type("summary", "Nach 18 Uhr fährt ein Rufbus. 400 Menschen fuhren mit.")
    keys.press("Sichern und weiter")
    for row, text in ((0, LESSONS[0]), (3, LESSONS[1])):
        if row:
            keys.press("Hinzufügen: Lehre")
            # The browser goes on in the row that was added, so the next Tab leads into it.
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.name") == f"lessons.{row}.statement"
        keys.type(f"lessons.{row}.statement", text)
        keys.type(f"lessons.{row}.recommendation", "Fragen Sie zuerst.")
    keys.press("Sichern und weiter")
    keys.type("contact.role", "Bauamt")
    keys.type("contact.mailbox", "bauamt@beispielstadt.example")
    keys.press("Sichern und prüfen")
    keys.press("Zur Prüfung senden")
    expect(page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()


def test_enter_in_a_field_saves_and_the_toolbar_and_the_preview_are_beside_a_text(author: Open) -> None:
    page = author().page
    begin(page)
    page.locator("[name=title]").fill("Mit Enter gesichert")
    with page.expect_navigation():
        page.locator("[name=title]").press("Enter")
    expect(page.locator("[name=title]")).to_have_value("Mit Enter gesichert")
    expect(page.locator("[name='goals.rows']")).to_have_value("1")

    text = page.locator("[name='body.problem']")
    text.fill("Bus")
    text.select_text()
    page.get_by_role("toolbar", name="Gestalten: Ausgangslage").get_by_role("button", name="Fett").click()
    expect(text).to_have_value("**Bus**")
    page.get_by_role("button", name=re.compile("Zeigen, wie es aussehen wird.*Ausgangslage")).click()
    expect(page.locator(".text-preview strong")).to_have_text("Bus")


def test_what_is_typed_is_saved_beside_and_survives_a_reload(author: Open) -> None:
    visit = author()
    page = visit.page
    begin(page)
    visit.stop_clock()
    title = page.locator("[name=title]")
    title.fill("Nebenbei gesichert")
    page.clock.run_for(9000)
    expect(page.locator("#gesichert")).to_contain_text("Gesichert um")
    expect(page.locator("#stand")).to_have_text("Noch 14 von 16 Pflichtangaben.")
    page.locator("[name='period.end']").fill("2024")
    page.clock.run_for(9000)
    page.reload()
    expect(title).to_have_value("Nebenbei gesichert")

    # What was typed last is saved when the window is hidden.
    title.fill("Beim Weggehen gesichert")
    with page.expect_response("**/worum") as answer:
        page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert answer.value.status == 200
    page.reload()
    expect(title).to_have_value("Beim Weggehen gesichert")

    # A long text is saved beside too.
    page.goto(step(page, "vorgehen"))
    text = "Ein längerer Absatz über die Straße. " * 2500
    page.locator("[name='body.approach']").fill(text)
    with page.expect_response("**/vorgehen") as answer:
        page.clock.run_for(9000)
    assert answer.value.status == 200
    page.reload()
    expect(page.locator("[name='body.approach']")).to_have_value(text.strip())


def test_file_that_is_too_large_is_not_chosen_and_the_text_stays(author: Open, tmp_path: Path) -> None:
    large = tmp_path / "Rufbus.png"
    large.write_bytes(bytes(12 << 20))
    page = author().page
    begin(page)
    page.goto(step(page, "vorgehen"))
    page.locator("[name='body.approach']").fill("Wir haben gezählt.")
    page.get_by_text("Bild oder Datei hinzufügen").first.click()
    field = page.locator("input[type=file]")
    field.set_input_files(large)
    expect(page.get_by_role("alert")).to_contain_text("größer als 10 MB")
    expect(field).to_have_value("")
    field.set_input_files(PICTURE)  # type: ignore[arg-type]  # a file as a dict
    expect(page.get_by_role("alert")).to_have_text("")
    page.get_by_role("button", name="Hochladen").click()
    expect(page.locator("[name='media.0.file']")).to_have_count(1)
    expect(page.locator("[name='body.approach']")).to_have_value("Wir haben gezählt.")


def test_a_list_goes_on_with_enter_and_ends_at_a_point_without_words(author: Open) -> None:
    page = author().page
    begin(page)
    page.goto(step(page, "vorgehen"))
    field = page.locator("[name='body.approach']")
    expect(page.locator("markdown-toolbar").first).to_be_visible()
    field.press_sequentially("- Gefragt\nGebaut\n\nDanach")
    expect(field).to_have_value("- Gefragt\n- Gebaut\nDanach")
    for _ in range(20):
        field.press("Control+Z")
    expect(field).to_have_value("")
    field.fill("")
    field.press_sequentially("1. Eins\nZwei")
    expect(field).to_have_value("1. Eins\n2. Zwei")


def test_title_shows_what_is_there_while_somebody_writes(author: Open) -> None:
    visit = author()
    page = visit.page
    visit.stop_clock()
    begin(page)
    page.fill("[name=title]", "Mitfahrbank in Beispielstadt")
    page.clock.run_for(9000)
    expect(page.locator("#gibt-es-schon")).to_contain_text("So etwas gibt es schon")
    expect(page.locator("#gibt-es-schon a").first).to_have_attribute("href", STOPPED_PAGE)
    page.fill("[name=title]", "Glasfaser für alle Höfe")
    page.clock.run_for(9000)
    expect(page.locator("#gibt-es-schon")).to_be_empty()


def test_a_saving_that_failed_is_tried_again(author: Open) -> None:
    visit = author()
    page = visit.page
    begin(page)
    visit.stop_clock()
    answers = [503, 503]

    def answer(route: Route) -> None:
        if route.request.method == "POST" and answers:
            route.fulfill(status=answers.pop(), content_type="text/html", body="")
        else:
            route.continue_()

    page.route("**/worum", answer)
    page.locator("[name=title]").fill("Im dritten Anlauf gesichert")
    for pause, said in ((9000, "Nicht gesichert"), (31_000, "Nicht gesichert"), (31_000, "Gesichert um")):
        with page.expect_response("**/worum"):
            page.clock.run_for(pause)
        expect(page.locator("#gesichert")).to_contain_text(said)
        # The page sets its next time only after it has read the answer.
        page.wait_for_timeout(200)
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Im dritten Anlauf gesichert")


def test_what_is_typed_during_a_saving_is_saved_after_it(author: Open) -> None:
    visit = author()
    page = visit.page
    begin(page)
    visit.stop_clock()
    routes: list[Route] = []

    def hold_the_first(route: Route) -> None:
        routes.append(route)
        if len(routes) > 1:
            route.continue_()

    page.route("**/worum", hold_the_first)
    page.locator("[name=title]").fill("Eins")
    page.clock.run_for(9000)
    page.locator("[name=title]").fill("Eins und zwei")
    page.clock.run_for(9000)
    assert len(routes) == 1, "two savings at once would dispute with each other"
    with page.expect_response("**/worum"):
        routes[0].continue_()
    # The page sets its next time only after it has read the answer.
    page.wait_for_timeout(200)
    with page.expect_response("**/worum"):
        page.clock.run_for(9000)
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Eins und zwei")


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_for_writing(author: Open, axe_source: str) -> None:
    page = author(reduced_motion="reduce").page
    found: dict[str, Any] = {}

    def look(path: str = "") -> None:
        if path:
            page.goto(path)
        found.update(looked_at(page, axe_source))

    home = page.url
    look(f"{home}/publiccode")
    page.goto(home)
    begin(page)
    look(step(page, "senden"))
    page.get_by_role("link", name="Zurück zum Formular").click()
    fill(page, {**ABOUT, "period.start": "neulich"})
    page.get_by_role("button", name="Sichern und weiter").click()
    look()
    places = ("vorgehen", "ergebnis", "lehren", "nachnutzung", "senden", "vorschau", "loeschen")
    addresses = [step(page, place) for place in places]
    page.goto(addresses[0])
    page.get_by_text("Bild oder Datei hinzufügen").first.click()
    page.locator("input[type=file]").set_input_files({**PICTURE, "buffer": b"none"})  # type: ignore[arg-type]  # as above
    page.get_by_role("button", name="Hochladen").click()
    look()
    page.locator("input[type=file]").set_input_files(PICTURE)  # type: ignore[arg-type]  # a file as a dict
    page.get_by_role("button", name="Hochladen").click()
    for address in addresses:
        look(address)
    look(home)
    look(f"{home}/nach/fallstudien/beispielstadt-mitfahrbank")
    look(f"{home}/aendern/fallstudien/beispielstadt-mitfahrbank/body.problem")
    page.goto(home)
    page.get_by_role("button", name="Bericht lesen").click()
    look()
    page.locator("#unterlage").set_input_files(
        {"name": "b.pdf", "mimeType": "application/pdf", "buffer": documents.pdf()}
    )
    page.get_by_role("button", name="Bericht lesen").click()
    look()
    page.get_by_role("button", name="Zuordnen und hierbleiben").click()
    look()
    assert found == {}


def test_going_on_begins_at_the_top_of_the_next_step(author: Open) -> None:
    page = author(width=390).page
    begin(page)
    page.goto(step(page, "ergebnis"))
    page.get_by_role("button", name="Hinzufügen: Quelle").click()
    page.get_by_role("button", name="Sichern und weiter").click()
    expect(page.get_by_role("heading", name="Was haben Sie gelernt?")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_what_went_wrong_has_the_focus(author: Open) -> None:
    page = author("/beitragen").page
    page.get_by_role("button", name="Bericht lesen").click()
    expect(page.locator("#fehler")).to_be_focused()


def test_who_is_signed_out_while_writing_is_told_and_gets_the_text_back(author: Open) -> None:
    visit = author()
    page = visit.page
    begin(page)
    visit.stop_clock()
    title = "Nach dem Ende der Sitzung geschrieben, und davon geht kein Wort verloren"
    page.locator("[name=title]").fill(title)
    page.context.clear_cookies()
    page.clock.run_for(9000)
    expect(page.locator("#gesichert")).to_contain_text("Sie sind nicht mehr angemeldet")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_text(title)).to_be_visible()
