"""How often people type, choose and click until their work is done: curators and authors."""

from collections.abc import Iterator
from dataclasses import dataclass

import docx
import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.identity import Municipality, RoleKind
from app.kickoff.places.directory import OWN_FILE
from app.kickoff.places.table import PlaceEntry, write_places
from app.review.workflow import ProposalState
from app.wiring import Services
from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.browser.writing import cookie_of
from tests.functional.web.contributing.author import ABOUT, DONE, OUTCOME, png
from tests.functional.web.curating.member import CASE, Member
from tests.serving import serving
from tests.unit.documents.reading.documents import saved
from tests.webnode.node import publish, text_of

PROPOSALS, WORD, REPORT, FORM = 35, 4, 12, 24
"""The most of such deeds: for fifteen mixed proposals, a word mended, a report of two pages, a case from nothing."""


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@dataclass
class Hand:
    """Counts what somebody does on a page."""

    page: Page
    deeds: int = 0

    def click(self, found: Locator) -> None:
        self.deeds += 1
        found.click()
        self.page.wait_for_load_state()

    def write(self, box: Locator, text: str) -> None:
        fold = box.locator("xpath=ancestor::details[not(@open)]/summary")
        if fold.count():
            self.click(fold)
        self.deeds += 1
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)

    def press(self, button: str) -> None:
        found = self.page.locator("main").get_by_role("button", name=button, exact=True)
        self.click(found.and_(self.page.locator(":not([aria-hidden])")))


def sent(author: Member) -> dict[str, list[str]]:
    """Fifteen proposals: five new records and ten edits, eight of them of one or two fields."""
    small = [
        author.proposes(summary="Der Landkreis warnt nun eine Stunde früher."),
        author.proposes(title="Beispielkreis: Starkregen früh erkannt"),
        author.proposes(keywords=["Regen", "Pegel"]),
        author.proposes(open_questions=["Wer zahlt die Wartung?"]),
        author.proposes(sections={"problem": "Der Bach trat schon wieder über die Ufer. [^kreis]"}),
        author.proposes(phase="pilot"),
        author.proposes(topics=["safety"]),
        author.proposes(summary="Der Landkreis warnt.", keywords=["Regen"]),
    ]
    text = "Der Kreis fragte zuerst die Feuerwehren. [^kreis]"
    large = [
        author.proposes(sections={name: text}, review_by="2027-06-01", period={"start": "2023-04"})
        for name in ("results", "approach")
    ]
    new = [author.proposes_new(f"Beispielkreis: Fall {number}") for number in range(4)]
    named = author.proposes_new("Beispielkreis: Fall 4", summary="Frau Beispiel warnt.")
    return {name: [one.id for one in found] for name, found in {"small": small, "other": [*large, *new, named]}.items()}


def test_fifteen_proposals_take_at_most_35_entries_choices_and_clicks(
    app: Flask, services: Services, visitor: Visitor, axe_source: str
) -> None:
    author = Member.signed_in(app, services, [RoleKind.AUTHOR], name="Alex Beispiel", organisation=None)
    ids = sent(author)
    cookie = cookie_of(app, "Robin Beispiel", RoleKind.CURATOR)
    visit = visitor(reduced_motion="reduce", cookie=cookie)
    for path in ("/vorschlaege", "/vorschlaege/kleine", "/en/vorschlaege/kleine"):
        assert looked_at(visit.open(path), axe_source) == {}, path
    hand = Hand(visitor(java_script_enabled=False, cookie=cookie).open("/vorschlaege"))
    page = hand.page
    hand.click(page.get_by_role("link", name="8 kleine Änderungen zusammen entscheiden"))
    choices = ["veroeffentlichen"] * 6 + ["erbitten", "ablehnen"]
    for proposal_id, choice in zip(ids["small"], choices, strict=True):
        hand.click(page.locator(f"#wahl-{proposal_id}-{choice}"))
    for proposal_id, text in zip(ids["small"][6:], ("Warum nur dieses Feld?", "Das steht schon da."), strict=True):
        hand.write(page.locator(f"#text-{proposal_id}"), text)
    hand.press("Entscheidungen senden")
    expect(page.locator("#getan")).to_contain_text("veröffentlicht")

    for number in range(7):
        if number == 2:
            hand.write(page.locator("#aenderung-summary-text"), "Wie viele waren es?")
            hand.press("Änderung erbitten")
        elif number == 3:
            hand.write(page.locator("#gespraech-text"), "Dazu gibt es schon einen Eintrag.")
            hand.press("Ablehnen")
        else:
            if page.locator("#bestaetigung-warnungen").count():
                hand.click(page.locator("#bestaetigung-warnungen"))
            hand.press("Veröffentlichen")
    expect(page.locator("#getan")).to_contain_text("Sonst wartet hier nichts auf Sie.")
    everything = (*ids["small"], *ids["other"])
    states = [services.review.proposals.view(one, author.person).proposal.state for one in everything]
    counted = {state: states.count(state) for state in set(states)}
    assert counted == {
        ProposalState.PUBLISHED: 11, ProposalState.CHANGES_REQUESTED: 2, ProposalState.DECLINED: 2,
    }  # fmt: skip
    assert hand.deeds <= PROPOSALS, hand.deeds


