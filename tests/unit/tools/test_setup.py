from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.documents.writing import pdf
from tools.setup import chromium, pdf_libraries, prerequisites
from tools.setup.browser_files import FACES, BrowserFiles, trimmed
from tools.setup.place_list import PlaceList
from tools.setup.prerequisites import MissingPrerequisite
from tools.setup.stamp import Stamp


def test_a_stamp_is_current_only_for_the_very_inputs_it_was_made_from(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("a==1")
    assert not Stamp(stamp, lock).is_current()
    Stamp(stamp, lock).renew()
    assert Stamp(stamp, lock).is_current()
    assert not Stamp(stamp, lock, "moved").is_current()
    lock.write_text("a==2")
    assert not Stamp(stamp, lock).is_current()
    Stamp(tmp_path / "stamp", "ab", "c").renew()
    assert not Stamp(tmp_path / "stamp", "a", "bc").is_current()


def test_the_pythons_of_the_lock_are_accepted_and_others_refused_with_a_way_out() -> None:
    for version in ((3, 11), (3, 13)):
        prerequisites.check_python(version)
    for version in ((3, 10), (3, 14)):
        with pytest.raises(MissingPrerequisite, match=r"make PYTHON=python3\.13"):
            prerequisites.check_python(version)


def test_everything_missing_is_named_in_one_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _module: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingPrerequisite) as missing:
        prerequisites.check_packages()
    line = "sudo apt-get install -y --no-install-recommends python3-venv git openssh-client"
    assert str(missing.value).endswith(line)


def test_without_npm_the_site_is_said_to_use_its_own_style_sheet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    BrowserFiles(tmp_path).install(dev=False)
    said = capsys.readouterr().err
    assert "own small style sheet" in said
    assert "apt-get install -y --no-install-recommends nodejs npm" in said
    assert not (tmp_path / "static").exists()


def test_of_the_font_sheet_only_the_cuts_in_use_remain() -> None:
    rules = [
        f"@font-face {{\n    src: url('./fira-sans/FiraSans-{face}.woff2');\n}}"
        for face in (*FACES, "Hair", "BoldItalic")
    ]
    sheet = trimmed("\n\n".join(rules))
    assert [f"FiraSans-{face}.woff2" in sheet for face in FACES] == [True] * len(FACES)
    assert "Hair" not in sheet
    assert "BoldItalic" not in sheet
    assert sheet.count("font-display: swap") == len(FACES)


def test_browser_tests_without_chromium_fail_with_the_install_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingPrerequisite, match=r"sudo apt-get install .* chromium-headless-shell fonts-dejavu-core"):
        chromium.ensure_chromium()


def test_a_chromium_with_a_name_is_taken_and_else_the_quickest_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "PROGRAMS", tmp_path)
    for there in (chromium.WHOLE, chromium.SHELL):
        (tmp_path / there).touch()
        assert chromium.chromium() == tmp_path / there
    (tmp_path / "chromium").touch()
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: pytest.fail("nothing is to be installed"))
    chromium.ensure_chromium()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Sequence[str]]:
    """What is installed where only the Chromium with windows is there."""
    (tmp_path / chromium.WHOLE).touch()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "PROGRAMS", tmp_path)
    monkeypatch.setattr(chromium, "may_install", lambda: True)
    packages: list[Sequence[str]] = []
    monkeypatch.setattr(chromium, "install", packages.append)
    return packages


def test_the_quicker_chromium_is_installed_beside_the_one_with_windows_by_whoever_may(
    installed: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium.ensure_chromium()
    assert installed == [(chromium.SHELL, "fonts-dejavu-core")]
    monkeypatch.setattr(chromium, "may_install", lambda: False)
    chromium.ensure_chromium()
    assert len(installed) == 1


def test_where_nothing_can_be_fetched_the_chromium_that_is_there_is_taken(
    installed: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(_packages: Sequence[str]) -> None:
        raise subprocess.CalledProcessError(100, "apt-get")

    monkeypatch.setattr(chromium, "install", unreachable)
    chromium.ensure_chromium()
    assert f"the tests take {chromium.chromium()}" in capsys.readouterr().err
    chromium.chromium().unlink()
    with pytest.raises(subprocess.CalledProcessError):
        chromium.ensure_chromium()


def test_libraries_that_print_documents_are_named_when_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(pdf_libraries, "PACKAGES", {"libc.so.6": "libc6", "libmissing.so.0": "libmissing-0"})
    pdf_libraries.suggest_pdf_libraries()
    assert capsys.readouterr().err.endswith("sudo apt-get install -y --no-install-recommends libmissing-0\n")
    with pytest.raises(MissingPrerequisite, match=r"libmissing-0$"):
        pdf_libraries.ensure_pdf_libraries()


def test_set_up_and_export_name_the_same_libraries() -> None:
    assert set(pdf_libraries.PACKAGES.values()) <= set(pdf.PACKAGES)


def test_without_the_package_of_areas_the_list_of_places_is_said_to_know_less(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    PlaceList(tmp_path, Path("python")).make()
    assert "official keys of districts and" in capsys.readouterr().err
    assert not (tmp_path / "build").exists()
