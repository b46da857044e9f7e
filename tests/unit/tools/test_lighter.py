import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tools.setup.lighter import ROOT, cut_font, used_classes, without_unused

VENDOR = ROOT / "static" / "vendor"


def test_rules_that_no_page_uses_are_taken_out_and_all_others_stay() -> None:
    sheet = (
        ":root{--kern-a:1;--kern-b:2;--kern-c:var(--kern-b)}.kern-btn,.kern-dialog{margin:0}.kern-dialog{top:0}"
        ".kern-icon--search{left:var(--kern-a)}.kern-icon--home{left:0}p:not(.kern-dialog){right:0}"
        '@media print{.kern-dialog{a:"}"}.kern-btn{b:url("data:x;y")}}@media screen{.kern-dialog{c:0}}'
    )
    text = '<a class="kern-btn kern-icon kern-icon--{{ icon }}">{{ button("search") }}'
    used = frozenset({"kern-btn", "kern-icon", "kern-icon--"})
    assert re.sub(r"\s", "", without_unused(sheet, text, used)) == (
        ":root{--kern-a:1;}.kern-btn{margin:0;}.kern-icon--search{left:var(--kern-a);}"
        'p:not(.kern-dialog){right:0;}@mediaprint{.kern-btn{b:url("data:x;y");}}'
    )


@pytest.mark.skipif(not (VENDOR / "kern.css").is_file(), reason="set-up could not fetch KERN")
def test_what_the_pages_use_of_kern_is_there_in_a_third_of_its_size() -> None:
    whole, slim = ((VENDOR / name).read_text("utf-8") for name in ("kern.css", "kern.min.css"))
    _text, used = used_classes()
    alone = {name for name in used if re.search(rf"[}},]\.{name}[{{,]", whole)}
    assert len(alone) > 40
    assert {name for name in alone if not re.search(rf"\.{name}(?![\w-])", slim)} == set()
    assert len(slim) < len(whole) / 3
    assert "var(--kern-color-action-default" in slim
    asked = set(re.findall(r"var\(\s*(--kern-[\w-]+)\s*\)", slim))
    assert {name for name in asked if f"{name}:" in whole and f"{name}:" not in slim} == set()


@pytest.mark.skipif(not (VENDOR / "fira-sans").is_dir(), reason="set-up could not fetch the fonts")
def test_a_cut_font_has_our_letters_and_another_name(tmp_path: Path) -> None:
    cut_font(VENDOR / "fira-sans" / "FiraSans-Regular.woff2", tmp_path / "cut.woff2")
    font = TTFont(tmp_path / "cut.woff2")
    assert {ord(letter) for letter in "äöüß€„“–§é1"} <= font.getBestCmap().keys()
    assert (tmp_path / "cut.woff2").stat().st_size < 20_000
    names = [str(record) for record in font["name"].names if record.nameID in {1, 3, 4, 6, 16}]
    assert names
    assert not [name for name in names if "Fira" in name]
