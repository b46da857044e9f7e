"""From the first word to the published page: three people, a real sign-in, a real browser.

Once by keyboard alone, once with a mouse and without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from app.identity import Role, RoleKind
from tests.browser.test_sign_in import sign_in
from tests.functional.web.contributing.author import png
from tests.oidc.site import Site, running_site

LESSONS = (
    ("Wer anruft, will einen Menschen hören.", "Besetzen Sie das Telefon bis zum letzten Bus."),
    ("Ein Fahrplan auf Papier wird gelesen.", "Legen Sie ihn in jeden Briefkasten."),
    ("Ohne Zählung glaubt niemand an den Bus.", "Zählen Sie vom ersten Tag an."),
)
EXPECTED = re.compile(r"\((NOT FOUND|Not Found|FORBIDDEN|UNPROCESSABLE ENTITY|BAD REQUEST)\)$")
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("curating")) as site:
        yield site


@pytest.fixture
def window(browser: Browser, node: Site) -> Iterator[Open]:
    """Open the start page in a window of its own; nothing may have complained in the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            complaints.append(message.text)

    def open_window(width: int = 1280, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("console", note)
        page.goto(node.address)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


class Hand:
    """How somebody uses a page: by keyboard alone, or by mouse."""

    def __init__(self, page: Page, *, keyboard: bool) -> None:
        self.page = page
        self.keyboard = keyboard

    def write(self, name: str, text: str, *, within: Locator | None = None) -> None:
        field = (within or self.page.locator("main")).locator(f"[name='{name}']").first
        self._show(field)
        if self.keyboard:
            field.focus()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)
        else:
            field.fill(text)

    def choose(self, name: str, value: str) -> None:
        field = self.page.locator(f"main select[name='{name}']")
        self._show(field)
        if not self.keyboard:
            field.select_option(value)
            return
        field.focus()
        for _ in range(60):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError((name, value))

    def tick(self, name: str, value: str) -> None:
        box = self.page.locator(f"main input[name='{name}'][value='{value}']")
        if self.keyboard:
            box.focus()
            self.page.keyboard.press("Space")
        else:
            box.check()
        expect(box).to_be_checked()

    def press(self, button: str, *, within: Locator | None = None) -> None:
        around, name = within or self.page.locator("main"), re.compile(f"^{re.escape(button)}")
        found = around.get_by_role("button", name=name, include_hidden=True)
        # Not the one that stands for Enter.
        self._use(found.and_(self.page.locator("button:not([aria-hidden])")).first)

    def confirm(self, label: str) -> None:
        box = self.page.locator("main").get_by_label(label)
        self._show(box)
        box.press("Space") if self.keyboard else box.check()

    def follow(self, link: str) -> None:
        self._use(self.page.locator("main").get_by_role("link", name=link).first)

    def _use(self, found: Locator) -> None:
        self._show(found)
        assert found.evaluate("element => element.tabIndex") >= 0
        if self.keyboard:
            found.focus()
            self.page.keyboard.press("Enter")
        else:
            found.click()
        self.page.wait_for_load_state()

    def _show(self, found: Locator) -> None:
        """Open what the element is folded into."""
        found.wait_for(state="attached")
        folds = found.locator("xpath=ancestor::details[not(@open)]/summary")
        while folds.count():
            if self.keyboard:
                folds.first.focus()
                self.page.keyboard.press("Enter")
            else:
                folds.first.click()


