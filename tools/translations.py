"""Collects the texts of templates and code into the German catalogue, which the program reads as it is."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
GERMAN = ROOT / "app" / "translations" / "de" / "LC_MESSAGES" / "messages.po"
KEYWORDS = ("_", "gettext", "ngettext:1,2", "lazy_gettext", "pgettext:1c,2", "npgettext:1c,2,3", "N_", "NP_:1c,2")
CHANGING = tuple(
    f'"{name}: '
    for name in (
        "Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator",
        "Language-Team", "Generated-By",
    )
)  # fmt: skip
"""Lines in the head of a catalogue that would change with each run and tell nothing."""


def main() -> int:
    """Bring messages.po up to date with the texts that are in use, keeping what is translated."""
    with tempfile.TemporaryDirectory() as folder:
        template = extract(Path(folder))
        verb = "update" if GERMAN.exists() else "init"
        quiet = ["--no-fuzzy-matching", "--ignore-obsolete"] if verb == "update" else []
        _babel(verb, *quiet, "--input-file", str(template), "--locale", "de", "--output-file", str(GERMAN))
    tidy(GERMAN)
    return 0


def tidy(path: Path) -> None:
    """Sort a catalogue by its texts and leave out where they stand, so that two people rarely change the same line."""
    with path.open("rb") as source:
        catalogue = read_po(source)
    written = BytesIO()
    write_po(written, catalogue, width=120, no_location=True, sort_output=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(CHANGING)), encoding="utf-8")


def extract(folder: Path) -> Path:
    """Write the template of all texts in app into folder and return its path."""
    target = folder / "messages.pot"
    keywords = [part for keyword in KEYWORDS for part in ("--keyword", keyword)]
    _babel(
        "--quiet", "extract", "--no-default-keywords", *keywords, "--no-wrap", "--sort-by-file", "--omit-header",
        "--mapping-file", str(ROOT / "tools" / "babel.cfg"), "--output-file", str(target), "app",
    )  # fmt: skip
    return target


def _babel(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", *arguments], check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
