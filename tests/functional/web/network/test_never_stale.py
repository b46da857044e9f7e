"""Whatever changes, a process that keeps pages answers like one just started, and what differs has a new tag."""

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from multiprocessing.connection import Connection
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.federation.harvest.models import NodeState
from app.records.schema import KindSchema
from app.shared.config import Settings
from app.web.factory import create_app
from app.wiring import Services
from tests import translated
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.test_organisations import BODY, BODY_FILE, SOLUTION_FILE, body, over_body
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, OWN, Filled, fill
from tests.netnodes.net import concept, copied_node
from tests.netnodes.net import path as path_of
from tests.webnode.node import ROOT, publish
from tests.webnode.node import settings as node_settings
from tests.webnode.texts import case_study, record_id, withdrawn

TWIN = "Mitfahrbank nach einem Jahr eingestellt"
TWIN_FILE = "case-studies/mitfahrbank-hier/index.md"
OTHER_FILE = "case-studies/mitfahrbank-dort/index.md"
TOPICS = "vocabulary/topics.yaml"
_KINDS = frozenset({"text/html", "application/atom+xml", "application/json", "application/xml", "text/markdown"})
_PROGRAMS = {"git", "health", "monitor", "federation", "mcp", "static"}
_OF_ALL = {"records.record", "foreign.record"}
_FIXED = {"topics.topic": {"topic": "mobility"}, "places.state": {"state": "HE"}, "terms.scheme": {"name": "topics"}}


def addresses(app: Flask, node: Services) -> list[str]:
    """Return every address without parameters that anybody may ask for, and the page of each record.

    Each of its other pages is asked for of one record of each kind and node: what is kept goes by the node's state.
    """
    kinds = {kind.name: kind for kind in node.schemas.kinds}
    entries = node.catalogue.changes(0, 1000)
    given: list[Mapping[str, str | int | KindSchema]] = [
        {
            "kind": kinds[entry.kind], "slug": entry.slug, "record_id": entry.id, "ver": entry.ver,
            **({"origin": entry.origin} if entry.origin else {}),
        }
        for entry in entries
        if entry.id
    ]  # fmt: skip
    kinds_of = {entry.id: entry.kind for entry in entries}
    adapter, found = app.url_map.bind("b.example"), dict[str, None]()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] in _PROGRAMS:
            continue
        chosen = given
        if rule.endpoint not in _OF_ALL:
            # By a sum of both, so that all records come up and a new one changes hardly any choice.
            ordered = sorted(given, key=lambda one: crc32(f"{rule.rule} {one['record_id']}".encode()))
            chosen = list({(kinds_of[str(one["record_id"])], "origin" in one): one for one in ordered}.values())
        for values in [_FIXED.get(rule.endpoint, {}), *chosen]:
            if rule.arguments <= values.keys() and ("origin" in values) == ("origin" in rule.arguments):
                address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
                found[address.removeprefix("http://b.example")] = None
    pages = [one for one in found if not re.search(r"\.(pdf|docx|odt|png|svg|pptx|odp)$", one)]
    return [*pages, *(f"/en{one}" for one in pages if re.fullmatch(r"/|/fallstudien(/[^/.]+)?|/themen/[^/]+", one))]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is the same for all."""

    status: int
    text: bytes
    tag: str


def reader(net: Filled) -> FlaskClient:
    """Return a browser that takes no cookie, for whoever has one gets a page of their own."""
    return net.b.client.application.test_client(use_cookies=False)


def drawn(client: FlaskClient, paths: Iterable[str]) -> dict[str, Page]:
    """Return all pages among the answers that are the same for all."""
    answers = ((path, client.get(path)) for path in paths)
    return {
        path: Page(one.status_code, one.data, one.headers.get("ETag", ""))
        for path, one in answers
        if one.mimetype in _KINDS and "private" not in one.headers.get("Cache-Control", "")
    }


def _draw_fresh(settings: Settings, now: datetime, paths: list[str], to: Connection) -> None:
    services = Services(settings, lambda: now)
    to.send(drawn(create_app(services, testing=True).test_client(use_cookies=False), paths))
    services.close()


def _draw_for(empty: Settings, now: datetime, asked: Connection) -> None:
    """Read templates and words for a node without records, which takes a second, and draw in a process each time."""
    translated.once_for_all_nodes()
    services = Services(empty, lambda: now)
    app = create_app(services, testing=True)
    drawn(app.test_client(use_cookies=False), addresses(app, services))
    services.close()
    while True:
        try:
            settings, at, paths = asked.recv()
        except EOFError:
            return
        process = multiprocessing.get_context("fork").Process(target=_draw_fresh, args=(settings, at, paths, asked))
        process.start()
        process.join()
        if process.exitcode:
            asked.send({})


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Whom to ask for what a process draws that has kept nothing."""
    folder = copied_node(tmp_path_factory.mktemp("empty"))
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__])
    mine, theirs = made.Pipe()
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    process = made.Process(target=_draw_for, args=(node_settings(folder), now, theirs))
    process.start()
    theirs.close()
    yield mine
    mine.close()
    process.join()


