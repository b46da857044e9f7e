from __future__ import annotations

from hashlib import sha256

from app.records.record import StoredFile
from app.records.record_reader import RecordReader, digest
from tests.unit.records import examples


def file(name: str, content: bytes = b"x") -> StoredFile:
    return StoredFile(name=name, size=len(content), sha256=sha256(content).hexdigest())


def test_the_digest_is_the_hash_of_the_canonical_json() -> None:
    expected = sha256(b'{"body":"Text\\n","files":[],"record":{"a":1,"b":"\xc3\xa4"}}').hexdigest()
    assert digest({"b": "ä", "a": 1}, "Text\n", ()) == f"sha256:{expected}"


def test_order_and_notation_of_the_header_do_not_count_but_content_does() -> None:
    one = examples.record()
    reordered = "\n".join(reversed(examples.text().split("---\n")[1].strip().split("\n")))
    other = RecordReader(examples.schemas()).read(one.path, f"---\n# x\n{reordered}\n---\n{examples.BODY}")
    assert one.digest == other.digest
    assert one.digest != examples.record(title="Anders").digest
    assert one.digest != examples.record(examples.BODY + "\nMehr.[^bericht]\n").digest


def test_files_count_whatever_their_order() -> None:
    assert digest({}, "", (file("a"), file("b"))) == digest({}, "", (file("b"), file("a")))
    assert digest({}, "", (file("a"),)) != digest({}, "", (file("a", b"y"),))
    assert digest({}, "", (file("a"),)) != digest({}, "", (file("c"),))


def test_a_frozen_record_has_the_digest_of_what_was_read() -> None:
    record = examples.record()
    assert digest(record.data, record.body, record.files) == record.digest
