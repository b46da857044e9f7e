"""After a withdrawal to protect personal data nobody is served a word of the record, by whatever way they ask."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.identity import Person, Role, RoleKind
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish, text_of
from tests.webnode.people import sign_in

WORD = "Zwiebelturmgasse"
PATH = "case-studies/beispielstadt-mitfahrbank/index.md"
CURATOR = Person(id="id-berta", pseudonym="u-berta", display_name="Berta", roles=(Role(kind=RoleKind.CURATOR),))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = make_node(tmp_path)
    text = text_of(services, PATH.rpartition("/")[0])
    publish(services, {PATH: text.replace('summary: "', f'summary: "{WORD} 3. ', 1).encode()})
    services.follow()
    services.public_copy.refresh()
    yield services
    services.close()


def addresses(services: Services) -> list[str]:
    versions = services.catalogue.versions(STOPPED)
    of_versions = [f"/r/{STOPPED}/v/{one.ver}" for one in versions]
    return [
        *(f"{STOPPED_PAGE}{form}" for form in ("", ".md", ".pdf", ".docx")),
        *(f"/r/{STOPPED}{part}" for part in ("", ".json", ".jws", "/verlauf", "/vergleich")),
        *(f"{one}{part}" for one in of_versions for part in ("", ".jws", "/zitat.bib")),
        *(f"/v/{one.digest}" for one in versions),
        *(f"/api/v1/records/{STOPPED}{part}" for part in ("", "/versions")),
        *(f"{search}?q=Mitfahrbank" for search in ("/api/v1/search", "/suche")),
        *(f"/oai?verb=ListRecords&metadataPrefix={form}" for form in ("enet", "oai_dc")),
        *("/feed.atom", "/sitemap.xml", "/aenderungen", "/", "/fallstudien"),
    ]


def served(client: FlaskClient, services: Services, word: str) -> set[str]:
    return {path for path in addresses(services) if word.encode() in client.get(path, follow_redirects=True).get_data()}


def cloned(services: Services, into: Path) -> str:
    services.public_copy.refresh()
    subprocess.run(["git", "clone", "-q", str(services.public_copy.clone.git_dir), str(into)], check=True)
    log = subprocess.run(["git", "-C", str(into), "log", "-p"], check=True, capture_output=True)
    return log.stdout.decode("utf-8", "replace")


def test_no_address_and_no_clone_gives_a_word_of_it(services: Services, tmp_path: Path) -> None:
    client = create_app(services, testing=True).test_client()
    assert len(served(client, services, WORD)) > 5
    assert WORD in cloned(services, tmp_path / "before")
    services.review.records.withdraw_record(
        "case-study", "beispielstadt-mitfahrbank", CURATOR, reason="personal-data", note="Zum Schutz."
    )
    assert served(client, services, WORD) == set()
    for sheet in ("pdf", "docx"):
        assert client.get(f"{STOPPED_PAGE}.{sheet}").status_code == 410
    assert WORD not in cloned(services, tmp_path / "after")
    assert "personal-data" in client.get(f"/r/{STOPPED}.json").get_data(as_text=True)


def test_nobody_is_offered_to_bring_it_back(services: Services) -> None:
    client = create_app(services, testing=True).test_client()
    sign_in(client, [RoleKind.CURATOR], name="Redaktion")
    for reason, offered in (("error", True), ("personal-data", False)):
        services.review.records.withdraw_record("case-study", "beispielstadt-mitfahrbank", CURATOR, reason=reason)
        page = client.get(STOPPED_PAGE)
        assert page.status_code == 410
        assert ("wiederherstellen" in page.get_data(as_text=True)) is offered
