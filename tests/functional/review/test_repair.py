import logging
import re
import shlex
from collections.abc import Mapping
from copy import copy
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from app.cli import main
from app.records.commits import CommitNote
from app.records.git.command import Git
from app.records.git.errors import ObjectMissing
from app.records.proposals import ProposalRefs, UnsafeProposalId
from app.records.seed import SeedImporter
from app.review.models import NoticeKind
from app.review.submission import Published, Via
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.review.consistency import assert_consistent
from tests.functional.review.deeds import approved, sent, sent_draft, state
from tests.functional.review.node import AUTHOR, CURATOR, ORGANISATION, OTHER_CURATOR, ROOT, ReviewNode, concept

PROGRAM = "erfahrungsnetz"


def folder(root: Path, **texts: bytes) -> Path:
    for slug, text in texts.items():
        (root / "concepts" / slug).mkdir(parents=True, exist_ok=True)
        (root / "concepts" / slug / "index.md").write_bytes(text)
    (root / "organisations" / "beispielstadt").mkdir(parents=True, exist_ok=True)
    (root / "organisations" / "beispielstadt" / "index.md").write_text(ORGANISATION, encoding="utf-8")
    return root


@pytest.fixture
def conflicting(node: ReviewNode, tmp_path: Path) -> ReviewNode:
    """A node whose content folder changed a record that was edited here too."""
    seed = SeedImporter(node.repository)
    seed.sync(folder(tmp_path / "seed", eins=concept("eins"), zwei=concept("zwei")))
    node.put({"concepts/eins/index.md": concept("eins", title="Hier bearbeitet")})
    report = seed.sync(folder(tmp_path / "seed", eins=concept("eins", text="Im Ordner bearbeitet.")))
    assert [kept.path for kept in report.kept_local] == ["concepts/eins"]
    return node


def seeded(node: ReviewNode) -> str:
    [proposal_id] = ProposalRefs(node.repository).ids()
    return proposal_id


def test_what_sync_could_not_decide_becomes_a_proposal(conflicting: ReviewNode) -> None:
    report = conflicting.review.reconciliation.run()
    assert report.adopted == 1
    [item] = conflicting.review.queue.queue(CURATOR)
    assert (item.proposal.id, item.proposal.via, item.proposal.author) == (seeded(conflicting), Via.SEED, "")
    assert not conflicting.review.reconciliation.run().changed


def test_it_is_decided_like_any_other(conflicting: ReviewNode) -> None:
    conflicting.review.reconciliation.run()
    conflict = conflicting.review.curation.conflicts(seeded(conflicting), CURATOR)
    if conflict is not None:
        choices = {found.key: found.published for found in conflict.fields}
        conflicting.review.curation.resolve(seeded(conflicting), CURATOR, head=conflict.head, choices=choices)
    rounds = conflicting.review.proposals.view(seeded(conflicting), CURATOR).proposal.rounds
    deciding.approve(conflicting.review.curation, seeded(conflicting), CURATOR, round=rounds)
    outcome = deciding.publish(conflicting.review.curation, seeded(conflicting), CURATOR)
    assert isinstance(outcome, Published)
    assert "Im Ordner bearbeitet." in conflicting.record("eins").body


def test_a_later_version_of_the_folder_is_the_next_round(conflicting: ReviewNode, tmp_path: Path) -> None:
    conflicting.review.reconciliation.run()
    conflicting.put({"concepts/eins/index.md": concept("eins", title="Hier wieder bearbeitet")})
    SeedImporter(conflicting.repository).sync(folder(tmp_path / "seed", eins=concept("eins", text="Noch einmal.")))
    assert conflicting.review.reconciliation.run().rounds == 1
    view = conflicting.review.proposals.view(seeded(conflicting), OTHER_CURATOR)
    assert view.proposal.rounds == 2
    assert "Noch einmal." in view.newest.text.decode()


def test_a_later_version_after_a_refusal_is_a_proposal_again(conflicting: ReviewNode, tmp_path: Path) -> None:
    conflicting.review.reconciliation.run()
    deciding.decline(conflicting.review.curation, seeded(conflicting), CURATOR, "Das stimmt so nicht.")
    SeedImporter(conflicting.repository).sync(folder(tmp_path / "seed", eins=concept("eins", text="Noch einmal.")))
    report = conflicting.review.reconciliation.run()
    assert (report.adopted, report.pruned) == (1, 0)
    [item] = conflicting.review.queue.queue(CURATOR)
    assert "Noch einmal." in conflicting.review.proposals.view(item.proposal.id, CURATOR).newest.text.decode()
    assert not conflicting.review.reconciliation.run().changed


