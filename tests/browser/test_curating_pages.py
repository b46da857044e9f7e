# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The axe rules on every page around proposals, light and wide, dark and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from app.identity import Role, RoleKind
from tests.browser.test_sign_in import sign_in, violations
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
    disputed = author.proposes(title="Beispielkreis: Starkregen früh erkannt")
    second = author.proposes(title="Beispielkreis: Regen früh erkannt")
    services.review.curation.approve(second.id, other.person, round=1)
    services.review.curation.publish(second.id, other.person)
    slug = CASE.rpartition("/")[2]
    services.review.records.confirm_current("case-study", slug, other.person, review_by=date(2020, 1, 1))
    return [
        "/vorschlaege", f"/vorschlaege/{open_one.id}", f"/en/vorschlaege/{open_one.id}", f"/vorschlaege/{disputed.id}",
        f"/vorschlaege/{disputed.id}/abgleich", CASE, f"{CASE}/zurueckziehen", f"/rueckmeldung{CASE}",
        "/frage-stellen?q=Rufbus", "/fragen", "/nachrichten", "/ueberfaellig", "/protokoll",
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(
    browser: Browser, node: Site, paths: list[str], axe_source: str, theme: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,  # type: ignore[arg-type]  # one of the two that there are
        reduced_motion="reduce",
        locale="de-DE",
    )
    page = context.new_page()
    page.goto(node.address)
    sign_in(page, CURATOR)
    curates_everything(node)
    found = {}
    for path in paths:
        answer = page.goto(node.address + path)
        assert answer is not None
        assert answer.status == 200, path
        found[path] = violations(page, axe_source)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (path, wide)
    context.close()
    assert {path: items for path, items in found.items() if items} == {}


def curates_everything(node: Site) -> None:
    """Let the signed-in curator open every page, whatever the provider limits the role to."""
    (listed,), _count = node.services.identity.people.listed(CURATOR)
    for kind in (RoleKind.CURATOR, RoleKind.OPERATOR):
        node.services.identity.grants.grant(listed.person.id, Role(kind=kind), actor=None)
