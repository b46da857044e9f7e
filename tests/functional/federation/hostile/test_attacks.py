"""Nobody takes another's name or record: one test for each attack of docs/threat-model.md, between real processes."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from app.federation.harvest import introduction
from app.federation.issuer import Issuer
from app.shared.clock import utc_now
from app.web.responses.beside_record import SHOWN
from app.wiring import Services
from tests.functional.federation.hostile.conftest import BENCH_PAGE, KEY, Site, page_of
from tests.hostilenode.node import DAY, HostileNode, unsigned_header
from tests.hostilenode.records import BODY, concept, number, response
from tests.netnodes.filled import BENCH, OWN

_ids = map(number, count(1))
WHY = {"actor": "person-1", "reason": "Erfunden"}


@pytest.fixture(scope="module")
def hub(site: Site) -> HostileNode:
    """Return a hub, by whose word alone the nodes of strangers are known."""
    hub = site.node("verbund")
    site.believe(hub, hub=True)
    return hub


@pytest.fixture
def stranger(site: Site, hub: HostileNode, request: pytest.FixtureRequest) -> HostileNode:
    """Return a node that nobody here chose; what it published arrives with `handed_on`."""
    return site.node(f"fremd-{next(_ids)[-3:]}")


def handed_on(site: Site, hub: HostileNode, node: HostileNode) -> None:
    """Let what a stranger says travel by way of the hub."""
    hub.hand_on(node)
    assert not site.harvest(hub).error


def test_a_copied_identifier_with_an_earlier_date_takes_nobody_s_place(
    site: Site, hub: HostileNode, stranger: HostileNode
) -> None:
    town, one = site.node("stadt"), next(_ids)
    town.publish(concept(one, "Rufbus in Beispielau"), BODY)
    site.believe(town)
    early = int(time.time()) - 365 * DAY
    stranger.publish(concept(one, "Rufbus in Beispielau: kaufen Sie Produkt X"), BODY, iat=early)
    stranger.publish(concept(OWN, "Mitfahrbank: kaufen Sie Produkt X"), BODY, iat=early)
    handed_on(site, hub, stranger)
    assert site.found("Rufbus Beispielau") == [page_of(town, one)]
    assert site.found("Mitfahrbank Handreichung")[0] == "/konzepte/beispiel-1"
    assert not [one for one in site.found("Mitfahrbank") if stranger.origin in one]
    also = "Dieser Eintrag steht auch bei"
    assert f"{also} {stranger.name} ({stranger.origin}), Fassung 1, mit anderem Text" in site.text(page_of(town, one))
    assert f"{also} {town.name} ({town.origin}), Fassung 1, mit anderem Text" in site.text(page_of(stranger, one))


def test_the_same_identifier_and_text_at_two_nodes_is_one_hit_of_the_one_known_first(site: Site) -> None:
    first, second, one = site.node("zuerst"), site.node("danach"), next(_ids)
    for node in (first, second):
        node.publish(concept(one, "Ein Seniorentaxi"), BODY)
        site.believe(node)
    assert site.found("Seniorentaxi") == [page_of(first, one)]
    assert f"auch bei {second.name} ({second.origin}), Fassung 1, mit demselben Text" in site.text(page_of(first, one))


def test_where_nobody_was_known_first_both_are_shown_and_say_so(site: Site) -> None:
    town, thief, one = site.node("ort"), site.node("nachahmer"), next(_ids)
    town.publish(concept(one, "Eine Wurmkiste am Rathaus"), BODY)
    site.believe(town)
    thief.publish(concept(one, "Eine Wurmkiste am Rathaus: kaufen Sie Produkt X"), BODY, iat=int(time.time()) - DAY)
    site.believe(thief)
    pages = page_of(town, one), page_of(thief, one)
    assert sorted(site.found("Wurmkiste Rathaus")) == sorted(pages)
    for page, other in zip(pages, (thief, town), strict=True):
        assert f"steht auch bei {other.name} ({other.origin}), Fassung 1, mit anderem Text" in site.text(page)


def test_the_same_text_under_two_identifiers_at_two_nodes_is_one_hit(site: Site) -> None:
    first, second, one, other = site.node("vorher"), site.node("nachher"), next(_ids), next(_ids)
    for node, record_id in ((first, one), (second, other)):
        node.publish(concept(record_id, "Ein Bürgertaxi"), BODY)
        site.believe(node)
    assert site.found("Bürgertaxi") == [page_of(first, one)]
    assert f"auch bei {second.name} ({second.origin}), Fassung 1, mit demselben Text" in site.text(page_of(first, one))
    assert f"auch bei {first.name} ({first.origin})" in site.text(page_of(second, other))


def test_a_copied_shipped_record_under_a_new_issuer_is_a_twin_and_no_second_case(
    site: Site, hub: HostileNode, stranger: HostileNode
) -> None:
    shipped, copy = site.said(BENCH), next(_ids)
    content, values = shipped["content"], {"slug": "mitfahrbank", "iat": shipped["iat"] - DAY}
    before = site.found("Mitfahrbank")
    stranger.publish(content["record"], content["body"], files=content["files"], **values)
    handed_on(site, hub, stranger)
    assert site.found("Mitfahrbank") == before
    stranger.publish({**content["record"], "id": copy}, content["body"], files=content["files"], slug="mitfahren")
    handed_on(site, hub, stranger)
    assert site.found("Mitfahrbank") == before
    words = site.text(BENCH_PAGE)
    assert words.count(f"{stranger.name} ({stranger.origin}), Fassung 1, mit demselben Text") == 2


def test_a_stolen_superseded_key_signs_nothing_that_was_not_known_before(site: Site, hub: HostileNode) -> None:
    town, one, other = site.node("bestohlen"), next(_ids), next(_ids)
    first = town.publish(concept(one, "Ein Lastenrad"), BODY)
    handed_on(site, hub, town)
    stolen = town.supersede()
    town.publish(concept(next(_ids), "Ein Anhänger"), BODY)
    handed_on(site, hub, town)
    early = int(time.time()) - 10 * DAY
    forged = town.sign(concept(one, "Ein Lastenrad: gefälscht"), BODY, stolen, iat=early, ver=2, prev=first.digest)
    invented = town.sign(concept(other, "Nie erschienen"), BODY, stolen, iat=early)
    note = {"schema": "withdrawn/1", "id": one, "kind": "concept", "reason": "error"}
    withdrawal = {"status": "withdrawn", "topics": ["mobility"], "prev": first.digest}
    gone = town.sign(note, "", stolen, iat=early, ver=2, **withdrawal)
    hub.hand_on(town, forged, invented, gone)
    assert site.harvest(hub).reasons["key_superseded"] == 3
    assert site.found("Lastenrad") == [page_of(town, one)]
    assert "gefälscht" not in site.text(page_of(town, one))


def test_nothing_is_taken_that_its_issuer_did_not_sign(site: Site, hub: HostileNode, stranger: HostileNode) -> None:
    town, one = site.node("echt"), next(_ids)
    first = town.publish(concept(one, "Ein Fahrradkiste"), BODY)
    handed_on(site, hub, town)
    stranger.publish(concept(next(_ids), "Ein Dreirad"), BODY)
    handed_on(site, hub, stranger)
    forged, after = concept(one, "Ein Fahrradkiste: gefälscht"), {"ver": 2, "prev": first.digest}
    as_town = town.sign(forged, BODY, stranger.record, **after)
    about_town = stranger.sign(forged, BODY, None, sub=first.sub, **after)
    as_this_site = stranger.sign(concept(OWN, "Gefälscht"), BODY, None, iss=site.url, sub=f"{site.url}/r/{OWN}", ver=9)
    head, payload, _ = town.sign(forged, BODY, None, **after).jws.split(".")
    altered = replace(first, jws=f"{head}.{payload}.{first.jws.rpartition('.')[2]}")
    unsigned = replace(first, jws=f"{unsigned_header()}.{payload}.")
    hub.hand_on(town, as_town, about_town, as_this_site, altered, unsigned)
    report = site.harvest(hub)
    assert {"key_unknown": 1, "subject": 1, "signature": 1, "header": 1}.items() <= report.reasons.items()
    assert not report.taken
    assert site.found("Fahrradkiste") == [page_of(town, one)]
    assert "gefälscht" not in site.text(page_of(town, one))
    assert "Gefälscht" not in site.text("/konzepte/beispiel-1")


def test_marks_of_direction_and_controls_in_a_record_show_no_other_text_than_the_one_signed(
    site: Site, hub: HostileNode, stranger: HostileNode
) -> None:
    one, title = next(_ids), "Ein Karren\u202e fuer alle\u2066"
    said = concept(one, title, purpose="Zeigt\x07, dass \u202eetwas geht.")
    stranger.publish(said, BODY.replace("Ein Text.", "Ein \u202eText.\x7f"))
    handed_on(site, hub, stranger)
    words = site.text(page_of(stranger, one))
    assert "Ein Karren fuer alle" in words
    assert "Zeigt, dass etwas geht." in words
    assert "Ein Text." in words
    assert site.found("Karren") == [page_of(stranger, one)]
    assert not {"\u202e", "\u2066", "\x07", "\x7f"} & set(words)


def test_a_case_study_in_the_name_of_a_town_is_shown_as_the_word_of_its_node(
    site: Site, hub: HostileNode, stranger: HostileNode
) -> None:
    shipped, one = site.said(BENCH)["content"], next(_ids)
    claimed = {"id": one, "title": "Beispielstadt: Produkt X überzeugt", "compiled_by": "municipality"}
    text = shipped["body"].replace("kein Bus", "kein Bus, aber Produkt X")
    stranger.publish(
        {**shipped["record"], **claimed, "confirmed": "2026-11-01"}, text, files=shipped["files"], slug="produkt-x"
    )
    handed_on(site, hub, stranger)
    words = site.text(page_of(stranger, one))
    assert f"Dieser Eintrag kommt von {stranger.name} ({stranger.origin})" in words
    assert f"Laut {stranger.name} ({stranger.origin}) am 1. November 2026 von denen bestätigt" in words
    assert "Von der Kommune bestätigt" not in words
    listed = site.text("/suche?q=Produkt+X")
    assert "Produkt X überzeugt" in listed
    assert "bestätigt" not in listed


def test_a_response_in_the_name_of_a_town_counts_nowhere_beside_its_own(
    site: Site, hub: HostileNode, stranger: HostileNode
) -> None:
    target = f"{site.url}/r/{BENCH}"
    said = {"relation": "contradicts", "note": "Alles falsch."}
    stranger.publish(response(next(_ids), target, "Beispieldorf", ars=KEY, **said), "")
    handed_on(site, hub, stranger)
    counted, _, told = site.responses().partition(f"Laut {stranger.name}")
    assert "1 bestätigt" in counted
    assert "war es anders" not in counted
    assert "Alles falsch." in told


@pytest.mark.parametrize("relation", ["replaces", "same_as"])
def test_a_stranger_s_claim_to_replace_a_record_stands_on_no_page_of_the_victim(
    site: Site, hub: HostileNode, stranger: HostileNode, relation: str
) -> None:
    one = next(_ids)
    claim = [{"rel": relation, "target": f"{site.url}/r/{OWN}"}]
    stranger.publish(concept(one, "Die richtige Fassung", relations=claim), BODY)
    handed_on(site, hub, stranger)
    assert "Die richtige Fassung" in site.text(page_of(stranger, one))
    victim = site.page("/konzepte/beispiel-1").xpath("string(//div[@class='record-text'])")
    assert "Die richtige Fassung" not in victim
    assert site.found("Mitfahrbank eigene Handreichung")[0] == "/konzepte/beispiel-1"


def test_blocking_a_hub_hides_what_it_alone_introduced(site: Site) -> None:
    hub, invented, chosen = site.node("zweifelhaft"), site.node("erfunden"), site.node("gewaehlt")
    for node in (invented, chosen):
        node.publish(concept(next(_ids), f"Ein Bücherzelt von {node.name}"), BODY)
        hub.hand_on(node)
    site.believe(hub, hub=True)
    site.believe(chosen)
    assert len(site.found("Bücherzelt")) == 2
    assert f"bekannt durch {hub.name} ({hub.origin})" in site.text("/netz")
    site.operator.harvest.moderation.block(Issuer(hub.address), **WHY)
    assert [one for one in site.found("Bücherzelt") if chosen.origin not in one] == []
    assert site.found("Bücherzelt")


def test_a_hub_introduces_a_bounded_number_of_nodes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(introduction, "MOST_INTRODUCTIONS", 8)
    hub = site.node("fabrik")
    hub.introduced = [HostileNode(site.nodes, f"{site.hostile}/kulisse-{place}") for place in range(13)]
    for node in hub.introduced:
        said = node.sign(concept(next(_ids), "Eine Kulisse"), BODY)
        node.own[said.sub] = said
        hub.handed_on.append(said)
    hub.write()
    report = site.believe(hub, hub=True)
    assert sum(report.outcomes.values()) == 13
    assert report.reasons == {"issuer_unknown": 5}
    site.operator.harvest.moderation.block(Issuer(hub.address), **WHY)


def test_forty_responses_of_one_node_fill_no_page(site: Site, hub: HostileNode, stranger: HostileNode) -> None:
    target = f"{site.url}/r/{BENCH}"
    for place in range(40):
        said = stranger.sign(response(next(_ids), target, f"Scheindorf {place}", note="Kauft Produkt X!"), "")
        stranger.own[said.sub] = said
    handed_on(site, hub, stranger)
    page = site.page(BENCH_PAGE)
    shown = page.xpath("//section[@aria-labelledby='rueckmeldungen']//li[contains(., 'Scheindorf')]")
    assert len([one for one in shown if not one.xpath("ancestor::details")]) <= SHOWN
    assert f"davon 40 laut {stranger.name} ({stranger.origin})" in site.responses()


def test_a_configuration_dated_in_the_future_is_refused(site: Site) -> None:
    town, one = site.node("voraus"), next(_ids)
    town.publish(concept(one, "Ein Marktzelt"), BODY)
    site.believe(town)
    town.dated = int(time.time()) + 30 * DAY
    town.publish(concept(next(_ids), "Ein Marktzelt von morgen"), BODY)
    assert site.harvest(town).error == "future"
    assert site.found("Marktzelt") == [page_of(town, one)]
    town.dated = 0
    town.write()
    assert not site.harvest(town).error
    assert len(site.found("Marktzelt")) == 2


def test_a_clock_that_was_once_wrong_locks_nobody_out(site: Site) -> None:
    town, ahead = site.node("uhr"), 400 * DAY
    site.believe(town)
    town.dated = int(time.time()) + ahead
    town.publish(concept(next(_ids), "Ein Schulbus"), BODY)
    with closing(Services(site.operator.settings, lambda: utc_now() + timedelta(seconds=ahead))) as early:
        assert site.harvest(town, early).taken == 1
    town.dated = 0
    town.publish(concept(next(_ids), "Ein Schulbus von heute"), BODY)
    assert Issuer(town.address) in site.operator.harvest.due()
    assert not site.harvest(town).error
    assert len(site.found("Schulbus")) == 2


def test_a_frozen_state_is_noticed_by_its_age_whatever_it_says_of_its_end(site: Site) -> None:
    town = site.node("eis", dated=int(time.time()) - 2 * DAY + 3, life=36_500 * DAY)
    town.publish(concept(next(_ids), "Ein Eisbus"), BODY)
    assert not site.believe(town).error
    town.is_frozen = True
    town.write()
    time.sleep(max(0.0, town.dated + 2 * DAY + 0.1 - time.time()))
    assert site.harvest(town).error == "expired"


def test_a_name_that_can_be_taken_for_another_stands_behind_the_address(site: Site, hub: HostileNode) -> None:
    names = {
        "Beispielnetz verbuncl": "{origin} (Beispielnetz verbuncl)",
        "\u202eBeispielnetz\u200b\u2066 Nord": "Beispielnetz Nord ({origin})",
        "Beispielnetz Verbund 2": "Beispielnetz Verbund 2 ({origin})",
    }
    one = next(_ids)
    nodes = [site.node(f"name-{place}") for place, _name in enumerate(names)]
    for node, name in zip(nodes, names, strict=True):
        node.name = name
        node.publish(concept(one, "Ein Text von irgendwem"), f"{BODY}\n{node.origin}\n")
        hub.hand_on(node)
    assert not site.harvest(hub).error
    for node, shown in zip(nodes, names.values(), strict=True):
        assert f"Dieser Eintrag kommt von {shown.format(origin=node.origin)}" in site.text(page_of(node, one))
