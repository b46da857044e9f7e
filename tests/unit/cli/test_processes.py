"""A command does something in a child first, and threads share one heap."""

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BEGINNING = """
import os, signal, sys, threading, time
from app.cli.processes import run_in_child
# Whoever runs the tests in the background may ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
WAITING = """
def work():
    try:
        print(os.getpid(), flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(130)

run_in_child(work)
print("went on", flush=True)
"""


def program(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGINNING + code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def said(code: str) -> tuple[int, list[str]]:
    process = program(code)
    text, _ = process.communicate(timeout=60)
    return process.returncode, text.split()


def is_gone(pid: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_nothing_of_the_work_is_left_in_the_process_that_goes_on_and_a_failure_ends_it_likewise() -> None:
    code = """
seen = []
def work():
    seen.append("read")
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    print("worked")

print("before")
run_in_child(work)
print("after", len(seen), threading.active_count())
"""
    assert said(code) == (0, ["before", "worked", "after", "0", "1"])
    assert said("run_in_child(lambda: sys.exit(3)); print('went on')") == (3, [])
    killed = "run_in_child(lambda: os.kill(os.getpid(), 9)); print('went on')"
    assert said(killed) == (-signal.SIGKILL, [])


@pytest.mark.skipif(sys.platform != "linux", reason="NOT RUN: only Linux ends the work of a killed process")
@pytest.mark.parametrize(
    ("ending", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_whoever_ends_the_process_ends_the_work(ending: signal.Signals, code: int) -> None:
    with program(WAITING) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.send_signal(ending)
        assert process.wait(timeout=20) == code
        assert is_gone(worker)
        assert process.stdout.read() == ""


def test_a_terminal_that_ends_all_its_processes_ends_the_work_once() -> None:
    twice = WAITING.replace("sys.exit(130)", "time.sleep(0.5)\n        sys.exit(130)")
    with program(twice) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) == 130


@pytest.mark.parametrize(("ending", "delay"), [(signal.SIGTERM, 0.0), (signal.SIGINT, 0.001), (signal.SIGTERM, 0.01)])
def test_an_ending_that_comes_as_the_work_ends_is_kept(ending: signal.Signals, delay: float) -> None:
    code = f"""
def work():
    if os.fork() == 0:
        time.sleep({delay})
        os.kill(parent, {int(ending)})
        os._exit(0)

parent = os.getpid()
run_in_child(work)
time.sleep(5)
print("went on", flush=True)
"""
    assert said(code) == (-ending, [])


def test_what_a_shell_lets_a_process_in_the_background_ignore_ends_nothing() -> None:
    code = """
signal.signal(signal.SIGINT, signal.SIG_IGN)
parent = os.getpid()
run_in_child(lambda: os.kill(parent, signal.SIGINT))
print("after")
"""
    assert said(code) == (0, ["after"])


_COUNT = """
import ctypes, sys, tempfile, threading
from app.cli.processes import share_heap
if sys.argv[1] == "shared":
    share_heap()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
kept, all_there = [], threading.Barrier(9)

def take():
    kept.extend(bytes(50_000 + number) for number in range(20))
    all_there.wait()
    all_there.wait()

for _ in range(8):
    threading.Thread(target=take).start()
all_there.wait()
with tempfile.NamedTemporaryFile() as file:
    stream = ctypes.c_void_p(library.fopen(file.name.encode(), b"w"))
    library.malloc_info(0, stream)
    library.fclose(stream)
    print(file.read().count(b"<heap nr="))
all_there.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="NOT RUN: another C library")
@pytest.mark.parametrize(("mode", "heaps"), [("shared", {1}), ("own", set(range(2, 20)))])
def test_threads_share_a_heap_that_would_each_have_their_own(mode: str, heaps: set[int]) -> None:
    done = subprocess.run([sys.executable, "-c", _COUNT, mode], capture_output=True, text=True, check=True)
    assert int(done.stdout) in heaps
