import errno
import io
import os
import pickle
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest

from app.documents import limits
from app.documents.cleaning.attachment import cleaned
from app.documents.confined import ConfinedDocuments
from app.documents.errors import DocumentDamaged, DocumentTooLarge, DocumentTooSlow
from app.documents.reading.reader import read_document
from app.shared.config import PROJECT_ROOT, Settings
from app.shared.confinement import Busy, Confinement, Crashed, Exhausted, Limits, Threads, WorkFailed
from app.shared.confinement.calling import LATE_RETRY, Answers, result_of
from app.shared.confinement.program import pickled
from app.wiring.foundation import Foundation
from tests.unit.confined_work import (
    answer_with_a_call,
    crash_at_the_end,
    end_badly,
    fail,
    fail_and_crash_at_the_end,
    leave_a_folder,
    rank,
    sleep,
    take_memory,
    take_time,
)
from tests.unit.documents.cleaning.test_attachments import picture
from tests.unit.documents.reading import documents
from tests.unit.documents.reading.test_hostile import WORDS

SMALL = Limits(memory=400 * 1024 * 1024, seconds=2)


@pytest.fixture
def confinement(tmp_path: Path) -> Confinement:
    return Confinement(tmp_path / "places", places=1, patience=0.2, limits=SMALL)


def test_a_result_comes_from_another_process(confinement: Confinement) -> None:
    assert confinement.call_for("", sleep, 0) != os.getpid()


def test_who_reads_pages_comes_before_such_work(confinement: Confinement) -> None:
    assert confinement.call_for("", rank) == rank() + 10


def test_a_typed_error_comes_back_with_its_fields(confinement: Confinement) -> None:
    with pytest.raises(DocumentTooLarge) as found:
        confinement.call_for("", read_document, documents.empty_pdf(101))
    assert (found.value.what, found.value.size, found.value.limit) == ("pages", 101, limits.PAGES)


@pytest.mark.parametrize(
    ("work", "kind", "what"),
    [(take_memory, Exhausted, "memory"), (take_time, Exhausted, "time"), (end_badly, Crashed, "memory")],
    ids=["memory", "time", "end"],
)
def test_work_ends_at_its_limits(tmp_path: Path, work: Callable[[], object], kind: type[Exhausted], what: str) -> None:
    limits = Limits(memory=SMALL.memory, seconds=1)
    with pytest.raises(Exhausted) as found:
        Confinement(tmp_path, places=1, patience=0.2, limits=limits).call_for("", work)
    assert (type(found.value), found.value.what) == (kind, what)


def test_what_libraries_do_as_the_process_ends_takes_no_answer_away(confinement: Confinement) -> None:
    assert confinement.call_for("", crash_at_the_end) == "done"


def test_what_the_work_leaves_behind_goes_with_it(confinement: Confinement) -> None:
    assert not Path(confinement.call_for("", leave_a_folder)).parent.exists()


def test_time_counts_from_the_start_of_the_work_and_not_while_it_waits_for_its_place(tmp_path: Path) -> None:
    # On a busy machine the process that works may take two seconds to start.
    limits = Limits(wall=4)
    working, waiting = (Confinement(tmp_path, places=1, patience=8, limits=limits) for _ in range(2))
    holder = threading.Thread(target=working.call_for, args=("", sleep, 2.9))
    holder.start()
    while not working.taken():
        time.sleep(0.01)
    assert waiting.call_for("", sleep, 1.5)
    holder.join()
    hasty = Confinement(tmp_path, places=1, patience=1, limits=Limits(wall=1))
    began = time.monotonic()
    with pytest.raises(Busy) as found:
        hasty.call_for("", sleep, 60)
    assert time.monotonic() - began < 3
    assert found.value.retry_after == LATE_RETRY