def drawn_by_another_process(others: Connection, net: Filled, paths: list[str]) -> dict[str, Page]:
    """Return the same from a process that has kept nothing."""
    others.send((net.b.services.settings, net.net.clock(), paths))
    found: dict[str, Page] = others.recv()
    assert found, "it ended before it had drawn anything"
    return found


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """B reads A, has an organisation that its solution names, and cases of its own."""
    filled = fill(tmp_path_factory.mktemp("stale"), **OPERATOR)
    solution = filled.text(SOLUTION_FILE).replace("10000000-0000-4000-8000-000000000004", _SOLUTION)
    own = {BODY_FILE: body(BODY), SOLUTION_FILE: solution.encode()}
    publish(filled.b.services, {**own, OTHER_FILE: case_study("mitfahrbank-dort", f"Musterstadt: {TWIN}")})
    filled.b.services.follow()
    yield filled
    filled.net.close()


_SOLUTION = "50000000-0000-4000-8000-000000000004"


def at_b(net: Filled, changes: dict[str, bytes | None]) -> None:
    publish(net.b.services, changes)


def _publish(net: Filled) -> None:
    here = case_study("mitfahrbank-hier", f"Beispielstadt: {TWIN}").replace(b"Musterstadt", b"Beispielstadt")
    at_b(net, {TWIN_FILE: here})


def _find_twin(net: Filled) -> None:
    assert not net.b.services.neighbours.work_out(lambda: False)
    assert net.b.services.neighbours.twins()


def _edit(net: Filled) -> None:
    """Edit a record, and rename an organisation."""
    renamed = body(BODY).replace(b"Kreisdienst:", b"Landkreisdienst:")
    at_b(net, {path_of(OWN): concept(OWN, "Mitfahrbank: eine andere Handreichung"), BODY_FILE: renamed})


def _respond_and_name_organisation(net: Filled) -> None:
    target = f"https://b.example/r/{net.b.services.catalogue.head_by_slug('case-study', 'mitfahrbank-hier').id}"
    solution = over_body(net.text(SOLUTION_FILE)).replace(b"h.example", b"b.example")
    named = solution.replace(b"10000000-0000-4000-8000-000000000004", _SOLUTION.encode())
    at_b(net, {**response(target, "Beispieldorf"), SOLUTION_FILE: named})


def _withdraw(net: Filled) -> None:
    """Withdraw a record and a response to another one."""
    (entry,) = net.b.services.catalogue.heads("response")
    gone = {f"responses/{entry.slug}/index.md": _GONE.format(id=entry.id).encode()}
    at_b(net, {OTHER_FILE: withdrawn("case-study", record_id("mitfahrbank-dort")), **gone})


_GONE = "---\nschema: withdrawn/1\nid: {id}\nkind: response\nreason: error\n---\n"


def _change_vocabulary(net: Filled) -> None:
    text = (ROOT / "content" / TOPICS).read_text("utf-8").replace("de: Mobilität", "de: Unterwegs sein")
    at_b(net, {TOPICS: text.encode()})


