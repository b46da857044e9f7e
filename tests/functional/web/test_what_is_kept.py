"""What a process keeps in memory does not grow with each publication."""

import gc
from pathlib import Path

import pytest

from app.catalogue import texts
from app.search.answering import snapshot
from app.search.query import SearchQuery
from app.shared.kept import Recent
from app.web.factory import create_app
from tests.webnode.node import STOPPED_PAGE, make_node, publish, text_of

PATH = "case-studies/beispielstadt-mitfahrbank"


def test_what_was_kept_for_an_earlier_state_goes_with_the_next_publication(tmp_path: Path) -> None:
    services = make_node(tmp_path)
    client = create_app(services, testing=True).test_client()
    counts: list[int] = []
    for number in range(3):
        head, rest = text_of(services, PATH).split("summary:", 1)
        rest = rest[rest.index("\n") :]
        publish(services, {f"{PATH}/index.md": f'{head}summary: "Fassung {number}."{rest}'.encode()})
        services.follow()
        for path in (STOPPED_PAGE, f"/en{STOPPED_PAGE}", "/", "/fallstudien"):
            assert client.get(path).status_code == 200
        counts.append(_kept_for_a_state())
    services.close()
    assert counts[1] == counts[2], counts


def _kept_for_a_state() -> int:
    """Count the values of all caches that belong to one state of the catalogue."""
    found = [one for one in gc.get_objects() if isinstance(one, Recent) and one._state is not None]
    return sum(len(one._values) for one in found)


def test_records_are_kept_up_to_so_many_bytes_of_their_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 7_000
    monkeypatch.setattr(texts, "CACHE_CHARACTERS", size)
    services = make_node(tmp_path)
    entries = [one for one in services.catalogue.heads() if one.kind == "case-study"]
    weights = []
    for entry in entries:
        services.catalogue.record(entry)
        weights.append(services.catalogue._texts._kept.weight)
    services.close()
    assert len(entries) > 1
    assert 0 < max(weights) <= size < sum(weights)


def test_terms_are_kept_up_to_a_limit_if_no_record_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CACHE_SIZE", 1000)
    services = make_node(tmp_path)
    services.search.search(SearchQuery(text="Mitfahrbank Bus Dorf Schild Bürger Kosten Verein Gemeinde"))
    services.search.search(SearchQuery(text="Qwxyzzy Vbnmlkj Hgfdsaq Poiuztr Wqayxsw Edcrfvt Zhbnuji Kolpmza"))
    kept = [one for one in gc.get_objects() if isinstance(one, Recent) and one._limit == 1000]
    values = [value for one in kept for value in one._values.values()]
    services.close()
    assert all(one.weight <= 1000 and len(one._values) <= 3 for one in kept)
    assert values
    assert all(isinstance(value, snapshot.Postings) for value in values)
