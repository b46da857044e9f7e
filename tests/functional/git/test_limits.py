"""What one client may take from the others, and what is cleared away behind clients."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from app.identity import RoleKind
from app.records.sharing import http_backend, public_copy
from app.records.sharing.hook import PushAnswer, hook_program
from app.records.sharing.http_backend import BackendFailed, GitRequest, serve
from app.review.models import Proposal
from app.review.submission import Submission
from app.review.text.record_text import RecordText
from app.shared.confinement import Busy
from app.web.doors import git as views
from app.web.doors.git import Slots
from app.web.factory import create_app
from app.wiring.scheduler import maintain
from tests.functional.git.conftest import Checkout, Site, cloned, served
from tests.functional.git.test_bombs import sent
from tests.functional.git.test_push import edit, push, refused, taken
from tests.webnode.node import RUNNING, make_node, publish
from tests.webnode.texts import withdrawn
from tools.packs import BLOB, MEGABYTE, entry, pack_of, zeros

CASE = "case-studies/beispielkreis-starkregen/index.md"
ASKED = "info/refs?service=git-upload-pack"


def processes() -> list[str]:
    """Return the command lines of what runs on this machine."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def gone(command: str, seconds: float = 10) -> bool:
    """Tell whether a process has ended, or does so soon."""
    until = time.monotonic() + seconds
    while any(command in line for line in processes()):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_clones_leave_threads_to_readers_and_places_to_pushes() -> None:
    slots = Slots(threads=4)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(slots.taken(push=False))
        with pytest.raises(Busy), slots.taken(push=False):
            pass
        with slots.taken(push=True), pytest.raises(Busy), slots.taken(push=True):
            pass
    with slots.taken(push=False):
        pass


