"""Takes the picture for the README from a node that is filled and started for it."""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.serving_node import serving
from tools.setup.chromium import chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
PAGE = "/"
COLOURS = 64
"""So many are enough for a page, and make the file a third as large as all would."""


def main(target: Path) -> None:
    """Write a PNG of PAGE in a window of 1280 × 1200 to `target`."""
    settings = {"NODE_ISSUER": "https://erfahrungen.example", "NODE_OPERATOR_NAME": "Stadt Musterstadt"}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "node", settings) as node,
        sync_playwright() as tool,
    ):
        browser = tool.chromium.launch(executable_path=str(chromium()), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 1200}, color_scheme="light", locale="de-DE")
        page.goto(node.url + PAGE, wait_until="networkidle")
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.open(BytesIO(page.screenshot())).quantize(COLOURS).save(target, optimize=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
