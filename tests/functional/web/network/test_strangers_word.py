"""What a node that nobody chose says in the name of a town stands beside the town's own word, never over it."""

import re
from collections.abc import Iterator, Sequence

import pytest
from lxml import etree, html

from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.functional.web.network.test_responses import AT_A, AT_B, HOME, exchange, respond, said
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, SOLUTION, Filled, fill
from tests.netnodes.net import KEYS, NetNode, concept, path, record_id
from tests.webnode.node import CONTENT, publish
from tests.webnode.people import town

KEY = "069990000001"


def stranger(net: Filled, name: str, changes: dict[str, bytes | None], keys: Sequence[str] = KEYS) -> NetNode:
    """Return a node that B knows by the word of an association alone, after what it published has arrived."""
    node = net.net.node(name)
    node.write(changes)
    net.b.follow(node, by=net.h, keys=keys)
    net.b.harvest(node)
    net.b.services.follow()
    assert name + ".example" in {entry.origin for entry in net.b.services.catalogue.heads()}
    return node


def test_a_newer_response_of_a_stranger_does_not_replace_the_town_s_own(net: Filled) -> None:
    respond(net.b, town("Beispieldorf", 1), was="confirms", text="Stimmt.")
    net.net.clock.forward(days=1)
    lie = response(HOME, "Beispieldorf", ars=KEY, relation="contradicts", note="Alles falsch.")
    stranger(net, "fremd", lie)
    words = said(read(net.b.client, AT_B))
    assert words.count("1 bestätigt") == 1
    assert "war es anders" not in words.partition("Laut")[0]
    assert "Laut fremd" in words
    assert "Alles falsch." in words


def test_among_strangers_the_one_known_for_longer_counts(net: Filled) -> None:
    stranger(net, "ehrlich", response(HOME, "Beispieldorf", ars=KEY, relation="confirms", note="Stimmt."))
    net.net.clock.forward(days=1)
    stranger(net, "fremd", response(HOME, "Beispieldorf", ars=KEY, relation="contradicts", note="Alles falsch."))
    words = said(read(net.b.client, AT_B)).partition("Laut")[0]
    assert "1 bestätigt" in words
    assert "war es anders" not in words


def test_a_word_in_a_town_s_name_counts_only_from_the_node_whose_line_names_its_key(net: Filled) -> None:
    for name, keys, counts in (("ohne", KEYS[1:], False), ("mit", KEYS[:1], True)):
        stranger(net, name, response(HOME, "Beispieldorf", ars=KEY, relation="confirms"), keys)
        words = said(read(net.b.client, AT_B))
        shown = ("1 bestätigt" in words, "06999001 (Hessen): können wir bestätigen" in words, "Beispieldorf" in words)
        assert shown == (counts, counts, False)
        assert f"Laut {name}" in words
        assert "Kommune ohne Nachweis: können wir bestätigen" in words
        assert words.count("zählt nicht") == 1


def test_a_word_under_a_bound_key_bears_the_name_of_that_place_whatever_its_node_calls_it(net: Filled) -> None:
    lie = response(HOME, "Berlin", ars="064370000000") | response(HOME, "Hamburg", ars=KEY, relation="confirms")
    stranger(net, "kreis", lie, ("06437", *KEYS[:1]))
    words = said(read(net.b.client, AT_B))
    assert "Odenwaldkreis (Hessen): " in words
    assert "06999001 (Hessen): " in words, "a key that no list of places has stands for itself"
    assert "Berlin" not in words
    assert "Hamburg" not in words


def test_that_a_municipality_confirmed_it_is_the_other_site_s_word(net: Filled) -> None:
    marked = net.text().replace("last_confirmed: 2026-11-01", "confirmed: 2026-11-01\nlast_confirmed: 2026-11-01")
    net.edit({BENCH_FILE: marked.encode()})
    net.b.services.follow()
    page = text_of(read(net.b.client, AT_B))
    assert "Laut Beispielnetz A (a.example) am 1. November 2026 von denen bestätigt, um die es geht." in page
    assert "Von der Kommune bestätigt" not in page
    found = text_of(read(net.b.client, "/suche?q=Mitfahrbank&art=case-study"))
    assert "Mitfahrbank" in found
    assert "bestätigt" not in found