def _harvest(net: Filled) -> None:
    net.edit({"case-studies/beispielstadt-mitfahrbank/index.md": net.text().replace("Jahr", "Winter").encode()})


def _harvest_withdrawal(net: Filled) -> None:
    file = "case-studies/beispielkreis-starkregen/index.md"
    net.edit({file: _GONE.replace("response", "case-study").format(id="10000000-0000-4000-8000-000000000002").encode()})


def _hide(net: Filled) -> None:
    assert net.b.services.harvest.moderation.hide("a.example", BENCH, actor="u-1", reason="Werbung")


def _unhide(net: Filled) -> None:
    assert net.b.services.harvest.moderation.unhide("a.example", BENCH, actor="u-1", reason="Keine")


def _block(net: Filled) -> None:
    assert net.b.services.harvest.moderation.block(net.a.issuer, actor="u-1", reason="Falsches")


def _unblock(net: Filled) -> None:
    assert net.b.services.harvest.moderation.unblock(net.a.issuer, actor="u-1", reason="Geklärt")


def _rename_peer(net: Filled) -> None:
    net.net.open("a", operator_name="Beispielnetz Neu").services.federation.listing.renew()
    net.travel()


def _count_organisations(net: Filled) -> None:
    net.b.services.harvest.count_organisations(net.a.issuer, counts=True)


def _pause(net: Filled) -> None:
    net.b.services.harvest.nodes.change(net.a.issuer, state=NodeState.PAUSED)


def _next_day(net: Filled) -> None:
    net.net.clock.forward(days=400)


def _build_catalogue_anew(net: Filled) -> None:
    net.b.services.catalogue.rebuild()
    net.b.services.oai.projection.catch_up()
    net.b.services.search.catch_up()


SEARCHES = ("/api/v1/search?q=Mitfahrbank", "/api/v1/search?land=HE&size=3", "/api/v1/search?q=Zyxwv")
"""Of these the tags are kept, so each is asked with that of the last answer before anything else."""
CHANGES: tuple[Callable[[Filled], None], ...] = (
    _publish, _find_twin, _edit, _respond_and_name_organisation, _change_vocabulary, _harvest, _hide, _unhide, _block,
    _unblock, _rename_peer, _count_organisations, _withdraw, _harvest_withdrawal, _pause, _next_day,
    _build_catalogue_anew,
)  # fmt: skip


@pytest.fixture(scope="module")
def last(net: Filled) -> dict[str, Page]:
    """What was answered last, by address; each change goes on from the one before."""
    return drawn(reader(net), [*addresses(net.b.client.application, net.b.services), *SEARCHES])


@pytest.mark.parametrize("change", CHANGES)
def test_no_page_shows_an_earlier_state(
    net: Filled, others: Connection, last: dict[str, Page], change: Callable[[Filled], None]
) -> None:
    known = set(addresses(net.b.client.application, net.b.services))
    change(net)
    reader(net).get("/")
    held = {path: last[path] for path in SEARCHES}
    told = {path: reader(net).get(path, headers={"If-None-Match": held[path].tag}).status_code for path in SEARCHES}
    new = set(addresses(net.b.client.application, net.b.services)) - known
    paths = [*last, *sorted(new)]
    found = drawn(reader(net), paths)
    fresh = drawn_by_another_process(others, net, paths)
    assert [path for path, page in fresh.items() if found.get(path) != page] == []
    changed = [path for path, page in last.items() if path in found and page.text != found[path].text]
    assert [path for path in changed if last[path].tag and found[path].tag == last[path].tag] == []
    assert told == {path: 304 if found[path] == held[path] else 200 for path in SEARCHES}
    for path, page in last.items():
        if page.tag:
            again = reader(net).get(path, headers={"If-None-Match": page.tag})
            assert (again.status_code == HTTPStatus.NOT_MODIFIED) == (found.get(path) == page), path
    last.clear()
    last.update(found)
