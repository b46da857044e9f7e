import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.documents.writing import pdf
from tools.setup import chromium, pdf_libraries, prerequisites, system_packages
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
        system_packages.ensure_packages()
    line = "sudo apt-get install -y --no-install-recommends python3-venv git openssh-client"
    assert str(missing.value).endswith(line)


def test_root_gets_what_is_missing_after_it_is_named_unless_told_not_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    monkeypatch.setattr(shutil, "which", lambda program: None if program == "npm" else f"/usr/bin/{program}")
    monkeypatch.setattr(subprocess, "run", lambda command, **_: started.append(command))
    monkeypatch.setenv("NO_APT", "1")
    system_packages.ensure_packages()
    assert started == []
    monkeypatch.delenv("NO_APT")
    system_packages.ensure_packages()
    assert started[-1][-2:] == ["nodejs", "npm"]
    assert "Installing with apt-get: nodejs npm (NO_APT=1" in capsys.readouterr().err


def test_browser_tests_without_chromium_fail_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingPrerequisite, match=r"sudo apt-get install .* chromium-headless-shell fonts-dejavu-core"):
        chromium.ensure_chromium()


def test_set_up_and_export_name_the_same_libraries() -> None:
    assert set(pdf_libraries.PACKAGES.values()) <= set(pdf.PACKAGES)
