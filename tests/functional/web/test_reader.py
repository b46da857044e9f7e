"""A machine that only reads shows everything that is published, keeps nothing that is sent, and has no repository."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Delete, Update, delete, text, update
from sqlmodel import col

from app.catalogue.models import TextRow
from app.cli.doctor.command import diagnose
from app.database.writer import WriterRow, WrittenElsewhere
from app.records.document import parse
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import KeysMissing, Node, OtherRelease
from tests.webnode.node import CONCEPT_PAGE, RUNNING, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, make_node, publish

CONCEPT = "concepts/beispiel-pruefliste/index.md"
PAGES = (
    *(
        "/", "/en/", "/stoebern", "/karte", "/ueberblick", "/suche?q=Bus", "/api/v1/records", "/sitemap.xml",
        "/feed.atom",
    ),
    *(STOPPED_PAGE, f"/en{STOPPED_PAGE}", CONCEPT_PAGE, SOLUTION_PAGE, "/auswahl", "/catalog.ttl"),
    *(f"/r/{STOPPED}/v/2", f"/r/{STOPPED}.json", "/oai?verb=ListRecords&metadataPrefix=oai_dc"),
    *(f"/api/v1/records/{RUNNING}", "/readyz", "/healthz"),
)  # fmt: skip


def quiet(_step: str) -> object:
    return lambda _done, _total: None


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("writer"))
    services.follow()
    yield services
    services.close()


@contextmanager
def without_keys(writer: Services, folder: Path) -> Iterator[Services]:
    """Another machine on the same database, with nothing in its folder."""
    given = {"data": folder, "role": "reader", "database_url": writer.settings.database_url}
    services = Services(writer.settings.model_copy(update=given), writer.clock)
    yield services
    services.close()


@contextmanager
def started(writer: Services, folder: Path) -> Iterator[Services]:
    with without_keys(writer, folder) as services:
        shutil.copytree(writer.settings.keys_path, services.settings.keys_path)
        Node(services).follow(quiet)  # type: ignore[arg-type]  # reports to nobody
        yield services


@pytest.fixture(scope="module")
def reader(writer: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with started(writer, tmp_path_factory.mktemp("reader") / "node") as services:
        yield services


@pytest.fixture(scope="module")
def client(reader: Services) -> FlaskClient:
    return create_app(reader, testing=True).test_client()


def test_pages_are_the_writer_s_and_no_repository_made(client: FlaskClient, reader: Services, writer: Services) -> None:
    theirs = create_app(writer, testing=True).test_client()
    for path in PAGES:
        wanted, found = theirs.get(path), client.get(path)
        assert (found.mimetype, len(found.data) // 100) == (wanted.mimetype, len(wanted.data) // 100), path
        assert (found.status_code, wanted.status_code) == (200, 200), path
    assert not list(reader.settings.data.glob("*.git*"))


def test_a_broken_vocabulary_keeps_its_last_good_words(reader: Services, writer: Services) -> None:
    before, sound = dict(reader.vocabularies), writer.repository.vocabulary("topics")
    publish(writer, {"vocabulary/topics.yaml": b"id: ["})
    writer.follow()
    reader.follow()
    assert reader.vocabularies["topics"].label("mobility", "de") == before["topics"].label("mobility", "de")
    publish(writer, {"vocabulary/topics.yaml": sound})


def test_what_is_sent_is_refused_with_what_was_typed(client: FlaskClient) -> None:
    typed = "Das habe ich mühsam getippt. " * 4
    answer = client.post("/frage-stellen", data={"text": typed})
    said = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Auf dieser Seite kann im Augenblick nur gelesen werden." in said
    assert typed in said
    nothing = client.post("/frage-stellen", data={"text": "kurz"}).get_data(as_text=True)
    assert ("später noch einmal senden" in said, "später noch einmal senden" in nothing) == (True, False)


def test_strangers_are_not_told_which_machine_writes(client: FlaskClient, writer: Services) -> None:
    with writer.sessions.begin() as db:
        db.merge(WriterRow(id=1, machine="rechner-17", until=writer.clock()))
    assert "rechner-17" not in client.post("/frage-stellen", data={"text": "Hallo"}).get_data(as_text=True)
    # The machines are shared: whoever publishes next has to hold the lease again.
    with writer.sessions.begin() as db:
        db.merge(WriterRow(id=1, machine=writer.lease.machine, until=writer.clock()))


def test_the_markdown_of_a_record_says_what_that_of_the_writer_says(client: FlaskClient, writer: Services) -> None:
    theirs = create_app(writer, testing=True).test_client()
    for path in (STOPPED_PAGE, CONCEPT_PAGE, SOLUTION_PAGE):
        wanted, found = theirs.get(f"{path}.md"), client.get(f"{path}.md")
        assert (found.status_code, found.mimetype) == (200, wanted.mimetype)
        assert found.headers["Content-Disposition"] == wanted.headers["Content-Disposition"]
        ours, said = parse(found.get_data(as_text=True)), parse(wanted.get_data(as_text=True))
        assert (ours.front, ours.body) == (said.front, said.body)
        asked = client.get(path, headers={"Accept": "text/markdown"})
        assert (asked.status_code, asked.data) == (200, found.data)


@pytest.mark.parametrize("damage", [delete(TextRow), update(TextRow).values(content="{}")], ids=["gone", "damaged"])
def test_one_unreadable_text_stops_nothing_else(writer: Services, tmp_path: Path, damage: Delete | Update) -> None:
    digest = writer.catalogue.head_by_slug("concept", "beispiel-pruefliste").digest
    with writer.sessions.begin() as db:
        row = db.get_one(TextRow, digest)
        sound = TextRow(digest=digest, content=row.content, beside=row.beside)
        db.execute(damage.where(col(TextRow.digest) == digest))
    with started(writer, tmp_path / "reader") as services:
        client = create_app(services, testing=True).test_client()
        assert client.get(CONCEPT_PAGE).status_code == 503
        for path in ("/", "/catalog.ttl", "/konzepte", "/suche?q=Bus", "/ueberblick", STOPPED_PAGE, "/sitemap.xml"):
            assert client.get(path).status_code == 200, path
        assert STOPPED_PAGE in client.get("/suche?q=Mitfahrbank").get_data(as_text=True)
    with writer.sessions.begin() as db:
        db.merge(sound)


def test_questions_that_keep_nothing_are_answered(client: FlaskClient) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert client.post("/mcp", json=asked).status_code == 200
    assert client.post("/oai", data={"verb": "Identify"}).status_code == 200
    assert client.post("/zielpruefung", data={}).status_code != 503


def test_whoever_wants_the_repository_is_told_where_it_is(reader: Services) -> None:
    for wanted in (reader.repository.head, reader.public_copy.refresh, reader.review.reconciliation.run):
        with pytest.raises(WrittenElsewhere):
            wanted()


def test_its_index_can_be_built_anew_and_is_looked_at(reader: Services) -> None:
    assert Node(reader).reindex(quiet) > 0  # type: ignore[arg-type]  # reports to nobody
    found = diagnose(reader)
    assert [one for one in found.findings if one.grade == "error" and one.area != "secrets"] == []
    assert found.records == len(reader.catalogue.heads())


def test_without_the_keys_of_the_node_it_does_not_start(writer: Services, tmp_path: Path) -> None:
    with without_keys(writer, tmp_path / "reader") as services, pytest.raises(KeysMissing):
        Node(services).follow(quiet)  # type: ignore[arg-type]  # reports to nobody


def test_on_the_tables_of_another_release_it_does_not_start(reader: Services, writer: Services) -> None:
    with writer.sessions.begin() as db:
        release = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        db.execute(text("UPDATE alembic_version SET version_num = '0030'"))
    with pytest.raises(OtherRelease):
        Node(reader).follow(quiet)  # type: ignore[arg-type]  # reports to nobody
    with writer.sessions.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :release"), {"release": release})


def test_what_is_published_is_found_by_its_vocabulary(client: FlaskClient, reader: Services, writer: Services) -> None:
    head = writer.repository.head()
    text = writer.repository.folder("concepts/beispiel-pruefliste", head).text.decode()
    topics = writer.repository.vocabulary("topics").decode()
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    changed = text.replace(title, 'title: "Zwiebelturmgasse"')
    publish(
        writer, {CONCEPT: changed.encode(), "vocabulary/topics.yaml": topics.replace("Mobilität", "Verkehr").encode()}
    )
    assert "Zwiebelturmgasse" not in client.get(CONCEPT_PAGE).get_data(as_text=True)
    writer.follow()
    assert "Zwiebelturmgasse" in client.get(CONCEPT_PAGE).get_data(as_text=True)
    assert CONCEPT_PAGE in client.get("/suche?q=Zwiebelturmgasse").get_data(as_text=True)
    assert "Verkehr" in client.get("/stoebern").get_data(as_text=True)
    assert reader.search.agree() == ()
