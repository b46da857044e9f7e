"""Readers that were written after docs/federation.md, on the clients of others, read what this program publishes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware

from tests.netnodes.attaching import picture
from tests.netnodes.net import record_id
from tests.netnodes.read_pair import GONE, RECORDS, WITH_FILE, Pair
from tests.serving import serving
from tests.webnode.node import ROOT

EXAMPLES = ROOT / "docs" / "examples"
ABSENT = not (ROOT / "node_modules" / "tuf-js").exists() or shutil.which("node") is None
READERS = pytest.mark.parametrize(
    "reader",
    [
        pytest.param((sys.executable, str(EXAMPLES / "read_node.py")), id="tuf.ngclient"),
        pytest.param(
            ("node", str(EXAMPLES / "read_node.mjs")),
            id="tuf-js",
            marks=pytest.mark.skipif(ABSENT, reason="Node.js or tuf-js is not there: npm ci"),
        ),
    ],
)


def run(reader: tuple[str, ...], address: str, root: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [*reader, address, root, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@READERS
@pytest.mark.parametrize("place", ["home", "mirror", "exported"])
def test_all_records_and_files_are_read_at_home_at_a_mirror_and_from_a_folder(
    reader: tuple[str, ...], place: str, pair: Pair, tmp_path: Path
) -> None:
    root = pair.node.services.federation.listing.listed.root(1).sha256
    done = run(reader, getattr(pair, place), root, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    read = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines()}
    records = [record_id(number) for number in range(1, RECORDS + 1)]
    assert read == {pair.node.issuer.sub(one): "withdrawn" if one == GONE else "published" for one in records}
    (file,) = (tmp_path / "held" / "files").rglob("*/*")
    assert (file.parent.name, file.read_bytes()) == (WITH_FILE, picture())


@READERS
def test_another_root_and_other_bytes_are_refused(reader: tuple[str, ...], pair: Pair, tmp_path: Path) -> None:
    root, changed = pair.node.services.federation.listing.listed.root(1).sha256, tmp_path / "changed"
    shutil.copytree(pair.folder, changed)
    (target,) = (changed / "targets" / "records").glob(f"*.{GONE}.json")
    target.write_bytes(target.read_bytes().replace(b"withdrawn", b"published"))
    with serving(SharedDataMiddleware(NotFound(), {"/": str(changed)})) as address:
        assert "another node" in run(reader, address, "0" * 64, tmp_path / "none").stderr
        done = run(reader, address, root, tmp_path / "read")
    assert "match" in done.stderr
    assert done.returncode == 1
    assert not [*(tmp_path / "none").rglob("*/records/*"), *(tmp_path / "read").rglob(f"*/{GONE}.json")]
