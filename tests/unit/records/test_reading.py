from hashlib import sha256
from typing import Any

import pytest

from app.records.problem import InvalidRecord
from app.records.record import SIZE_CLASSES, Municipality, RecordRef, StoredFile, Withdrawn
from app.records.record_reader import RecordReader, digest
from app.records.structure import footnotes, outline
from tests.unit.records import examples

READER = RecordReader(examples.schemas())
PATH = "case-studies/musterstadt-rufbus"


def codes(text: bytes | str, path: str = PATH) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRecord) as caught:
        READER.read_any(path, text)
    assert caught.value.path == path
    return [(problem.code, problem.field) for problem in caught.value.problems]


def test_a_record_is_typed_and_complete() -> None:
    record = READER.read(PATH, examples.text(), [StoredFile(name="a.png", size=1, sha256="00")])
    assert (record.path, record.ref, record.kind, record.slug) == (
        PATH,
        "case-study/musterstadt-rufbus",
        "case-study",
        "musterstadt-rufbus",
    )
    assert record.sources[0].self_reported is True
    assert record.lessons[0].sources == ("bericht",)
    assert [section.id for section in record.sections] == ["problem", "approach", "results"]
    assert record.section("approach") is record.sections[1]
    assert record.source("bericht") is record.sources[0]
    assert record.lesson("klein-anfangen") is record.lessons[0]
    assert [record.section("x"), record.source("x"), record.lesson("x")] == [None, None, None]
    assert record.digest.startswith("sha256:")


def test_nobody_can_change_what_was_read() -> None:
    record: Any = READER.read(PATH, examples.text())
    with pytest.raises(TypeError):
        record.data["title"] = "x"
    with pytest.raises(TypeError):
        record.data["lessons"][0]["id"] = "x"
    with pytest.raises(AttributeError):
        record.title = "x"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("no header", PATH, ("header_missing", "")),
        (examples.text(), "poems/x", ("unknown_folder", "kind")),
        (examples.text(), "solutions/x", ("kind_does_not_fit_folder", "kind")),
        (examples.text(), "case-studies/Groß", ("folder_name", "")),
        (examples.text(), "case-studies/a/b", ("folder_name", "")),
        (examples.text(), "case-studies/../x", ("folder_name", "")),
        (examples.text(title=None), PATH, ("required", "title")),
        (examples.text(examples.BODY.replace("{#results}", "{#other}")), PATH, ("unknown_section", "body.other")),
        (examples.text("## Ausgangslage {#problem}\nx[^bericht]\n"), PATH, ("section_missing", "body.results")),
        (examples.text(examples.BODY + "\n## Nochmal {#problem}\nx[^bericht]\n"), PATH, ("section_twice",
            "body.problem")),
        (examples.text(examples.BODY + "\n## Kosten {#cost}\n \n"), PATH, ("section_empty", "body.cost")),
        (examples.text("Vorab\n" + examples.BODY), PATH, ("text_outside_section", "body")),
        (examples.text(examples.BODY + "\n## Ohne\n"), PATH, ("heading_without_id", "body")),
        (examples.text(examples.BODY + "\n# Groß\n"), PATH, ("page_heading", "body")),
        (examples.text(examples.BODY + "[" * 500), PATH, ("hostile_markdown", "body")),
        (examples.text(examples.BODY.replace("[^bericht]", "[^fehlt]", 1)), PATH, ("unknown_source", "body.problem")),
        (examples.text(goals=[{"text": "x", "sources": ["fehlt"]}]), PATH, ("unknown_source", "goals.0.sources.0")),
        (examples.text(sources=examples.FRONT["sources"] * 2), PATH, ("duplicate_value", "sources.1.key")),
        (examples.text(lessons=examples.FRONT["lessons"] * 2), PATH, ("duplicate_value", "lessons.1.id")),
    ],
)  # fmt: skip
def test_what_keeps_a_file_from_being_a_record_is_named(text: str, path: str, expected: tuple[str, str]) -> None:
    assert expected in codes(text, path)


def test_problems_in_the_body_carry_the_line_of_the_file() -> None:
    text = examples.text(examples.BODY.replace("Der Bus fuhr los.[^bericht]", "Der Bus fuhr los.[^fehlt]"))
    with pytest.raises(InvalidRecord) as caught:
        READER.read(PATH, text)
    [problem] = caught.value.problems
    assert text.split("\n")[problem.line - 1] == "- **2020:** Der Bus fuhr los.[^fehlt]"


WITHDRAWN = "---\nschema: withdrawn/1\nid: 3d1f0a52-6f6c-4d8e-9d37-0b1c2d3e4f50\nkind: case-study\nreason: legal\n---\n"


def test_a_withdrawal_stands_in_place_of_the_record() -> None:
    found = READER.read_any(PATH, WITHDRAWN)
    assert isinstance(found, Withdrawn)
    assert (found.reason, found.path) == ("legal", PATH)
    with pytest.raises(InvalidRecord):
        READER.read(PATH, WITHDRAWN)
    assert codes(WITHDRAWN.replace("legal", "mood")) == [("not_allowed", "reason")]
    assert codes(WITHDRAWN, "solutions/x") == [("kind_does_not_fit_folder", "kind")]


