import re
from dataclasses import replace

import pytest

from app.records.markdown import Context, render_markdown
from app.records.record import Medium, Source

SOURCES = [
    Source(key="bericht", title="Bericht <2021>", publisher="Amt", self_reported=True),
    Source(key="presse", title='Die "Zeitung"', publisher="Zeitung", self_reported=False),
]
CONTEXT = Context(
    sources=SOURCES,
    media=[Medium(file="karte.png", alt="Karte des Gebiets", license="CC0-1.0")],
    files=["vorlage.odt"],
    files_url="/dateien/x/",
    record_link={"solution/portal": "/loesungen/portal"}.get,
)


def html(text: str, context: Context = CONTEXT) -> str:
    return str(render_markdown(text, context))


def test_a_footnote_is_a_raised_link_with_the_number_and_name_of_the_source() -> None:
    label = "Quelle 2: Die &quot;Zeitung&quot;"
    assert html("Satz.[^presse]") == (
        f'<p>Satz.<sup class="source-refs"><a aria-label="{label}" href="#quelle-presse">2</a></sup></p>'
    )


def test_footnotes_side_by_side_share_one_raised_group_without_repetition() -> None:
    found = html("Satz.[^bericht][^presse] [^bericht]")
    assert found.count("<sup") == 1
    assert re.findall(r">(\d)</a>", found) == ["1", "2"]
    assert "</a>, <a" in found
    assert html("x[^fehlt] `[^bericht]`") == "<p>x[^fehlt] <code>[^bericht]</code></p>"


def test_the_name_of_a_source_follows_the_language() -> None:
    context = Context(sources=SOURCES, lang="en")
    assert 'aria-label="Source 1: Bericht &lt;2021&gt;"' in html("x[^bericht]", context)
    assert 'aria-label="Quelle 1: Bericht' in html("x[^bericht]", replace(context, text_lang="de"))
    english = Context(sources=[replace(SOURCES[0], lang="en", title="Report")])
    assert '<a aria-label="Source 1: Report" href="#quelle-bericht" lang="en">' in html("x[^bericht]", english)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("### A\n\n#### B\n\n### C", ["h3", "h4", "h3"]),
        ("#### A\n\n##### B", ["h3", "h4"]),
        ("# A\n\n## B", ["h3", "h4"]),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E", ["h3", "h4", "h5", "h6", "h6"]),
    ],
)
def test_headings_stand_below_those_of_the_page(text: str, expected: list[str]) -> None:
    assert re.findall(r"<(h\d)", html(text)) == expected


def test_heading_ids_are_prefixed_readable_and_unique() -> None:
    context = Context(id_prefix="vorgehen-")
    found = re.findall(r'id="([^"]+)"', html("### Größe & Maß\n\n### Größe & Maß\n\n### ???", context))
    assert found == ["vorgehen-groesse-mass", "vorgehen-groesse-mass-2", "vorgehen-abschnitt"]


def test_tables_scroll_by_keyboard_and_have_a_name() -> None:
    found = html("| Jahr | Fahrten |\n|---|--:|\n| 2021 | 5.000 |\n")
    assert '<div aria-label="Tabelle: Jahr, Fahrten" class="table-scroll" role="region" tabindex="0">' in found
    assert '<th class="align-right" scope="col">Fahrten</th>' in found
    assert '<td class="align-right">5.000</td>' in found
    assert "style=" not in found


def test_own_pictures_are_shown_with_their_text_alternative() -> None:
    assert '<img alt="Karte des Gebiets" loading="lazy" src="/dateien/x/karte.png">' in html("![](karte.png)")
    assert 'alt="Ausschnitt"' in html("![Ausschnitt](karte.png)")


