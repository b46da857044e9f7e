"""No byte of an erased record is left on the node, and nothing of any other record has changed."""

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.catalogue import RecordWithdrawn
from app.catalogue.models import TextRow
from app.cli.doctor.command import diagnose
from app.identity import Person, RoleKind
from app.kickoff.memo.memo import Find, ReuseMemo, SearchDone, SeenHit
from app.records.erasure import HistoryRewriter, StillPublished
from app.review.models import NoticeKind, Proposal
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText, sections_of
from app.review.workflow import Unsettled
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.record_erasure import RecordErasure
from app.wiring.scheduler import Scheduler
from tests import deciding
from tests.functional.privacy.somebody import found_in, join, question, sent
from tests.once import made_once
from tests.webnode.clock import SteppingClock
from tests.webnode.node import STOPPED, STOPPED_PAGE, WITHDRAWN, make_node, publish, settings

WORD = "Zwiebelturmgasse"
FOLDER = "case-studies/beispielstadt-mitfahrbank"
NAME = "case-study/beispielstadt-mitfahrbank"


def silent(_step: str) -> object:
    return lambda _done, _total: None


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A node whose history holds the word in the middle, between versions and proposals of other records."""
    made = made_once("history-with-a-word", _make)
    shutil.copytree(made / "copied", tmp_path, dirs_exist_ok=True)
    services = Services(settings(tmp_path), SteppingClock(datetime.fromisoformat((made / "now").read_text("utf-8"))))
    # It names its folder in the settings of git, so each node makes its own.
    services.public_copy.refresh()
    yield services
    services.close()


def _make(made: Path) -> None:
    services = make_node(made / "copied")
    curator, author = people(services)
    published(services, "Wer kühlt Haltestellen?", author, curator)
    for text in (f"{WORD} 3. ", f"{WORD} 4. "):
        edit(services, text)
        published(services, f"Was folgt auf {len(text)}?", author, curator)
    sent(services, question(author, "Wer wartet hier?", "Das wartet auf eine Entscheidung."))
    (made / "now").write_text(services.clock().isoformat(), "utf-8")
    services.close()
    assert not list((made / "copied").rglob("alternates"))


def people(services: Services) -> tuple[Person, Person]:
    return (
        join(services, "Berta Redaktion", "berta@verbund.example", RoleKind.CURATOR),
        join(services, "Anna Beispiel", "anna@verbund.example", RoleKind.AUTHOR),
    )


def published(services: Services, title: str, author: Person, curator: Person) -> None:
    proposal = sent(services, question(author, title, "Im Sommer ist es heiß."))
    deciding.approve(services.review.curation, proposal.id, curator, round=1)
    assert isinstance(deciding.publish(services.review.curation, proposal.id, curator), Published)


def edit(services: Services, words: str) -> None:
    text = (services.repository.folder(FOLDER, services.repository.head()).text or b"").decode()
    publish(services, {f"{FOLDER}/index.md": text.replace('summary: "', f'summary: "{words}', 1).encode()})
    services.follow()


def others(services: Services, than: str = STOPPED) -> dict[str, object]:
    """What is told of every version of every other record, signed bytes included."""
    found: dict[str, object] = {}
    for entry in services.catalogue.changes(0, 10_000):
        if entry.id != than:
            said = (entry.digest, entry.at, entry.state, entry.slug)
            try:
                statement: object = services.federation.own.payload("", entry.id, entry.ver)
            except RecordWithdrawn:
                statement = None
            found[f"{entry.id}/{entry.ver}"] = (said, statement)
    return found


def erase(services: Services, reason: str = "personal-data", name: str = NAME) -> tuple[str, ...]:
    erasure = RecordErasure(services)
    return erasure.erase(erasure.find(name), reason, silent)  # type: ignore[arg-type]  # reports to nobody


def texts(services: Services) -> list[str]:
    with services.sessions.reading() as db:
        return list(db.scalars(select(col(TextRow.content))))


def assert_sound(services: Services) -> None:
    services.repository.git.run("fsck", "--strict", "--no-dangling")
    services.repository.git.run("verify-commit", "main")
    assert services.catalogue.disagreements() == ()
    assert services.search.agree() == ()
    assert services.oai.projection.disagreements() == ()
    assert not services.review.reconciliation.run().changed
    assert [one for one in diagnose(services).findings if one.grade == "error" and one.area != "secrets"] == []


def test_no_byte_is_left_all_others_are_what_they_were_and_a_second_time_changes_nothing(services: Services) -> None:
    before, places = others(services), found_in(services, WORD)
    assert any(place.startswith("content.git:") for place in places)
    assert any(place.startswith("index/") for place in places)
    assert any(WORD in content for content in texts(services))
    assert erase(services) == ()
    assert found_in(services, WORD) == set()
    assert others(services) == before
    assert_sound(services)
    head, events = services.repository.head(), len(services.review.audit.events())
    assert erase(services) == ()
    assert services.repository.head() == head
    assert len(services.review.audit.events()) == events


UNUSUAL, RAIN = "Kuckucksquelle", "beispielkreis-starkregen"


def left_everywhere(services: Services) -> str:
    """Leave words of a record in every place of the node that can hold some, and return its id."""
    curator, author = people(services)
    entry = services.catalogue.head_by_slug("case-study", RAIN)
    record = services.catalogue.record(entry)
    # Somebody asked what it answers.
    asking = join(services, "Kim Beispiel", "kim@verbund.example", RoleKind.AUTHOR)
    published(services, "Wer warnt vor Regen?", asking, curator)
    front = {
        **record.data,
        "title": f"{UNUSUAL}: Regen",
        "relations": [{"rel": "related", "target": "question/wer-warnt-vor-regen"}],
    }
    # By a proposal, of which people are told, and which somebody remarks on; one more waits, one was declined.
    proposals = []
    for number in range(3):
        text = RecordText(front={**front, "summary": f"Die {UNUSUAL} {number}."}, sections=sections_of(record.body))
        base = services.catalogue.head(entry.id).digest
        wanted = Submission(kind="case-study", slug=RAIN, author=author, base=base, text=text, reason=UNUSUAL)
        proposals.append(sent(services, wanted))
        deciding.comment(services.review.curation, proposals[-1].id, curator, f"Welche {UNUSUAL}?", "summary")
        if number == 0:
            deciding.approve(services.review.curation, proposals[0].id, curator, round=1)
            done = deciding.publish(services.review.curation, proposals[0].id, curator, frozenset(Unsettled))
            assert isinstance(done, Published)
    assert NoticeKind.ANSWERED in {one.kind for one in services.review.notices.of(asking.id)}
    deciding.decline(services.review.curation, proposals[2].id, curator, f"Nicht die {UNUSUAL}.")
    draft = services.review.drafts.start_edit("case-study", RAIN, author)
    services.review.drafts.attach(draft.id, author, "plan.txt", UNUSUAL.encode())
    # What a push leaves.
    services.public_copy.refresh()
    with services.public_copy.inbox_in_use() as inbox:
        signed = {f"GIT_{who}_{what}": UNUSUAL for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        commit = inbox.run("commit-tree", inbox.run("mktree", stdin=b"").line, "-m", UNUSUAL, env=signed).line
        inbox.run("update-ref", "refs/pushed/one", commit)
    entry = services.catalogue.head(entry.id)
    # Somebody's memo, and what is worked out of records and kept.
    now, home, pinned = services.clock(), services.settings.issuer, services.memos.pin(entry)
    hit = SeenHit(home=home, id=entry.id, ver=entry.ver, title=pinned.title, lang="de")
    memo = ReuseMemo(
        at=now.replace(microsecond=0),
        site="Beispielnetz",
        issuer=home,
        question="Wer warnt vor Regen?",
        finds=(Find(record=pinned, reason="Passt zu uns."),),
        searches=(SearchDone(at=now.replace(microsecond=0), found=1, hits=(hit,)),),
    )
    services.memos.save(memo)
    services.derivation.work(lambda: False)
    return entry.id


def test_no_byte_is_left_an_hour_later_of_what_stood_everywhere(services: Services) -> None:
    record_id = left_everywhere(services)
    client = create_app(services, testing=True).test_client()
    page = f"/fallstudien/{RAIN}"
    pages = [page, "/", "/fallstudien", "/feed.atom", f"{page}.md", f"{page}.pdf", f"/api/v1/records/{record_id}"]
    assert sum(UNUSUAL.encode() in client.get(one).data for one in pages) > 3
    assert f"records/{record_id}.json" in services.federation.listing.listed.listed()
    holding = {place.partition(":")[0].partition("/")[0] for place in found_in(services, UNUSUAL)}
    assert holding >= {"content.git", "public.git", "inbox.git", "index", "netz"}
    before = others(services, record_id)
    assert erase(services, name=f"case-study/{RAIN}") == ()
    services.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the clock of tests
    Scheduler(services, lambda _stop: False).once()
    assert [one for one in pages if UNUSUAL.encode() in client.get(one).data] == []
    assert found_in(services, UNUSUAL, UNUSUAL.lower()) == set()
    assert f"records/{record_id}.json" not in services.federation.listing.listed.listed()
    assert others(services, record_id) == before
    assert_sound(services)


def test_nothing_is_left_in_the_index_of_another_engine_either(tmp_path: Path) -> None:
    pytest.importorskip("tantivy", reason="NOT RUN: Tantivy is not installed here; pip install .[tantivy]")
    services = make_node(tmp_path, search="tantivy")
    folder = services.settings.index_path
    edit(services, f"{WORD} 3. ")
    published(services, "Wer kühlt Haltestellen?", *reversed(people(services)))
    assert services.search.agree() == ()
    assert (folder / "whoosh").is_dir()
    before = {file.name for file in (folder / "tantivy").iterdir() if len(file.stem) == 32}
    assert erase(services) == ()
    after = {file.name for file in (folder / "tantivy").iterdir() if len(file.stem) == 32}
    # Texts are packed there, so no search for the word would tell.
    assert before
    assert before.isdisjoint(after)
    assert not (folder / "whoosh").exists()
    assert found_in(services, WORD) == set()
    assert_sound(services)
    services.close()


def test_the_withdrawal_keeps_its_number_and_its_signed_words(services: Services) -> None:
    curator, _author = people(services)
    services.review.records.withdraw_record("case-study", "beispielstadt-mitfahrbank", curator, reason="legal")
    (tombstone,) = [entry for entry in services.catalogue.versions(STOPPED) if entry.state.value == "withdrawn"]
    said = services.federation.own.payload("", STOPPED, tombstone.ver)
    published(services, "Kommt danach?", *reversed(people(services)))
    erase(services, "legal")
    (left,) = services.catalogue.versions(STOPPED)
    assert (left.ver, left.digest, left.at) == (tombstone.ver, tombstone.digest, tombstone.at)
    assert services.federation.own.payload("", STOPPED, left.ver) == said
    page = create_app(services, testing=True).test_client().get(STOPPED_PAGE)
    assert page.status_code == 410


def test_a_record_that_was_withdrawn_for_another_reason_is_erased_all_the_same(services: Services) -> None:
    curator, _author = people(services)
    services.review.records.withdraw_record("case-study", "beispielstadt-mitfahrbank", curator, reason="error")
    assert erase(services, "legal") == ()
    assert found_in(services, WORD) == set()
    assert erase(services, "personal-data") == ()
    assert_sound(services)


def test_a_withdrawal_that_came_by_another_way_keeps_its_number_too(services: Services) -> None:
    """It is a commit without a word about which version it is."""
    path, (first, last) = "case-studies/beispielstadt-irrtum", services.catalogue.versions(WITHDRAWN)
    said = services.federation.own.payload("", WITHDRAWN, last.ver)
    topics = services.federation.own.statement(WITHDRAWN, last.ver).topics
    HistoryRewriter(services.repository).forget(
        path, prev=first.digest, topics=topics, progress=lambda _done, _total: None
    )
    services.follow()
    (left,) = services.catalogue.versions(WITHDRAWN)
    assert (left.ver, left.digest, left.at) == (last.ver, last.digest, last.at)
    assert services.federation.own.payload("", WITHDRAWN, last.ver) == said
    assert_sound(services)


def test_what_waits_for_a_decision_can_still_be_published(services: Services) -> None:
    curator, author = people(services)
    waiting = next(item.proposal for item in services.review.queue.mine(author) if item.proposal.state.is_open)
    erase(services)
    deciding.approve(services.review.curation, waiting.id, curator, round=1)
    assert isinstance(deciding.publish(services.review.curation, waiting.id, curator), Published)
    assert isinstance(sent(services, question(author, "Geht es weiter?", "Ja.")), Proposal)
    assert_sound(services)


def test_another_process_notices_the_erasure_and_can_publish_afterwards(services: Services, tmp_path: Path) -> None:
    other = Services(settings(tmp_path), SteppingClock())
    other.follow()
    assert other.catalogue.head(STOPPED).ver > 1
    erase(services)
    other.follow()
    with pytest.raises(RecordWithdrawn):
        other.catalogue.head(STOPPED)
    assert others(other) == others(services)
    publish(other, {"case-studies/beispielkreis-starkregen/index.md": _touched(other)})
    other.follow()
    services.follow()
    assert_sound(services)
    other.close()


def _touched(services: Services) -> bytes:
    folder = "case-studies/beispielkreis-starkregen"
    text = (services.repository.folder(folder, services.repository.head()).text or b"").decode()
    return text.replace('summary: "', 'summary: "Neu. ', 1).encode()


def test_the_history_of_a_published_record_cannot_be_removed(services: Services) -> None:
    rewriter = HistoryRewriter(services.repository)
    with pytest.raises(StillPublished):
        rewriter.forget(FOLDER, prev="", topics=(), progress=lambda _done, _total: None)


@pytest.mark.parametrize("step", ["main", "rows", "catalogue", "references"])
def test_killed_at_any_step_the_next_call_completes(services: Services, tmp_path: Path, step: str) -> None:
    before = others(services)
    services.close()

    def die(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            dying = Services(settings(tmp_path), SteppingClock(), after_step=die)
            erasure = RecordErasure(dying)
            erasure.erase(erasure.find(NAME), "personal-data", lambda name: lambda _done, _total: die(name))
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    again = Services(settings(tmp_path), SteppingClock())
    Node(again).refresh(silent)  # type: ignore[arg-type]  # reports to nobody
    assert erase(again) == ()
    assert found_in(again, WORD) == set()
    assert others(again) == before
    assert_sound(again)
    again.close()
