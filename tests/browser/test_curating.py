"""From the first word to the published page, and the axe rules on every page around proposals and one's account."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.identity import Person, Role, RoleKind
from app.review.drafts.service import DraftService
from app.review.models import Draft
from app.wiring import Services
from tests import deciding
from tests.browser.conftest import Visit, Visitor
from tests.browser.looking import looked_at
from tests.browser.writing import cookie_of, fill
from tests.functional.web.contributing.author import ABOUT, DONE, LESSON, OUTCOME, REUSE, Author, png, written
from tests.functional.web.curating.member import CASE, Member
from tests.serving import serving

CURATOR = "Chris Beispiel"
ROLES = (RoleKind.AUTHOR, RoleKind.CURATOR)


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


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
    """Go through the five steps of the form, with a picture, and send it."""
    page = hand.page
    hand.press("Mit einem leeren Formular beginnen")
    fill(page, {**ABOUT, "title": title})
    hand.press("Sichern und weiter")
    fill(page, DONE)
    page.locator("main input[type=file]").set_input_files(picture)
    hand.write("datei_alt", "Der Rufbus an einer Haltestelle")
    hand.write("datei_urheber", "Stadt Beispielstadt")
    hand.press("Hochladen")
    for fields in ({}, OUTCOME, LESSON):
        fill(page, fields)
        hand.press("Sichern und weiter")
    fill(page, REUSE)
    hand.press("Sichern und prüfen")
    hand.press("Zur Prüfung senden")
    expect(page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()


def test_from_the_first_word_to_the_published_page(app: Flask, site: str, visitor: Visitor, tmp_path: Path) -> None:
    picture, title = tmp_path / "rufbus.png", "Beispielstadt: Anruftaxi am Morgen"
    picture.write_bytes(png())
    people = hands(app, visitor, keyboard=False)
    alex = people[0]
    alex.page.goto(f"{site}/beitragen")
    write_case(alex, title, picture)
    alex.follow("Den Vorschlag verfolgen")
    published = decided(people, site, title)
    check_published(published, app, site, title)


def test_a_proposal_is_published_by_keyboard(app: Flask, services: Services, site: str, visitor: Visitor) -> None:
    people, title = hands(app, visitor, keyboard=True), str(ABOUT["title"])
    author = Member.signed_in(app, services, ROLES, name="Alex Beispiel", organisation=None)
    sent = written(Author(author.client)).press()
    people[0].page.goto(f"{site}/vorschlaege/{sent.path.rpartition('/')[2]}")
    published = decided(people, site, title)
    expect(published.get_by_role("heading", name=title, level=1)).to_be_visible()


def hands(app: Flask, visitor: Visitor, *, keyboard: bool) -> list[Hand]:
    """Alex who writes, Robin who asks, Kim who publishes; all of them may decide about texts."""
    cookies = [cookie_of(app, f"{name} Beispiel", *ROLES) for name in ("Alex", "Robin", "Kim")]
    pages = [visitor(java_script_enabled=keyboard, cookie=cookie).open("/") for cookie in cookies]
    return [Hand(page, keyboard=keyboard) for page in pages]


def decided(people: list[Hand], site: str, title: str) -> Page:
    """Go from the page of the proposal, which Alex has open, to that of the published record."""
    alex, robin, kim = people
    expect(alex.page.get_by_role("heading", name="Stand: zu prüfen")).to_be_visible()
    proposal = alex.page.url.partition("#")[0]
    expect(alex.page.get_by_text("Sie haben an diesem Text mitgeschrieben.")).to_be_visible()
    expect(alex.page.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
    refused = publish_anyway(alex.page, proposal)
    assert "Sie haben an diesem Text mitgeschrieben." in refused

    robin.page.goto(f"{site}/vorschlaege")
    robin.follow(title)
    field = robin.page.locator("#aenderung-summary")
    robin.write("text-gespraech", "Bitte mit einer Zahl.")
    robin.write("text-summary", "Wie viele Menschen waren es genau?", within=field)
    robin.press("Änderung erbitten")
    expect(robin.page.locator("#getan")).to_be_focused()
    expect(robin.page.locator("#getan")).to_contain_text(f"{title}: Änderung erbeten.")

    alex.page.goto(proposal)
    expect(alex.page.locator("#aenderung-summary")).to_contain_text("Wie viele Menschen waren es genau?")
    alex.press("Meinen Text verbessern")
    expect(alex.page.get_by_role("heading", name="Was kam heraus?")).to_be_visible()
    alex.write("summary", "Nach 18 Uhr fährt ein Rufbus. Im ersten Jahr fuhren 417 Menschen mit.")
    alex.press("Sichern und weiter")
    expect(alex.page.get_by_role("heading", name="Was haben Sie gelernt?")).to_be_visible()
    alex.page.goto(re.sub(r"/[^/]+$", "/senden", alex.page.url))
    alex.press("Zur Prüfung senden")

    expect(alex.page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()
    kim.page.goto(f"{site}/vorschlaege")
    kim.follow(title)
    expect(kim.page.locator("main")).to_contain_text("417 Menschen")
    # The summary has a new text; nobody called the other request done, so that publishing over it is said.
    kim.confirm("Eine erbetene Änderung ist noch offen.")
    kim.press("Veröffentlichen")
    kim.follow(title)
    expect(kim.page.get_by_role("heading", name="Stand: veröffentlicht")).to_be_visible()
    kim.follow("Zur Seite des Eintrags")
    return kim.page


def publish_anyway(page: Page, proposal: str) -> str:
    """Send the form that the page does not offer, and return what is answered."""
    token = page.locator("main input[name=csrf_token]").first.get_attribute("value")
    answer = page.request.post(
        proposal,
        form={"csrf_token": token or "", "runde": "1", "tun": "veroeffentlichen"},
        headers={"Referer": proposal},
    )
    assert answer.status == 403
    return answer.text()


def check_published(page: Page, app: Flask, site: str, title: str) -> None:
    """Page, history, feed and search show it, to a reader who has not signed in as well."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name=str(LESSON["lessons.0.statement"]))).to_be_visible()
    address = page.url
    page.get_by_text("Fassungen, Lizenz, Herkunft").click()
    page.get_by_role("link", name="Alle Fassungen und Änderungen").click()
    expect(page.get_by_text("Fassung 1 (aktuell)")).to_be_visible()
    client = app.test_client()
    assert title in client.get("/feed.atom").get_data(as_text=True)
    assert address.removeprefix(site) in client.get(f"/suche?q={title}").get_data(as_text=True)
    read = client.get(address.removeprefix(site)).get_data(as_text=True)
    assert "417 Menschen" in read
    assert "Der Rufbus an einer Haltestelle" in read


