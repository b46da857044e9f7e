from __future__ import annotations

from bench.peers.texts import Page, pages


def test_the_rare_word_of_a_page_stands_in_no_other() -> None:
    found = pages(60)
    for page in found:
        assert [other.name for other in found if page.rare in other.record] == [page.name]
        assert page.rare in page.markdown
    assert len({Page(number).rare for number in range(10_000)}) == 10_000


def test_the_text_for_wikis_has_what_the_record_tells_without_marks_that_they_do_not_know() -> None:
    text = Page(17).markdown
    assert text.startswith("# Musterort 17: Notfallschulung\n\nMusterort 17 hat ")
    assert "- Planen Sie Baumverwaltung früh ein." in text
    assert "\n## Parkraumkonzept\n" in text
    assert "Stichwörter: Brückenarchitektur, " in text
    assert "[^" not in text
    assert "{#" not in text
