"""Forty savings, proposals and publications from four processes: nothing is lost, and all stores agree."""

import json
import os
import threading
import traceback
from pathlib import Path

import pytest

from app.review.models import DraftContent, DraftSavedElsewhere, Proposal
from app.review.reconciliation import ReconcileReport
from app.review.submission import Conflicted, Published
from tests import deciding
from tests.functional.review.conftest import OpenNode
from tests.functional.review.consistency import assert_consistent
from tests.functional.review.deeds import approved
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, ReviewNode, new_concept

PROCESSES = 4
OPERATIONS = 10
"""Of each process: one saving of a draft, then a saving, a proposal and a publication by turns, the last one last."""
SHARED = "eins"


class Worker:
    """One process of the node with one author; notes what came of each operation."""

    def __init__(self, folder: Path, number: int) -> None:
        self.node = ReviewNode(folder, with_search=True)
        self.number = number
        self.author = AUTHOR if number % 2 else OTHER_AUTHOR
        self.noted: list[dict[str, object]] = []
        self.waiting: Proposal | None = None

    def work(self) -> None:
        for number in range(OPERATIONS):
            shared = number // 3 % 2 == 0
            title = f"Fassung {self.number} {number}"
            if self.waiting is None:
                self._repair()
            if number == 0 or number % 3 == 1:
                self._save(title, shared=shared)
            elif number % 3 == 2:
                self._send(title, shared=shared)
            else:
                self._publish()
        (self.node.folder / f"noted-{self.number}.json").write_text(json.dumps(self.noted), encoding="utf-8")
        self.node.close()

    def _repair(self) -> None:
        """Repair as every process does at its start, beside those that work."""
        self.noted.append({"answer": "repaired", "changed": self.node.review.reconciliation.run().changed})

    def _save(self, title: str, *, shared: bool) -> None:
        """Save a draft as the page does by itself; the two processes of one author are two windows on it."""
        drafts = self.node.review.drafts
        draft = (
            drafts.start_edit("concept", SHARED, self.author) if shared else drafts.start_empty("concept", self.author)
        )
        outcome = drafts.save(draft.id, self.author, DraftContent(front={"title": title}), draft.version)
        stale = isinstance(outcome, DraftSavedElsewhere)
        self.noted.append({"answer": "stale" if stale else "saved", "draft": draft.id, "title": title})

    def _send(self, title: str, *, shared: bool) -> None:
        submission = (
            self.node.submission(SHARED, self.author, title=title)
            if shared
            else new_concept(self.author, title=title, key=title)
        )
        outcome = self.node.review.proposals.submit(submission)
        assert isinstance(outcome, Proposal), outcome
        self.waiting = deciding.approve(self.node.review.curation, outcome.id, CURATOR, round=1)
        self.noted.append({"title": title, "id": outcome.id, "slug": outcome.slug, "answer": "sent"})

    def _publish(self) -> None:
        assert self.waiting is not None
        outcome = deciding.publish(self.node.review.curation, self.waiting.id, CURATOR)
        self.waiting = None
        if isinstance(outcome, Published):
            self.noted[-1] |= {"answer": "published", "ver": outcome.ver}
            return
        assert isinstance(outcome, Conflicted), outcome
        self.noted[-1] |= {"answer": "conflict", "given_back": [field.proposed for field in outcome.fields]}


def at_work(folder: Path, number: int) -> int:
    """Start a worker in a process of its own and return the process's id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            Worker(folder, number).work()
            status = 0
        except BaseException:  # noqa: BLE001 - the process ends without another word, so that what ended it is said here
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


@pytest.mark.slow
def test_forty_operations_of_four_processes_lose_nothing(searching_node: ReviewNode, open_node: OpenNode) -> None:
    folder = searching_node.folder
    children = [at_work(folder, number) for number in range(PROCESSES)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * PROCESSES
    noted = [note for number in range(PROCESSES) for note in json.loads((folder / f"noted-{number}.json").read_text())]
    assert sum(_operations(note) for note in noted) == PROCESSES * OPERATIONS
    fresh = open_node(with_search=True)
    # Catalogue and index are as the processes left them: nobody may have to bring them up to date afterwards.
    assert_consistent(fresh)
    for note in noted:
        if "id" in note:
            _check_kept(fresh, note)
    _check_drafts(fresh, noted)
    assert any(note.get("slug") == SHARED and note["answer"] == "published" for note in noted)
    assert not any(note.get("changed") for note in noted), "a repair took a step being done for one left undone"


def test_a_repair_waits_for_a_publication_that_is_being_done(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node, title="Anders")
    other = open_node()
    reports: list[ReconcileReport] = []
    repair = threading.Thread(target=lambda: reports.append(other.review.reconciliation.run()))

    def after(step: str) -> None:
        if step == "main":
            repair.start()
            repair.join(timeout=0.5)
            assert repair.is_alive()

    publishing = open_node(after_step=after)
    assert isinstance(deciding.publish(publishing.review.curation, proposal.id, CURATOR), Published)
    repair.join()
    assert reports == [ReconcileReport()]
    assert [event.action for event in node.review.audit.events(proposal.id)].count("publish") == 1


def _operations(note: dict[str, object]) -> int:
    return {"repaired": 0, "published": 2, "conflict": 2}.get(str(note["answer"]), 1)


def _check_kept(node: ReviewNode, note: dict[str, object]) -> None:
    proposal_id, title = str(note["id"]), str(note["title"])
    # Whatever was answered, the text is still there, word for word.
    assert node.review.proposals.view(proposal_id, CURATOR).proposal.title == title
    published = [event.person for event in node.review.audit.events(proposal_id) if event.action == "publish"]
    assert published == ([CURATOR.id] if note["answer"] == "published" else [])
    if note["answer"] == "published":
        version = node.content.version(f"concepts/{note['slug']}", int(str(note["ver"])))
        assert node.content.read(version.path, version.commit).title == title
    elif note["answer"] == "conflict":
        assert note["given_back"] == [title]


def _check_drafts(node: ReviewNode, noted: list[dict[str, object]]) -> None:
    drafts = {draft.id: draft for person in (AUTHOR, OTHER_AUTHOR) for draft in node.review.drafts.mine(person)}
    saved: dict[str, list[str]] = {}
    for note in noted:
        if note["answer"] == "saved":
            saved.setdefault(str(note["draft"]), []).append(str(note["title"]))
    assert set(saved) == set(drafts)
    for draft_id, titles in saved.items():
        # Each saving that was not refused as outdated is one step of the draft; none was written over unseen.
        assert drafts[draft_id].version == 1 + len(titles)
        assert drafts[draft_id].title in titles
