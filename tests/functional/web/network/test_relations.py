"""Records that name records of other nodes: by their global name, so that every node knows which one is meant."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, SOLUTION, Filled, fill
from tests.webnode.forms import send
from tests.webnode.node import CONTENT, publish
from tests.webnode.people import sign_in

FOLLOWER = "30000000-0000-4000-8000-000000000077"
FOLLOWER_PAGE = "/fallstudien/nachbarstadt-mitfahrbank"
SOLUTION_NAME = f"https://a.example/r/{SOLUTION}"
SOLUTION_HERE = f"/r/a.example/{SOLUTION}"
BENCH_NAME = f"https://a.example/r/{BENCH}"
NOTE = "Standorte und Schilder von dort"
USED = "//section[@aria-labelledby='beendet-titel']"


def nearby(net: Filled, old: str, new: str) -> None:
    """Publish a case at B like that of A, with another relation."""
    folder = CONTENT / BENCH_FILE.rpartition("/")[0]
    own = {f"case-studies/nachbarstadt-mitfahrbank/{file.name}": file.read_bytes() for file in folder.iterdir()}
    text = net.text().replace(BENCH, FOLLOWER).replace("Beispielstadt: Mitfahrbank", "Nachbarstadt: Mitfahrbank")
    publish(net.b.services, {**own, "case-studies/nachbarstadt-mitfahrbank/index.md": text.replace(old, new).encode()})
    net.b.services.follow()


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """B has a case of its own that uses the solution of A; tests change nothing at B."""
    net = fill(tmp_path_factory.mktemp("followed"), **OPERATOR)
    nearby(net, "target: solution/beispielportal-loesung", f"target: {SOLUTION_NAME}")
    yield net
    net.net.close()


def hits(client: FlaskClient, path: str) -> set[str]:
    return {href.partition("?")[0] for href in read(client, path).xpath("//h3[@class='hit-title']/a/@href")}


def test_a_relation_shows_title_and_leads_to_the_copy_kept_here(followed: Filled) -> None:
    links = read(followed.b.client, FOLLOWER_PAGE).xpath("//section[@aria-labelledby='verbunden']//a")
    assert [(link.get("href"), text_of(link)) for link in links] == [
        (SOLUTION_HERE, "Beispielportal: Mitfahrten vermitteln")
    ]


def test_a_solution_of_another_node_names_all_who_use_it_wherever_they_are(followed: Filled) -> None:
    section = read(followed.b.client, SOLUTION_HERE).xpath(USED)[0]
    assert set(section.xpath(".//a/@href")) == {FOLLOWER_PAGE, f"/r/a.example/{BENCH}"}


def test_its_home_learns_who_uses_it_elsewhere(followed: Filled) -> None:
    followed.a.follow(followed.b)
    followed.a.harvest(followed.b)
    page = read(followed.a.client, "/loesungen/beispielportal-loesung")
    assert f"/r/b.example/{FOLLOWER}" in page.xpath(f"{USED}//a/@href")
    link = read(followed.a.client, f"/r/b.example/{FOLLOWER}").xpath("//section[@aria-labelledby='verbunden']//a")[0]
    assert link.get("href") == "/loesungen/beispielportal-loesung"


@pytest.mark.parametrize("name", ["solution/beispielportal-loesung@a.example", SOLUTION_NAME])
def test_search_memo_and_interface_find_users_under_either_name_and_show_one(followed: Filled, name: str) -> None:
    client, path = followed.b.client, f"/suche?nutzt={name}"
    assert hits(client, path) == {FOLLOWER_PAGE, f"/r/a.example/{BENCH}"}
    facet = text_of(read(client, path).xpath("//section[@aria-labelledby='filter-nutzt']")[0])
    assert facet.count("Beispielportal: Mitfahrten vermitteln") == 1
    assert facet.endswith("2 Einträge")
    assert client.get(f"/api/v1/search?nutzt={name}").get_json()["total"] == 2
    memo = text_of(read(client, f"/auswahl?nutzt={name}")).replace("\N{NO-BREAK SPACE}", " ")
    assert "Setzt ein oder wendet an: Beispielportal: Mitfahrten vermitteln" in memo
    assert "mit 2 Treffern" in memo


def connected(client: FlaskClient, path: str) -> list[tuple[str, str]]:
    links = read(client, path).xpath("//section[@aria-labelledby='verbunden']//dd/a")
    return [(text_of(link.getparent().getparent().xpath("dt")[0]), link.get("href")) for link in links]


def test_who_learned_from_whom_stands_on_the_pages_of_both_and_its_home_shows_no_words_of_others(net: Filled) -> None:
    told = f"{{rel: reuses, target: {BENCH_NAME}, note: {NOTE}}}"
    nearby(net, "{rel: uses_solution, target: solution/beispielportal-loesung}", told)
    here = f"/r/a.example/{BENCH}"
    assert connected(net.b.client, FOLLOWER_PAGE) == [("nutzt nach", here)]
    assert connected(net.b.client, here)[-1] == ("nachgenutzt von", FOLLOWER_PAGE)
    assert NOTE in text_of(read(net.b.client, here).xpath("//section[@aria-labelledby='verbunden']")[0])
    found = hits(net.b.client, f"/suche?bezug=case-study/{BENCH_FILE.split('/')[1]}@a.example")
    assert found == {FOLLOWER_PAGE}
    net.a.follow(net.b)
    net.a.harvest(net.b)
    page = "/fallstudien/beispielstadt-mitfahrbank"
    assert connected(net.a.client, page)[-1] == ("nachgenutzt von", f"/r/b.example/{FOLLOWER}")
    assert NOTE not in text_of(read(net.a.client, page).xpath("//section[@aria-labelledby='verbunden']")[0])


def test_a_case_and_a_comparison_tell_on_which_way_solutions_elsewhere_can_be_had(followed: Filled) -> None:
    page = read(followed.b.client, f"{FOLLOWER_PAGE}?ort=Musterstadt&ort_land=HE&ort_art=town&einwohner=18000")
    assert "Beispielportal" in text_of(page.xpath("//section[@aria-labelledby='beziehbar']")[0])
    page = read(followed.b.client, f"/auswahl?gemerkt={FOLLOWER}&gemerkt=a.example/{BENCH}&ort_land=HE&ort_art=town")
    assert text_of(page).count("Beispielportal") >= 2


def test_a_name_that_nobody_here_knows_stays_an_address(net: Filled) -> None:
    unknown = f"https://c.example/r/{SOLUTION}"
    net.edit({BENCH_FILE: net.text().replace("target: solution/beispielportal-loesung", f"target: {unknown}").encode()})
    links = read(net.b.client, f"/r/a.example/{BENCH}").xpath("//section[@aria-labelledby='verbunden']//a")
    assert [(link.get("href"), text_of(link)) for link in links] == [(unknown, unknown)]


def test_we_did_that_too_begins_with_a_record_of_another_node_until_it_is_hidden(net: Filled) -> None:
    client = net.b.client.application.test_client()
    person = sign_in(client, (RoleKind.AUTHOR,), name="Beispiel Autorin")
    asked = f"/beitragen/nach/r/a.example/{BENCH}"
    page = read(client, f"/r/a.example/{BENCH}")
    assert page.xpath("//a[contains(., 'Haben wir auch gemacht')]/@href") == [asked]
    assert read(client, asked).xpath("//main//a[contains(., 'Zurück')]/@href") == [f"/r/a.example/{BENCH}"]
    assert send(client, asked, {}).status_code == 303
    draft = net.b.services.review.drafts.mine(person)[0]
    assert draft.content.front["relations"] == [{"rel": "reuses", "target": f"https://a.example/r/{BENCH}"}]
    assert draft.kind == "case-study"
    net.b.services.harvest.moderation.hide("a.example", BENCH, actor="operator", reason="Beispiel")
    read(client, asked, 404)


def test_the_address_of_a_copy_here_is_kept_as_the_name_at_its_home(net: Filled) -> None:
    client = net.b.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    own = net.b.services.catalogue.head(OWN)
    page = f"/konzepte/{own.slug}"
    typed = {"grund": "superseded", "nachfolger": f"https://b.example/r/a.example/{BENCH}"}
    assert send(client, f"{page}/zurueckziehen", typed).status_code == 303
    withdrawn = net.b.services.catalogue.withdrawal(net.b.services.catalogue.versions(OWN)[-1])
    assert withdrawn.successor == f"https://a.example/r/{BENCH}"
    links = read(client, page, 410).xpath("//main//a/@href")
    assert f"/r/a.example/{BENCH}" in links