def documented(command: str, places: Mapping[str, Path]) -> None:
    """Do what the line of the handbook with this command of the node says, at these places."""
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [line] = {one for one in handbook.splitlines() if one.startswith(f"{PROGRAM} {command} ")}
    _program, name, place = shlex.split(line)
    [data] = re.findall("NODE_DATA=(\\S+)", (ROOT / "deploy" / "server" / PROGRAM).read_text(encoding="utf-8"))
    done = CliRunner().invoke(main, [name, str(places[place])], env={"NODE_DATA": str(places[data])})
    assert done.exit_code == 0, done.output


def references(git_dir: Path) -> dict[str, str]:
    listing = Git(git_dir).run("for-each-ref", "--format=%(refname) %(objectname)").out.decode()
    return dict(line.split(" ") for line in listing.splitlines())


@pytest.mark.sqlite
def test_a_backup_holds_what_waits(conflicting: ReviewNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Commands configure the log of the whole process.
    for name in ("handlers", "level"):
        monkeypatch.setattr(logging.getLogger(), name, copy(getattr(logging.getLogger(), name)))
    here = {"/var/lib/erfahrungsnetz": conflicting.folder, "/backup/node": tmp_path / "backup"}
    documented("backup", here)
    first = references(tmp_path / "backup" / "content.git")
    assert first == references(conflicting.repository.git.git_dir)
    assert {name.split("/")[1] for name in first} == {"heads", "proposals", "seed"}
    sent(conflicting, title="Anders")
    documented("backup", here)
    later = references(tmp_path / "backup" / "content.git")
    assert later == references(conflicting.repository.git.git_dir)
    assert len(later) == len(first) + 1
    documented("restore", {**here, "/var/lib/erfahrungsnetz": tmp_path / "there"})
    assert references(tmp_path / "there" / "content.git") == later
    structlog.reset_defaults()


def test_a_proposal_whose_text_git_has_lost_goes_back_to_its_author(searching_node: ReviewNode) -> None:
    node = searching_node
    lost, kept = approved(node, title="Verloren"), sent(node, title="Noch da")
    ProposalRefs(node.repository).drop(lost.id)
    report = node.review.reconciliation.run()
    assert (report.returned, report.changed) == (1, True)
    assert_consistent(node)
    assert state(node, lost) is ProposalState.WITHDRAWN
    assert state(node, kept) is ProposalState.SUBMITTED
    [draft] = node.review.drafts.mine(AUTHOR)
    assert draft.title == "Verloren"
    notice = node.review.notices.of(AUTHOR.id)[0]
    assert (notice.kind, notice.params["title"]) == (NoticeKind.GIVEN_BACK, "Verloren")
    assert not node.review.reconciliation.run().changed
    sent_draft(node, draft)


def test_a_proposal_that_cannot_be_read_keeps_no_node_from_starting(conflicting: ReviewNode, tmp_path: Path) -> None:
    SeedImporter(conflicting.repository).sync(folder(tmp_path / "seed", eins=b"Kein Kopf."))
    assert conflicting.review.reconciliation.run().adopted == 0
    assert conflicting.record("eins").title == "Hier bearbeitet"


def test_no_name_leads_out_of_the_folder_of_proposals(node: ReviewNode) -> None:
    refs = ProposalRefs(node.repository)
    for name in ("../main", "a/b", "", "A", "a b", "-x", "x" * 101, "x..y", "x.lock"):
        with pytest.raises(UnsafeProposalId):
            refs.tip(name)
        with pytest.raises(UnsafeProposalId):
            refs.drop(name)
    with pytest.raises(ObjectMissing):
        refs.note("gibt-es-nicht")


def test_a_proposal_whose_base_is_lost_does_not_keep_a_restored_node_from_starting(conflicting: ReviewNode) -> None:
    note = CommitNote(author="u-1", message="Propose concepts/eins", trailers=[("Base", "sha256:" + "0" * 64)])
    refs = ProposalRefs(conflicting.repository)
    refs.store(
        "verwaist", "concepts/eins", {"index.md": concept("eins")}, base=conflicting.repository.head(), note=note
    )
    assert conflicting.review.reconciliation.run().adopted == 1
    assert refs.tip("verwaist") is not None
