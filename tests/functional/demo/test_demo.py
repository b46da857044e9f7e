"""The demonstration as a visitor starts it: three server processes, an exchange, a change on its way, an end."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_PAGE = re.compile(r"^  2\. (\S+)$", re.MULTILINE)
_ASKED = re.compile(r"^  [67]\. (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[str]
    ports: tuple[int, ...]
    tour: str

    def until(self, words: str) -> str:
        return _read_until(self.process, words)

    def order(self, letter: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{letter}\n")
        self.process.stdin.flush()


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(read)


def _free_ports() -> int:
    """Return the first of three ports in a row that nobody uses."""
    for first in range(18000, 30000, 7):
        probes = [socket.socket() for _ in range(3)]
        try:
            for distance, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + distance))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no three ports in a row")


def _text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


_SHOWN = {
    "case-studies": ("ulm-datenplattform", "solingen-open-smart-city-app"),
    "solutions": ("ulm-datenplattform-loesung", "solingen-open-smart-city-app-loesung"),
    "concepts": ("opencode-nachnutzung", "bsi-urbane-datenplattformen"),
}
_OTHERS = re.compile(r"^  - \{.*\b(?:target|case): (?:case-study|solution|concept|collection)/([a-z0-9-]+)")
_EMPTIED = re.compile(r"^(?:relations|tested_in):\n(?=\S)", re.MULTILINE)


def _small_collection(folder: Path) -> Path:
    """Copy the organisations and the records that the tour leads to, without what they say of other records."""
    content, kept = ROOT / "content", {name for names in _SHOWN.values() for name in names}
    for name in (
        "vocabulary",
        "organisations",
        *(f"{kind}/{name}" for kind, names in _SHOWN.items() for name in names),
    ):
        shutil.copytree(content / name, folder / name)
    for file in folder.glob("*/*/index.md"):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        named = ((line, _OTHERS.match(line)) for line in lines)
        left = "".join(line for line, found in named if found is None or found[1] in kept)
        file.write_text(_EMPTIED.sub("", left), "utf-8")
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    first = _free_ports()
    folder = tmp_path_factory.mktemp("demo")
    given = ("--folder", str(folder / "nodes"), "--content", str(_small_collection(folder / "content")))
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "--port", str(first), *given],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        tour = _read_until(process, "Type  c")
        yield Demo(process, (first, first + 1, first + 2), tour)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_a_record_is_seen_at_a_partner_with_its_home(demo: Demo) -> None:
    found = _PAGE.search(demo.tour)
    assert found is not None
    assert f'rel="canonical" href="http://127.0.0.1:{demo.ports[0]}/r/' in _text(found[1])
    network = _text(f"http://127.0.0.1:{demo.ports[1]}/netz")
    assert f"127.0.0.1:{demo.ports[0]}" in network
    assert "Zuletzt bestätigt" in network


def test_by_whom_a_solution_can_be_had_is_known_from_three_nodes(demo: Demo) -> None:
    asked, shared = (_text(address) for address in _ASKED.findall(demo.tour))
    association = f"laut Beispielverbund (127.0.0.1:{demo.ports[2]})"
    assert "Landkreis Fulda: derzeit kein belegter Weg" in asked
    assert f'value="ekom21@127.0.0.1:{demo.ports[2]}" checked' in asked
    assert asked.count(association) >= 2
    assert f"laut Beispielnetz Süd (127.0.0.1:{demo.ports[0]})" in asked
    assert "Remscheid: ja, ein Weg ist belegt" in shared
    assert association in shared


def test_a_correction_travels_home_and_its_answer_back(demo: Demo) -> None:
    demo.order("k")
    correction, history = re.findall(r"^  (http\S+)$", demo.until("/verlauf"), re.MULTILINE)
    assert "übernommen" in _text(correction)
    assert f"Hinweis von 127.0.0.1:{demo.ports[1]}: übernommen" in _text(history)


def test_a_change_a_withdrawal_and_an_erasure_travel_and_a_member_leaves(demo: Demo) -> None:
    found = _PAGE.search(demo.tour)
    assert found is not None
    demo.order("c")
    demo.until("has arrived")
    assert "(geändert 1)</h1>" in _text(found[1])
    for order, status in (("w", 410), ("e", 404)):
        demo.order(order)
        demo.until("has arrived")
        with pytest.raises(urllib.error.HTTPError) as gone:
            _text(found[1])
        assert gone.value.code == status
        gone.value.close()
    demo.order("l")
    demo.until("has left")
    for node, other in ((0, 1), (1, 0)):
        assert f"127.0.0.1:{demo.ports[other]}" not in _text(f"http://127.0.0.1:{demo.ports[node]}/netz")
    demo.order("q")
    assert demo.process.wait(60) == 0
    for port in demo.ports:
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=2):
            pass


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "tools.demo", "--port", str(port), "--folder", str(tmp_path / "nodes")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert str(port) in done.stdout
    assert not (tmp_path / "nodes").exists()
