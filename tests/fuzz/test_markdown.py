"""Whatever a text holds, it is shown in bounded time, does nothing, and keeps its sections."""

from app.records.document import BODY_LIMIT
from app.records.markdown_guard import hostile
from app.records.structure import outline
from tests.fuzz.fuzzing import fuzz, mutated
from tests.unit.records import examples
from tests.unit.records.test_markdown_safety import SCRAPS, UNITS, VECTORS, dangers

BODIES = [
    path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    for path in sorted((examples.ROOT / "content").glob("*/*/index.md"))[::9]
]


def check_text(text: str) -> None:
    text = text[:BODY_LIMIT]
    assert dangers(text) == []
    found = hostile(text)
    assert found is None or 1 <= found.line <= text.count("\n") + 1
    parts = outline(text)
    lines = text.split("\n")
    for section in parts.sections:
        assert section.title in lines[section.line - 1]
        assert section.markdown in text
        assert dangers(section.markdown) == []


def test_texts_of_scraps_and_attacks() -> None:
    fuzz(mutated([*BODIES, *VECTORS, ""], [*SCRAPS, *UNITS, *VECTORS], most=14), check_text)
