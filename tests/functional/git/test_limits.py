"""What one client may take from the others, and what is cleared away behind clients."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
import requests

from app.identity import Person, RoleKind
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
from tests.functional.git.conftest import Checkout, Site, cloned
from tests.functional.git.test_push import edit, push
from tests.webnode.node import publish

CASE = "case-studies/beispielkreis-starkregen/index.md"
TOMBSTONE = (
    "---\nschema: withdrawn/1\nid: 10000000-0000-4000-8000-000000000002\nkind: case-study\n"
    "title: Zurückgezogen\nreason: error\n---\n"
)
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


def test_an_answer_that_nobody_reads_or_closes_leaves_no_pipe_behind_when_its_time_is_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
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


@contextmanager
def impatient(site: Site, patience: float) -> Iterator[Site]:
    """Give the site behind what closes a line on which the site has said nothing for so many seconds, as proxies do."""
    host, port = site.address.removeprefix("http://").split(":")
    door, lines = socket.create_server(("127.0.0.1", 0)), ExitStack()

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        try:
            while found := source.recv(1 << 16):
                target.sendall(found)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for line in (source, target):
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def answer() -> None:
        with suppress(OSError):
            while True:
                client = lines.enter_context(door.accept()[0])
                server = lines.enter_context(socket.create_connection((host, int(port))))
                server.settimeout(patience)
                for pair in ((client, server), (server, client)):
                    Thread(target=pass_on, args=pair, daemon=True).start()

    answering = Thread(target=answer)
    answering.start()
    with lines:
        yield replace(site, address=f"http://127.0.0.1:{door.getsockname()[1]}")
        door.shutdown(socket.SHUT_RDWR)
        answering.join()
        door.close()


def test_a_proxy_waits_on_while_a_push_is_looked_at(
    site: Site, clone: Checkout, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = site.services.pushes.answer

    def slowly(*given: Any) -> PushAnswer:
        time.sleep(6)
        return looked_at(*given)

    # By itself git says so every five seconds.
    monkeypatch.setitem(public_copy._INBOX_SETTINGS, "receive.keepAlive", "1")
    monkeypatch.setattr(site.services.pushes, "answer", slowly)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    with impatient(site, 4) as proxy:
        answer = push(clone, proxy, secret)
    assert answer.status == 0, answer.said
    assert "Zur Prüfung gesendet" in answer.said


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


def test_nothing_is_stored_for_somebody_whose_role_was_taken_away(site: Site) -> None:
    author = site.person("Beispiel Leserin", RoleKind.AUTHOR)
    secret = site.services.identity.tokens.make(author.id, "alt", 30).secret
    site.person("Beispiel Leserin", RoleKind.READER)
    address = f"{site.url(secret)}/info/refs?service=git-receive-pack"
    assert requests.get(address, timeout=20).status_code == 403
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


def test_the_inbox_is_emptied_once_a_day_and_takes_pushes_afterwards(site: Site, clone: Checkout) -> None:
    author = site.person("Beispiel Autorin", RoleKind.AUTHOR)
    secret = site.services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert push(clone, site, secret).status == 0
    maintain(site.services)
    assert not site.services.public_copy.inbox.git_dir.exists()
    edit(clone, "Die Warnung kommt eher", "Die Warnung kommt viel eher")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said


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
    publish(site.services, {CASE: TOMBSTONE.encode()})
    # As if the process had ended between the new line and the new copy.
    copy._line.catch_up()
    copy.refresh()
    everything = copy.clone.run("cat-file", "--batch-all-objects", "--batch", "--unordered").out.decode(
        errors="replace"
    )
    assert "Die Warnung kommt jetzt früher" not in everything
    assert cloned(site, tmp_path / "after").read(CASE) == TOMBSTONE


def test_a_copy_that_is_not_whole_is_made_anew(site: Site, tmp_path: Path) -> None:
    copy = site.services.public_copy
    copy.refresh()
    (copy.clone.git_dir / "HEAD").unlink()
    copy.refresh()
    assert cloned(site, tmp_path / "after").read(CASE)


def test_a_tree_that_unfolds_into_millions_of_files_is_refused(site: Site, clone: Checkout) -> None:
    author = site.person("Beispiel Autorin", RoleKind.AUTHOR)
    secret = site.services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
    entry = f"100644 blob {clone.git('rev-parse', f'HEAD:{CASE}').said.strip()}"
    for _ in range(6):
        lines = "".join(f"{entry}\t{name}\n" for name in "abcdefghij")
        entry = f"040000 tree {clone.git('mktree', given=lines).said.strip()}"
    commit = clone.git("commit-tree", "-p", "HEAD", entry.split()[-1], given="Bombe").said.strip()
    answer = clone.git("push", site.url(secret), f"{commit}:refs/for/main")
    assert answer.status != 0
    assert "Teilen Sie die Änderung auf" in answer.said


def test_a_file_that_unfolds_into_more_than_memory_goes_to_the_disk_as_it_comes(
    site: Site, clone: Checkout, tmp_path: Path
) -> None:
    with (clone.folder / "gross.txt").open("wb") as file:
        for _ in range(100):
            file.write(b"0" * (1 << 20))
    clone.commit("Groß")
    pack = tmp_path / "gross.pack"
    with pack.open("wb") as file:
        names = subprocess.run(
            ["git", "rev-list", "--objects", "HEAD~1..HEAD"], cwd=clone.folder, capture_output=True, check=True
        ).stdout
        ids = b"".join(line.split()[0] + b"\n" for line in names.splitlines())
        subprocess.run(["git", "pack-objects", "--stdout", "-q"], cwd=clone.folder, input=ids, stdout=file, check=True)
    assert pack.stat().st_size < 1 << 20
    copy = site.services.public_copy
    copy.refresh()
    # A small program of its own, because a process counts what the one that started it held.
    measuring = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    measuring += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    with copy.inbox_in_use() as inbox, pack.open("rb") as given:
        command = [sys.executable, "-c", measuring, *inbox.argv("unpack-objects", "-q")]
        done = subprocess.run(command, stdin=given, capture_output=True, check=True)
    assert int(done.stdout) < 60 * 1024


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


def test_more_texts_than_one_person_may_send_in_an_hour_are_refused_with_the_time(
    site: Site, clone: Checkout, secret: str, author: Person
) -> None:
    limit = site.services.settings.proposals_per_hour
    for number in range(limit):
        wish = Submission(
            kind="question",
            author=author,
            text=RecordText(front={"title": f"Frage {number}?", "summary": f"Frage {number}?", "topics": ["mobility"]}),
        )
        assert isinstance(site.services.review.proposals.submit(wish), Proposal)
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert f"nimmt von einer Person {limit} Beiträge dieser Art in der Stunde an" in answer.said
