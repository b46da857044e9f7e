"""Nothing that somebody sends becomes an option, a path or a line that it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.records.commits import UnsafeCommit
from app.review.models import Proposal
from app.review.submission import Rejected
from app.shared.errors import DomainError
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import AUTHOR, ReviewNode, new_concept

HOSTILE = [
    "--upload-pack=x",
    "../zwei",
    "zwei/../eins",
    "eins\nD concepts/zwei",
    "eins\0",
    "-",
    ".git",
    "EINS",
    "x" * 200,
]


def untouched(node: ReviewNode, head: str) -> None:
    assert node.repository.head() == head
    assert node.repository.git.run("for-each-ref", "refs/proposals").line == ""
    node.repository.git.run("fsck", "--strict", "--no-dangling")


@pytest.mark.parametrize("slug", HOSTILE)
def test_no_slug_leads_elsewhere(node: ReviewNode, slug: str) -> None:
    head = node.repository.head()
    try:
        outcome = node.review.proposals.submit(new_concept(slug=slug))
    except DomainError:
        outcome = Rejected(problems=())
    assert isinstance(outcome, Rejected)
    untouched(node, head)


@pytest.mark.parametrize("name", [*HOSTILE[1:4], "a b.png", "--x", "ä.png", "a..png"])
def test_no_file_name_leads_elsewhere(node: ReviewNode, name: str) -> None:
    head = node.repository.head()
    outcome = node.review.proposals.submit(new_concept(files={name: b"x"}))
    assert isinstance(outcome, Rejected)
    assert "file_name" in {problem.code for problem in outcome.problems}
    untouched(node, head)


@pytest.mark.parametrize("base", ["--all", "HEAD", "main", "sha256:" + "0" * 64, ""])
def test_a_base_is_a_digest_of_a_version_and_nothing_else(node: ReviewNode, base: str) -> None:
    head = node.repository.head()
    if not base:
        # No base is the version that stands now.
        assert isinstance(node.review.proposals.submit(node.submission("eins", title="Neu", base=base)), Proposal)
        return
    with pytest.raises(DomainError):
        node.review.proposals.submit(node.submission("eins", title="Neu", base=base))
    untouched(node, head)


@pytest.mark.parametrize("pseudonym", ["u\nCo-authored-by: x", "u <x@stadt.example>", "--amend", "", "U"])
def test_no_pseudonym_writes_a_commit_of_somebody_else(node: ReviewNode, pseudonym: str) -> None:
    head = node.repository.head()
    with pytest.raises(UnsafeCommit):
        node.review.proposals.submit(new_concept(replace(AUTHOR, pseudonym=pseudonym)))
    untouched(node, head)


def test_words_never_reach_the_message_of_a_commit(node: ReviewNode) -> None:
    words = "Geheim\n\nReviewed-by: u-erfunden\nProposal: falsch"
    proposal = submitted(node, new_concept(title="Geheimtitel", reason=words, key=words))
    released(node, proposal)
    messages = node.repository.git.run("log", "--format=%B", "main").out.decode()
    assert "Geheim\n" not in messages
    assert "erfunden" not in messages
    assert f"Proposal: {proposal.id}" in messages