def test_who_sends_a_file_while_others_are_read_soon_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes of a node, as they are put together for it."""
    settings = Settings.model_validate({"data": tmp_path, "issuer": "https://erfahrungen.example"})
    one, other = (Foundation(settings, lambda: datetime.now(UTC), lambda _step: None).confinement for _ in range(2))
    assert other._limits.seconds < other._limits.wall <= 30
    assert other._patience <= 5
    monkeypatch.setattr(other, "_patience", 0.1)
    working = [threading.Thread(target=one.call_for, args=(f"192.0.2.{number}", sleep, 1.5)) for number in (1, 2)]
    for thread in working:
        thread.start()
    while one.taken() < one.places:
        time.sleep(0.01)
    with pytest.raises(Busy) as found:
        other.call_for("192.0.2.3", sleep, 0)
    assert found.value.retry_after <= 5
    for thread in working:
        thread.join()


@pytest.mark.parametrize(
    ("file", "until", "setting"),
    [
        ("docs/machines/haproxy.cfg", "\nfrontend", "timeout server"),
        ("deploy/server/nginx.conf", "", "proxy_read_timeout"),
        ("docs/growing.md", "", "proxy_read_timeout"),
    ],
)
def test_whoever_waits_is_told_before_the_proxy_gives_up(file: str, until: str, setting: str) -> None:
    proxy = (PROJECT_ROOT / file).read_text("utf-8")
    [patience] = re.findall(rf"^    {setting} +(\d+)s\b", proxy.partition(until)[0] if until else proxy, re.MULTILINE)
    assert Limits().seconds < Limits().wall < int(patience)


@pytest.mark.parametrize("ended", [signal.SIGALRM, signal.SIGKILL, signal.SIGTERM], ids=["late", "memory", "stop"])
def test_work_that_was_ended_from_outside_may_be_tried_again(ended: signal.Signals) -> None:
    with pytest.raises(Busy):
        result_of(-ended, b"", b"")


@pytest.mark.parametrize("work", [fail, fail_and_crash_at_the_end])
def test_an_unforeseen_error_is_no_answer(confinement: Confinement, work: Callable[[], None]) -> None:
    with pytest.raises(WorkFailed, match="unforeseen"):
        confinement.call_for("", work)


def test_an_answer_cannot_make_this_process_call_anything(confinement: Confinement) -> None:
    with pytest.raises(WorkFailed, match="cannot be read"):
        confinement.call_for("", answer_with_a_call)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("app.shared.confinement.calling", "subprocess.Popen"), ("app.shared.confinement.calling", "Confinement"),
        ("app.shared.confinement.places", "Busy.__init__"), ("antigravity", "fly"), ("builtins", "eval"),
    ],
)  # fmt: skip
def test_an_answer_names_nothing_but_values_and_errors_of_this_program(module: str, name: str) -> None:
    with pytest.raises(pickle.UnpicklingError):
        Answers(io.BytesIO()).find_class(module, name)
    assert "antigravity" not in sys.modules


class AsInDebian12(Enum):
    ONE = 1

    def __reduce_ex__(self, _protocol: object) -> tuple[object, tuple[object, str]]:
        return getattr, (type(self), self.name)


def test_members_of_enumerations_come_back_from_python_of_debian_12() -> None:
    answer = pickled((None, AsInDebian12.ONE))
    assert b"getattr" not in answer
    assert pickle.loads(answer) == (None, AsInDebian12.ONE)


@contextmanager
def at_work(confinement: Confinement, *askers: str, seconds: float = 1.5) -> Iterator[None]:
    """Let work go on for these askers meanwhile."""
    working = [threading.Thread(target=confinement.call_for, args=(asker, sleep, seconds)) for asker in askers]
    for thread in working:
        thread.start()
    while confinement.taken() < min(confinement.places, len(askers)):
        time.sleep(0.01)
    yield
    for thread in working:
        thread.join()


def test_places_are_shared_by_processes_and_one_asker_leaves_one_to_others(tmp_path: Path) -> None:
    one, other = (Confinement(tmp_path, places=2, patience=0.4, limits=SMALL) for _ in range(2))
    with at_work(one, "192.0.2.1"):
        with pytest.raises(Busy):
            other.call_for("192.0.2.1", sleep, 0)
        assert other.call_for("192.0.2.2", sleep, 0)
    # Where everybody looks the same all places are for everybody.
    with at_work(one, ""):
        assert other.call_for("", sleep, 0)
    with at_work(one, "", ""), pytest.raises(Busy):
        other.call_for("192.0.2.2", sleep, 0)
    assert other.call_for("192.0.2.1", sleep, 0)


def test_no_more_threads_wait_than_one_beside_those_that_work(tmp_path: Path) -> None:
    confinement = Confinement(tmp_path, places=1, patience=5, limits=SMALL)
    with at_work(confinement, "", ""):
        time.sleep(0.1)
        begun = time.monotonic()
        with pytest.raises(Busy):
            confinement.call_for("", sleep, 0)
        assert time.monotonic() - begun < 0.2


def test_different_work_together_leaves_threads_to_readers_and_one_asker_leaves_them_to_others(tmp_path: Path) -> None:
    threads = Threads(2)
    files, pages = (
        Confinement(tmp_path / name, places=2, patience=5, limits=SMALL, threads=threads) for name in ("files", "pages")
    )
    with at_work(files, "192.0.2.1"):
        for refused in (files.refuse, lambda asker: pages.call_for(asker, sleep, 0)):
            with pytest.raises(Busy):
                refused("192.0.2.1")
        files.refuse("192.0.2.2")
        assert pages.call_for("192.0.2.2", sleep, 0)
    with at_work(files, "", ""):
        begun = time.monotonic()
        with pytest.raises(Busy):
            pages.call_for("", sleep, 0)
        assert time.monotonic() - begun < 0.2
    assert pages.call_for("192.0.2.1", sleep, 0)


def test_a_picture_takes_no_memory_here_and_one_that_takes_too_much_there_is_refused(tmp_path: Path) -> None:
    large = picture("PNG", (6000, 6000))
    before = _rss()
    assert ConfinedDocuments(Confinement(tmp_path, places=1, patience=5)).cleaned("", "plan.png", large)[0].is_picture
    assert _rss() - before < 60
    for narrow, error in ((Limits(memory=200 << 20), DocumentTooLarge), (Limits(seconds=0), DocumentDamaged)):
        with pytest.raises(error):
            ConfinedDocuments(Confinement(tmp_path, places=1, patience=1, limits=narrow)).cleaned("", "a.png", large)


def test_a_text_needs_no_process(tmp_path: Path) -> None:
    cleaner = ConfinedDocuments(Confinement(tmp_path / "none", places=0, patience=0))
    assert cleaner.cleaned("", "liste.csv", b"a,b\n1,2\n") == cleaned("liste.csv", b"a,b\n1,2\n")


def test_a_report_is_read_as_here_and_one_that_takes_too_much_is_refused(tmp_path: Path) -> None:
    word, data = documents.word(), documents.pdf_with_stream(WORDS)
    assert ConfinedDocuments(Confinement(tmp_path, places=1, patience=1)).read("", word, "de") == read_document(word)
    for narrow, error in ((Limits(memory=90 << 20), DocumentTooLarge), (Limits(seconds=0), DocumentTooSlow)):
        with pytest.raises(error):
            ConfinedDocuments(Confinement(tmp_path, places=1, patience=1, limits=narrow)).read("", data, "de")


def _rss() -> float:
    """Return how many megabytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_a_disk_full_for_a_moment_takes_no_place_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    confinement = Confinement(tmp_path, places=1, patience=0.1, limits=SMALL)
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            confinement.call_for("", sleep, 0)
    assert not confinement.taken()
    assert confinement.call_for("", sleep, 0)


def test_no_file_tells_who_held_a_place(tmp_path: Path) -> None:
    Confinement(tmp_path, places=2, patience=0.1, limits=SMALL).call_for("192.0.2.1", sleep, 0)
    assert all(b"192.0.2.1" not in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("error", [MemoryError, RecursionError, ImportError, OverflowError, UnicodeDecodeError])
def test_an_unreadable_answer_is_a_failure_of_the_work(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def load(_self: Answers) -> object:
        raise error("utf-8", b"", 0, 1, "x") if error is UnicodeDecodeError else error

    monkeypatch.setattr(Answers, "load", load)
    with pytest.raises(WorkFailed, match="cannot be read"):
        result_of(0, pickle.dumps((None, 1)), b"")