def test_one_client_too_many_is_told_when_to_come_again(site: Site) -> None:
    app = create_app(site.services)
    client = app.test_client()
    with ExitStack() as held:
        for _ in range(site.services.settings.threads // 2):
            held.enter_context(app.extensions[views.KEY].taken(push=False))
        answer = client.get(f"/content.git/{ASKED}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, views.RETRY_SECONDS)
    with client.get(f"/content.git/{ASKED}") as given:
        assert given.status_code == 200


def test_an_answer_that_nobody_reads_leaves_no_pipe_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Seen(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    copy = site.services.public_copy
    copy.refresh()
    monkeypatch.setattr(subprocess, "Popen", Seen)
    request = GitRequest(method="GET", path="info/refs", query="service=git-upload-pack", body=cast("Any", None))
    reply = serve(copy.clone, request, seconds=1.0)
    (process,) = started
    assert process.stdout is not None
    del reply
    until = time.monotonic() + 20
    while not process.stdout.closed and time.monotonic() < until:
        time.sleep(0.05)
    assert process.stdout.closed
    assert process.returncode is not None


def test_places_are_given_back_when_an_answer_is_never_read(site: Site) -> None:
    client = create_app(site.services).test_client()
    for _ in range(5):
        answer = client.get(f"/content.git/{ASKED}", buffered=False)
        assert answer.status_code == 200
        answer.close()


def test_a_push_keeps_its_line_open(site: Site, clone: Checkout, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy closes a line on which the site says nothing for a while."""
    looked_at = site.services.pushes.answer

    def slowly(*given: Any) -> PushAnswer:
        time.sleep(3.5)
        return looked_at(*given)

    # By itself git says so every five seconds.
    monkeypatch.setitem(public_copy._INBOX_SETTINGS, "receive.keepAlive", "1")
    monkeypatch.setattr(site.services.pushes, "answer", slowly)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert clone.git("pack-objects", "--revs", "-q", "neu", given="HEAD\n^HEAD~1\n").status == 0
    (pack,) = clone.folder.glob("neu-*.pack")
    commit = clone.git("rev-parse", "HEAD").said.strip()
    assert "Zur Prüfung gesendet" in sent(site, secret, commit, pack.read_bytes(), patience=2.5)


def test_a_request_that_only_reads_takes_no_body_in(site: Site) -> None:
    site.services.public_copy.refresh()

    class Endless:
        def read(self, _size: int) -> bytes:
            raise AssertionError("nobody may wait for this body")

    request = GitRequest(
        method="GET", path="info/refs", query="service=git-upload-pack", body=cast("Any", Endless()),
    )  # fmt: skip
    reply = serve(site.services.public_copy.clone, request, seconds=20)
    assert b"".join(reply.chunks)
    reply.close()


def test_nothing_is_stored_for_somebody_whose_role_was_taken_away(site: Site, clone: Checkout) -> None:
    author = site.person("Beispiel Leserin", RoleKind.AUTHOR)
    secret = site.services.identity.tokens.make(author.id, "alt", 30).secret
    site.person("Beispiel Leserin", RoleKind.READER)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    refused(push(clone, site, secret), "Ihr Zugang darf nichts vorschlagen")
    assert not site.services.public_copy.inbox.git_dir.exists()


class Dribble:
    """A client that sends a byte now and then, and in the end hangs up if it is to."""

    def __init__(self, *, hangs_up: bool) -> None:
        self._hangs_up, self._sent = hangs_up, 0

    def read(self, _size: int) -> bytes:
        time.sleep(0.05)
        self._sent += 1
        if self._hangs_up and self._sent > 3:
            raise ConnectionResetError
        return b"0"


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_body_that_does_not_come_in_time_is_given_up(site: Site, hangs_up: bool) -> None:
    site.services.public_copy.refresh()
    request = GitRequest(method="POST", path="git-upload-pack", query="", body=Dribble(hangs_up=hangs_up))
    began = time.monotonic()
    with pytest.raises(BackendFailed):
        serve(site.services.public_copy.clone, request, seconds=0.5)
    assert time.monotonic() - began < 5


def test_a_clone_stores_no_more_of_a_body_than_git_reads(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.services.public_copy.refresh()
    most, taken = http_backend._MAX_BODY_BYTES["git-upload-pack"], []

    class Endless:
        def read(self, size: int) -> bytes:
            taken.append(size)
            return bytes(size)

    request = GitRequest(method="POST", path="git-upload-pack", query="", body=Endless())
    reply = serve(site.services.public_copy.clone, request, seconds=60)
    reply.close()
    assert most <= sum(taken) <= most + (1 << 16) < 12 * 1024 * 1024


def test_the_inbox_is_emptied_once_a_day_and_takes_pushes_afterwards(site: Site, clone: Checkout, secret: str) -> None:
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert push(clone, site, secret).status == 0
    maintain(site.services)
    assert not site.services.public_copy.inbox.git_dir.exists()
    edit(clone, "Die Warnung kommt eher", "Die Warnung kommt viel eher")
    taken(push(clone, site, secret))


def test_the_inbox_is_not_emptied_under_a_running_push(site: Site) -> None:
    copy = site.services.public_copy
    copy.refresh()
    with copy.inbox_in_use() as inbox:
        assert not copy.empty_inbox()
        assert inbox.git_dir.exists()
    assert copy.empty_inbox()
    assert not copy.inbox.git_dir.exists()


def test_a_crash_while_text_is_withdrawn_leaves_none_of_it_behind(site: Site, tmp_path: Path) -> None:
    copy = site.services.public_copy
    copy.refresh()
    note = withdrawn("case-study", RUNNING)
    publish(site.services, {CASE: note})
    # As if the process had ended between the new line and the new copy.
    copy._line.catch_up()
    copy.refresh()
    everything = copy.clone.run("cat-file", "--batch-all-objects", "--batch", "--unordered").out
    assert "Die Warnung kommt jetzt früher".encode() not in everything
    assert cloned(site, tmp_path / "after").read(CASE) == note.decode()


def test_a_copy_that_is_not_whole_is_made_anew(site: Site, tmp_path: Path) -> None:
    copy = site.services.public_copy
    copy.refresh()
    (copy.clone.git_dir / "HEAD").unlink()
    copy.refresh()
    assert cloned(site, tmp_path / "after").read(CASE)


def test_a_tree_that_unfolds_into_millions_of_files_is_refused(site: Site, clone: Checkout, secret: str) -> None:
    entry = f"100644 blob {clone.git('rev-parse', f'HEAD:{CASE}').said.strip()}"
    for _ in range(6):
        lines = "".join(f"{entry}\t{name}\n" for name in "abcdefghij")
        entry = f"040000 tree {clone.git('mktree', given=lines).said.strip()}"
    commit = clone.git("commit-tree", "-p", "HEAD", entry.split()[-1], given="Bombe").said.strip()
    refused(clone.git("push", site.url(secret), f"{commit}:refs/for/main"), "Teilen Sie die Änderung auf")


def test_a_file_that_unfolds_into_more_than_memory_goes_to_the_disk_as_it_comes(site: Site, tmp_path: Path) -> None:
    size = 80 * MEGABYTE
    pack = tmp_path / "gross.pack"
    pack.write_bytes(pack_of(entry(BLOB, size, zeros(size))))
    assert pack.stat().st_size < MEGABYTE
    copy = site.services.public_copy
    copy.refresh()
    # A small program of its own, because a process counts what the one that started it held.
    measuring = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    measuring += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    with copy.inbox_in_use() as inbox, pack.open("rb") as given:
        command = [sys.executable, "-c", measuring, *inbox.argv("unpack-objects", "-q")]
        done = subprocess.run(command, stdin=given, capture_output=True, check=True)
    assert int(done.stdout) < 60 * 1024


def test_what_takes_pushes_in_has_its_limits_and_lets_readers_go_first(site: Site) -> None:
    copy = site.services.public_copy
    copy.refresh()
    look = "alias.look=!ulimit -v; ulimit -f; ulimit -t; nice"
    with copy.inbox_in_use() as inbox:
        memory, file, seconds, rank = map(int, inbox.run("-c", look, "look").out.split())
    assert (memory, file, seconds) == (512 * 1024, 512 * 1024, 60)
    assert rank == os.getpriority(os.PRIO_PROCESS, 0) + 10


def test_the_hook_runs_where_the_path_of_python_holds_a_space(tmp_path: Path) -> None:
    python = tmp_path / "mein Ordner" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    hook = tmp_path / "proc-receive"
    hook.write_text(hook_program(str(python)), encoding="utf-8")
    hook.chmod(0o700)
    # Nobody serves, and that is what the relay says by its status; a line without an interpreter cannot even start.
    done = subprocess.run([str(hook)], env={}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_more_texts_than_one_person_may_send_in_an_hour_are_refused_with_the_time(tmp_path: Path) -> None:
    with served(make_node(tmp_path, proposals_per_hour=2)) as site:
        author, clone = site.person("Beispiel Autorin", RoleKind.AUTHOR), cloned(site, tmp_path / "clone")
        secret = site.services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
        for number in range(2):
            question = {"title": f"Frage {number}?", "summary": f"Frage {number}?", "topics": ["mobility"]}
            wish = Submission(kind="question", author=author, text=RecordText(front=question))
            assert isinstance(site.services.review.proposals.submit(wish), Proposal)
        edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
        refused(push(clone, site, secret), "nimmt von einer Person 2 Beiträge dieser Art in der Stunde an")
