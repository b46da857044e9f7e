"""One own record whose file is damaged takes itself away from lists of all records, and nothing else."""

from collections.abc import Iterator

import feedparser
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlmodel import col
from structlog.testing import capture_logs

from app.catalogue import CatalogueEntry
from app.catalogue.agreement import Disagreement
from app.catalogue.models import TextRow
from app.identity import RoleKind
from app.search.document import uid_of
from app.search.neighbours import Neighbour, NeighbourStore
from app.search.query import SearchQuery
from app.web.doors import feeds
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.node import publish, text_of
from tests.webnode.people import sign_in
from tests.webnode.placed import make_placed_node

SLUG = "beispielportal-loesung"
DAMAGED = f"solutions/{SLUG}"
OTHER = "Noch ein Beispielportal"


@pytest.fixture(scope="module", params=["ObjectMissing", "ObjectUnreadable"])
def damaged(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Services]:
    """A node with two solutions, of which the file of one was damaged on the disk after it was published."""
    services = make_placed_node(tmp_path_factory.mktemp("damaged") / "node")
    text = text_of(services, DAMAGED)
    publish(services, {f"{DAMAGED}-2/index.md": _another(text), f"{DAMAGED}/index.md": f"{text}\n".encode()})
    services.follow()
    oid = services.repository.reader.resolve(f"{services.repository.head()}:{DAMAGED}/index.md")
    loose = services.repository.git.git_dir / "objects" / oid[:2] / oid[2:]
    loose.chmod(0o644)
    # git says of a file that is no object at all that it is missing, and ends at one that breaks off.
    sound = loose.read_bytes()
    loose.write_bytes(sound[: len(sound) // 2] if request.param == "ObjectUnreadable" else b"not zlib at all")
    services.close()
    again = Services(services.settings)
    yield again
    again.close()


@pytest.fixture(scope="module")
def sound_text(damaged: Services) -> TextRow:
    """The text that the database had, which is gone as well."""
    with damaged.sessions.begin() as db:
        row = db.get_one(TextRow, entry_of(damaged).digest)
        db.delete(row)
        return TextRow(digest=row.digest, content=row.content, beside=row.beside)


@pytest.fixture(scope="module")
def services(damaged: Services, sound_text: TextRow) -> Services:
    """The same without the text in the database."""
    assert sound_text.digest
    return damaged


def entry_of(services: Services, end: str = "") -> CatalogueEntry:
    return services.catalogue.head_by_slug("solution", f"{SLUG}{end}")


def _another(text: str, record_id: str = "10000000-0000-4000-8000-0000000000ff", title: str = OTHER) -> bytes:
    lines = text.splitlines()
    own = {"id:": f"id: {record_id}", "title:": f'title: "{title}"'}
    return "\n".join(own.get(line.split(" ")[0], line) for line in lines).encode() + b"\n"


def test_the_reason_stands_in_the_log_once(services: Services, request: pytest.FixtureRequest) -> None:
    client = create_app(Services(services.settings), testing=True).test_client()
    with capture_logs() as logs:
        for path in ("/catalog.ttl", "/v1/software", "/v1/software", "/ueberblick"):
            client.get(path)
    said = [one for one in logs if one["event"] == "catalogue.record_unreadable"]
    assert [one["slug"] for one in said] == [SLUG]
    assert said[0]["error"] == request.node.callspec.params["damaged"]
    assert said[0]["reason"]


def test_a_list_of_all_records_tells_the_others(client: FlaskClient) -> None:
    paths = ("/catalog.jsonld", "/ueberblick", "/karte", "/eingestellt", "/feed.atom", "/sitemap.xml")
    for path in (*paths, "/einfache-sprache"):
        assert client.get(path).status_code == 200, path
    told = client.get("/v1/software").get_json()["data"]
    assert [OTHER in one["publiccodeYml"] for one in told] == [True]
    assert OTHER in client.get("/catalog.ttl").get_data(as_text=True)
    answer = client.get("/api/v1/records?kind=solution")
    assert answer.status_code == 200
    told = answer.get_json()
    assert [one["title"] for one in told["records"]] == [OTHER]
    assert (told["total"], told["left_out"]) == (2, 1)


def test_the_record_itself_says_that_it_cannot_be_read(client: FlaskClient, services: Services) -> None:
    assert client.get(f"/v1/software/{entry_of(services).id}").status_code == 503


def test_editors_see_what_is_overdue_of_the_others(services: Services) -> None:
    client = create_app(services, testing=True).test_client()
    sign_in(client, [RoleKind.CURATOR])
    assert client.get("/ueberfaellig").status_code == 200


def test_a_page_of_the_feed_has_its_length_without_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAGE_SIZE", 3)
    feed = feedparser.parse(client.get("/feed.atom?seite=1").data)
    assert len(feed.entries) == 3
    assert OTHER in [one.title for one in feed.entries]
    assert "next" in [link.rel for link in feed.feed.links]


def test_a_record_beside_a_damaged_one_can_be_read(client: FlaskClient, services: Services) -> None:
    other = entry_of(services, "-2")
    NeighbourStore(services.sessions).keep(
        {uid_of(other): [Neighbour(uid_of(entry_of(services)))]}, {uid_of(other): other}
    )
    answer = client.get("/loesungen/beispielportal-loesung-2")
    assert answer.status_code == 200
    assert OTHER in answer.get_data(as_text=True)


def test_what_lacks_a_damaged_record_has_no_tag_and_is_kept_by_nobody(
    client: FlaskClient, services: Services, sound_text: TextRow
) -> None:
    entry = entry_of(services)
    named = {
        "/catalog.ttl": f"/r/{entry.id}> a dcat:Dataset",
        "/loesungen": f'/loesungen/{SLUG}"',
        "/feed.atom": f"/r/{entry.id}<",
    }
    for path, link in named.items():
        lacking = client.get(path)
        assert ("ETag" in lacking.headers, lacking.headers["Cache-Control"]) == (False, "private, no-store"), path
        assert link not in lacking.get_data(as_text=True), path
    with services.sessions.begin() as db:
        db.add(sound_text)
    for path, link in named.items():
        whole = client.get(path)
        assert link in whole.get_data(as_text=True), path
        assert client.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304, path
    assert client.get(f"/loesungen/{SLUG}").status_code == 200, "a damaged file alone hides nothing from readers"
    with services.sessions.begin() as db:
        db.execute(delete(TextRow).where(col(TextRow.digest) == entry.digest))


def test_search_and_similar_records_are_made_of_the_others(services: Services) -> None:
    again = Services(services.settings)
    again.search.rebuild()
    found = again.search.search(SearchQuery(filters={"art": ("solution",)}))
    assert [hit.slug for hit in found.hits] == [f"{SLUG}-2"]
    assert [one.code for one in again.search.agree()] == [Disagreement.MISSING]
    damaged, other = (f"|{entry_of(again, end).id}" for end in ("", "-2"))
    store = NeighbourStore(again.sessions)
    assert not again.derivation.work(lambda: False)
    assert other in store.known()
    assert damaged not in store.known()
    assert not again.neighbours.lacking(), "its turn is over"
    assert Services(again.settings).neighbours.lacking() == 1
    mended = _another(text_of(again, f"{DAMAGED}-2"), damaged[1:], "Wieder heil")
    publish(again, {f"{DAMAGED}/index.md": mended})
    again.follow()
    again.derivation.work(lambda: False)
    assert damaged in store.known()
    again.close()
