import re

import pytest
from hypothesis import given
from lxml import html as lxml_html
from markdown import markdown

from app.documents.markdown import escaped
from app.documents.writing.exports import ExportKind
from tests.unit.kickoff.memo.examples import LONG_ADDRESS, empty_memo, exports, full_memo
from tests.unit.kickoff.memo.hostile import TEXTS, hostile_memo
from tests.unit.kickoff.memo.strategies import lines

EXPORTS = exports()
STRUCTURE = {"div", "p", "ul", "li", "h1", "h2", "h3", "strong", "br", "a"}


def exported(lang: str = "de") -> str:
    return EXPORTS.export(full_memo(), ExportKind.MARKDOWN, lang).content.decode()


def rendered(text: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(f"<div>{markdown(text)}</div>")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@given(lines)
def test_escaped_text_shows_as_it_is(text: str) -> None:
    found = rendered(f"Vorher:\n\n{escaped(text)}")
    assert squeezed(found.text_content()) == squeezed(f"Vorher: {text}")
    assert {element.tag for element in found.iter()} <= {"div", "p"}


@pytest.mark.parametrize(
    "text", ["- Punkt", "+ Punkt", "1. Punkt", "12) Punkt", "# Titel", "> Zitat", "===", "---", "* x"]
)
def test_no_line_begins_a_list_a_heading_or_a_quotation(text: str) -> None:
    assert {element.tag for element in rendered(f"Vorher\n\n{escaped(text)}\n{escaped(text)}").iter()} == {"div", "p"}


def test_the_page_is_readable_as_plain_text() -> None:
    text = exported()
    assert text.startswith("# Nachnutzungsvermerk\n")
    assert "\n## 4 Fragestellung\n" in text
    assert "- **Aktenzeichen:** 10.2-621.41/2026-7\n" in text
    assert f"<{LONG_ADDRESS}>" in text
    assert "- **Aktenzeichen:** ……" in EXPORTS.export(empty_memo(), ExportKind.MARKDOWN, "de").content.decode()


def test_addresses_become_links_and_nothing_else_does() -> None:
    links = {link.get("href") for link in rendered(exported()).iter("a")}
    expected = {find.record.address for find in full_memo().finds} | {node.address for node in full_memo().nodes}
    seen = {hit.address for done in full_memo().searches for hit in done.hits}
    assert links == expected | seen | {LONG_ADDRESS}
    assert "[Pegel \\[online\\]](<https://" in exported()


def test_hostile_text_stays_text() -> None:
    found = rendered(EXPORTS.export(hostile_memo(), ExportKind.MARKDOWN, "de").content.decode())
    assert {element.tag for element in found.iter()} <= STRUCTURE
    assert {link.get("href").partition(":")[0] for link in found.iter("a")} == {"https"}
    shown = squeezed(found.text_content())
    assert all(squeezed(text) in shown for text in TEXTS)


def test_the_name_of_the_file_says_what_and_when() -> None:
    made = [EXPORTS.export(full_memo(), ExportKind.MARKDOWN, lang) for lang in ("de", "en")]
    assert [one.name for one in made] == ["nachnutzungsvermerk-2026-11-24.md", "reuse-memo-2026-11-24.md"]
    assert made[0].media_type == "text/markdown; charset=utf-8"
