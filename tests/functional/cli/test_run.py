"""The command as an operator calls it; the server itself is a process of its own, asked over HTTP, ended by signals."""

import http.client
import json
import os
import re
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from app.shared.config import load_settings
from app.wiring import Services
from tests.functional.cli.conftest import Cli, Write, make_content
from tools.serving_node import ServingNode, free_port, serving

PROGRAM = str(Path(sys.executable).with_name("erfahrungsnetz"))


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode("utf-8")
        return text


def children_of(pid: int) -> set[int]:
    return {int(one) for task in Path(f"/proc/{pid}").glob("task/*/children") for one in task.read_text().split()}


def output(node: Path) -> str:
    return node.with_name(node.name + ".log").read_text(encoding="utf-8")


def output_with(node: Path, *paths: str) -> str:
    """Wait until the log names requests for these, which it does after they were answered, and return it."""
    end = time.monotonic() + 30
    while not all(f'"path": "{path}"' in (written := output(node)) for path in paths):
        assert time.monotonic() < end, written
        time.sleep(0.05)
    return written


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "node"


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[ServingNode]:
    """A site in an adverse place, which tells everything to its log.

    The folder where it is called holds another program called app, descriptors are few, and its files are gone.
    """
    folder = data.parent
    (folder / "app").mkdir()
    for name in ("__init__.py", "wsgi.py"):
        (folder / "app" / name).write_text("raise RuntimeError", encoding="utf-8")
    called = ("sh", "-c", f"ulimit -Sn 128; ulimit -Hn 512; cd '{folder}' && exec '{PROGRAM}' run")
    content = make_content(folder / "content")
    settings = {"NODE_CONTENT": str(content), "NODE_WORKERS": "1", "NODE_FILES": str(folder / "gone")}
    with serving(data, {**settings, "NODE_LOG_LEVEL": "debug"}, seconds=180, command=called) as site:
        yield site


@pytest.mark.slow
def test_a_folder_called_app_where_the_command_is_called_is_not_taken_for_the_program(site: ServingNode) -> None:
    assert "Rufbus auf dem Land" in page(f"{site.url}/konzepte/rufbus")
    with urllib.request.urlopen(f"{site.url}/konzepte/rufbus/kennzahlen.png", timeout=60) as drawn:
        assert drawn.headers["Content-Type"] == "image/png"


@pytest.mark.slow
def test_preparing_the_node_leaves_the_server_no_processes_and_no_open_files(site: ServingNode, data: Path) -> None:
    assert len(children_of(site.process.pid)) == 1
    opened = [str(file.resolve()) for file in Path(f"/proc/{site.process.pid}").glob("fd/*")]
    assert [file for file in opened if file.startswith(f"{data}/")] == []
    assert {one.stat().st_mode & 0o077 for one in data.glob("node.sqlite*")} == {0}


@pytest.mark.slow
def test_a_site_checks_by_itself_whether_pictures_are_reached_and_answers_at_once(site: ServingNode) -> None:
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
def test_headers_of_strangers_neither_move_the_site_nor_change_its_scheme(site: ServingNode) -> None:
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


SAID = {"q": "Geheimvorhaben", "ort": "Kleinkleckersdorf", "einwohner": "vertraulich", "monate": "12"}
PATHS = ("/", "/suche", "/konzepte/rufbus", "/auswahl")


@pytest.mark.slow
def test_no_word_of_the_asker_reaches_the_log(site: ServingNode, data: Path) -> None:
    for path in PATHS:
        assert urlencode(SAID)[:16] in page(f"{site.url}{path}?{urlencode(SAID)}"), path
    written = output_with(data, *PATHS)
    for words in ("Geheimvorhaben", "Kleinkleckersdorf", "vertraulich"):
        assert words not in written


BROKEN = {
    "no request": b"Geheimvorhaben\r\n\r\n",
    "method": b"G(T /suche?q=Geheimvorhaben HTTP/1.1\r\n\r\n",
    "version": b"GET /suche?q=Geheimvorhaben HTTP/9.9\r\n\r\n",
    "header": b"GET / HTTP/1.1\r\nHost: x\r\nGeheimvorhaben\r\n\r\n",
    "long line": b"GET /" + b"x" * 9000 + b"?q=Geheimvorhaben HTTP/1.1\r\n\r\n",
    "coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Geheimvorhaben\r\n\r\n",
    "chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nGeheimvorhaben\r\n",
    "proxy line": b"PROXY TCP4 127.0.0.2 127.0.0.2 1 2 Geheimvorhaben\r\nGET / HTTP/1.1\r\n\r\n",
    "part": b"GET /suche?q=Geheimvorhaben HTTP/1.1\r\nHo",
}


