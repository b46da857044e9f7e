"""The page of a record whose home is another node."""

from __future__ import annotations

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, SOLUTION, Filled

PAGE = f"/r/a.example/{BENCH}"
HOME = f"https://a.example/r/{BENCH}"


def test_page_says_where_the_record_comes_from_and_where_its_home_is(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    assert page.xpath("//link[@rel='canonical']/@href") == [HOME]
    assert still.b.client.get(PAGE).headers["Link"] == f'<{HOME}>; rel="cite-as"'
    words = text_of(page.xpath("//main")[0])
    assert "Dieser Eintrag kommt von Beispielnetz A (a.example)" in words
    assert "zuletzt geholt am 24. November 2026, 10:00 Uhr" in words
    assert "CC BY 4.0" in words
    assert "nicht mehr bestätigt" not in words


def test_every_way_out_of_the_page_is_marked_for_search_engines(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    # The sources of this site's own list of places are its own affair.
    ways = page.xpath("//main//a[starts-with(@href, 'http')][not(ancestor::*[@id='beziehbar'])]")
    assert len(ways) > 5
    unmarked = [way.get("href") for way in ways if "nofollow" not in way.get("rel", "")]
    assert unmarked == ["https://creativecommons.org/licenses/by/4.0/deed.de"] * len(unmarked)


def test_nothing_on_the_page_changes_the_record_here(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    assert page.xpath("//a[contains(@href, 'mailto:') and contains(@href, 'Korrektur')]") == []
    assert page.xpath(f"//a[@href='{HOME}'][contains(., 'Herkunft berichtigt')]")
    assert page.xpath("//form[@method='post']") == []


def test_related_records_are_linked_to_the_copies_kept_here(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    assert page.xpath("//section[@aria-labelledby='verbunden']//a/@href") == [f"/r/a.example/{SOLUTION}"]


def test_what_is_not_held_is_not_found(still: Filled) -> None:
    for path in (f"/r/c.example/{BENCH}", f"/r/a.example/{BENCH[:-1]}9", f"/r/b.example/{BENCH}"):
        assert still.b.client.get(path).status_code == 404
        assert still.b.client.get(f"{path}/vergleich").status_code == 404


def test_only_the_newest_version_is_here_and_earlier_ones_are_at_home(net: Filled) -> None:
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    assert "42" in text_of(read(net.b.client, f"{PAGE}/v/2"))
    gone = read(net.b.client, f"{PAGE}/v/1", 404)
    assert gone.xpath("//main//a/@href")[-2:] == [f"{HOME}/v/1", PAGE]


def test_a_withdrawal_takes_the_text_away_and_says_why(net: Filled) -> None:
    net.b.client.get(PAGE)
    note = f"---\nschema: withdrawn/1\nid: {BENCH}\nkind: case-study\nreason: error\n---\n"
    net.edit({BENCH_FILE: note.encode()})
    words = text_of(read(net.b.client, PAGE, 410).xpath("//main")[0])
    assert "zurückgezogen" in words
    assert "Bänke" not in words
    assert net.b.client.get(f"{PAGE}/v/1").status_code == 410
    assert "Mitfahrbank nach einem Jahr" not in text_of(read(net.b.client, "/suche?q=Mitfahrbank"))
