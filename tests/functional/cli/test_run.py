"""The command as an operator calls it: a process of its own, asked over HTTP, ended by a signal."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.functional.cli.conftest import Cli, Write
from tools.serving_node import ServingNode, free_port, serving

PROGRAM = str(Path(sys.executable).with_name("erfahrungsnetz"))


@contextmanager
def running(node: Path, content: Path, **settings: str) -> Iterator[ServingNode]:
    with serving(node, {"NODE_CONTENT": str(content), "NODE_WORKERS": "1", **settings}, seconds=60) as found:
        yield found


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode("utf-8")
        return text


def children_of(pid: int) -> set[int]:
    return {int(one) for task in Path(f"/proc/{pid}").glob("task/*/children") for one in task.read_text().split()}


def output(node: Path) -> str:
    return node.with_name(node.name + ".log").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_empty_folder_becomes_a_site_that_ends_cleanly(
    node: Path, content: Path, write: Write, ending: signal.Signals
) -> None:
    with running(node, content) as site:
        assert "Rufbus auf dem Land" in page(f"{site.url}/konzepte/rufbus")
        assert "/konzepte/rufbus" in page(f"{site.url}/suche?q=Rufbus")
        site.process.send_signal(ending)
        assert site.process.wait(timeout=20) == 0
    assert "Traceback" not in output(node)


@pytest.mark.slow
def test_more_connections_than_descriptors_end_no_process_of_the_site(node: Path, content: Path) -> None:
    command = ("sh", "-c", f"ulimit -Sn 128; ulimit -Hn 512; exec {PROGRAM} run")
    settings = {"NODE_CONTENT": str(content), "NODE_WORKERS": "1"}
    with serving(node, settings, seconds=60, command=command) as site:
        (worker,) = children_of(site.process.pid)
        with ExitStack() as held:
            for _ in range(600):
                held.enter_context(socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))))
            time.sleep(1)
        assert "Impressum" in page(f"{site.url}/impressum")
        assert children_of(site.process.pid) == {worker}
        limits = Path(f"/proc/{worker}/limits").read_text(encoding="utf-8")
        assert re.search(r"Max open files +512 +512 ", limits), "the soft limit is raised to the hard one"
    assert "Traceback" not in output(node)


@pytest.mark.slow
def test_a_site_looks_by_itself_whether_pictures_are_reached_and_answers_whoever_asks_at_once(
    node: Path, content: Path, write: Write, tmp_path: Path
) -> None:
    with running(node, content, NODE_FILES=str(tmp_path / "gone")) as site:
        said: dict[str, object] = {}
        end, longest = time.monotonic() + 30, 0.0
        while said.get("files") != "unreachable":
            assert time.monotonic() < end, said
            begun = time.monotonic()
            said = json.loads(page(f"{site.url}/readyz"))
            longest = max(longest, time.monotonic() - begun)
            time.sleep(0.2)
    assert longest < 2.0


@pytest.mark.slow
def test_a_node_of_earlier_is_taken_over_with_what_changed_in_the_folder(
    cli: Cli, node: Path, content: Path, write: Write
) -> None:
    cli("init")
    write("stadtrad", title="Ein Rad für alle")
    for file in (node / "index" / "whoosh").iterdir():
        file.unlink()
    with running(node, content) as site:
        assert "Ein Rad für alle" in page(f"{site.url}/konzepte/stadtrad")
        assert "/konzepte/rufbus" in page(f"{site.url}/suche?q=Rufbus")


@pytest.mark.slow
def test_a_folder_is_followed_only_where_somebody_said_so(cli: Cli, node: Path, content: Path, write: Write) -> None:
    cli("init")
    write("stadtrad", title="Ein Rad für alle")
    with running(node, content, NODE_CONTENT="") as site:
        listed = page(f"{site.url}/konzepte")
    assert "Rufbus auf dem Land" in listed
    assert "Ein Rad für alle" not in listed


@pytest.mark.slow
def test_a_folder_named_when_the_node_was_made_is_followed_from_then_on(
    cli: Cli, node: Path, content: Path, write: Write
) -> None:
    cli("init", "--content", str(content))
    write("stadtrad", title="Ein Rad für alle")
    with running(node, content, NODE_CONTENT="") as site:
        assert "Ein Rad für alle" in page(f"{site.url}/konzepte")


@pytest.mark.slow
def test_a_node_begun_empty_stays_so(cli: Cli, node: Path, content: Path, write: Write) -> None:
    made = cli("init", "--empty")
    assert made.exit_code == 0
    with running(node, content, NODE_CONTENT="") as site:
        assert "Rufbus auf dem Land" not in page(f"{site.url}/konzepte")


def test_without_a_folder_nothing_is_published_before_somebody_made_the_node(node: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NODE_CONTENT"}
    command = [PROGRAM, "--data", str(node), "run", "--port", str(free_port())]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 3
    assert "erfahrungsnetz init" in done.stderr
    assert not (node / "content.git").exists()


@pytest.mark.slow
def test_what_is_published_while_the_site_runs_is_shown_and_found(
    cli: Cli, node: Path, content: Path, write: Write
) -> None:
    with running(node, content, NODE_WORKERS="2") as site:
        write("stadtrad", title="Ein Rad für alle")
        assert cli("sync").exit_code == 0
        for _ in range(4):
            assert "Ein Rad für alle" in page(f"{site.url}/konzepte/stadtrad")
        assert "/konzepte/stadtrad" in page(f"{site.url}/suche?q=Rad")


def test_a_taken_port_is_named_before_anything_is_made(node: Path, content: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = {**os.environ, "NODE_DATA": str(node), "NODE_CONTENT": str(content)}
        command = [PROGRAM, "run", "--port", str(port)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 3
    assert f"port {port}" in done.stderr
    assert "make run PORT=" in done.stderr
    assert not (node / "content.git").exists()


@pytest.mark.slow
def test_a_folder_called_app_where_the_command_is_called_is_not_taken_for_the_program(
    node: Path, content: Path, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    for name in ("__init__.py", "wsgi.py"):
        (tmp_path / "app" / name).write_text("raise RuntimeError", encoding="utf-8")
    called = ("sh", "-c", f"cd '{tmp_path}' && exec '{PROGRAM}' run")
    with serving(node, {"NODE_CONTENT": str(content), "NODE_WORKERS": "1"}, seconds=60, command=called) as site:
        assert "Rufbus auf dem Land" in page(f"{site.url}/konzepte/rufbus")
        with urllib.request.urlopen(f"{site.url}/konzepte/rufbus/kennzahlen.png", timeout=60) as drawn:
            assert drawn.headers["Content-Type"] == "image/png"


@pytest.mark.slow
def test_the_server_starts_its_successor_on_a_signal(node: Path, content: Path, write: Write) -> None:
    with running(node, content) as site:
        site.process.send_signal(signal.SIGUSR2)
        first, end = children_of(site.process.pid), time.monotonic() + 60
        while not (found := [one for one in children_of(site.process.pid) - first if children_of(one)]):
            assert time.monotonic() < end, output(node)
            time.sleep(0.1)
        site.process.terminate()
        site.process.wait(timeout=30)
        try:
            assert "Rufbus auf dem Land" in page(f"{site.url}/konzepte/rufbus")
        finally:
            os.kill(found[0], signal.SIGTERM)


@pytest.mark.slow
def test_what_made_the_node_ready_leaves_the_server_neither_processes_nor_open_files(
    node: Path, content: Path, write: Write
) -> None:
    with running(node, content) as site:
        assert len(children_of(site.process.pid)) == 1
        process = Path(f"/proc/{site.process.pid}")
        opened = [str(file.resolve()) for file in process.glob("fd/*")]
        assert [file for file in opened if file.startswith(str(node) + "/")] == []


def test_a_wrong_port_is_wrong_usage(node: Path) -> None:
    done = subprocess.run([PROGRAM, "run", "--port", "70000"], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2


@pytest.mark.slow
def test_headers_of_strangers_neither_move_the_site_nor_change_its_scheme(
    node: Path, content: Path, write: Write
) -> None:
    with running(node, content) as site:
        said = {"SCRIPT_NAME": "/fremder-ort", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "fremd.example"}
        request = urllib.request.Request(f"{site.url}/konzepte/rufbus", headers=said)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read().decode("utf-8")
        assert "Rufbus auf dem Land" in text
        assert "fremder-ort" not in text
        assert "fremd.example" not in text
        with closing(http.client.HTTPConnection("127.0.0.1", urlsplit(site.url).port, timeout=30)) as asked:
            asked.request("GET", "/konzepte//rufbus", headers=said)
            # It says nothing of how it was reached.
            assert asked.getresponse().headers["Location"] == "/konzepte/rufbus"
    assert {one.stat().st_mode & 0o077 for one in node.glob("node.sqlite*")} == {0}
