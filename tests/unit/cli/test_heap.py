from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_COUNT = """
import ctypes, sys, tempfile, threading
from app.cli.heap import share_heap
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
