"""Two nodes that began with the same collection: each record is found once, the own one before that of others."""

from collections.abc import Iterator

import pytest

from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, Filled, fill
from tests.webnode.node import CONTENT, publish
from tests.webnode.people import sign_in, sign_out
from tests.webnode.texts import case_study

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


FOREIGN = f"/r/a.example/{BENCH}"
PAGE = "/fallstudien/mitfahrbank-hier"
TITLE = "Mitfahrbank nach einem Jahr eingestellt"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A network in which B tells a case that A tells too, and one like it of another town."""
    filled = fill(tmp_path_factory.mktemp("twins"), **OPERATOR)
    here = case_study("mitfahrbank-hier", f"Beispielstadt: {TITLE}").replace(b"Musterstadt", b"Beispielstadt")
    other = case_study("mitfahrbank-dort", f"Musterstadt: {TITLE}")
    node = filled.b.services
    publish(node, {"case-studies/mitfahrbank-hier/index.md": here, "case-studies/mitfahrbank-dort/index.md": other})
    node.follow()
    assert not node.neighbours.work_out(lambda: False)
    yield filled
    filled.net.close()


@pytest.fixture(params=[RoleKind.CURATOR, RoleKind.AUTHOR])
def role(request: pytest.FixtureRequest, told: Filled) -> Iterator[RoleKind]:
    sign_in(told.b.client, (request.param,), name=f"Beispiel {request.param}")
    yield request.param
    sign_out(told.b.client)


def test_record_page_tells_those_who_look_after_it(told: Filled, role: RoleKind) -> None:
    hint = read(told.b.client, PAGE).xpath(f"//aside[@aria-labelledby='fuer-sie']//a[@href='{FOREIGN}']")
    assert bool(hint) == (role is RoleKind.CURATOR)


def test_page_lists_what_is_told_twice_and_nothing_else(told: Filled, role: RoleKind) -> None:
    if role is not RoleKind.CURATOR:
        read(told.b.client, "/doppelt", 403)
        return
    (hit,) = read(told.b.client, "/doppelt").xpath("//li[@class='hit']")
    assert hit.xpath(".//h2/a/@href") == [PAGE]
    assert hit.xpath(f".//a[@href='{FOREIGN}']")
    assert "Herkunft: Beispielnetz A (a.example)" in text_of(hit)
    compare = hit.xpath(".//a[contains(@href, '/auswahl?')]/@href")[0]
    assert read(told.b.client, compare).text_content().count(TITLE) >= 2