def test_a_record_that_calls_itself_a_replacement_is_not_named_on_the_page_of_the_other(net: Filled) -> None:
    record = concept(record_id(50), "Die richtige Fassung").decode()
    for relation in ("replaces", "same_as"):
        target = f"https://b.example/r/{OWN}"
        related = f'relations:\n  - {{rel: {relation}, target: "{target}"}}\nlegal_scope:'
        changed = record.replace("legal_scope:", related, 1)
        stranger(net, f"fremd-{relation.replace('_', '-')}", {path(record_id(50)): changed.encode()})
        main = text_of(read(net.b.client, "/konzepte/beispiel-1").xpath("//div[@class='record-text']")[0])
        assert "Die richtige Fassung" not in main


FOLDER = "solutions/beispielportal-loesung"


def badge(node: NetNode, record_id: str) -> str:
    answer = node.client.get(f"/r/{record_id}/genutzt.svg")
    assert answer.status_code == 200
    return str(etree.fromstring(answer.data).get("aria-label"))


def test_confirmed_users_are_counted_each_once(net: Filled) -> None:
    assert badge(net.a, BENCH) == "noch keine bestätigte Nutzung"
    respond(net.a, town("Beispieldorf", 1), f"/rueckmeldung{AT_A}")
    assert badge(net.a, BENCH) == "genutzt von 1 Kommune"
    respond(net.a, town("Anderdorf", 2), f"/rueckmeldung{AT_A}", was="confirms")
    respond(net.b, town("Beispieldorf", 1))
    respond(net.b, town("Drittdorf", 3))
    exchange(net, (net.a, net.b))
    assert badge(net.a, BENCH) == "genutzt von 2 Kommunen"


def test_a_node_that_nobody_chose_enlarges_no_badge_and_names_no_town_in_the_software_catalogue(net: Filled) -> None:
    own = "30000000-0000-4000-8000-000000000009"
    net.b.write({f"{FOLDER}/index.md": net.text(f"{FOLDER}/index.md").replace(SOLUTION, own).encode()})
    net.b.services.follow()
    invented = [response(f"https://b.example/r/{one}", "Erfundendorf", relation="reuses") for one in (OWN, own)]
    stranger(net, "fremd", {**invented[0], **invented[1]})
    page = net.b.client.get(f"/r/{OWN}", follow_redirects=True).request.path
    words = said(read(net.b.client, page))
    assert ("Kommune ohne Nachweis" in words, "Erfundendorf" in words) == (True, False)
    assert badge(net.b, OWN) == "noch keine bestätigte Nutzung"
    assert len(net.b.services.review.responses.of(own)) == 1
    answer = net.b.client.get(f"/v1/software/{own}")
    assert (answer.status_code, answer.get_json()["usedBy"]) == (200, [])


LIE = "Lügenwort"
OWN_SOLUTION, OWN_CASE = record_id(91), record_id(92)
WORDS = re.compile(r'(title|summary|statement|because|recommendation|note|text|outcome_note|alt|purpose): (\{text: )?"')
SHOWING = (
    *("/suche?q=Mitfahrbank", "/suche?q=Mitfahrbank&stand=concept&ort=Musterstadt&ort_land=HE&ort_art=town"),
    *("/fallstudien", "/loesungen", "/themen/mobility", "/karte", "/eingestellt", "/laender/HE", "/produktreife"),
    *("/foerderprogramme/modellprojekte-smart-cities", "/konzepte/beispiel-1", "/loesungen/eigene-loesung"),
    *("/fallstudien/eigener-fall", "/fallstudien/eigener-fall?ort=Musterstadt&ort_land=HE&ort_art=town"),
    f"/auswahl?gemerkt={OWN}&gemerkt=fremd.example/{record_id(81)}",
    "/auswahl?q=Mitfahrbank",
)
OTHERS = (
    *("/", "/konzepte", "/sammlungen", "/organisationen", "/stoebern", "/foerderprogramme", "/ueberblick"),
    *("/netz", "/mitmachen", "/auswahl", f"/einbetten/{OWN}/anleitung", f"/r/{OWN}/verlauf"),
)


