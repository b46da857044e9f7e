from __future__ import annotations

from pathlib import Path

from app.web.shell.assets import fingerprint


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
