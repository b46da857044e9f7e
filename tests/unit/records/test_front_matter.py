import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.document import BODY_LIMIT, HEADER_LIMIT, MAX_DEPTH, FrontMatterError, parse


def front_of(header: str) -> object:
    return dict(parse(f"---\n{header}\n---\n").front)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *(
            (text, text)
            for text in ("NO", "yes", "on", "01067", "0x1F", "1_000", "12:30", "2026-01-31", "2026-01", ".inf")
        ),
        *((text, text) for text in (".5", "+1", "1.", "True", "NULL", "größe")),
        *(("1.10", 1.1), ("-0.5", -0.5), ("1e3", 1000.0), ("42", 42), ("-7", -7), ("true", True), ("false", False)),
        *(("null", None), ("~", None), ("", None), ("'42'", "42"), ('"true"', "true")),
    ],
)
def test_plain_words_mean_what_json_shares_and_otherwise_stay_text(written: str, read: object) -> None:
    value = front_of(f"key: {written}")
    assert value == {"key": read}
    assert type(value["key"]) is type(read)  # 1 == True, so the type is compared too.


@pytest.mark.parametrize(
    ("header", "code", "line"),
    [
        ("a: &x 1", "yaml_anchor", 2),
        ("a: &x [1]\nb: *x", "yaml_anchor", 2),
        ("a: *x", "yaml_alias", 2),
        ("a: !!python/object/apply:os.system ['id']", "yaml_tag", 2),
        ("a: !!str 1", "yaml_tag", 2),
        ("a: ! x", "yaml_tag", 2),
        ("b: 1\n<<: {a: 1}", "merge_key", 3),
        ("a: 1\nb: 2\na: 3", "duplicate_key", 4),
        ("a:\n  x: 1\n  x: 2", "duplicate_key", 4),
        ("a: 1\n'a': 2", "duplicate_key", 3),
        ("? [a]\n: 1", "key_not_text", 2),
        ("? {a: 1}\n: 1", "key_not_text", 2),
        ("'': 1", "key_not_text", 2),
        ("- a\n- b", "not_a_mapping", 2),
        ("just words", "not_a_mapping", 2),
        ("", "not_a_mapping", 2),
        ("%YAML 1.1\n--- \na: 1", "yaml_directive", 2),
        ("a: 1\n--- # more\nb: 2", "yaml_directive", 3),
        ("a: 1\n...", "yaml_directive", 3),
        ("a: [1, 2", "not_yaml", 2),
        ("a: b: c", "not_yaml", 2),
        ("a:\n\t- b", "not_yaml", 3),
        ("a: 9007199254740993", "number_too_large", 2),
        ("a: " + "9" * 5000, "number_too_large", 2),
        ("a: 1e999", "number_too_large", 2),
        ('a: "\\0"', "forbidden_character", 2),
        ('a: "\\u202e"', "forbidden_character", 2),
        ("a: x\x07y", "forbidden_character", 2),
        ("a: 1\nb: x\u202ey", "forbidden_character", 3),
        ("a: x\u2028y", "forbidden_character", 2),
        ("a: x\ry", "forbidden_character", 2),
    ],
)
def test_whatever_says_two_things_is_refused_with_its_line(header: str, code: str, line: int) -> None:
    with pytest.raises(FrontMatterError) as caught:
        front_of(header)
    assert caught.value.code == code
    assert abs(caught.value.line - line) <= (1 if code == "not_yaml" else 0)


def test_a_yaml_bomb_is_refused_at_its_first_anchor() -> None:
    layers = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    layers += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)]
    with pytest.raises(FrontMatterError, match="yaml_anchor"):
        front_of("\n".join(layers))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_without_deep_recursion(opening: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        front_of("a: " + opening * 5000 if opening in "[{a: " else "a:\n  " + opening * 5000)
    assert caught.value.code in ("too_deep", "not_yaml", "key_not_text")


def test_the_allowed_depth_is_enough_and_one_more_is_not() -> None:
    fits = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert "a" in parse(f"---\n{fits}\n---\n").front
    with pytest.raises(FrontMatterError, match="too_deep"):
        front_of("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "header_missing"), (b"title: x\n", "header_missing"), (b"\n---\na: 1\n---\n", "header_missing"),
        (b"----\na: 1\n---\n", "header_missing"), (b"---\na: 1\n", "header_open"),
        (b"---\na: 1\n --- \n", "header_open"), ("---\na: ö\n---\n".encode("latin-1"), "not_utf8"),
        ("---\na: 1\n---\n".encode("utf-16"), "not_utf8"), (b"---\na: 1\n---\nx\x00y", "forbidden_character"),
        (b"---\na: 1\n---\n\xed\xa0\x80", "not_utf8"),
        (b"---\na: " + b"x" * HEADER_LIMIT + b"\n---\n", "header_too_large"),
        (b"---\na: 1\n---\n" + b"x" * (BODY_LIMIT + 1), "body_too_large"),
        (b"---\na: 1\n---\n" + "ä".encode() * (BODY_LIMIT // 2 + 1), "body_too_large"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_record_file_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        parse(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("---\na: 1\n---\n" + "x" * BODY_LIMIT, "x" * BODY_LIMIT),
        ("---\na: 1\n---", ""),
        ("---\na: 1\n---\nText\n---\nmehr\n", "Text\n---\nmehr\n"),
        (b"\xef\xbb\xbf---\r\na: 1\r\n---\r\nText\r\n\r\nmehr\r\n", "Text\n\nmehr\n"),
    ],
    ids=["full size", "header alone", "rule", "Windows"],
)
def test_bodies_of_any_form_are_read(raw: bytes | str, body: str) -> None:
    assert (parse(raw).front, parse(raw).body) == ({"a": 1}, body)


def test_each_value_has_the_line_where_a_reader_finds_it() -> None:
    document = parse("---\ntitle: x\nlessons:\n  - id: a\n    statement: >-\n      lang\n  - {id: b}\n---\nText\n")
    assert document.line("title") == 2
    assert document.line("lessons.0.statement") == 5
    assert document.line("lessons.1.id") == 7
    assert document.line("lessons.1.missing.deeper") == 7
    assert document.line("missing") == 1
    assert document.body_line == 9


FORBIDDEN = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
allowed_text = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=FORBIDDEN))
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | allowed_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcäöü_", min_size=1), inner, max_size=4),
    max_leaves=12,
)


def refusal(raw: bytes | str) -> FrontMatterError | None:
    try:
        parse(raw)
    except FrontMatterError as error:
        return error
    return None


@settings(max_examples=50)
@given(st.dictionaries(st.text("abcdefg_", min_size=1), json_values, min_size=1, max_size=5))
def test_every_json_object_is_read_back_as_it_was_written(front: dict[str, object]) -> None:
    header = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
    refused = refusal(f"---\n{header}\n---\n")
    if refused:
        # Depth is limited here, the length of a key and escapes of surrogate pairs by YAML itself.
        assert refused.code in ("too_deep", "not_yaml")
    else:
        assert parse(f"---\n{header}\n---\n").front == front
