"""The mirror against a second bare repository behind a server that asks for a password, as forges do."""

import json
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import get_input_stream

from app.identity import Person, RoleKind
from app.records.git.command import Git
from app.records.git.errors import GitFailed, GitTimeout
from app.records.sharing.forge import Forge
from app.records.sharing.http_backend import GitRequest, serve
from app.review.by_git.answers import BranchAnswer, BranchAnswers, Software, commenting
from app.review.by_git.mirror import MirrorService
from app.review.models import Proposal
from app.review.proposals.store import ProposalView
from app.review.submission import RawText, Submission
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.git.conftest import Checkout, Site
from tests.functional.git.test_limits import gone
from tests.serving import serving
from tests.unit.documents.cleaning.office_files import photo
from tests.webnode.node import make_node, publish

CASE = "case-studies/beispielkreis-starkregen/index.md"
CREDENTIALS = "roboter:geheim"


@dataclass(frozen=True)
class Remote:
    """A forge: its repository, and what its API was sent, by path with the body."""

    address: str
    git: Git
    sent: list[tuple[str, dict[str, str]]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A node that nobody asks anything."""
    services = make_node(tmp_path)
    yield Site(services, "")
    services.close()


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    """A forge with one empty repository."""
    folder = tmp_path / "forge" / "erfahrungen.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    git = Git(folder)
    git.run("config", "http.receivepack", "true")

    sent: list[tuple[str, dict[str, str]]] = []

    @Request.application
    def application(request: Request) -> Response:
        if request.path.startswith("/api/"):
            keys = (request.headers.get("Private-Token"), request.headers.get("Authorization", "").split(" ")[-1])
            sent.append((request.environ["REQUEST_URI"], json.loads(request.get_data())))
            return Response(status=201 if "geheim" in keys else 401)
        given = request.authorization
        if given is None or f"{given.username}:{given.password}" != CREDENTIALS:
            return Response(status=401, headers={"WWW-Authenticate": "Basic"})
        asked = GitRequest(
            method=request.method,
            path=request.path.removeprefix("/erfahrungen.git/"),
            query=request.query_string.decode(),
            body=get_input_stream(request.environ, max_content_length=None),
            content_type=request.content_type or "",
            content_encoding=request.headers.get("Content-Encoding", ""),
            protocol=request.headers.get("Git-Protocol", ""),
        )
        reply = serve(git, asked, user="roboter", seconds=30)
        response = Response(reply.chunks, status=reply.status, headers=dict(reply.headers))
        response.call_on_close(reply.close)
        return response

    with serving(application) as address:
        yield Remote(f"{address}/erfahrungen.git", git, sent)


@pytest.fixture
def mirror(site: Site, remote: Remote, tmp_path: Path) -> MirrorService:
    services = site.services
    forge = Forge(services.public_copy, remote.address, CREDENTIALS)
    answers = BranchAnswers(tmp_path / "forge.answers", commenting("gitlab", remote.address, "geheim"))
    review, catalogue = services.review.proposals, services.catalogue
    return MirrorService(forge, review, catalogue, services.schemas, services.documents, answers)


@pytest.fixture
def desk(mirror: MirrorService, remote: Remote, tmp_path: Path) -> Checkout:
    """A clone of the forge in which somebody writes a branch."""
    mirror.run()
    folder = tmp_path / "desk"
    folder.mkdir()
    checkout = Checkout(folder)
    assert checkout.git("clone", "--quiet", str(remote.git.git_dir), ".").status == 0
    assert checkout.git("checkout", "--quiet", "-b", "bessere-angabe").status == 0
    return checkout


def write(desk: Checkout, old: str, new: str) -> None:
    assert old in desk.read(CASE)
    desk.write(CASE, desk.read(CASE).replace(old, new))
    desk.commit("Genauer gesagt")
    assert desk.git("push", "--quiet", "origin", "HEAD:bessere-angabe").status == 0


def test_the_forge_shows_what_is_published(site: Site, mirror: MirrorService, remote: Remote) -> None:
    report = mirror.run()
    text = remote.git.run("show", f"main:{CASE}").out
    assert text == site.services.repository.folder(CASE.rpartition("/")[0], site.services.repository.head()).text
    assert remote.git.run("rev-parse", "main").line == report.commit
    assert report.branches == ()
    later = text.replace(b"jetzt fr", b"nun fr")
    publish(site.services, {CASE: later})
    mirror.run()
    assert remote.git.run("show", f"main:{CASE}").out == later


def curator_of(site: Site) -> Person:
    return site.person("Beispiel Kuratorin", RoleKind.CURATOR)


def looked_at(site: Site, proposal_id: str) -> ProposalView:
    return site.services.review.proposals.view(proposal_id, curator_of(site))


def improved(site: Site, proposal_id: str, old: str, new: str) -> None:
    """Let a curator take the proposal of a branch over."""
    view, curator = looked_at(site, proposal_id), curator_of(site)
    assert old.encode() in view.newest.text
    submission = Submission(
        kind=view.proposal.kind,
        author=curator,
        slug=view.proposal.slug,
        base=view.proposal.base,
        text=RawText(index=view.newest.text.replace(old.encode(), new.encode())),
        round=view.proposal.rounds,
    )
    assert isinstance(site.services.review.curation.take_over(proposal_id, submission), Proposal)


def test_what_a_curator_made_of_a_branch_stays_approved(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    (branch,) = mirror.run().branches
    improved(site, branch.proposals[0], "nun früher", "nun deutlich früher")
    other = site.person("Beispiel Kurator", RoleKind.CURATOR)
    deciding.approve(site.services.review.curation, branch.proposals[0], other, round=2)
    for _ in range(2):
        assert mirror.run().branches == (branch,)
        view = looked_at(site, branch.proposals[0])
        assert (view.proposal.rounds, view.proposal.state) == (2, ProposalState.APPROVED)
        assert "nun deutlich früher".encode() in view.newest.text


def test_new_commits_on_a_branch_keep_changes_of_a_curator(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    (branch,) = mirror.run().branches
    improved(site, branch.proposals[0], 'summary: "', 'summary: "Kurz: ')
    for old, new in (("nun früher", "nun viel früher"), ("nun viel früher", "nun sehr viel früher")):
        write(desk, old, new)
        for _ in range(2):
            (again,) = mirror.run().branches
            assert (again.proposals, again.refused) == (branch.proposals, ())
        view = looked_at(site, branch.proposals[0])
        assert new.encode() in view.newest.text
        assert b'summary: "Kurz: ' in view.newest.text
    # Whoever reads what is new since the last look sees what the branch brought, not the way there.
    texts = site.services.review.proposals.texts(branch.proposals[0], curator_of(site))
    assert texts.earlier is not None
    assert texts.proposed is not None
    assert texts.earlier.data["summary"] == texts.proposed.data["summary"]
    assert texts.earlier.body != texts.proposed.body


def test_two_branches_about_one_record_are_two_proposals(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    assert desk.git("checkout", "--quiet", "-B", "zweiter", "origin/main").status == 0
    desk.write(CASE, desk.read(CASE).replace("jetzt früher", "bald früher"))
    desk.commit("Anders gesagt")
    assert desk.git("push", "--quiet", "origin", "HEAD:zweiter").status == 0
    curator = curator_of(site)
    seen = {tuple((one.branch, one.proposals) for one in mirror.run().branches) for _ in range(3)}
    ((first, second),) = seen
    assert first[1] != second[1]
    assert [looked_at(site, one).proposal.rounds for _name, (one,) in (first, second)] == [1, 1]
    assert len(site.services.review.notices.of(curator.id)) == 2


def test_a_branch_that_was_declined_is_not_proposed_again(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    mirror.run()
    write(desk, "nun früher", "nun viel früher")
    (branch,) = mirror.run().branches
    curator = curator_of(site)
    deciding.decline(site.services.review.curation, branch.proposals[0], curator, "Das stimmt nicht.")
    assert mirror.run().branches == ()
    assert site.services.review.queue.queue(curator) == ()


def test_a_branch_with_a_withdrawn_record_holds_up_no_other(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    concept = "concepts/beispiel-pruefliste/index.md"
    text = desk.read(concept)
    withdraw(site)
    mirror.run()
    assert desk.git("fetch", "--quiet", "origin").status == 0
    for name in ("bessere-angabe", "alte-liste"):
        assert desk.git("checkout", "--quiet", "-B", name, "origin/main").status == 0
        path = concept if name == "alte-liste" else CASE
        desk.write(path, text if path == concept else desk.read(path).replace("jetzt früher", "nun früher"))
        desk.commit("Genauer gesagt")
        assert desk.git("push", "--quiet", "origin", f"HEAD:{name}").status == 0
    reports = {one.branch: one for one in mirror.run().branches}
    assert len(reports["bessere-angabe"].proposals) == 1
    assert reports["alte-liste"].proposals == ()
    assert reports["alte-liste"].refused


def test_a_photo_from_the_forge_says_nothing_about_its_place(site: Site, mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    (desk.folder / CASE).with_name("foto.jpg").write_bytes(photo())
    write(desk, "nun früher", "nun viel früher")
    (branch,) = mirror.run().branches
    assert branch.cleaned == (CASE.replace("index.md", "foto.jpg"),)
    curator = curator_of(site)
    stored = site.services.review.proposals.file(branch.proposals[0], curator, "foto.jpg")
    assert b"50.55 Nord" not in stored
    # The branch still holds the photo as it was; going round once more makes no new text of it.
    mirror.run()
    assert site.services.review.proposals.view(branch.proposals[0], curator).proposal.rounds == 1


def test_wrong_credentials_are_an_error_without_the_secret(site: Site, remote: Remote) -> None:
    copy = site.services.public_copy
    forge, commit = Forge(copy, remote.address, "roboter:falschesgeheimnis"), copy.refresh()
    with copy.inbox_in_use():
        for deed in (lambda: forge.look(commit), lambda: forge.send(commit, "")):
            with pytest.raises(GitFailed) as caught:
                deed()
            assert "falschesgeheimnis" not in str(caught.value)


def test_credentials_do_not_follow_a_forge_that_sends_elsewhere(site: Site) -> None:
    asked: list[str] = []

    @Request.application
    def elsewhere(request: Request) -> Response:
        asked.append(request.headers.get("Authorization", ""))
        return Response(status=404)

    copy = site.services.public_copy
    commit = copy.refresh()
    with serving(elsewhere) as other:

        @Request.application
        def moved(request: Request) -> Response:
            return redirect(f"{other}{request.full_path}")

        with serving(moved) as address, copy.inbox_in_use():
            forge = Forge(copy, f"{address}/erfahrungen.git", CREDENTIALS)
            for deed in (lambda: forge.look(commit), lambda: forge.send(commit, "")):
                with pytest.raises(GitFailed):
                    deed()
    assert asked == []


def test_a_forge_is_reached_over_the_web_and_in_no_other_way(site: Site, remote: Remote) -> None:
    copy = site.services.public_copy
    commit = copy.refresh()
    forge = Forge(copy, f"file://{remote.git.git_dir}", CREDENTIALS)
    with copy.inbox_in_use():
        for deed in (lambda: forge.look(commit), lambda: forge.send(commit, "")):
            with pytest.raises(GitFailed) as caught:
                deed()
            assert "transport 'file' not allowed" in caught.value.stderr
    assert remote.git.run("for-each-ref").out == b""


def test_a_forge_that_never_answers_leaves_no_process_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.records.sharing.forge._TIMEOUT_SECONDS", 0.5)
    copy = site.services.public_copy
    commit = copy.refresh()
    with socket.create_server(("127.0.0.1", 0)) as silent, copy.inbox_in_use():
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/erfahrungen.git"
        with pytest.raises(GitTimeout):
            Forge(copy, address).look(commit)
        assert gone(address, seconds=3)


def test_a_faulty_branch_gets_its_answer_on_the_forge_once_a_commit(
    mirror: MirrorService, desk: Checkout, remote: Remote
) -> None:
    write(desk, "schema: case-study/1", 'schema: case-study/1\nerfunden: "`3`"')
    for _ in range(2):
        mirror.run()
    [(path, body)] = remote.sent
    commit = remote.git.run("rev-parse", "bessere-angabe").line
    assert path == f"/api/v4/projects/erfahrungen/repository/commits/{commit}/comments"
    assert "erfunden" in body["note"]
    assert (body["note"].count("`"), mirror.answers.untold()) == (6, ())
    write(desk, "erfunden:", "erdacht:")
    mirror.run()
    assert len(remote.sent) == 2
    write(desk, 'erdacht: "`3`"\n', "")
    mirror.run()
    assert (len(remote.sent), mirror.answers.untold()) == (2, ())


@pytest.mark.parametrize(
    ("software", "path", "field"),
    [
        ("github", "/api/v3/repos/erfahrungen/commits/4f2a/comments", "body"),
        ("gitea", "/api/v1/repos/erfahrungen/statuses/4f2a", "description"),
    ],
)
def test_other_forges_are_answered_in_their_own_way(remote: Remote, software: Software, path: str, field: str) -> None:
    commenting(software, remote.address, "geheim")("4f2a", "Zeile 3: unbekannt")
    [(told, body)] = remote.sent
    assert (told, "Zeile 3: unbekannt" in body[field]) == (path, True)


def test_an_answer_that_the_forge_does_not_take_is_kept_and_sent_again(tmp_path: Path, remote: Remote) -> None:
    answer = BranchAnswer(branch="neu", commit="4f2a", lines=("Falsch",))
    BranchAnswers(tmp_path / "a", commenting("gitlab", remote.address, "abgelaufen")).give([answer])
    kept = BranchAnswers(tmp_path / "a", commenting("gitlab", remote.address, "geheim"))
    assert kept.untold() == (answer,)
    kept.give([answer])
    assert (kept.untold(), len(remote.sent)) == ((), 2)


def test_a_branch_that_git_refuses_holds_up_no_other(mirror: MirrorService, desk: Checkout, remote: Remote) -> None:
    write(desk, "jetzt früher", "nun früher")
    # A commit without a date of its committer, as no git makes one.
    tree = remote.git.run("rev-parse", "main^{tree}").line
    text = f"tree {tree}\nparent {remote.git.run('rev-parse', 'main').line}\nauthor a <a@b.example>\n\nKaputt\n"
    hashing = ("hash-object", "-t", "commit", "-w", "--stdin", "--literally")
    broken = remote.git.run(*hashing, stdin=text.encode()).line
    (remote.git.git_dir / "refs/heads/kaputt").write_text(f"{broken}\n", encoding="ascii")
    reports = {one.branch: one for one in mirror.run().branches}
    assert len(reports["bessere-angabe"].proposals) == 1
    assert any("beschädigt" in line for line in reports["kaputt"].refused)


def on_main(desk: Checkout, old: str, new: str) -> None:
    """Write on main of the forge, as whoever merges there does."""
    assert desk.git("fetch", "--quiet", "origin").status == 0
    assert desk.git("checkout", "--quiet", "-B", "main", "origin/main").status == 0
    assert old in desk.read(CASE)
    desk.write(CASE, desk.read(CASE).replace(old, new))
    desk.commit("Auf der Forge geschrieben")
    assert desk.git("push", "--quiet", "origin", "HEAD:main").status == 0


def test_what_is_written_on_main_becomes_a_proposal(
    site: Site, mirror: MirrorService, desk: Checkout, remote: Remote
) -> None:
    on_main(desk, "jetzt früher", "nun früher")
    report = mirror.run()
    (branch,) = report.branches
    assert "nun früher".encode() in looked_at(site, branch.proposals[0]).newest.text
    assert (report.failure, report.kept) == (None, "")
    assert remote.git.run("rev-parse", "main").line == report.commit
    assert mirror.run().branches == ()


def test_a_branch_that_was_merged_on_the_forge_is_one_proposal(mirror: MirrorService, desk: Checkout) -> None:
    write(desk, "jetzt früher", "nun früher")
    (before,) = mirror.run().branches
    assert desk.git("push", "--quiet", "origin", "HEAD:main").status == 0
    assert {one.proposals for one in mirror.run().branches} == {before.proposals}


def test_what_cannot_be_taken_from_main_is_kept_there(mirror: MirrorService, desk: Checkout, remote: Remote) -> None:
    on_main(desk, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    written = remote.git.run("rev-parse", "main").line
    report = mirror.run()
    assert any("erfunden" in line for branch in report.branches for line in branch.refused)
    assert remote.git.run("rev-parse", "main").line == report.commit
    assert remote.git.run("rev-parse", report.kept).line == written
    (branch,) = mirror.run().branches
    assert branch.branch == report.kept


def withdraw(site: Site) -> None:
    records = site.services.review.records
    records.withdraw_record("concept", "beispiel-pruefliste", curator_of(site), reason="error")


def test_a_withdrawal_replaces_main_of_the_forge(site: Site, mirror: MirrorService, remote: Remote) -> None:
    mirror.run()
    before = remote.git.run("rev-parse", "main").line
    withdraw(site)
    report = mirror.run()
    assert (report.branches, report.failure, report.kept) == ((), None, "")
    assert remote.git.run("rev-parse", "main").line == report.commit != before
    assert remote.git.run("merge-base", before, "main", accept=(0, 1)).line != before


def test_a_forge_keeping_main_stops_no_branch(
    site: Site, mirror: MirrorService, desk: Checkout, remote: Remote
) -> None:
    remote.git.run("config", "receive.denyNonFastForwards", "true")
    withdraw(site)
    # Whoever cloned from the node goes on from the new line.
    site.services.public_copy.refresh()
    assert desk.git("fetch", "--quiet", str(site.services.public_copy.clone.git_dir)).status == 0
    assert desk.git("checkout", "--quiet", "-B", "bessere-angabe", "FETCH_HEAD").status == 0
    write(desk, "jetzt früher", "nun früher")
    for _ in range(2):
        report = mirror.run()
        assert isinstance(report.failure, GitFailed)
        assert any(branch.branch == "bessere-angabe" and branch.proposals for branch in report.branches), report
        assert all(branch.branch != "main" for branch in report.branches)
    remote.git.run("config", "receive.denyNonFastForwards", "false")
    report = mirror.run()
    assert remote.git.run("rev-parse", "main").line == report.commit


def test_what_is_written_meanwhile_is_not_overwritten(
    site: Site, mirror: MirrorService, desk: Checkout, remote: Remote
) -> None:
    copy = site.services.public_copy
    forge, commit = Forge(copy, remote.address, CREDENTIALS), copy.refresh()
    with copy.inbox_in_use():
        seen = forge.look(commit)
        on_main(desk, "jetzt früher", "nun früher")
        written = remote.git.run("rev-parse", "main").line
        with pytest.raises(GitFailed):
            forge.send(commit, "")
        publish(site.services, {CASE: desk.read(CASE).replace("nun früher", "bald früher").encode()})
        with pytest.raises(GitFailed):
            forge.send(copy.refresh(), seen.main)
    assert remote.git.run("rev-parse", "main").line == written