def write_case(hand: Hand, title: str, picture: Path) -> None:
    """Go through the five steps of the form, with a picture and three lessons, and send it."""
    page = hand.page
    page.goto(f"{page.url.split('/')[0]}//{page.url.split('/')[2]}/beitragen")
    hand.press("Mit einem leeren Formular beginnen")
    hand.write("title", title)
    hand.tick("topics", "mobility")
    hand.write("municipalities.0.name", "Beispielstadt")
    hand.choose("municipalities.0.state", "HE")
    hand.choose("municipalities.0.kind", "town")
    hand.choose("municipalities.0.role", "lead")
    hand.write("body.problem", "Nach 18 Uhr fuhr kein Bus mehr.")
    hand.write("goals.0.text", "Wege ohne Auto möglich machen.")
    hand.choose("phase", "operation")
    hand.write("period.start", "März 2023")
    hand.press("Sichern und weiter")
    hand.write("body.approach", "- **März 2023:** Der Rufbus fuhr los.\n- **2024:** Wir haben gezählt.")
    page.locator("main input[type=file]").set_input_files(picture)
    hand.write("datei_alt", "Der Rufbus an einer Haltestelle")
    hand.write("datei_urheber", "Stadt Beispielstadt")
    hand.press("Hochladen")
    hand.press("Sichern und weiter")
    hand.choose("outcome", "success")
    hand.write("summary", "Nach 18 Uhr fährt ein Rufbus. Im ersten Jahr fuhren viele Menschen mit.")
    hand.press("Sichern und weiter")
    write_lessons(hand)
    hand.press("Sichern und weiter")
    hand.write("contact.role", "Bauamt")
    hand.write("contact.mailbox", "bauamt@beispielstadt.example")
    hand.press("Sichern und prüfen")
    hand.press("Zur Prüfung senden")
    expect(page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()


def write_lessons(hand: Hand) -> None:
    for number, (statement, recommendation) in enumerate(LESSONS):
        if hand.page.locator(f"[name='lessons.{number}.statement']").count() == 0:
            hand.press("Hinzufügen: Lehre")
        hand.choose(f"lessons.{number}.kind", "worked")
        hand.choose(f"lessons.{number}.phase", "pilot")
        hand.choose(f"lessons.{number}.topic", "communication")
        hand.write(f"lessons.{number}.statement", statement)
        hand.write(f"lessons.{number}.recommendation", recommendation)


def curates(node: Site, name: str) -> None:
    """Let somebody who has signed in decide about texts."""
    found, _count = node.services.identity.people.listed(name)
    node.services.identity.grants.grant(found[0].person.id, Role(kind=RoleKind.CURATOR), actor=None)


@pytest.mark.parametrize(
    ("title", "script"),
    [("Beispielstadt: Rufbus am Abend", True), ("Beispielstadt: Anruftaxi am Morgen", False)],
    ids=["by keyboard", "without script"],
)
def test_from_the_first_word_to_the_published_page(
    node: Site, window: Open, tmp_path: Path, title: str, script: bool
) -> None:
    picture = tmp_path / "rufbus.png"
    picture.write_bytes(png())
    alex, robin, kim = (Hand(window(java_script_enabled=script), keyboard=script) for _person in range(3))
    for hand, name in ((alex, "Alex Beispiel"), (robin, "Robin Beispiel"), (kim, "Kim Beispiel")):
        sign_in(hand.page, name)
    for name in ("Alex Beispiel", "Kim Beispiel"):
        curates(node, name)

    write_case(alex, title, picture)
    alex.follow("Den Vorschlag verfolgen")
    expect(alex.page.get_by_role("heading", name="Stand: zu prüfen")).to_be_visible()
    proposal = alex.page.url.partition("#")[0]
    expect(alex.page.get_by_text("Sie haben an diesem Text mitgeschrieben.")).to_be_visible()
    expect(alex.page.get_by_role("button", name="Freigeben")).to_have_count(0)
    refused = approve_anyway(alex.page, proposal)
    assert "Sie haben an diesem Text mitgeschrieben." in refused

    robin.page.goto(f"{node.address}/vorschlaege")
    robin.follow(title)
    field = robin.page.locator("#aenderung-summary")
    robin.write("text-gespraech", "Eine Frage, die noch wartet.")
    robin.write("text-summary", "Wie viele Menschen waren es genau?", within=field)
    robin.press("Änderung erbitten", within=field)
    expect(robin.page.get_by_role("heading", name="Stand: Änderung erbeten")).to_be_visible()
    expect(robin.page.locator("#getan")).to_be_focused()
    expect(robin.page.locator("[name='text-gespraech']")).to_have_value("Eine Frage, die noch wartet.")
    expect(robin.page.locator("[name='text-summary']")).to_have_value("")

    alex.page.goto(proposal)
    expect(alex.page.locator("#aenderung-summary")).to_contain_text("Wie viele Menschen waren es genau?")
    alex.press("Meinen Text verbessern")
    expect(alex.page.get_by_role("heading", name="Was kam heraus?")).to_be_visible()
    alex.write("summary", "Nach 18 Uhr fährt ein Rufbus. Im ersten Jahr fuhren 400 Menschen mit.")
    alex.press("Sichern und weiter")
    expect(alex.page.get_by_role("heading", name="Was haben Sie gelernt?")).to_be_visible()
    alex.page.goto(re.sub(r"/[^/]+$", "/senden", alex.page.url))
    alex.press("Zur Prüfung senden")

    expect(alex.page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()
    kim.page.goto(f"{node.address}/vorschlaege")
    kim.follow(title)
    expect(kim.page.locator("#aenderung-summary")).to_contain_text("400 Menschen")
    kim.press("Freigeben")
    # Nobody called the requested change done, so that publishing over it is said.
    kim.confirm("Eine erbetene Änderung ist noch offen.")
    kim.press("Veröffentlichen")
    expect(kim.page.get_by_role("heading", name="Stand: veröffentlicht")).to_be_visible()
    kim.follow("Zur Seite des Eintrags")
    check_published(kim.page, node, title)


def approve_anyway(page: Page, proposal: str) -> str:
    """Send the form that the page does not offer, and return what is answered."""
    token = page.locator("main input[name=csrf_token]").first.get_attribute("value")
    answer = page.request.post(
        f"{proposal}/freigeben", form={"csrf_token": token or "", "runde": "1"}, headers={"Referer": proposal}
    )
    assert answer.status == 403
    return answer.text()


def check_published(page: Page, node: Site, title: str) -> None:
    """Page, history, feed and search show it, to a reader who has not signed in as well."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    for statement, _recommendation in LESSONS:
        expect(page.get_by_role("heading", name=statement)).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Alle Fassungen und Änderungen").click()
    expect(page.get_by_text("Fassung 1 (aktuell)")).to_be_visible()
    client = node.app.test_client()
    assert title in client.get("/feed.atom").get_data(as_text=True)
    assert address.removeprefix(node.address) in client.get(f"/suche?q={title}").get_data(as_text=True)
    read = client.get(address.removeprefix(node.address)).get_data(as_text=True)
    assert "400 Menschen" in read
    assert "Der Rufbus an einer Haltestelle" in read
