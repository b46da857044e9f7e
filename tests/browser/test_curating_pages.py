"""The axe rules on every page around proposals and one's account, empty, filled and with mistakes shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from app.identity import Person, Role, RoleKind
from app.review.drafts.service import DraftService
from app.review.models import Draft
from tests.browser.looking import looked_at
from tests.browser.test_sign_in import sign_in
from tests.functional.web.curating.member import CASE, Member
from tests.oidc.site import Site, running_site

CURATOR = "Robin Beispiel"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("curating-pages")) as site:
        yield site


@pytest.fixture(scope="module")
def paths(node: Site) -> list[str]:
    """Pages with something on them: a change with remarks, a conflict, a response, an overdue record."""
    services = node.services
    author, other = (
        Member.signed_in(node.app, services, [kind], name=f"{kind} Beispiel", organisation=None)
        for kind in (RoleKind.AUTHOR, RoleKind.CURATOR)
    )
    open_one = author.proposes(summary="Der Landkreis warnt eine Stunde früher.", keywords=["Regen", "Pegel"])
    services.review.curation.comment(open_one.id, author.person, "Die Zahl steht im Bericht.")
    services.review.curation.request_changes(open_one.id, other.person, "Welcher Bericht?", round=1, field="summary")
    over = author.proposes(title="Beispielkreis: Starkregen, abgelehnt")
    services.review.curation.decline(over.id, other.person, "Dazu gibt es schon einen Eintrag.")
    disputed = author.proposes(title="Beispielkreis: Starkregen früh erkannt")
    second = author.proposes(title="Beispielkreis: Regen früh erkannt")
    other.publishes(second)
    slug = CASE.rpartition("/")[2]
    services.review.records.confirm_current("case-study", slug, other.person, review_by=date(2020, 1, 1))
    return [
        "/vorschlaege", "/vorschlaege?stand=approved&thema=mobility", f"/vorschlaege/{open_one.id}",
        f"/en/vorschlaege/{open_one.id}", f"/vorschlaege/{disputed.id}", f"/vorschlaege/{second.id}",
        f"/vorschlaege/{over.id}", f"/vorschlaege/{disputed.id}/abgleich", CASE, f"{CASE}/zurueckziehen",
        f"/rueckmeldung{CASE}", "/frage-stellen?q=Rufbus", "/fragen", "/nachrichten", "/ueberfaellig",
        "/ueberblick/luecken",
        "/protokoll", "/protokoll?art=submit&von=2020-01-01", "/verwaltung/protokoll", "/betrieb", "/en/betrieb",
        "/konto", "/konto/loeschen", "/verwaltung/personen", "/verwaltung/einladungen",
    ]  # fmt: skip


@pytest.mark.slow
def test_axe_finds_nothing(browser: Browser, node: Site, paths: list[str], axe_source: str) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="de-DE")
    page = context.new_page()
    page.goto(node.address)
    sign_in(page, CURATOR)
    curates_everything(node)
    found: dict[str, object] = {}
    for path in paths:
        answer = page.goto(node.address + path)
        assert answer is not None
        # Whoever speaks for no municipality is told whom to ask, with the status of a refusal.
        assert answer.status == (403 if path.startswith("/rueckmeldung") else 200), path
        found |= looked_at(page, axe_source)
    changes = (
        asks_for_nothing, makes_a_key, makes_a_key_without_a_name, invites, invites_nobody, meets_a_newer_text,
        is_told_of_a_newer_text, writes_into_a_draft_that_is_gone,
    )  # fmt: skip
    for change in changes:
        change(page, node, paths)
        found |= looked_at(page, axe_source)
    context.close()
    assert found == {}


def test_signs_stand_apart_from_numbers_and_enter_in_a_box_to_tick_publishes(browser: Browser, node: Site) -> None:
    author = Member.signed_in(node.app, node.services, [RoleKind.AUTHOR], name="Alex Beispiel", organisation=None)
    proposal = author.proposes(summary="Frau Beispiel warnt 30 % früher.", review_by="2027-06-01")
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(node.address)
    sign_in(page, CURATOR)
    curates_everything(node)
    page.goto(f"{node.address}/vorschlaege/{proposal.id}")
    for mark in ("ins", "del"):
        style = "e => getComputedStyle(e, '::before').marginRight"
        apart = page.locator(f"#aenderung-summary {mark}").first.evaluate(style)
        assert float(apart.removesuffix("px")) > 2
    page.get_by_role("button", name="Freigeben").click()
    box = page.locator("#bestaetigung-warnungen")
    box.check()
    box.press("Enter")
    expect(page.get_by_role("heading", name="Stand: veröffentlicht")).to_be_visible()
    context.close()


def asks_for_nothing(page: Page, node: Site, paths: list[str]) -> None:
    page.goto(node.address + paths[2])
    page.locator("#gespraech-text").fill(" ")
    page.get_by_role("button", name=re.compile("^(Bemerkung senden|Änderung erbitten)$")).last.click()
    expect(page.locator("#fehler")).to_be_focused()


def makes_a_key(page: Page, node: Site, _paths: list[str]) -> None:
    page.goto(f"{node.address}/konto")
    page.get_by_label("Wofür ist der Schlüssel?").fill("Rechner im Rathaus")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    expect(page.get_by_text("Rechner im Rathaus").first).to_be_visible()


def makes_a_key_without_a_name(page: Page, node: Site, _paths: list[str]) -> None:
    page.goto(f"{node.address}/konto")
    page.get_by_label("Wofür ist der Schlüssel?").fill(" ")
    page.get_by_role("button", name="Schlüssel anlegen").click()
    page.wait_for_load_state()


def invites(page: Page, node: Site, _paths: list[str]) -> None:
    page.goto(f"{node.address}/verwaltung/einladungen")
    page.get_by_label("Für wen?").fill("Frau Beispiel")
    page.get_by_role("button", name="Einladung anlegen").click()
    expect(page.get_by_role("link", name="Mail")).to_be_visible()


def invites_nobody(page: Page, node: Site, _paths: list[str]) -> None:
    page.goto(f"{node.address}/verwaltung/einladungen")
    page.get_by_label("Für wen?").fill(" ")
    page.get_by_role("button", name="Einladung anlegen").click()
    page.wait_for_load_state()


def meets_a_newer_text(page: Page, node: Site, paths: list[str]) -> None:
    """Open the page on which Robin decides between the own text and one that somebody sent meanwhile."""
    services = node.services
    (listed,), _count = services.identity.people.listed(CURATOR)
    robin = replace(listed.person, roles=(Role(kind=RoleKind.AUTHOR), Role(kind=RoleKind.CURATOR)))
    proposal_id = paths[2].rpartition("/")[2]
    drafts = services.review.drafts
    other = Member.signed_in(node.app, services, [RoleKind.CURATOR], name="Dritte Beispiel", organisation=None).person
    mine = improved(drafts, proposal_id, robin, "Mein Satz.")
    theirs = improved(drafts, proposal_id, other, "Der neuere Satz.")
    services.review.proposals.submit_draft(theirs.id, other, theirs.version)
    page.goto(f"{node.address}/beitragen/{mine.id}/stand")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwei Texte zusammenführen")
    expect(page.get_by_text("Der neuere Satz.")).to_be_visible()


def improved(drafts: DraftService, proposal_id: str, person: Person, summary: str) -> Draft:
    draft = drafts.start_from_proposal(proposal_id, person)
    content = replace(draft.content, front={**draft.content.front, "summary": summary})
    saved = drafts.save(draft.id, person, content, draft.version)
    assert isinstance(saved, Draft)
    return saved


def is_told_of_a_newer_text(page: Page, _node: Site, _paths: list[str]) -> None:
    page.goto(page.url.replace("/stand", "/senden"))
    expect(page.get_by_text("hat inzwischen einen neueren Text")).to_be_visible()


def writes_into_a_draft_that_is_gone(page: Page, node: Site, _paths: list[str]) -> None:
    page.goto(f"{node.address}/beitragen")
    page.get_by_role("button", name="Mit einem leeren Formular beginnen").click()
    page.get_by_label("Titel").fill("Ein Titel, der lang genug ist, dass niemand ihn noch einmal tippen möchte")
    (listed,), _count = node.services.identity.people.listed(CURATOR)
    node.services.review.drafts.delete(page.url.split("/")[4], listed.person)
    page.get_by_role("button", name="Entwurf speichern").first.click()
    expect(page.get_by_role("heading", name="Diesen Entwurf gibt es nicht")).to_be_visible()


def curates_everything(node: Site) -> None:
    """Let the signed-in curator open every page, whatever the provider limits the role to."""
    (listed,), _count = node.services.identity.people.listed(CURATOR)
    for kind in (RoleKind.CURATOR, RoleKind.OPERATOR):
        node.services.identity.grants.grant(listed.person.id, Role(kind=kind), actor=None)
