# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
import requests
from sqlalchemy import text

from app.identity import Person, RoleKind
from app.review.model.proposal import ProposalView
from tests.functional.git.conftest import Answer, Checkout, Site

CASE = "case-studies/beispielkreis-starkregen/index.md"


def push(clone: Checkout, site: Site, secret: str, target: str = "refs/for/main", lang: str = "de_DE.UTF-8") -> Answer:
    return clone.git("push", site.url(secret), f"HEAD:{target}", lang=lang)


def proposals(site: Site, person: Person) -> list[ProposalView]:
    review = site.services.review
    items = review.queue.mine(person)
    return [review.proposals.view(item.proposal.id, person) for item in items]


def edit(clone: Checkout, old: str, new: str, message: str = "Bessere Angabe") -> None:
    text = clone.read(CASE)
    assert old in text
    clone.write(CASE, text.replace(old, new))
    clone.commit(message)


def test_a_push_becomes_a_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher", "Zahl nachgezählt")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said
    (view,) = proposals(site, author)
    assert f"/vorschlaege/{view.proposal.id}" in answer.said
    assert b"Die Warnung kommt eher" in view.text
    assert view.newest.reason == "Zahl nachgezählt"
    assert f"proposal/{view.proposal.id}" in answer.said


def test_the_same_push_twice_is_one_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert [push(clone, site, secret).status for _ in range(2)] == [0, 0]
    assert len(proposals(site, author)) == 1


def test_an_invalid_push_is_told_file_field_and_remedy(
    site: Site, clone: Checkout, author: Person, secret: str
) -> None:
    edit(clone, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert f"remote: {CASE}" in answer.said
    assert "erfunden" in answer.said
    assert "Nicht angenommen: 1 Angabe ist zu berichtigen." in answer.said
    assert proposals(site, author) == []


def test_the_answer_is_in_the_language_of_who_pushes(site: Site, clone: Checkout, secret: str) -> None:
    edit(clone, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    assert "Not taken: 1 entry needs mending." in push(clone, site, secret, lang="en_GB.UTF-8").said


def test_one_bad_record_keeps_all_from_being_taken(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    clone.write("case-studies/noch-einer/index.md", "---\nschema: case-study/1\n---\nleer\n")
    clone.commit("Zwei")
    assert push(clone, site, secret).status != 0
    assert proposals(site, author) == []


def test_a_further_round_goes_to_the_same_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    push(clone, site, secret)
    (first,) = proposals(site, author)
    edit(clone, "Die Warnung kommt eher", "Die Warnung kommt viel eher")
    answer = push(clone, site, secret, f"refs/for/main/{first.proposal.id}")
    assert answer.status == 0, answer.said
    (view,) = proposals(site, author)
    assert view.proposal.rounds == 2
    assert b"viel eher" in view.text


@pytest.mark.parametrize("target", ["refs/heads/main", "refs/heads/neu", "refs/tags/v1", "refs/proposals/x"])
def test_nobody_pushes_past_review(site: Site, clone: Checkout, secret: str, target: str) -> None:
    before = site.services.repository.head()
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret, target)
    assert answer.status != 0
    assert "refs/for/main" in answer.said
    assert site.services.repository.head() == before
    assert site.services.public_copy.inbox.run("for-each-ref").out == b""


def test_a_push_without_a_token_is_refused(site: Site, clone: Checkout) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert push(clone, site, "").status != 0
    assert push(clone, site, "enet_falsch").status != 0
    answer = requests.get(f"{site.url()}/info/refs?service=git-receive-pack", timeout=5)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_whoever_may_only_read_is_told_so(site: Site, clone: Checkout) -> None:
    author = site.person("Beispiel Leserin", RoleKind.AUTHOR)
    secret = site.services.identity.tokens.make(author.id, "alt", 30).secret
    site.person("Beispiel Leserin", RoleKind.READER)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert "Ihr Zugang darf nichts vorschlagen" in answer.said


def test_whoever_has_not_signed_in_for_long_is_told_to_do_so(site: Site, clone: Checkout, secret: str) -> None:
    with site.services.sessions.begin() as db:
        db.execute(text("update identity_role set granted_at = datetime(granted_at, '-30 days')"))
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert "Bitte melden Sie sich einmal auf der Website an" in answer.said
    site.person("Beispiel Autorin", RoleKind.AUTHOR)
    assert push(clone, site, secret).status == 0


def test_links_programs_and_foreign_paths_are_refused(site: Site, clone: Checkout, secret: str) -> None:
    folder = clone.folder / "case-studies/beispielkreis-starkregen"
    (folder / "bild.png").symlink_to("/etc/hostname")
    clone.commit("Verknüpfung")
    assert "keine Verknüpfungen" in push(clone, site, secret).said
    assert clone.git("reset", "--hard", "HEAD~1").status == 0
    clone.write(".github/workflows/x.yml", "on: push\n")
    clone.commit("Anderswo")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert ".github/workflows/x.yml" in answer.said


def test_a_removed_record_is_not_a_proposal(site: Site, clone: Checkout, secret: str) -> None:
    (clone.folder / CASE).unlink()
    clone.commit("Weg damit")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert "zurückgezogen" in answer.said


def test_a_history_of_its_own_is_refused(site: Site, clone: Checkout, secret: str) -> None:
    assert clone.git("checkout", "--quiet", "--orphan", "eigenes").status == 0
    clone.commit("Von vorn")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert "git pull --rebase" in answer.said