@pytest.mark.slow
def test_no_address_and_no_word_of_a_broken_request_reaches_the_log(site: ServingNode, data: Path) -> None:
    port = urlsplit(site.url).port
    for sent in BROKEN.values():
        with socket.create_connection(("127.0.0.1", port), 20, source_address=("127.0.0.2", 0)) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass
    page(f"{site.url}/datenschutz")
    written = output_with(data, "/datenschutz")
    assert "Invalid request" in written
    assert "127.0.0.2" not in written
    assert "Geheimvorhaben" not in written


@pytest.mark.slow
def test_more_connections_than_descriptors_end_no_process_of_the_site(site: ServingNode, data: Path) -> None:
    (worker,) = children_of(site.process.pid)
    with ExitStack() as held:
        for _ in range(600):
            held.enter_context(socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0)))
        time.sleep(1)
    assert "Impressum" in page(f"{site.url}/impressum")
    assert children_of(site.process.pid) == {worker}
    limits = Path(f"/proc/{worker}/limits").read_text(encoding="utf-8")
    assert re.search(r"Max open files +512 +512 ", limits), "the soft limit is raised to the hard one"
    assert "Traceback" not in output(data)


@pytest.mark.slow
def test_an_empty_folder_becomes_a_site_that_shows_what_is_published_starts_its_successor_and_ends_cleanly(
    cli: Cli, node: Path, content: Path, write: Write
) -> None:
    with serving(node, {"NODE_CONTENT": str(content), "NODE_WORKERS": "2"}, seconds=180) as site:
        assert "/konzepte/rufbus" in page(f"{site.url}/suche?q=Rufbus")
        write("stadtrad", title="Ein Rad für alle")
        assert cli("sync").exit_code == 0
        for _ in range(4):
            assert "Ein Rad für alle" in page(f"{site.url}/konzepte/stadtrad")
        assert "/konzepte/stadtrad" in page(f"{site.url}/suche?q=Rad")

        first, end = children_of(site.process.pid), time.monotonic() + 120
        site.process.send_signal(signal.SIGUSR2)
        while not (found := [one for one in children_of(site.process.pid) - first if children_of(one)]):
            assert time.monotonic() < end, output(node)
            time.sleep(0.1)
        site.process.terminate()
        assert site.process.wait(timeout=30) == 0
        try:
            assert "Ein Rad für alle" in page(f"{site.url}/konzepte/stadtrad")
        finally:
            os.kill(found[0], signal.SIGINT)
        while children_of(found[0]):
            assert time.monotonic() < end, output(node)
            time.sleep(0.1)
    assert "Traceback" not in output(node)


def published(cli: Cli, node: Path, **variables: str) -> set[str]:
    """Return which concepts there are once the command has made the node ready."""
    assert cli("run", "--port", str(free_port()), **variables).exit_code == 0
    services = Services(load_settings(data=node))
    slugs = {entry.slug for entry in services.catalogue.heads()}
    assert services.search.agree() == ()
    services.close()
    return slugs


@pytest.mark.usefixtures("_no_server")
def test_a_node_of_earlier_is_taken_over_with_what_changed_in_the_folder(cli: Cli, node: Path, write: Write) -> None:
    cli("init")
    write("stadtrad")
    for file in (node / "index" / "whoosh").iterdir():
        file.unlink()
    assert published(cli, node) == {"linienbus", "rufbus", "stadtrad"}


@pytest.mark.usefixtures("_no_server")
@pytest.mark.parametrize(
    ("made", "found"),
    [([], {"linienbus", "rufbus"}), (["--content"], {"linienbus", "rufbus", "stadtrad"}), (["--empty"], set())],
)
def test_a_folder_is_followed_only_where_somebody_said_so(
    cli: Cli, node: Path, content: Path, write: Write, made: list[str], found: set[str]
) -> None:
    named = [str(content)] if "--content" in made else []
    assert cli("init", *made, *named).exit_code == 0
    write("stadtrad")
    assert published(cli, node, NODE_CONTENT="") == found


@pytest.mark.usefixtures("_no_server")
def test_what_keeps_a_site_from_starting_is_named_before_anything_is_made(cli: Cli, node: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        taken = cli("run", "--port", port)
    assert taken.exit_code == 3
    assert f"port {port}" in taken.stderr
    assert "make run PORT=" in taken.stderr
    assert cli("run", "--port", "70000").exit_code == 2
    nothing_to_show = cli("run", "--port", str(free_port()), NODE_CONTENT="")
    assert nothing_to_show.exit_code == 3
    assert "erfahrungsnetz init" in nothing_to_show.stderr
    assert not (node / "content.git").exists()