@pytest.fixture(scope="module")
def paths(app: Flask, services: Services) -> list[str]:
    """Pages with something on them: a change with remarks, a conflict, a response, an overdue record."""
    author, other = (
        Member.signed_in(app, services, [kind], name=f"{kind} Beispiel", organisation=None)
        for kind in (RoleKind.AUTHOR, RoleKind.CURATOR)
    )
    open_one = author.proposes(summary="Der Landkreis warnt eine Stunde früher.", keywords=["Regen", "Pegel"])
    deciding.comment(services.review.curation, open_one.id, author.person, "Die Zahl steht im Bericht.")
    deciding.request_changes(
        services.review.curation, open_one.id, other.person, "Welcher Bericht?", round=1, field="summary"
    )
    over = author.proposes(title="Beispielkreis: Starkregen, abgelehnt")
    deciding.decline(services.review.curation, over.id, other.person, "Dazu gibt es schon einen Eintrag.")
    disputed = author.proposes(title="Beispielkreis: Starkregen früh erkannt")
    second = author.proposes(title="Beispielkreis: Regen früh erkannt")
    other.publishes(second)
    slug = CASE.rpartition("/")[2]
    services.review.records.confirm_current("case-study", slug, other.person, review_by=date(2020, 1, 1))
    return [
        "/vorschlaege?stand=approved&thema=mobility", f"/vorschlaege/{open_one.id}", f"/vorschlaege/{disputed.id}",
        f"/vorschlaege/{second.id}", f"/vorschlaege/{over.id}", f"/vorschlaege/{disputed.id}/abgleich", CASE,
        f"{CASE}/zurueckziehen", f"/rueckmeldung{CASE}", "/frage-stellen?q=Rufbus", "/fragen", "/nachrichten",
        "/ueberfaellig", "/ueberblick/luecken", "/protokoll?art=submit&von=2020-01-01", "/verwaltung/protokoll",
        "/betrieb", "/konto", "/konto/loeschen", "/verwaltung/personen",
    ]  # fmt: skip


