"""Memos about records of other nodes: held to the version, with home and copy."""

from __future__ import annotations

import json

from tests.functional.web.network.conftest import text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, Filled
from tests.webnode.checks import page_of
from tests.webnode.memo import memo_form, press

DRAFT = f"/vermerk?q=Mitfahrbank&gemerkt=a.example/{BENCH}&abgelehnt={OWN}"


def test_memo_pins_a_foreign_version_leads_to_home_and_copy_and_names_the_nodes_searched(still: Filled) -> None:
    page = page_of(still.b.client.get(DRAFT))
    links = set(page.xpath("//main//a/@href"))
    assert f"https://a.example/r/{BENCH}/v/1" in links
    assert f"/r/a.example/{BENCH}/v/1" in links
    exported = json.loads(press(still.b.client, page, "json").get_data())
    record = exported["finds"][0]["record"]
    digest = still.a.services.catalogue.head(BENCH).digest
    assert (record["home"], record["ver"], record["digest"]) == ("https://a.example", 1, digest)
    nodes = {node["address"]: node for node in exported["nodes"]}
    assert set(nodes) == {"https://b.example", "https://a.example"}
    assert nodes["https://a.example"]["as_of"] == "2026-11-24T09:00:00Z", "how fresh it was"
    assert nodes["https://a.example"].get("state", "answered") == "answered"
    adopted = page_of(press(still.b.client, page, "aktualisieren", fund_0="taken"))
    assert digest.removeprefix("sha256:") not in text_of(adopted), "only the file for programs holds it"


def test_memo_in_markdown_says_where_to_read_again(still: Filled) -> None:
    answer = press(still.b.client, page_of(still.b.client.get(DRAFT)), "herunterladen:md")
    text = answer.get_data(as_text=True)
    assert f"https://a.example/r/{BENCH}/v/1" in text
    assert f"https://b.example/r/a.example/{BENCH}/v/1" in text


def test_kept_memo_tells_of_a_newer_foreign_version(net: Filled) -> None:
    client = net.b.client
    saved = press(client, page_of(client.get(DRAFT)), "speichern")
    assert saved.status_code == 303
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    page = page_of(client.get(saved.headers["Location"]))
    changed = page.xpath("//*[@id='seither']")[0]
    assert "Fassung 1" in text_of(changed)
    assert changed.xpath(f".//a[@href='/r/a.example/{BENCH}/v/2']")
    assert memo_form(page) is not None
