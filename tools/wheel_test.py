"""`make wheel-test`: as root, lives with the wheel alone: empty environments, other folders, no Node.js, no network.

For each Python: the trial, a node of its own with backup and restore, and the upgrade of a node that an earlier commit
made (`BEFORE`, by default release 0.9). Whatever asks a network for something after the installation fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

import requests

from bench.soak_people import PUBLISH, Book, Browser
from tools import dist
from tools.serving_node import ServingNode, free_port, serving

PYTHONS = ("/usr/bin/python3.11", "/usr/bin/python3.13")
RELEASE_BEFORE = "629d5cf6"
"""The commit that begins the tables of release 0.9."""
TOOLS, NEW = ("git", "ssh-keygen", "sh", "uname"), "Wartet auf das neue Programm."
_MAKE = f"""
import json, sys; from pathlib import Path; from app.shared.config import Settings
from bench.soak_people import Book, fill; from tools.serving_node import serving
data, port = Path(sys.argv[1]), int(sys.argv[2])
given = {{"NODE_ISSUER": f"http://127.0.0.1:{{port}}", "NODE_MEANING": "off", "NODE_CONTENT": ""}}
settings = Settings.model_validate({{"data": data, "issuer": given["NODE_ISSUER"], "meaning": "off"}})
team = fill(settings, Path("content"), 1)[0](Book())
with serving(data, given, command=(sys.executable, "-c", "from app.cli import main; main()", "run"), port=port):
    team.publish(team.records[0])
    waiting = getattr(team, "approved", getattr(team, "sent", None))(team.records[1], "{NEW}")
    draft = team.author.press(f"/beitragen/aendern/fallstudien/{{team.records[2]}}", team.records[2])
print(json.dumps({{"words": team.author.book.publications[0].words, "waiting": waiting, "draft": draft,
    "records": team.records, "author": team.author.cookies, "editor": team.editor.cookies}}))
"""


def main() -> int:
    """Install with a network, then go on without one; exit code 1: something is broken."""
    if sys.argv[1:]:
        for python in PYTHONS:
            live(Path(sys.argv[1]), Path(python).name)
        return 0
    with tempfile.TemporaryDirectory() as name:
        place, before = Path(name), Path(name, "before")
        before.mkdir()
        commit = os.environ.get("BEFORE") or RELEASE_BEFORE
        packed = subprocess.run(["git", "archive", commit], check=True, cwd=dist.ROOT, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x"], check=True, cwd=before, input=packed.stdout)
        wheel = str(dist.build_wheel(place))
        for python in PYTHONS:
            install(python, place, wheel)
            install(python, before, "--require-hashes", "-r", str(before / "requirements.txt"))
        (place / "bin").mkdir()
        for tool in TOOLS:
            (place / "bin" / tool).symlink_to(shutil.which(tool) or sys.exit(f"{tool} is missing"))
        alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, "-m"]
        return subprocess.run([*alone, "tools.wheel_test", name], check=False, cwd=dist.ROOT).returncode


def install(python: str, folder: Path, *what: str) -> None:
    """Make an environment in the folder with these packages and nothing else."""
    environment = folder / Path(python).name
    subprocess.run([python, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin" / "pip", "install", "-qq", "--disable-pip-version-check", *what], check=True)


def live(place: Path, python: str) -> None:
    """Do with one Python all that there is to do, and end where something is not as it should be."""
    command, home = str(place / python / "bin" / "erfahrungsnetz"), place / f"home-{python}"
    home.mkdir()
    os.environ["PATH"] = str(place / "bin")
    said("no Node.js, npm and pip are to be found", holds=not any(map(shutil.which, ("node", "npm", "pip"))))

    def call(name: str, *arguments: str, data: Path) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "NODE_DATA": str(data), "NODE_MEANING": "off"}
        done = subprocess.run([command, name, *arguments], cwd=home, env=environment, capture_output=True, check=False)
        said(f"{python}: erfahrungsnetz {name}", holds=done.returncode == 0, why=done.stderr.decode()[-2000:])

    def site(data: Path, what: str, port: int) -> AbstractContextManager[ServingNode]:
        given = {"NODE_ISSUER": f"http://127.0.0.1:{port}", "NODE_MEANING": "off", "NODE_CONTENT": ""}
        return serving(data, given, command=(command, what), port=port, folder=home)

    with site(home / "trial", "try", free_port()) as node:
        page = requests.get(f"{node.url}/suche?q=Rufbus", timeout=60).text
        styles = [part.partition('"')[0] for part in page.split('rel="stylesheet" href="')[1:]]
        holds = len(styles) > 1 and all(requests.get(node.url + style, timeout=60).ok for style in styles)
        said(
            f"{python}: trial after {node.seconds:.1f} s, {len(styles)} styles", holds=holds and "/fallstudien/" in page
        )
        pdf = requests.get(f"{node.url}/sammlungen/themenpaket-rufbus/alle.pdf", timeout=120).content[:4]
        said(f"{python}: a PDF", holds=pdf == b"%PDF")
    call("init", data=home / "own")
    with site(home / "own", "run", free_port()) as node:
        said(f"{python}: a node of its own after {node.seconds:.1f} s", holds=requests.get(node.url, timeout=60).ok)
        call("backup", str(home / "backup"), data=home / "own")
    call("restore", str(home / "backup"), data=home / "restored")
    call("doctor", data=home / "own")
    data, port = home / "upgraded", free_port()
    make = [str(place / "before" / python / "bin" / "python"), "-c", _MAKE, str(data), str(port)]
    made = subprocess.run(make, check=False, cwd=place / "before", capture_output=True, text=True)
    said(f"{python}: a node made by the program before", holds=made.returncode == 0, why=made.stderr[-3000:])
    left = json.loads(made.stdout)
    with site(data, "run", port) as node:
        reader, author, editor = (Browser(node.url, Book(), left.get(who, {})) for who in ("", "author", "editor"))
        pages = [reader.read(f"/fallstudien/{record}").text for record in left["records"]]
        said(f"{python}: upgraded after {node.seconds:.1f} s, {len(pages)} cases", holds=left["words"] in pages[0])
        said(f"{python}: the draft is there", holds=author.open(left["draft"])[0].startswith("/beitragen"))
        editor.press(left["waiting"], left["waiting"].rpartition("/")[2], PUBLISH)
        page = reader.read(f"/fallstudien/{left['records'][1]}").text
        said(f"{python}: the proposal that waited is published", holds=NEW in page)
    call("doctor", data=data)


def said(words: str, *, holds: bool, why: str = "") -> None:
    """Print what was seen, and end where it is not as it should be."""
    print(words if holds else f"BROKEN: {words}\n{why}", flush=True)
    if not holds:
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
