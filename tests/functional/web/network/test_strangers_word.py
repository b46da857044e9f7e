# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a node that nobody chose says in the name of a town stands beside the town's own word, never over it."""

from __future__ import annotations

from tests.functional.web.network.conftest import read, text_of
from tests.functional.web.network.test_responses import AT_B, HOME, respond, said
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH_FILE, OWN, Filled
from tests.netnodes.net import NetNode, concept, path, record_id
from tests.webnode.people import town

KEY = "069990000001"


def stranger(net: Filled, name: str, changes: dict[str, bytes | None]) -> NetNode:
    """Return a node that B knows through the hub alone, after what it published has arrived."""
    node = net.net.node(name)
    node.write(changes)
    net.h.follow(node)
    net.h.harvest(node)
    net.travel()
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


def test_that_a_municipality_confirmed_it_is_the_other_site_s_word(net: Filled) -> None:
    marked = net.text().replace("last_confirmed: 2026-11-01", "confirmed: 2026-11-01\nlast_confirmed: 2026-11-01")
    net.edit({BENCH_FILE: marked.encode()})
    net.b.services.follow()
    page = text_of(read(net.b.client, AT_B))
    assert "Laut Beispielnetz A (a.example) am 1. November 2026 von denen bestätigt, um die es geht." in page
    assert "Von der Kommune bestätigt" not in page
    found = text_of(read(net.b.client, "/suche?q=Mitfahrbank&art=case-study"))
    assert "zuletzt geprüft im November 2026" in found
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
