import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.records.git.command import Git
from app.records.git.errors import GitFailed, GitTimeout, ObjectMissing, ObjectUnreadable
from app.records.git.objects import ObjectReader
from app.records.repository import ContentRepository

ULM = "case-studies/ulm"


def in_child(check: Callable[[], bool]) -> bool:
    """Run `check` in a forked child and return what it found."""
    child = os.fork()
    if child == 0:
        os._exit(0 if check() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=60))
def test_wild_names_are_missing_and_never_confuse_the_answers(repository: ContentRepository, name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    with pytest.raises(ObjectMissing):
        repository.reader.read(name + " ?")
    assert repository.folder(ULM, repository.head()).text == b"first ulm\n"


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300_000))
def test_any_content_comes_back_byte_for_byte(repository: ContentRepository, data: bytes) -> None:
    head = repository.head()
    repository.write({f"{ULM}/x.bin": data}, message="Edit", author="u-1", expected_head=head)
    assert repository.file(ULM, "x.bin", repository.head()) == data


def test_threads_get_their_own_answers(repository: ContentRepository) -> None:
    head = repository.head()
    wrong: list[bytes | None] = []

    def read(slug: str) -> None:
        for _ in range(50):
            text = repository.folder(f"case-studies/{slug}", head).text
            if text != f"first {slug}\n".encode():
                wrong.append(text)

    threads = [threading.Thread(target=read, args=(slug,)) for slug in ("ulm", "nottuln") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_forked_children_and_their_parent_do_not_share_a_process(repository: ContentRepository) -> None:
    head = repository.head()

    def child() -> bool:
        return all(repository.folder(ULM, head).text == b"first ulm\n" for _ in range(100))

    parent_process = repository.reader._pipe
    assert in_child(child)
    assert in_child(child)
    assert repository.reader._pipe is parent_process
    assert repository.folder(ULM, head).text == b"first ulm\n"


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_fork_while_another_thread_reads_does_not_hang_the_child(repository: ContentRepository) -> None:
    head = repository.head()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            repository.folder(ULM, head)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        for _ in range(6):
            assert in_child(
                lambda: repository.folder(ULM, head).text == b"first ulm\n" and bool(repository.versions(ULM))
            )
    finally:
        stop.set()
        reading.join()


def test_a_killed_git_process_is_replaced(repository: ContentRepository) -> None:
    head = repository.head()
    assert repository.reader._pipe is not None
    repository.reader._pipe._process.kill()
    repository.reader._pipe._process.wait()
    assert repository.folder(ULM, head).text == b"first ulm\n"


def test_closing_leaves_no_process_behind(repository: ContentRepository) -> None:
    repository.head()
    assert repository.reader._pipe is not None
    process = repository.reader._pipe._process
    repository.close()
    assert process.poll() is not None
    assert repository.head()


def test_a_damaged_object_is_named_and_others_stay_readable(repository: ContentRepository) -> None:
    oid = repository.reader.resolve(f"{repository.head()}:{ULM}/index.md")
    loose = repository.git.git_dir / "objects" / oid[:2] / oid[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"not zlib at all")
    repository.close()
    with pytest.raises((ObjectUnreadable, ObjectMissing)):
        repository.folder(ULM, repository.head())
    assert repository.folder("case-studies/nottuln", repository.head()).text == b"first nottuln\n"


def test_a_stuck_git_process_times_out(repository: ContentRepository) -> None:
    reader = ObjectReader(repository.git, seconds=0.2)
    reader.resolve(repository.head())
    assert reader._pipe is not None
    os.kill(reader._pipe._process.pid, 19)
    with pytest.raises(GitTimeout):
        reader.resolve("HEAD")
    assert reader.resolve("refs/heads/main") == repository.head()
    reader.close()


def test_failures_carry_the_command_and_gits_own_words(tmp_path: Path) -> None:
    with pytest.raises(GitFailed) as caught:
        Git(tmp_path / "nothing.git").run("rev-parse", "HEAD")
    assert caught.value.command == "rev-parse"
    assert "not a git repository" in caught.value.stderr


def test_several_objects_come_together_and_a_missing_one_is_left_empty(repository: ContentRepository) -> None:
    head = repository.head()
    names = [f"{head}:{ULM}/index.md", f"{head}:{ULM}/none.md", f"{head}:{ULM}"]
    text, missing, folder = repository.reader.read_together(names)
    assert text == repository.reader.read(names[0])
    assert missing is None
    assert folder == repository.reader.read(names[2])
    with pytest.raises(ObjectMissing):
        repository.reader.read_together([names[0], "line\nbreak"])
    assert repository.reader.read(names[0]) == text