TRANSLATION = {"lang": "de-simple", "file": "einfach.md", "title": "Rufbus", "summary": "Ein Bus, den man ruft."}


def test_translations_bring_their_text_where_a_loader_is_given() -> None:
    lesson = {"id": "klein-anfangen", "statement": "Begin small.", "recommendation": "One village first."}
    english = {"lang": "en", "title": "A bus on demand", "summary": "It runs.", "lessons": [lesson]}
    text = examples.text(translations=[TRANSLATION, english])
    assert READER.read(PATH, text).translations[0].text is None
    loaded = READER.read(PATH, text, load={"einfach.md": b"Ein Bus.\r\n"}.__getitem__)
    assert [(found.file, found.text) for found in loaded.translations] == [("einfach.md", "Ein Bus.\n"), (None, None)]
    assert loaded.translations[1].lessons[0].statement == "Begin small."


@pytest.mark.parametrize(
    ("raw", "code"), [(b"\xff", "not_utf8"), (b"x\x00", "forbidden_character"), (b"x" * 200_000, "body_too_large")]
)
def test_a_translation_obeys_the_rules_of_a_body(raw: bytes, code: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        READER.read(PATH, examples.text(translations=[TRANSLATION]), load={"einfach.md": raw}.__getitem__)
    assert [(p.file, p.code) for p in caught.value.problems] == [(f"{PATH}/einfach.md", code)]


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (None, None), (4_999, "lt5k"), (5_000, "5-20k"), (20_000, "20-50k"), (50_000, "50-100k"),
        (499_999, "100-500k"), (500_000, "gt500k"),
    ],
)  # fmt: skip
def test_size_classes_begin_at_round_numbers(population: int | None, expected: str | None) -> None:
    place = Municipality(name="x", state="BW", kind="town", role="lead", population=population)
    assert place.size_class == expected
    assert [choice.value for choice in examples.schemas().choices("size_class")] == list(SIZE_CLASSES)


@pytest.mark.parametrize(
    ("text", "said_by", "expected"),
    [
        ("solution/rufbus", "", RecordRef(kind="solution", slug="rufbus")),
        ("solution/rufbus", "b.example", RecordRef(kind="solution", slug="rufbus", origin="b.example")),
        (
            "solution/rufbus@c.example:81~netz",
            "b.example",
            RecordRef(kind="solution", slug="rufbus", origin="c.example:81~netz"),
        ),
    ],
)
def test_a_name_belongs_to_the_node_that_says_it(text: str, said_by: str, expected: RecordRef) -> None:
    assert RecordRef.parse(text, said_by) == expected
    assert RecordRef.parse(expected.text) == expected


def test_sections_carry_id_title_text_and_line_and_what_belongs_to_none_is_reported() -> None:
    found = outline(
        "Vorab\n\n## A {#a}\n\nText\n\n### Mehr\n\nzwei\n\n## B {#b}\nx\n## Ohne Kennung\n# Groß\n", first_line=10
    )
    assert [(s.id, s.title, s.line) for s in found.sections] == [("a", "A", 12), ("b", "B", 20)]
    assert found.sections[0].markdown == "Text\n\n### Mehr\n\nzwei"
    assert (found.stray_lines, found.headings_without_id, found.page_headings) == ((10,), (22,), (23,))
    in_code = outline("## A {#a}\n```\n## B {#b}\n# c\n```\n~~~\n## C {#c}\n```\n## D {#d}\n~~~\n")
    assert [s.id for s in in_code.sections] == ["a"]
    for body in ("", "\n\n", "\n \n"):
        assert (outline(body).sections, outline(body).stray_lines) == ((), ())


def test_footnotes_in_code_do_not_count() -> None:
    text = "eins[^a] `[^b]`[^c][^d]\n```\n[^e]\n```\n[^f]"
    assert list(footnotes(text, 5)) == [("a", 5), ("c", 5), ("d", 5), ("f", 9)]


def file(name: str, content: bytes = b"x") -> StoredFile:
    return StoredFile(name=name, size=len(content), sha256=sha256(content).hexdigest())


def test_the_digest_is_the_hash_of_the_canonical_json_with_all_files_in_any_order() -> None:
    expected = sha256(b'{"body":"Text\\n","files":[],"record":{"a":1,"b":"\xc3\xa4"}}').hexdigest()
    assert digest({"b": "ä", "a": 1}, "Text\n", ()) == f"sha256:{expected}"
    assert digest({}, "", (file("a"), file("b"))) == digest({}, "", (file("b"), file("a")))
    assert len({digest({}, "", (one,)) for one in (file("a"), file("a", b"y"), file("c"))}) == 3


def test_order_and_notation_of_the_header_do_not_count_but_content_does() -> None:
    one = examples.record()
    reordered = "\n".join(reversed(examples.text().split("---\n")[1].strip().split("\n")))
    other = READER.read(one.path, f"---\n# x\n{reordered}\n---\n{examples.BODY}")
    assert one.digest == other.digest == digest(one.data, one.body, one.files)
    assert one.digest != examples.record(title="Anders").digest
    assert one.digest != examples.record(examples.BODY + "\nMehr.[^bericht]\n").digest
