"""What partners have is a way to what was asked for, however much they have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.kickoff.situation import Situation
from app.reuse.facets import REFERS_TO
from app.reuse.place import Place
from app.search.query import SearchQuery, SearchResult
from app.search.service import SearchService
from app.wiring import Services
from tests.webnode.node import CONTENT, RUNNING, STOPPED, make_node, publish

CASES = {"beispielkreis-starkregen": "kreis", "beispielstadt-mitfahrbank": "bericht"}
"""Each with the key of a source."""
PARTNER = "\npartners:\n  - {{name: Beispielverbund, ref: organisation/beispielverbund, sources: [{source}]}}\ngoals:"
SOLUTIONS = 12


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node with two cases of one partner, who has a dozen solutions."""
    services = make_node(tmp_path_factory.mktemp("offers"))
    solution = (CONTENT / "solutions/beispielportal-loesung/index.md").read_text(encoding="utf-8")
    files: dict[str, bytes | None] = {}
    for number in range(SOLUTIONS):
        text = solution.replace("-000000000004\n", f"-0000000001{number:02}\n").replace(
            "Beispielportal:", f"Portal {number}, Rufbus:"
        )
        files[f"solutions/portal-{number}-loesung/index.md"] = text.encode()
    repository = services.repository
    for case, source in CASES.items():
        text = (repository.folder(f"case-studies/{case}", repository.head()).text or b"").decode()
        assert "\ngoals:" in text
        files[f"case-studies/{case}/index.md"] = text.replace("\ngoals:", PARTNER.format(source=source), 1).encode()
    publish(services, files)
    services.follow()
    yield services
    services.close()


def test_every_solution_of_a_partner_is_a_way_to_what_was_asked_for(services: Services) -> None:
    found = services.kickoff.offers.ways(services.catalogue.head(RUNNING), Situation(), "Rufbus")
    assert {one.ref for one in found} >= {f"solution/portal-{number}-loesung" for number in range(SOLUTIONS)}


def test_a_partner_of_several_hits_is_looked_up_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[SearchQuery] = []
    search = SearchService.search

    def counting(self: SearchService, query: SearchQuery) -> SearchResult:
        asked.append(query)
        return search(self, query)

    monkeypatch.setattr(SearchService, "search", counting)
    situation = Situation(place=Place(name="Musterstadt", state="HE", kind="town"))
    hits = services.kickoff.search(SearchQuery(text="Beispielstadt Beispielkreis"), situation).hits
    assert {RUNNING, STOPPED} <= {hit.id for hit in hits}
    assert len([query for query in asked if REFERS_TO in query.filters]) == 1