def of_a_liar(kind: str, number: int, slug: str, source: str, *relations: str) -> dict[str, bytes | None]:
    """Return a record in which every text has a word that nobody else writes, beside its files."""
    folder = CONTENT / source
    text = (folder / "index.md").read_text()
    text = re.sub(r"^id: .*$", f"id: {record_id(number)}", text, count=1, flags=re.MULTILINE)
    text = WORDS.sub(lambda found: f"{found[0]}{LIE} ", text)
    text = re.sub(r"\n\n(?=[A-ZÄÖÜ])", f"\n\n{LIE} ", text)
    text = re.sub(r"^relations:\n(?:  .*\n)*", "", text, flags=re.MULTILINE)
    rows = "".join(f'  - {{{one}, note: "{LIE} wegen uns"}}\n' for one in relations)
    text = text.replace("\nsources:\n", f"\nrelations:\n{rows}sources:\n" if rows else "\nsources:\n", 1)
    files = {f"{kind}/{slug}/{one.name}": one.read_bytes() for one in folder.iterdir() if one.name != "index.md"}
    return {**files, f"{kind}/{slug}/index.md": text.encode()}


def own(kind: str, number: int, slug: str, source: str, title: str, target: str) -> dict[str, bytes | None]:
    found = of_a_liar(kind, number, slug, source, f'rel: uses_solution, target: "{target}"')
    text = (found[f"{kind}/{slug}/index.md"] or b"").decode().replace(f"{LIE} ", "")
    return {**found, f"{kind}/{slug}/index.md": re.sub('title: ".*?"', f'title: "{title}"', text, count=1).encode()}


@pytest.fixture(scope="module")
def lied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """B publishes a case and a solution; a stranger names them, and its own solution stands in the case of B."""
    net = fill(tmp_path_factory.mktemp("lied"), **OPERATOR)
    case, solution = "case-studies/beispielstadt-mitfahrbank", "solutions/beispielportal-loesung"
    theirs = f"https://fremd.example/r/{record_id(82)}"
    publish(net.b.services, own("solutions", 91, "eigene-loesung", solution, "Eigene Lösung", theirs))
    publish(net.b.services, own("case-studies", 92, "eigener-fall", case, "Eigener Fall", theirs))
    named = {one: f'"https://b.example/r/{one}"' for one in (OWN, OWN_SOLUTION, OWN_CASE)}
    relations = (
        f"rel: reuses, target: {named[OWN]}",
        f"rel: draws_on, target: {named[OWN_CASE]}",
        f"rel: uses_solution, target: {named[OWN_SOLUTION]}",
    )
    stranger(
        net,
        "fremd",
        {
            **of_a_liar("solutions", 82, "fremde-loesung", solution),
            **of_a_liar("case-studies", 81, "fremder-fall", case, *relations),
            **response(named[OWN].strip('"'), "Beispieldorf", ars=KEY, note=f"{LIE}."),
        },
    )
    yield net
    net.net.close()


def names_its_author(element: html.HtmlElement) -> bool:
    """Tell whether a site is named where a reader takes words in: in the hit, the line, the head of column or group."""
    whole = element.xpath("ancestor-or-self::article[not(contains(@class, 'record-layout'))]")
    parts = whole or element.xpath("(ancestor-or-self::*[self::li or self::tr or self::dd or self::section])[last()]")
    heads = element.xpath("ancestor::table/thead | ancestor-or-self::*/preceding-sibling::*[1][self::h3]")
    return any("fremd.example" in text_of(one) for one in (*parts, *heads))


@pytest.mark.parametrize("where", [*SHOWING, *OTHERS])
def test_whatever_a_stranger_wrote_says_whose_word_it_is(lied: Filled, where: str) -> None:
    unnamed = []
    for element in read(lied.b.client, where).xpath("//main")[0].iter(html.etree.Element):
        said = (element.text or "", *((child.tail or "") for child in element))
        if any(LIE in words for words in said) and not names_its_author(element):
            unnamed.append((element.tag, text_of(element), text_of(element.getparent())[:200]))
    assert unnamed == []


def test_the_pages_that_are_read_do_show_the_stranger_s_words(lied: Filled) -> None:
    silent = [where for where in SHOWING if LIE not in text_of(read(lied.b.client, where).xpath("//main")[0])]
    assert silent == []