@pytest.mark.slow
def test_axe_finds_nothing(visitor: Visitor, app: Flask, services: Services, paths: list[str], axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce", cookie=cookie_of(app, CURATOR, *ROLES, RoleKind.OPERATOR))
    page = visit.page
    found: dict[str, object] = {}
    for path in paths:
        answer = page.goto(visit.site + path)
        assert answer is not None
        # Whoever speaks for no municipality is told whom to ask, with the status of a refusal.
        assert answer.status == (403 if path.startswith("/rueckmeldung") else 200), path
        found |= looked_at(page, axe_source)
    for change in (asks_for_nothing, makes_a_key, makes_a_key_without_a_name):
        change(visit, paths)
        found |= looked_at(page, axe_source)
    meets_a_newer_text(visit, app, services, paths[1].rpartition("/")[2])
    found |= looked_at(page, axe_source)
    page.goto(page.url.replace("/stand", "/senden"))
    expect(page.get_by_text("hat inzwischen einen neueren Text")).to_be_visible()
    found |= looked_at(page, axe_source)
    writes_into_a_draft_that_is_gone(visit, services)
    found |= looked_at(page, axe_source)
    assert found == {}


def test_signs_stand_off_numbers_and_enter_in_a_box_publishes(visitor: Visitor, app: Flask, services: Services) -> None:
    author = Member.signed_in(app, services, [RoleKind.AUTHOR], name="Andere Beispiel", organisation=None)
    proposal = author.proposes(summary="Frau Beispiel warnt 30 % früher.", review_by="2027-06-01")
    page = visitor(cookie=cookie_of(app, CURATOR, *ROLES)).open(f"/vorschlaege/{proposal.id}")
    assert page.locator(".site-header").evaluate("header => header.offsetHeight") < 80, "one line, also signed in"
    margin = "e => getComputedStyle(e, '::before').marginRight"
    for mark in ("ins", "del"):
        apart = page.locator(f"#aenderung-summary {mark}").first.evaluate(margin)
        assert float(apart.removesuffix("px")) > 2
    box = page.locator("#bestaetigung-warnungen")
    box.check()
    box.press("Enter")
    expect(page.locator("#getan")).to_contain_text("veröffentlicht")


@pytest.mark.parametrize("button", ["Änderung erbitten", "Ablehnen", "Nur bemerken", "Veröffentlichen", "Übernehmen"])
@pytest.mark.parametrize("refused", [False, True])
def test_what_is_typed_into_every_box_is_sent_by_every_button_or_comes_back(
    visitor: Visitor, app: Flask, services: Services, button: str, *, refused: bool
) -> None:
    author = Member.signed_in(app, services, [RoleKind.AUTHOR], name=f"{button} {refused}", organisation=None)
    proposal = author.proposes_new(f"Beispieldorf: {button}, {refused}")
    page = visitor(java_script_enabled=False, cookie=cookie_of(app, CURATOR, *ROLES)).open(
        f"/vorschlaege/{proposal.id}"
    )
    boxes = page.locator("main textarea:not([readonly])")
    texts = [f"Satz {number} zu {button}." for number in range(boxes.count())]
    assert len(texts) > 6
    for number, text in enumerate(texts):
        fold = boxes.nth(number).locator("xpath=ancestor::details[not(@open)]/summary")
        while fold.count():
            fold.first.click()
        boxes.nth(number).fill(text)
    if refused:
        # One box is too long, so that nothing is done at all.
        texts[0] += " Viel zu lang." * 400
        boxes.first.fill(texts[0])
    # An earlier test may have published a summary that names somebody.
    for box in page.locator("#bestaetigung-warnungen").all():
        box.check()
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button).and_(page.locator(":not([aria-hidden])")).click()
    said = {one.text for one in services.review.proposals.view(proposal.id, author.person).remarks}
    if refused:
        assert [one.input_value() for one in boxes.all()] == texts
        assert said == set()
        expect(page.locator("#fehler")).to_be_focused()
    else:
        assert said == set(texts)


