import re
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text

from app.identity import Person, RoleKind
from app.identity.tokens import AccessTokens
from app.review.models import Proposal
from app.review.proposals.store import ProposalView
from app.review.submission import RawText, Submission
from tests import deciding
from tests.functional.git.conftest import Answer, Checkout, Site

CONCEPT = "concepts/beispiel-pruefliste/index.md"
CASE = "case-studies/beispielkreis-starkregen/index.md"


@pytest.fixture
def site(shared_site: Site) -> Site:
    return shared_site


def push(clone: Checkout, site: Site, secret: str, target: str = "refs/for/main", lang: str = "de_DE.UTF-8") -> Answer:
    return clone.git("push", site.url(secret), f"HEAD:{target}", lang=lang)


def taken(answer: Answer) -> None:
    assert answer.status == 0, answer.said


def refused(answer: Answer, *said: str) -> None:
    assert answer.status != 0
    for words in said:
        assert words in answer.said


def proposals(site: Site, person: Person) -> list[ProposalView]:
    review = site.services.review
    items = review.queue.mine(person)
    return [review.proposals.view(item.proposal.id, person) for item in items]


def edit(clone: Checkout, old: str, new: str, message: str = "Bessere Angabe") -> None:
    text = clone.read(CASE)
    assert old in text
    clone.write(CASE, text.replace(old, new))
    clone.commit(message)


def title(clone: Checkout, new: str) -> None:
    """Give the concept of the collection another title."""
    text = clone.read(CONCEPT)
    clone.write(CONCEPT, re.sub(r"^title: .*$", f'title: "{new}"', text, count=1, flags=re.MULTILINE))
    clone.commit("Anderer Titel")


def test_a_push_sent_twice_becomes_one_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher", "Zahl nachgezählt")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said
    (view,) = proposals(site, author)
    assert f"/vorschlaege/{view.proposal.id}" in answer.said
    assert b"Die Warnung kommt eher" in view.newest.text
    assert view.newest.reason == "Zahl nachgezählt"
    assert f"proposal/{view.proposal.id}" in answer.said
    assert push(clone, site, secret).status == 0
    assert len(proposals(site, author)) == 1


