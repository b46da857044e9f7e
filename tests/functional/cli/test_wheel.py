"""The program runs from its wheel alone, in any folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import dist


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = dist.build_wheel(folder)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with the unpacked program before the checkout's, in a folder that knows nothing of either."""
    program = "import sys; from app.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-Pc", program, *arguments],
        check=False, cwd=folder, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(unpacked)},
    )  # fmt: skip


def test_a_node_is_made_in_the_current_folder_from_the_records_that_come_along(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, tmp_path, "init", "--empty")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "instance" / "node.sqlite").exists()
    assert run(unpacked, tmp_path, "doctor").returncode == 0


def test_it_brings_the_schemas_the_records_and_everything_that_pages_load(unpacked: Path) -> None:
    folders = ("schemas", "content", "static")
    known = ["git", "ls-tree", "-r", "--name-only", "HEAD", "--", *folders]
    committed = subprocess.run(known, cwd=dist.ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(committed) > 200
    bundled = unpacked / "app" / "bundled"
    assert [name for name in (*committed, *dist.made()) if not (bundled / name).is_file()] == []
