"""Two nodes that began with the same collection: each record is found once, the own one before that of others."""

from __future__ import annotations

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, Filled
from tests.webnode.node import CONTENT, publish

OWN_PAGE = "/fallstudien/beispielstadt-mitfahrbank"
FOREIGN_PAGE = f"/r/a.example/{BENCH}"
FOLDER = (CONTENT / BENCH_FILE).parent


def found(net: Filled) -> list[str]:
    hits = read(net.b.client, "/suche?q=Mitfahrbank&art=case-study").xpath("//article[@class='hit']")
    return sorted(str(hit.xpath("string(.//h3/a/@href | .//h2/a/@href)")).partition("?")[0] for hit in hits)


def put_here(net: Filled) -> None:
    """Publish at B what stands at A."""
    files: dict[str, bytes | None] = {str(path.relative_to(CONTENT)): path.read_bytes() for path in FOLDER.iterdir()}
    publish(net.b.services, {**files, BENCH_FILE: net.text().encode()})
    net.b.services.follow()


def test_a_record_that_both_nodes_carry_is_found_once_and_the_own_one_first(net: Filled) -> None:
    assert found(net) == [FOREIGN_PAGE]
    put_here(net)
    assert found(net) == [OWN_PAGE]
    assert net.b.services.search.agree() == ()
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    assert found(net) == [OWN_PAGE]
    also = read(net.b.client, OWN_PAGE).xpath("//p[@class='also-at']")
    assert text_of(also[0]) == (
        "Dieser Eintrag steht auch bei Beispielnetz A (a.example), Fassung 2, mit anderem Text."
    )
    back = read(net.b.client, FOREIGN_PAGE).xpath("//p[@class='also-at']/a/@href")
    assert [str(one) for one in back] == [OWN_PAGE]
    note = f"---\nschema: withdrawn/1\nid: {BENCH}\nkind: case-study\nreason: error\n---\n"
    publish(net.b.services, {BENCH_FILE: note.encode()})
    net.b.services.follow()
    assert found(net) == [FOREIGN_PAGE]
    assert net.b.services.search.agree() == ()


def test_two_nodes_that_began_with_the_same_collection_show_each_record_once(net: Filled) -> None:
    files = {str(path.relative_to(CONTENT)): path.read_bytes() for path in sorted(CONTENT.rglob("*.*"))}
    publish(net.b.services, {**files})
    net.b.services.follow()
    net.travel()
    net.b.services.follow()
    hits = read(net.b.client, "/suche?q=Beispielstadt").xpath("//article[@class='hit']//h3/a/@href")
    titles = [str(one).partition("?")[0] for one in hits]
    assert titles
    assert len(titles) == len(set(titles))
    assert not [one for one in titles if one.startswith("/r/a.example/")]
    assert "mit demselben Text" in text_of(read(net.b.client, OWN_PAGE).xpath("//p[@class='also-at']")[0])


def test_the_same_text_under_another_identifier_is_one_hit_and_the_page_names_the_other(net: Filled) -> None:
    copy = "10000000-0000-4000-8000-0000000000ff"
    files = {str(path.relative_to(CONTENT)): path.read_bytes() for path in FOLDER.iterdir()}
    publish(net.b.services, {**files, BENCH_FILE: net.text().replace(BENCH, copy).encode()})
    net.b.services.follow()
    assert found(net) == [OWN_PAGE]
    also = text_of(read(net.b.client, OWN_PAGE).xpath("//p[@class='also-at']")[0])
    assert also == "Dieser Eintrag steht auch bei Beispielnetz A (a.example), Fassung 1, mit demselben Text."
    back = text_of(read(net.b.client, FOREIGN_PAGE).xpath("//p[@class='also-at']")[0])
    assert back.endswith("Fassung 1, mit demselben Text.")
