"""What browsers load, made light: `python -m tools.setup.lighter`, called by set-up with the environment's Python.

The KERN style sheet without rules for what no page uses, Fira Sans cut to western European letters, and style sheets
and scripts compressed beside themselves, as WhiteNoise serves them. All of it is made anew from the packages and never
committed. The licence of Fira Sans reserves its name for the unchanged font, so the cut one has another.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import tinycss2
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont

from tools.setup.browser_files import FACES
from tools.setup.stamp import Stamp

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
CUT = "Netz Sans"
"""The family name of the cut font; site.css names it before Fira Sans, which is loaded for other letters alone."""
LETTERS = "0-FF,131,152-153,160-161,178,17D-17E,2C6,2DA,2DC,2002-206F,20AC,2122,2190-2193,2212,2260,2264-2265"
FEATURES = ["kern", "liga", "tnum", "ccmp", "locl", "mark"]
CHANGED = "/* KERN UX, EUPL-1.2, without rules that no page uses; the whole sheet lies beside, kern.css. */\n"
COMPRESSED = (".css", ".js", ".svg")
_CLASS = re.compile(r"\.(kern-[\w-]+)")
_NAMED = re.compile(r"kern-[\w-]+--(?=\{\{)|kern-[\w-]*\w")
_NAMES = {1: CUT, 3: CUT, 4: CUT, 6: CUT.replace(" ", ""), 16: CUT}


def used_classes(root: Path = ROOT) -> tuple[str, frozenset[str]]:
    """Return the text of all templates and scripts, and the names of KERN in it, some only by their beginning."""
    files = sorted((*root.glob("app/web/**/*.html"), *root.glob("app/web/**/*.py"), *root.glob("static/js/*.js")))
    text = "\n".join(path.read_text("utf-8") for path in files)
    return text, frozenset(_NAMED.findall(text))


def without_unused(sheet: str, text: str, used: frozenset[str]) -> str:
    """Return the sheet without rules for classes that are not `used`, and custom properties that nothing asks for."""
    words = frozenset(re.findall(r"[\w-]+", text))

    def is_used(name: str) -> bool:
        begun, _, ending = name.rpartition("--")
        return name in used or (f"{begun}--" in used and ending in words)

    def keeps(selector: str) -> bool:
        # In brackets stand alternatives and exceptions; what stands outside of them is needed.
        outside = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", selector)
        return "data-kern-theme" not in outside and all(map(is_used, _CLASS.findall(outside)))

    slim = _sheet(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), keeps)
    asked = slim + "".join(path.read_text("utf-8") for path in sorted((STATIC / "css").glob("*.css")))
    while True:
        needed = frozenset(re.findall(r"var\(\s*(--[\w-]+)", asked))
        less = slim
        for name in frozenset(re.findall(r"(--kern-[\w-]+):", slim)) - needed:
            less = re.sub(rf"{name}:[^;{{}}]*;", "", less)
        if less == slim:
            return slim
        asked = asked.replace(slim, less)
        slim = less


def _sheet(rules: list[tinycss2.ast.Node], keeps: Callable[[str], bool]) -> str:
    return "".join(_rules(rules, keeps))


def _rules(rules: list[tinycss2.ast.Node], keeps: Callable[[str], bool]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            groups = tinycss2.serialize(rule.prelude).strip()
            kept = [one for one in re.split(r",(?![^(]*\))", groups) if keeps(one)]
            if kept:
                yield f"{','.join(kept)}{{{_body(rule.content)}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports", "layer"} and rule.content:
            inner = _sheet(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), keeps)
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            yield rule.serialize() + "\n"


def _body(content: list[tinycss2.ast.Node]) -> str:
    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    return "".join(one.serialize() + ";" for one in found if one.type == "declaration")


def cut_font(source: Path, target: Path) -> None:
    """Write the western European letters of a font, under a name of their own."""
    font = TTFont(source)
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(LETTERS))
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in _NAMES:
            record.string = _NAMES[record.nameID]
    font.flavor = "woff2"
    font.save(target)


def font_faces(folder: Path) -> str:
    """Cut all fonts in `folder` and return the rules that load them, each only where a page needs it."""
    rules = []
    for name, weight in FACES.items():
        file, style = f"FiraSans-{name}.woff2", "italic" if name == "Italic" else "normal"
        if not (folder / f"NetzSans-{name}.woff2").is_file():
            cut_font(folder / file, folder / f"NetzSans-{name}.woff2")
        here = ", ".join(f"U+{part}" for part in LETTERS.split(","))
        for family, address, letters in (
            (CUT, f"NetzSans-{name}.woff2", here),
            ("Fira Sans", file, "U+100-10FFFF"),
        ):
            rules.append(
                f'@font-face{{font-family:"{family}";src:url("./{folder.name}/{address}") format("woff2");'
                f"font-weight:{weight};font-style:{style};font-display:swap;unicode-range:{letters}}}\n"
            )
    return "".join(rules)


def compress(folder: Path) -> None:
    """Write the compressed forms of style sheets, scripts and drawings that lack them or have changed since."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in COMPRESSED:
            data = path.read_bytes()
            for ending, packed in ((".br", brotli.compress), (".gz", lambda data: gzip.compress(data, 9, mtime=0))):
                other, written = path.with_name(path.name + ending), path.stat().st_mtime_ns
                if not other.is_file() or other.stat().st_mtime_ns != written:
                    other.write_bytes(packed(data))
                    # The site serves it only as long as it is of the same time as what it was made from.
                    os.utime(other, ns=(written, written))


def main() -> None:
    """Make light what set-up has copied into static/vendor, unless that is done, and compress what has changed."""
    # Firefox and Chromium do not mind the version of a table that fontTools remarks on.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    vendor = STATIC / "vendor"
    whole, slim = vendor / "kern.css", vendor / "kern.min.css"
    text, used = used_classes()
    stamp = Stamp(vendor / ".light", Path(__file__), text, *sorted((STATIC / "css").glob("*.css")))
    if whole.is_file() and not stamp.is_current():
        sheet = without_unused(whole.read_text("utf-8"), text, used)
        slim.write_text(CHANGED + font_faces(vendor / "fira-sans") + sheet, "utf-8")
        stamp.renew()
    compress(STATIC)


if __name__ == "__main__":
    main()