@pytest.mark.parametrize(
    "address", ["https://tracker.example/p.gif", "andere.png", "/static/logo.png", "data:image/png;base64,x"]
)
def test_pictures_from_elsewhere_are_never_loaded(address: str) -> None:
    assert "<img" not in html(f"![Bild]({address})")
    assert "Bild" in html(f"![Bild]({address})")
    link = f'<a href="{address}" rel="nofollow ugc noopener">Bild</a>'
    assert (link in html(f"![Bild]({address})")) == address.startswith("https:")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x?y=1", 'href="https://a.example/x?y=1" rel="nofollow ugc noopener"'),
        ("mailto:amt@a.example", 'href="mailto:amt@a.example"'),
        ("/konzepte/plan", 'href="/konzepte/plan"'),
        ("#quelle-bericht", 'href="#quelle-bericht"'),
        ("vorlage.odt", 'href="/dateien/x/vorlage.odt"'),
        ("solution/portal", 'href="/loesungen/portal"'),
        ("solution/portal#lehre-a", 'href="/loesungen/portal#lehre-a"'),
    ],
)
def test_links_lead_where_they_may(address: str, expected: str) -> None:
    assert f"<a {expected}>x</a>" in html(f"[x]({address})")


@pytest.mark.parametrize(
    "address",
    ["solution/nowhere", "other.odt", "../x", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:x", "ftp://a.example/x", "https://user@evil.example/", "https:///x", "http://[",
        "mailto:a@b.example?bcc=c@d.example", "file:///etc/passwd", "?x=1"],
)  # fmt: skip
def test_other_links_are_dropped_and_their_words_stay(address: str) -> None:
    found = html(f"[Worte]({address})")
    assert "<a" not in found
    assert "Worte" in found


def test_lists_emphasis_code_and_quotes_are_rendered_and_raw_html_is_shown_as_text() -> None:
    assert html("a <b>fett</b>\n\n<div>x</div>") == "<p>a &lt;b&gt;fett&lt;/b&gt;</p>\n<p>&lt;div&gt;x&lt;/div&gt;</p>"
    found = html("1. eins\n2. **zwei**\n\n- *drei*\n\n> vier\n\n```\n<fünf>\n```\n\n---\n")
    for part in ("<ol>", "<strong>zwei</strong>", "<em>drei</em>", "<blockquote>", "<pre><code>&lt;fünf&gt;", "<hr>"):
        assert part in found


def test_only_references_with_a_definition_in_the_same_text_are_links() -> None:
    text = "# Titel\n\nText [^bericht] und [Wort][ziel].\n\n[ziel]: https://ziel.example\n\n### T"
    assert 'href="https://ziel.example"' in html(text)
    assert html("[Wort][ziel] [^fehlt]\n\n### T") == '<p>[Wort][ziel] [^fehlt]</p>\n<h3 id="text-t">T</h3>'


ELSEWHERE = Context(
    media=[Medium(file="karte.png", alt="Karte des Gebiets", license="CC0-1.0")],
    files=["karte.png", "vorlage.odt"],
    files_url="/dateien/x/",
    absent_url="https://anderswo.example/dateien/",
)


def test_a_file_that_only_its_home_has_is_linked_to_there() -> None:
    context = replace(ELSEWHERE, absent={"vorlage.odt"})
    home = '<a href="https://anderswo.example/dateien/vorlage.odt" rel="nofollow ugc noopener">Vorlage</a>'
    assert html("[Vorlage](vorlage.odt)", context) == f"<p>{home}</p>"
    assert html("[Vorlage](vorlage.odt)", ELSEWHERE) == '<p><a href="/dateien/x/vorlage.odt">Vorlage</a></p>'


@pytest.mark.parametrize(("text", "words"), [("![](karte.png)", "Karte des Gebiets"), ("![Hier](karte.png)", "Hier")])
def test_a_picture_that_is_not_shown_is_a_link_with_its_words(text: str, words: str) -> None:
    here = replace(ELSEWHERE, unshown={"karte.png"})
    assert html(text, here) == f'<p><a href="/dateien/x/karte.png">{words}</a></p>'
    away = replace(here, absent={"karte.png"})
    assert f'href="https://anderswo.example/dateien/karte.png" rel="nofollow ugc noopener">{words}<' in html(text, away)
