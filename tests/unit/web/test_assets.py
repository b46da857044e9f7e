import os
import sys
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from werkzeug.test import Client

from app.web.shell.assets import Assets, CompiledTemplates, fingerprint
from tests import translated


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


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_files_are_sent_compressed_until_they_change(tmp_path: Path, encoding: str) -> None:
    sheet, packed = tmp_path / "a.css", tmp_path / f"a.css.{encoding.removesuffix('ip')[:2]}"
    sheet.write_text("x" * 99)
    packed.write_bytes(b"packed")
    os.utime(packed, ns=(sheet.stat().st_mtime_ns,) * 2)

    def sent(accepted: str) -> tuple[bytes, str | None, str | None, str | None]:
        assets = Assets(tmp_path)
        with Client(assets.serve(lambda _environ, _start: [])).get(
            f"{assets.prefix}a.css", headers={"Accept-Encoding": accepted}
        ) as answer:
            heads = answer.headers
            return answer.data, heads.get("Content-Encoding"), heads.get("Vary"), heads["ETag"][:3]

    assert sent(f"{encoding}, deflate") == (b"packed", encoding, "Accept-Encoding", 'W/"')
    assert sent("identity") == (b"x" * 99, None, "Accept-Encoding", 'W/"')
    os.utime(packed, ns=(1, 1))
    assert sent(encoding)[:2] == (b"x" * 99, None), "the compressed form is of an earlier text"


@pytest.fixture(autouse=True)
def _each_like_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(CompiledTemplates, "load_bytecode", translated.load)
    monkeypatch.setattr(CompiledTemplates, "dump_bytecode", translated.dump)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "page.html").write_text("Guten {{ 'Tag'|greeted }}")
    return folder


class Counting(Environment):
    """Counts what it compiles."""

    compiled = 0

    def _generate(self, *given: Any, **named: Any) -> str:
        self.compiled += 1
        return super()._generate(*given, **named)


def shown(templates: Path, program: str = "1", greeted: str = "!") -> tuple[str, int]:
    """Return the page, and how many templates a start of the program compiled for it."""
    environment = Counting(loader=FileSystemLoader(templates), autoescape=True)
    environment.filters["greeted"] = lambda word: word + greeted
    environment.bytecode_cache = CompiledTemplates(templates, program)
    return environment.get_template("page.html").render(), environment.compiled


def kept(templates: Path) -> list[Path]:
    return [path for path in (templates / "__pycache__").rglob("*") if path.is_file()]


def test_the_next_start_compiles_nothing(templates: Path) -> None:
    assert shown(templates) == ("Guten Tag!", 1)
    assert shown(templates) == ("Guten Tag!", 0)
    assert shown(templates, "2", greeted="?") == ("Guten Tag?", 1), "another program may make something else of it"


def test_a_template_that_was_changed_is_compiled_anew(templates: Path) -> None:
    shown(templates)
    (templates / "page.html").write_text("Gute {{ 'Nacht'|greeted }}")
    assert shown(templates) == ("Gute Nacht!", 1)
    assert len(kept(templates)) == 1


@pytest.mark.parametrize("length", [0, 20, 200])
def test_half_a_file_is_replaced(templates: Path, length: int) -> None:
    shown(templates)
    (file,) = kept(templates)
    file.write_bytes(file.read_bytes()[:length])
    assert shown(templates) == ("Guten Tag!", 1)
    assert shown(templates) == ("Guten Tag!", 0)


def test_whichever_letter_of_a_file_is_damaged_it_is_replaced(templates: Path) -> None:
    shown(templates)
    (file,) = kept(templates)
    whole = file.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 50)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        assert shown(templates) == ("Guten Tag!", 1)


def test_where_nothing_can_or_may_be_written_nothing_is(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (templates / "__pycache__").write_text("a file where the folder would be")
    assert shown(templates) == ("Guten Tag!", 1)
    assert {path.name for path in templates.iterdir()} == {"__pycache__", "page.html"}
    (templates / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert shown(templates) == ("Guten Tag!", 1)
    assert not kept(templates), "where Python writes no modules, nothing is written"


def test_leavings_of_a_full_disk_are_replaced_at_next_start(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def half(file: Path, content: bytes) -> int:
        write(file, content[: len(content) // 2])
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", half)
        assert shown(templates) == ("Guten Tag!", 1)
    left = kept(templates)
    assert shown(templates) == ("Guten Tag!", 1)
    assert shown(templates) == ("Guten Tag!", 0)
    assert kept(templates) == left


def test_it_goes_where_python_puts_its_own(templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    shown(templates)
    assert not (templates / "__pycache__").exists()
    assert shown(templates) == ("Guten Tag!", 0)
