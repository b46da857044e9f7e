# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A hundred saves and publications from four processes: nothing is lost, and all stores agree."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.review.model.outcome import Conflicted, Published
from app.review.model.proposal import Proposal
from app.review.model.submission import Submission
from tests.functional.review.conftest import OpenNode
from tests.functional.review.consistency import assert_consistent
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, ReviewNode, new_concept

PROCESSES = 4
OPERATIONS = 25
SHARED = "eins"


def work(folder: Path, worker: int) -> None:
    """Send and publish by turns, every other pair on the record that all share; note what came of each."""
    node = ReviewNode(folder, with_search=True)
    author = AUTHOR if worker % 2 else OTHER_AUTHOR
    noted: list[dict[str, object]] = []
    waiting: Proposal | None = None
    for number in range(OPERATIONS):
        if waiting is None:
            title = f"Fassung {worker} {number}"
            outcome = node.review.proposals.submit(_submission(node, author, title, shared=number % 4 == 0))
            assert isinstance(outcome, Proposal), outcome
            waiting = node.review.curation.approve(outcome.id, CURATOR, round=1)
            noted.append({"title": title, "id": outcome.id, "slug": outcome.slug, "answer": "sent"})
        else:
            noted[-1] |= _published(node, waiting)
            waiting = None
    (folder / f"noted-{worker}.json").write_text(json.dumps(noted), encoding="utf-8")
    node.close()


def _submission(node: ReviewNode, author: object, title: str, *, shared: bool) -> Submission:
    assert author in (AUTHOR, OTHER_AUTHOR)
    person = AUTHOR if author is AUTHOR else OTHER_AUTHOR
    return node.submission(SHARED, person, title=title) if shared else new_concept(person, title=title, key=title)


def _published(node: ReviewNode, proposal: Proposal) -> dict[str, object]:
    outcome = node.review.curation.publish(proposal.id, CURATOR)
    if isinstance(outcome, Published):
        return {"answer": "published", "ver": outcome.ver}
    assert isinstance(outcome, Conflicted), outcome
    return {"answer": "conflict", "given_back": [field.proposed for field in outcome.fields]}


@pytest.mark.slow
def test_a_hundred_operations_of_four_processes_lose_nothing(searching_node: ReviewNode, open_node: OpenNode) -> None:
    folder = searching_node.folder
    children = []
    for worker in range(PROCESSES):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(folder, worker)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * PROCESSES
    noted = [note for worker in range(PROCESSES) for note in json.loads((folder / f"noted-{worker}.json").read_text())]
    assert sum(2 if note["answer"] != "sent" else 1 for note in noted) == PROCESSES * OPERATIONS
    fresh = open_node(with_search=True)
    for note in noted:
        _check_kept(fresh, note)
    assert any(note["slug"] == SHARED and note["answer"] == "published" for note in noted)
    fresh.catalogue.catch_up()
    fresh.search.catch_up()
    assert_consistent(fresh)


def _check_kept(node: ReviewNode, note: dict[str, object]) -> None:
    proposal_id, title = str(note["id"]), str(note["title"])
    # Whatever was answered, the text is still there, word for word.
    assert node.review.proposals.view(proposal_id, CURATOR).proposal.title == title
    if note["answer"] == "published":
        version = node.content.version(f"concepts/{note['slug']}", int(str(note["ver"])))
        assert node.content.get(version.path, version.commit).title == title
    elif note["answer"] == "conflict":
        assert note["given_back"] == [title]