def asks_for_nothing(visit: Visit, paths: list[str]) -> None:
    page = visit.open(paths[1])
    page.locator("#gespraech-text").fill(" ")
    page.get_by_role("button", name=re.compile("^(Bemerkung senden|Änderung erbitten)$")).last.click()
    expect(page.locator("#fehler")).to_be_focused()


def makes_a_key(visit: Visit, _paths: list[str]) -> None:
    page = visit.open("/konto")
    page.get_by_label("Wofür ist der Schlüssel?").fill("Rechner im Rathaus")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    expect(page.get_by_text("Rechner im Rathaus").first).to_be_visible()


def makes_a_key_without_a_name(visit: Visit, _paths: list[str]) -> None:
    page = visit.open("/konto")
    page.get_by_label("Wofür ist der Schlüssel?").fill(" ")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    page.wait_for_load_state()


def meets_a_newer_text(visit: Visit, app: Flask, services: Services, proposal_id: str) -> None:
    """Open the page on which Chris decides between the own text and one that somebody sent meanwhile."""
    (listed,), _count = services.identity.people.listed(CURATOR)
    chris = replace(listed.person, roles=(Role(kind=RoleKind.AUTHOR), Role(kind=RoleKind.CURATOR)))
    drafts = services.review.drafts
    other = Member.signed_in(app, services, [RoleKind.CURATOR], name="Dritte Beispiel", organisation=None).person
    mine = improved(drafts, proposal_id, chris, "Mein Satz.")
    theirs = improved(drafts, proposal_id, other, "Der neuere Satz.")
    services.review.proposals.submit_draft(theirs.id, other, theirs.version)
    page = visit.open(f"/beitragen/{mine.id}/stand")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwei Texte zusammenführen")
    expect(page.get_by_text("Der neuere Satz.")).to_be_visible()


def improved(drafts: DraftService, proposal_id: str, person: Person, summary: str) -> Draft:
    draft = drafts.start_from_proposal(proposal_id, person)
    content = replace(draft.content, front={**draft.content.front, "summary": summary})
    saved = drafts.save(draft.id, person, content, draft.version)
    assert isinstance(saved, Draft)
    return saved


def writes_into_a_draft_that_is_gone(visit: Visit, services: Services) -> None:
    page = visit.open("/beitragen")
    page.get_by_role("button", name="Mit einem leeren Formular beginnen").click()
    page.get_by_label("Titel").fill("Ein Titel, der lang genug ist, dass niemand ihn noch einmal tippen möchte")
    (listed,), _count = services.identity.people.listed(CURATOR)
    services.review.drafts.delete(page.url.split("/")[4], listed.person)
    page.get_by_role("button", name="Entwurf speichern").first.click()
    expect(page.get_by_role("heading", name="Diesen Entwurf gibt es nicht")).to_be_visible()
