"""A node is put back from its backup, and brought to where it was with the commands; the partner is a real server."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.shared.config import Settings
from app.wiring import Services
from app.wiring.node import Node
from tests.functional.cli.conftest import Cli, Write
from tests.functional.federation.tls.secure_site import Application, secure_site
from tests.netnodes.light_site import light_site
from tests.netnodes.net import concept
from tests.webnode.node import ROOT, publish
from tools.serving_node import free_port

LATER = "30000000-0000-4000-8000-000000000009"


def opened(folder: Path, issuer: str) -> Services:
    return Services(Settings.model_validate({"data": folder, "issuer": issuer}))


def show(services: Services) -> None:
    services.vocabularies.refresh()
    services.catalogue.catch_up()
    services.federation.follow()


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Services]:
    """A node that serves what it holds, without records of its own."""
    seed = tmp_path / "seed"
    shutil.copytree(ROOT / "content" / "vocabulary", seed / "vocabulary")
    made: list[Services] = []

    def site(port: int) -> Application:
        services = opened(tmp_path / "partner", f"http://127.0.0.1:{port}")
        Node(services).init(seed, lambda _step: lambda _done, _total: None)
        made.append(services)
        return light_site(services)

    with secure_site(site, None):
        yield made[0]
    made[0].close()


@pytest.fixture
def restored(cli: Cli, node: Path, tmp_path: Path, partner: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The partner; meanwhile the node of the commands is back at its backup, and a record short."""
    cli("init")
    made: list[Services] = []

    def site(port: int) -> Application:
        monkeypatch.setenv("NODE_ISSUER", f"http://127.0.0.1:{port}")
        made.append(opened(node, f"http://127.0.0.1:{port}"))
        return light_site(made[0])

    with secure_site(site, None):
        show(made[0])
        issuer = made[0].federation.issuer
        partner.harvest.add(issuer, partner.harvest.look(issuer).sha256)
        assert partner.harvest.read(issuer).tally.stored == 2
        shutil.copytree(node, tmp_path / "backup")
        later = concept(LATER, "Nach der Sicherung")
        publish(made[0], {"concepts/spaeter/index.md": later})
        show(made[0])
        assert partner.harvest.read(issuer).tally.stored == 1
    made[0].close()
    shutil.rmtree(node)
    shutil.copytree(tmp_path / "backup", node)
    (node / "restored").touch()
    return partner


def test_a_restored_node_asks_and_publishes_above_what_its_partner_holds(
    cli: Cli, node: Path, content: Path, restored: Services
) -> None:
    address = restored.federation.issuer.address
    assert cli("peers", "add", address, "--yes", "--mirror").exit_code == 0
    (content / "concepts" / "spaeter").mkdir()
    again = concept(LATER, "Noch einmal")
    (content / "concepts" / "spaeter" / "index.md").write_bytes(again)
    stopped = cli("sync")
    assert stopped.exit_code == 3
    assert "erfahrungsnetz doctor" in stopped.output
    (held,) = restored.harvest.nodes.all()
    assert cli("doctor").exit_code in (0, 1)
    assert not (node / "restored").exists()
    assert cli("sync").exit_code == 0
    services = opened(node, held.issuer.address)
    assert services.federation.listing.listed.version() > held.list_version
    assert f"records/{LATER}.json" in services.federation.listing.listed.listed()
    services.close()


@pytest.mark.usefixtures("_no_server")
def test_the_site_starts_although_it_must_not_follow_its_folder(cli: Cli, restored: Services, write: Write) -> None:
    cli("peers", "add", restored.federation.issuer.address, "--yes")
    write("noch-einer")
    started = cli("run", "--port", str(free_port()))
    assert started.exit_code == 0
    assert "The content folder is not followed: Nothing is published here" in started.output


def test_damaged_records_of_others_are_found_and_fetched_again(cli: Cli, restored: Services, node: Path) -> None:
    publish(restored, {"concepts/beim-partner/index.md": concept(LATER, "Beim Partner")})
    show(restored)
    cli("peers", "add", restored.federation.issuer.address, "--yes", "--mirror")
    cli("harvest")
    assert "[statements]" not in cli("doctor").output
    services = opened(node, "http://127.0.0.1:8000")
    with services.sessions.begin() as db:
        db.execute(text("UPDATE federation_record SET payload = 'x'"))
    services.close()
    findings = json.loads(cli("doctor", "--format", "json").stdout)["findings"]
    assert [f["code"] for f in findings if f["area"] == "statements"] == ["damaged"]
    assert "1 updated" in cli("harvest").output
    findings = json.loads(cli("doctor", "--format", "json").stdout)["findings"]
    assert not [f for f in findings if f["area"] == "statements"]