def test_a_word_is_mended_with_at_most_4(app: Flask, visitor: Visitor) -> None:
    cookie = cookie_of(app, "Kim Beispiel", RoleKind.AUTHOR)
    hand = Hand(visitor(java_script_enabled=False, cookie=cookie).open(CASE))
    hand.click(hand.page.locator("a[href$='/body.problem']"))
    field = hand.page.locator("[name='body.problem']")
    hand.write(field, f"Noch immer: {field.input_value()}")
    hand.press("Änderung ansehen und senden")
    expect(hand.page.locator("ins")).to_contain_text("Noch immer")
    hand.press("Zur Prüfung senden")
    expect(hand.page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()
    assert hand.deeds <= WORD, hand.deeds


def test_a_case_with_a_picture_and_three_lessons_takes_at_most_24(
    app: Flask, services: Services, visitor: Visitor
) -> None:
    office = text_of(services, "organisations/beispielverbund")
    office = office.replace("role: ", "contact: {role: Bauamt, phone: '0123 456'}\nrole: ", 1)
    publish(services, {"organisations/beispielverbund/index.md": office.encode()})
    services.follow()
    listed = PlaceEntry(name="Beispielstadt", state="HE", kind="town", source="example", ars="06999001")
    write_places(services.settings.data / OWN_FILE, [listed])
    place = Municipality(name="Beispielstadt", state="HE", ars="06999001")
    cookie = cookie_of(app, "Toni Beispiel", RoleKind.AUTHOR, organisation="beispielverbund", place=place)
    hand = Hand(visitor(java_script_enabled=False, cookie=cookie).open("/beitragen"))
    hand.press("Mit einem leeren Formular beginnen")
    hand.click(hand.page.get_by_label("Mobilität", exact=True))
    # The account says where and whom to ask.
    about = {name: value for name, value in ABOUT.items() if isinstance(value, str) and "municipalities" not in name}
    told = {"statement": "Wer anruft, will einen Menschen hören.", "recommendation": "Besetzen Sie das Telefon."}
    lessons = {f"lessons.{row}.{part}": text for row in range(3) for part, text in told.items()}
    for fields in (about, DONE, OUTCOME, lessons):
        for name, value in fields.items():
            hand.write(hand.page.locator(f"[name='{name}']"), str(value))
        if fields is DONE:
            hand.write(hand.page.locator("[name=datei_alt]"), "Der Rufbus am Marktplatz")
            picture = {"name": "Bus.png", "mimeType": "image/png", "buffer": png()}
            hand.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]  # a file as a dict
            hand.deeds += 1
        hand.press("Zum Senden" if fields is lessons else "Sichern und weiter")
    hand.press("Zur Prüfung senden")
    expect(hand.page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()
    assert hand.deeds <= FORM, hand.deeds


def two_pages() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Abschlussbericht: Rufbus am Abend"
    for heading, text in (
        ("Zusammenfassung", "Nach 18 Uhr fährt ein Rufbus. Im ersten Jahr fuhren 400 Menschen mit."),
        ("Ausgangslage", "Nach 18 Uhr fuhr im Norden kein Bus mehr. " * 12),
        ("Ziele", "Wege ohne Auto möglich machen."),
        ("Umsetzung", "Im März 2023 fuhr der Rufbus los. " * 12),
        ("Ergebnisse", "Im ersten Jahr fuhren 400 Menschen mit. " * 6),
        (
            "Lehren",
            "Wer anruft, will einen Menschen hören. Wir empfehlen, das Telefon bis zum letzten Bus zu besetzen.",
        ),
        ("Kontakt", "Stadt Beispielstadt, Bauamt, bauamt@beispielstadt.example"),
    ):
        document.add_heading(heading, 1)
        document.add_paragraph(text.strip())
    return saved(document)


def test_a_report_of_two_pages_is_sent_with_at_most_12(app: Flask, visitor: Visitor) -> None:
    place = Municipality(name="Beispielstadt", state="HE", ars="06999001")
    cookie = cookie_of(app, "Robin Muster", RoleKind.AUTHOR, place=place)
    hand = Hand(visitor(java_script_enabled=False, cookie=cookie).open("/beitragen"))
    page = hand.page
    report = {"name": "Bericht.docx", "mimeType": "application/octet-stream", "buffer": two_pages()}
    page.locator("#unterlage").set_input_files(report)  # type: ignore[arg-type]  # a file as a dict
    hand.deeds += 1
    hand.press("Bericht lesen")
    hand.press("Zuordnen und weiter zum Formular")
    hand.click(page.get_by_label("Mobilität", exact=True))
    for name, value in {"municipalities.0.kind": "town", "phase": "operation", "period.start": "März 2023"}.items():
        hand.write(page.locator(f"[name='{name}']"), value)
    hand.press("Sichern und weiter")
    hand.click(page.locator("main").get_by_role("link", name="Was kam heraus?"))
    hand.write(page.locator("[name=outcome]"), "success")
    hand.press("Zum Senden")
    hand.press("Zur Prüfung senden")
    expect(page.get_by_role("heading", name="Zur Prüfung gesendet")).to_be_visible()
    assert hand.deeds <= REPORT, hand.deeds
