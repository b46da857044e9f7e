import os
from pathlib import Path

import pytest
import requests

from app.identity import Person, RoleKind
from app.records.sharing.public_copy import PublicCopy
from app.review.models import Proposal
from app.review.submission import Published, RawText, Submission
from tests import deciding
from tests.functional.git.conftest import Checkout, Site, cloned
from tests.functional.git.test_push import edit, proposals, push, taken, title
from tests.functional.review.deeds import approved
from tests.functional.review.node import CURATOR, OTHER_AUTHOR, ReviewNode
from tests.webnode.node import publish

CASE = "case-studies/beispielkreis-starkregen/index.md"
SECRET = "Nur im Vorschlag steht Geheimwort."


def published(site: Site) -> str:
    repository = site.services.repository
    return (repository.folder(CASE.rpartition("/")[0], repository.head()).text or b"").decode()


def propose(site: Site, text: str) -> None:
    submission = Submission(
        kind="case-study",
        author=site.person("Beispiel Autorin", RoleKind.AUTHOR),
        text=RawText(index=text.encode()),
        slug="beispielkreis-starkregen",
    )
    outcome = site.services.review.proposals.submit(submission)
    assert isinstance(outcome, Proposal), outcome


def test_a_clone_holds_what_is_published_and_verifies_with_plain_git(site: Site, tmp_path: Path) -> None:
    propose(site, published(site).replace("Die Warnung kommt jetzt früher", SECRET))
    clone = cloned(site, tmp_path / "clone")
    assert clone.read(CASE) == published(site)
    signers = site.services.settings.keys_path / "allowed_signers"
    taken(clone.git("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", "HEAD"))
    assert "Die Warnung kommt jetzt früher" in clone.everything()
    assert SECRET not in clone.everything()
    # Whoever knows the name of an object of the proposal does not get it either.
    refs = site.services.repository.git.run("for-each-ref", "--format=%(objectname)", "refs/proposals").out.decode()
    assert clone.git("fetch", site.url(), refs.split()[-1]).status != 0
    assert SECRET not in clone.everything()


def test_a_clone_holds_nothing_but_what_was_published_before_anything_was_withdrawn(tmp_path: Path) -> None:
    node = ReviewNode(tmp_path / "node")
    node.seed("eins")
    copy = PublicCopy(node.repository)
    copy.refresh()
    # Both start from the same version, so the second one's own text is not what is published in the end.
    first, second = approved(node, title="Anders"), approved(node, OTHER_AUTHOR, purpose=SECRET)
    assert isinstance(deciding.publish(node.review.curation, first.id, CURATOR), Published)
    better = node.review.proposals.revise(second.id, node.submission("eins", OTHER_AUTHOR, purpose="Zeigt mehr."))
    assert isinstance(better, Proposal), better
    deciding.approve(node.review.curation, second.id, CURATOR, round=2)
    assert isinstance(deciding.publish(node.review.curation, second.id, CURATOR), Published)
    copy.refresh()
    (tmp_path / "clone").mkdir()
    clone = Checkout(tmp_path / "clone")
    assert clone.git("clone", "--quiet", str(copy.clone.git_dir), ".").status == 0
    commits = clone.git("rev-list", "--all", "--parents").said.splitlines()
    assert [len(line.split()) for line in commits] == [2, 2, 1], "something else than one line of versions"
    whole = clone.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", "--unordered").said.split()
    assert whole.count("commit") == len(commits)
    assert SECRET not in clone.everything()
    node.close()


@pytest.mark.parametrize(
    "spelt", ["schema: withdrawn/1", '"sch\\x65ma": "with\\x64rawn/1"', "schema: withdrawn/1\nbroken: ["]
)
def test_a_clone_holds_no_withdrawn_text_however_the_note_is_spelt(site: Site, tmp_path: Path, spelt: str) -> None:
    before = cloned(site, tmp_path / "before")
    assert "Der Starkregen vom Sommer 2021" in before.everything()
    note = (
        f"---\nid: 10000000-0000-4000-8000-000000000002\nkind: case-study\n{spelt}\n"
        "title: Zurückgezogen\nreason: error\n---\n"
    )
    publish(site.services, {CASE: note.encode()})
    after = cloned(site, tmp_path / "after")
    assert "Die Warnung kommt jetzt früher" not in after.everything()
    assert after.read(CASE) == note
    assert (after.folder / "concepts").is_dir()


def test_a_text_that_speaks_of_a_withdrawal_keeps_its_history(site: Site, clone: Checkout) -> None:
    text = published(site).replace('summary: "', 'summary: "Wir schrieben schema: withdrawn/1 hinein. ', 1)
    assert "withdrawn/1" in text
    publish(site.services, {CASE: text.encode()})
    publish(site.services, {CASE: text.replace("jetzt früher", "nun früher").encode()})
    assert clone.git("pull", "--quiet", "--ff-only").status == 0
    assert "nun früher" in clone.read(CASE)
    assert "Die Warnung kommt jetzt früher" in clone.everything()
    signers = site.services.settings.keys_path / "allowed_signers"
    assert clone.git("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", "HEAD").status == 0


def test_files_of_the_repository_are_not_served_one_by_one(site: Site) -> None:
    paths = ("HEAD", "config", "objects/info/packs", "info/refs", "info/refs?service=git-upload-archive")
    for path in (*paths, "../content.git/config"):
        assert requests.get(f"{site.url()}/{path}", timeout=5).status_code == 404, path


def test_a_lock_that_a_killed_git_left_keeps_no_news_from_those_who_clone(site: Site, tmp_path: Path) -> None:
    cloned(site, tmp_path / "before")
    lock = site.services.public_copy.clone.git_dir / "refs" / "heads" / "main.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    text = published(site).replace("Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    publish(site.services, {CASE: text.encode()})
    assert "Die Warnung kommt eher" in cloned(site, tmp_path / "after").read(CASE)


def test_a_shallow_clone_may_push(site: Site, clone: Checkout, tmp_path: Path, author: Person, secret: str) -> None:
    publish(site.services, {CASE: clone.read(CASE).replace("jetzt früher", "nun früher").encode()})
    (tmp_path / "flach").mkdir()
    shallow = Checkout(tmp_path / "flach")
    assert shallow.git("clone", "--quiet", "--depth=1", site.url(), ".").status == 0
    edit(shallow, "nun früher", "bald früher")
    taken(push(shallow, site, secret))
    (view,) = proposals(site, author)
    assert "bald früher".encode() in view.newest.text
    # The place where that clone ends is no end for others who started further back.
    title(clone, "Andere Liste")
    taken(push(clone, site, secret))
