"""A real server on a disk of its own that fills up, where the test may mount one."""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Cli, Write
from tools.serving_node import serving

NEW = "Ein Rad für alle"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk for the node's index and database."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if not mount or not umount or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("NOT RUN: this user may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Leave so many bytes free."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        while (free := os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize - leave) > 0:
            file.write(b"x" * min(free, 1 << 20))
            file.flush()
    return ballast


def asked(url: str) -> tuple[float, str]:
    began = time.monotonic()
    with urllib.request.urlopen(url, timeout=60) as answer:
        text = answer.read().decode("utf-8")
    return time.monotonic() - began, text


@pytest.mark.slow
def test_reading_goes_on_at_once_while_the_disk_is_full_and_what_was_published_shows_once_there_is_room(
    cli: Cli, node: Path, content: Path, write: Write, disk: Path
) -> None:
    assert cli("init").exit_code == 0
    # The texts stay on the large disk, so that something can be published while the small one is full.
    repository = node / "content.git"
    shutil.copytree(node, disk, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns("content.git"))
    (disk / "content.git").symlink_to(repository)
    with serving(disk, {"NODE_CONTENT": str(content), "NODE_WORKERS": "1"}, seconds=90) as site:
        asked(f"{site.url}/suche?q=Rufbus")
        write("stadtrad", title=NEW)
        assert cli("sync").exit_code == 0
        ballast = fill(disk, leave=4 * 1024)
        slowest = max(asked(f"{site.url}/konzepte/rufbus")[0] for _ in range(12))
        assert slowest < 3
        assert "/konzepte/rufbus" in asked(f"{site.url}/suche?q=Rufbus")[1]
        log = disk.with_name("disk.log")
        assert 1 <= log.read_text(encoding="utf-8").count("follower.failed") <= 3
        ballast.unlink()
        end = time.monotonic() + 40
        while NEW not in asked(f"{site.url}/suche?q=Rad")[1]:
            assert time.monotonic() < end
            time.sleep(1)
