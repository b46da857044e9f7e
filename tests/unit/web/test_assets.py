from __future__ import annotations

from pathlib import Path

from app.web.shell.assets import Assets, fingerprint


def test_fingerprint_changes_with_names_and_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("x")
    first = fingerprint(tmp_path)
    (tmp_path / "a.css").write_text("y")
    second = fingerprint(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    third = fingerprint(tmp_path)
    assert len({first, second, third}) == 3
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert fingerprint(tmp_path) == third, "compiled Python does not count"


def test_missing_kern_is_noticed(tmp_path: Path) -> None:
    assert not Assets.read(tmp_path).has_kern
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "kern.min.css").write_text("")
    assert Assets.read(tmp_path).has_kern
