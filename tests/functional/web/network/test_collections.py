"""A collection travels like any record, and its entries mean the records of whoever wrote it."""

from __future__ import annotations

from tests.functional.web.network.conftest import read, text_of
from tests.functional.web.network.test_responses import AT_B, exchange
from tests.netnodes.filled import Filled
from tests.netnodes.net import record_id

_ID = record_id(60)
_TEXT = f"""\
---
schema: collection/1
id: {_ID}
kind: collection
title: "Themenpaket von A"
summary: "Was A dazu kennt."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-11-20
review_by: 2027-11-20
entries:
  - {{target: case-study/beispielstadt-mitfahrbank, note: "Die Bank von A."}}
  - {{target: "https://nirgends.example/r/70000000-0000-4000-8000-000000000009", note: "Kennt hier niemand."}}
sources:
  - {{key: eintraege, title: "Einträge dieser Sammlung", publisher: "Beispielnetz A", self_reported: true}}
---
"""


def test_a_collection_of_another_node_leads_to_the_records_here(net: Filled) -> None:
    net.a.write({"collections/themenpaket-von-a/index.md": _TEXT.encode()})
    exchange(net, (net.b, net.a))
    page = read(net.b.client, f"/r/a.example/{_ID}")
    links = page.xpath("//section[@aria-labelledby='eintraege']//h3/a/@href")
    assert links == [AT_B, "https://nirgends.example/r/70000000-0000-4000-8000-000000000009"]
    assert "Die Bank von A." in text_of(page)
    assert "steht in der Sammlung" in text_of(read(net.b.client, AT_B))
