from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.identity import Person, RoleKind
from app.wiring import Services
from tests.webnode.node import one_node
from tests.webnode.people import sign_in

PROVIDERS = """\
[[provider]]
key = "verband"
issuer = "https://konto.beispielverbund.example"
client_id = "netz"
label = "Beispielverbund"
for_guests = true
employers = [{ name = "Beispielverbund", organisation = "beispielverbund" }]
"""


@pytest.fixture(scope="package")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node at which people can sign in."""
    folder = tmp_path_factory.mktemp("people")
    file = folder / "providers.toml"
    file.write_text(PROVIDERS, encoding="utf-8")
    yield from one_node(folder, providers=file, accessibility_email="barriere@verbund.example")


@pytest.fixture
def operator(client: FlaskClient) -> Person:
    """Whoever looks after the site is signed in at `client`."""
    return sign_in(client, [RoleKind.OPERATOR], name="Beispiel Betrieb")
