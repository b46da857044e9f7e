import re

from app.documents.limits import FILE_LIMIT
from app.records.checks.language import MAX_PASSIVE_SHARE, MAX_SENTENCE_WORDS, READABILITY_RANGE
from app.records.document import BODY_LIMIT, HEADER_LIMIT, MAX_DEPTH
from tests.unit.records import examples
from tools import content_format

WORDS = " ".join((examples.ROOT / "docs" / "content-format.md").read_text(encoding="utf-8").split())


def test_the_tables_are_those_of_the_schemas() -> None:
    written = content_format.PAGE.read_text(encoding="utf-8")
    assert content_format.page(examples.schemas()) == written, "run: python -m tools.content_format"


def test_every_field_section_and_value_of_every_kind_is_on_the_page() -> None:
    page = content_format.page(examples.schemas())
    for kind in examples.schemas().kinds:
        for spec in kind.fields:
            assert f"| `{spec.key}` |" in page
            for part in (spec.items or spec).properties:
                assert re.search(rf"`{spec.key}(\[\])?\.{part.key}`", page), (kind.name, spec.key, part.key)
        for section in kind.sections:
            assert f"{{#{section.id}}}" in page


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    assert f"at most {HEADER_LIMIT // 1024} KB, the body at most {BODY_LIMIT // 1024} KB" in WORDS
    assert f"at most {FILE_LIMIT // 1024 // 1024} MB" in WORDS
    assert f"at most {MAX_DEPTH} levels deep" in WORDS
    assert f"more than {MAX_SENTENCE_WORDS} words" in WORDS
    assert f"more than {MAX_PASSIVE_SHARE * 100:.0f} % passive" in WORDS
    assert f"below {READABILITY_RANGE[0]:.0f} or above {READABILITY_RANGE[1]:.0f}" in WORDS