def test_an_invalid_push_is_told_file_and_remedy(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert f"remote: {CASE}" in answer.said
    assert "erfunden" in answer.said
    # The remedy stands on a line of its own below the fault and names what is possible instead.
    lines = [line.removeprefix("remote:").strip() for line in answer.said.splitlines()]
    (place,) = [number for number, line in enumerate(lines) if line.startswith(f"{CASE}, ")]
    assert "erfunden" in lines[place]
    assert lines[place + 1].startswith("Prüfen Sie die Schreibweise. Möglich sind hier: ")
    assert ", summary, " in lines[place + 1]
    assert "Nicht angenommen: 1 Angabe ist zu berichtigen." in answer.said
    assert "Not taken: 1 entry needs mending." in push(clone, site, secret, lang="en_GB.UTF-8").said
    assert proposals(site, author) == []


def test_one_bad_record_keeps_all_from_being_taken(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    clone.write("case-studies/noch-einer/index.md", "---\nschema: case-study/1\n---\nleer\n")
    clone.commit("Zwei")
    assert push(clone, site, secret).status != 0
    assert proposals(site, author) == []


def proposed(site: Site, clone: Checkout, author: Person, secret: str) -> ProposalView:
    """Send a first text for review."""
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    push(clone, site, secret)
    (view,) = proposals(site, author)
    return view


def taken_over(site: Site, view: ProposalView, old: str, new: str) -> Person:
    """Let a curator improve a proposal."""
    curator = site.person("Beispiel Kuratorin", RoleKind.CURATOR)
    assert old.encode() in view.newest.text
    submission = Submission(
        kind=view.proposal.kind,
        author=curator,
        slug=view.proposal.slug,
        base=view.proposal.base,
        text=RawText(index=view.newest.text.replace(old.encode(), new.encode(), 1)),
    )
    assert isinstance(site.services.review.curation.take_over(view.proposal.id, submission), Proposal)
    return curator


def test_a_further_round_overwrites_no_curator(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    view = proposed(site, clone, author, secret)
    taken_over(site, view, "kommt eher", "kommt deutlich eher")
    edit(clone, "kommt eher", "kommt viel eher")
    refused(
        push(clone, site, secret, f"refs/for/main/{view.proposal.id}"),
        "Dieselben Stellen hat inzwischen jemand anders geändert",
    )
    (seen,) = proposals(site, author)
    assert b"kommt deutlich eher" in seen.newest.text


def test_further_rounds_keep_what_others_wrote(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    view = proposed(site, clone, author, secret)
    taken_over(site, view, 'summary: "', 'summary: "Kurz: ')
    (view,) = proposals(site, author)
    text = view.newest.text.replace(b'title: "', b'title: "Neu: ', 1)
    wish = Submission(
        kind=view.proposal.kind, author=author, slug=view.proposal.slug, text=RawText(index=text), round=2
    )
    assert isinstance(site.services.review.proposals.revise(view.proposal.id, wish), Proposal)
    for old, new in (("kommt eher", "kommt viel eher"), ("kommt viel eher", "kommt sehr viel eher")):
        edit(clone, old, new)
        taken(push(clone, site, secret, f"refs/for/main/{view.proposal.id}"))
        (seen,) = proposals(site, author)
        for words in (new.encode(), b'summary: "Kurz: ', b'title: "Neu: '):
            assert words in seen.newest.text


def test_another_record_is_no_round_of_a_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    view = proposed(site, clone, author, secret)
    assert clone.git("reset", "--quiet", "--hard", "HEAD~1").status == 0
    title(clone, "Andere Liste")
    refused(
        push(clone, site, secret, f"refs/for/main/{view.proposal.id}"),
        "concepts/beispiel-pruefliste: Dieser Vorschlag betrifft case-studies/beispielkreis-st",
    )
    (seen,) = proposals(site, author)
    assert seen.proposal == view.proposal


def test_a_curator_takes_over_on_the_page_alone(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    view = proposed(site, clone, author, secret)
    curator = site.person("Beispiel Kuratorin", RoleKind.CURATOR, RoleKind.AUTHOR)
    edit(clone, "kommt eher", "kommt viel eher")
    key = site.services.identity.tokens.make(curator.id, "Arbeitsplatz", 30).secret
    refused(
        push(clone, site, key, f"refs/for/main/{view.proposal.id}"),
        "Übernehmen und verbessern Sie ihn auf seiner Seite",
    )
    assert proposals(site, author)[0].proposal.rounds == 1


def test_a_stranger_does_not_learn_of_a_proposal(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    view = proposed(site, clone, author, secret)
    other = site.person("Andere Autorin", RoleKind.AUTHOR)
    key = site.services.identity.tokens.make(other.id, "Arbeitsplatz", 30).secret
    ids = (view.proposal.id, "00000000-0000-4000-8000-000000000000")
    answers = [push(clone, site, key, f"refs/for/main/{one}") for one in ids]
    there, missing = (answer.said.replace(one, "") for answer, one in zip(answers, ids, strict=True))
    assert there == missing
    assert "Diesen Vorschlag gibt es nicht, oder er ist schon entschieden." in there


@pytest.mark.parametrize("declined", [True, False])
def test_a_push_to_a_decided_proposal_says_so(
    site: Site, clone: Checkout, author: Person, secret: str, declined: bool
) -> None:
    view = proposed(site, clone, author, secret)
    curator = site.person("Beispiel Kuratorin", RoleKind.CURATOR)
    if declined:
        deciding.decline(site.services.review.curation, view.proposal.id, curator, "Das stimmt nicht.")
    else:
        site.services.review.proposals.withdraw(view.proposal.id, author)
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert "Zur Prüfung gesendet" not in answer.said
    said = "Dieser Vorschlag wurde abgelehnt" if declined else "Sie haben diesen Vorschlag zurückgenommen"
    assert said in answer.said
    assert "git commit --amend --no-edit" in answer.said
    # The commit gets another name as soon as its time is another one.
    later = ("commit", "--amend", "--no-edit", "--date=2026-01-01T00:00:00")
    assert clone.git(*later).status == 0
    assert push(clone, site, secret).status == 0
    assert sum(view.proposal.state.is_open for view in proposals(site, author)) == 1


def test_a_later_commit_sends_only_what_is_new(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    push(clone, site, secret)
    title(clone, "Andere Liste")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said
    assert answer.said.count("Schon zur Prüfung gesendet") == 1
    assert sorted(view.proposal.slug for view in proposals(site, author)) == [
        "beispiel-pruefliste",
        "beispielkreis-starkregen",
    ]


def test_a_busy_node_says_so_and_takes_the_same_push_later(
    site: Site, clone: Checkout, author: Person, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    with monkeypatch.context() as patched, site.services.repository.exclusive("review"):
        patched.setattr("app.records.repository._LOCK_SECONDS", 0.5)
        refused(
            push(clone, site, secret), "Das ging gerade nicht. Senden Sie denselben Stand in einer Minute noch einmal"
        )
    assert push(clone, site, secret).status == 0
    assert len(proposals(site, author)) == 1


def test_who_made_a_tag_is_no_part_of_the_reason(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher", "Zahl nachgezählt")
    assert clone.git("tag", "--annotate", "v1", "--message=Beschriftung").status == 0
    taken(clone.git("push", site.url(secret), "v1:refs/for/main"))
    (view,) = proposals(site, author)
    assert view.newest.reason == "Zahl nachgezählt"


def test_nobody_pushes_past_review(site: Site, clone: Checkout, secret: str) -> None:
    before = site.services.repository.head()
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    for target in ("refs/heads/main", "refs/tags/v1", "refs/proposals/x"):
        refused(push(clone, site, secret, target), "refs/for/main")
    assert site.services.repository.head() == before
    assert site.services.public_copy.inbox.run("for-each-ref").out == b""


def test_a_push_without_a_token_is_refused(site: Site, clone: Checkout) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert push(clone, site, "").status != 0
    assert push(clone, site, "enet_falsch").status != 0
    answer = requests.get(f"{site.url()}/info/refs?service=git-receive-pack", timeout=5)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_push_with_a_token_that_is_over_is_refused(site: Site, clone: Checkout, author: Person, ended: str) -> None:
    services = site.services
    now = (lambda: services.clock() - timedelta(days=2)) if ended == "expired" else services.clock
    made = AccessTokens(services.sessions, now).make(author.id, "alt", 1)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    if ended == "revoked":
        services.identity.tokens.revoke(author.id, made.token.id)
    address = f"{site.url(made.secret)}/info/refs?service=git-receive-pack"
    assert requests.get(address, timeout=20).status_code == 401
    refused(push(clone, site, made.secret))
    assert proposals(site, author) == []


def test_nothing_can_be_deleted_by_a_push(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    before = site.services.repository.head()
    for target in ("refs/heads/main", "refs/for/main"):
        refused(clone.git("push", site.url(secret), f":{target}"), "remote rejected")
    assert site.services.repository.head() == before
    assert proposals(site, author) == []


def test_push_options_are_refused_by_name(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    refused(
        clone.git("push", "--push-option=topic=eins", site.url(secret), "HEAD:refs/for/main"),
        "does not support push options",
    )
    assert proposals(site, author) == []


def test_whoever_was_away_for_long_has_to_sign_in(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    with site.services.sessions.begin() as db:
        db.execute(text("update identity_role set granted_at = datetime(granted_at, '-30 days')"))
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    refused(push(clone, site, secret), "Bitte melden Sie sich einmal auf der Website an")
    site.person(author.display_name, RoleKind.AUTHOR)
    assert push(clone, site, secret).status == 0


def test_all_that_is_wrong_with_a_push_is_told_at_once(
    site: Site, clone: Checkout, author: Person, secret: str
) -> None:
    folder = clone.folder / "case-studies/beispielkreis-starkregen"
    (folder / "bild.png").symlink_to("/etc/hostname")
    clone.write(".github/workflows/x.yml", "on: push\n")
    (clone.folder / CONCEPT).unlink()
    edit(clone, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    written = clone.read(CASE)
    clone.write(CASE, written.rstrip("\n") + "\n\nEin Satz ohne Beleg.\n")
    clone.commit("Alles falsch")
    answer = push(clone, site, secret)
    refused(
        answer,
        ".github/workflows/x.yml",
        "keine Verknüpfungen",
        f"{folder.name}/bild.png",
        "concepts/beispiel-pruefliste",
        "erfunden",
        "Ein Satz ohne Beleg.",
        "Nicht angenommen: 5 Angaben sind zu berichtigen.",
    )
    assert proposals(site, author) == []


def test_unportable_names_are_refused_with_a_remedy(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    folder = CASE.rpartition("/")[0]
    for name in ("INDEX.md", "foto.txt", "Foto.TXT", "con.txt"):
        clone.write(f"{folder}/{name}", f"{name}\n")
    clone.write("concepts/aux/index.md", clone.read(CONCEPT))
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret)
    assert answer.status != 0
    for said in (
        "Die Datei INDEX.md heißt bis auf Groß- und Kleinschreibung wie eine andere Datei",
        "Die Datei foto.txt heißt bis auf Groß- und Kleinschreibung wie eine andere Datei",
        "Geben Sie einer der beiden einen anderen Namen",
        "Die Datei kann nicht con.txt heißen, weil Windows diesen Namen für sich behält.",
        "Geben Sie der Datei einen anderen Namen, zum Beispiel datei-con.txt.",
        "Ein Eintrag kann nicht aux heißen",
    ):
        assert said in answer.said
    assert proposals(site, author) == []


def test_a_removed_record_is_not_a_proposal(site: Site, clone: Checkout, secret: str) -> None:
    (clone.folder / CASE).unlink()
    clone.commit("Weg damit")
    refused(push(clone, site, secret), "zurückgezogen")


def test_a_history_of_its_own_is_refused(site: Site, clone: Checkout, secret: str) -> None:
    assert clone.git("checkout", "--quiet", "--orphan", "eigenes").status == 0
    clone.commit("Von vorn")
    refused(push(clone, site, secret), "git pull --rebase")


def test_a_second_text_for_a_record_revises_its_proposal(
    site: Site, clone: Checkout, author: Person, secret: str
) -> None:
    view = proposed(site, clone, author, secret)
    edit(clone, "Die Warnung kommt eher", "Die Warnung kommt viel eher")
    answer = push(clone, site, secret)
    taken(answer)
    assert "Liegt hier schon als Vorschlag vor und hat jetzt Ihre neue Fassung: " in answer.said
    (seen,) = proposals(site, author)
    assert (seen.proposal.id, seen.newest.number) == (view.proposal.id, 2)
    assert b"kommt viel eher" in seen.newest.text
    # What somebody else wrote there is overwritten this way as little as by naming the proposal.
    taken_over(site, seen, "kommt viel eher", "kommt deutlich eher")
    edit(clone, "kommt viel eher", "kommt sehr viel eher")
    refused(push(clone, site, secret), "Dieselben Stellen hat inzwischen jemand anders geändert")
    (seen,) = proposals(site, author)
    assert b"kommt deutlich eher" in seen.newest.text


def test_a_push_replaces_no_text_written_in_the_browser(
    site: Site, clone: Checkout, author: Person, secret: str
) -> None:
    text = RawText(index=clone.read(CASE).replace("kommt jetzt früher", "kommt sofort", 1).encode())
    written = Submission(kind="case-study", author=author, slug=CASE.split("/")[1], text=text)
    assert isinstance(site.services.review.proposals.submit(written), Proposal)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    taken(push(clone, site, secret))
    assert sorted(one.newest.number for one in proposals(site, author)) == [1, 1]


def test_identifier_and_dates_of_a_new_record_are_filled_in_and_told(
    site: Site, clone: Checkout, author: Person, secret: str
) -> None:
    lines = clone.read(CONCEPT).splitlines()
    own = [line for line in lines if not line.startswith(("id:", "last_confirmed:", "review_by:"))]
    clone.write("concepts/eigene-liste/index.md", "\n".join([*own, ""]))
    beside = "pruefliste.csv"
    clone.write(f"concepts/eigene-liste/{beside}", clone.read(CONCEPT.replace("index.md", beside)))
    clone.commit("Eigene Liste")
    answer = push(clone, site, secret)
    taken(answer)
    assert "Ergänzt: id, last_confirmed, review_by" in answer.said
    (view,) = proposals(site, author)
    first = re.search(rb"^id: (\S+)$", view.newest.text, re.MULTILINE)
    # Sent again without them, it is the same record, and dates may stand in quotes.
    clone.write("concepts/eigene-liste/index.md", "\n".join([own[0], 'last_confirmed: "2026-02-01"', *own[1:], ""]))
    clone.commit("Datum")
    answer = push(clone, site, secret)
    assert "Ergänzt: id, review_by\n" in answer.said.replace(" " * 8, ""), answer.said
    (view,) = proposals(site, author)
    assert first
    assert first[0] in view.newest.text
    assert view.newest.number == 2
