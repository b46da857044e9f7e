"""A node behind a TLS certificate of a town's own authority, and another that fetches from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.federation.harvest.report import End
from app.federation.issuer import Issuer
from app.shared.clock import utc_now
from app.shared.config import SettingsInvalid
from app.wiring import Services
from app.wiring.node import Node
from tests.functional.federation.tls.certificates import authority, serving
from tests.functional.federation.tls.secure_site import Application, secure_site
from tests.netnodes.light_site import light_site
from tests.netnodes.net import concept, copied_node, path, record_id
from tests.webnode.node import publish, settings

ONE = record_id(1)


@pytest.fixture
def reader_folder(tmp_path: Path) -> Path:
    return copied_node(tmp_path / "reader")


def reader(folder: Path, ca: Path | None) -> Services:
    """A node bound to this machine, which is the only one that may fetch from it."""
    services = Services(settings(folder, issuer="http://127.0.0.1:8099", federation_ca=ca), utc_now)
    Node(services).refresh(lambda _step: lambda _done, _total: None)
    return services


@pytest.fixture
def publishers() -> Iterator[list[Services]]:
    opened: list[Services] = []
    yield opened
    for services in opened:
        services.close()


def test_a_node_served_over_https_is_read(tmp_path: Path, reader_folder: Path, publishers: list[Services]) -> None:
    town = authority(tmp_path, "Stadt Beispielstadt")
    folder = copied_node(tmp_path / "publisher")

    def site(port: int) -> Application:
        services = Services(settings(folder, issuer=f"https://localhost:{port}"), utc_now)
        services.federation.listing.ensure()
        publish(services, {path(ONE): concept(ONE, "Über eine sichere Verbindung")})
        services.catalogue.catch_up()
        services.federation.follow()
        publishers.append(services)
        return light_site(services)

    with secure_site(site, serving(town.certificate("localhost"))) as port:
        issuer = Issuer.parse(f"https://localhost:{port}")
        trusting = reader(reader_folder, town.file)
        trusting.harvest.add(issuer, trusting.harvest.look(issuer).sha256)
        report = trusting.harvest.read(issuer)
        assert (report.error, report.end, report.tally.stored) == ("", End.COMPLETE, 1)
        trusting.close()
        strict = reader(reader_folder, None)
        report = strict.harvest.read(issuer)
        assert (report.end, report.error) == (End.FAILED, "tls_authority")
        assert strict.harvest.nodes.get(issuer).error == "tls_authority"
        strict.close()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_without_certificates_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "stadt.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsInvalid) as invalid:
        Services(settings(tmp_path, federation_ca=file)).complete()
    assert [problem.variable for problem in invalid.value.problems] == ["NODE_FEDERATION_CA"]
