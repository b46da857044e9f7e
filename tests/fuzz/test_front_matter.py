"""Whatever a record file holds, it is a record or its problems are named, and writing it back loses nothing."""

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st

from app.records.checks.wording import word
from app.records.document import FrontMatterError, parse
from app.records.document_writer import write_back, write_document
from app.records.problem import InvalidRecord
from app.records.record_reader import RecordReader, digest
from tests.fuzz.fuzzing import fuzz, mutated
from tests.unit.records import examples
from tests.webnode.node import CONTENT

SHIPPED = [path.read_bytes() for path in sorted((examples.ROOT / "content").glob("*/*/index.md"))[::9]]
SMALL = [path.read_bytes() for path in sorted(CONTENT.glob("*/*/index.md"))]
SCRAPS = [
    b"---\n", b"\n---\n", b"\r\n", b"\n", b"\n  ", b"\n- ", b": ", b":", b"- ", b"{", b"}", b"[", b"]", b",", b'"',
    b"'", b"|\n", b">\n", b"|2-\n", b"#", b" #", b"&a ", b"*a", b"!!python/object:os.system ", b"!t ", b"<<: ", b"? ",
    b"%YAML 1.2\n", b"...\n", b"~", b"null", b"true", b"NO", b"0x1F", b"1e999", b"9" * 50, b"-0", b".nan",
    b"2026-13-40", b"\\u0000", b"\\x1b", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xf0\x9f\x9a\x8c", b"\t", b"## A {#a}\n", b"[^bericht]", b"sources:", b"lessons:", b"id: ",
    b"schema: withdrawn/1\n", b"kind: concept\n", b"title: ",
]  # fmt: skip
READER = RecordReader(examples.schemas())
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(["bericht"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def nothing(name: str) -> bytes:
    raise AssertionError(name)


def check_file(raw: bytes) -> None:
    for problem in examples.problems(raw, {}, nothing):
        for lang in ("de", "en"):
            assert word(problem, lang).message
    try:
        document = parse(raw)
    except FrontMatterError:
        return
    assert write_back(raw, {}) == raw.decode("utf-8-sig").replace("\r\n", "\n") or b"\r" in raw
    if "schema" in document.front:
        again = parse(write_document(document.front, document.body))
        assert (again.front, again.body) == (document.front, document.body)
    with suppress(FrontMatterError):
        changed = parse(write_back(raw, {"title": "Neu"}))
        assert changed.front == {**document.front, "title": "Neu"}
        assert changed.body == document.body
    with suppress(InvalidRecord):
        found = READER.read_any(examples.PATH, raw)
        assert found.digest == digest(found.data, found.body, ())


def check_values(changes: dict[str, Any]) -> None:
    with suppress(FrontMatterError):
        raw = write_document({**examples.FRONT, **changes}, examples.BODY)
        check_file(raw)


def test_damaged_files() -> None:
    fuzz(mutated([*SMALL, *SHIPPED, examples.text().encode()], SCRAPS), check_file, of=2)


def test_fields_of_any_value() -> None:
    fuzz(
        st.dictionaries(st.sampled_from(sorted(examples.FRONT)) | st.text(min_size=1, max_size=8), VALUES),
        check_values,
        of=2,
    )
