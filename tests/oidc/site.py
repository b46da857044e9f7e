"""A running node with two real providers: that of a town, and that of an association which also invites guests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from tests.oidc.provider import Provider, running
from tests.serving import serving
from tests.webnode.node import settings, small_collection
from tools.serving_node import free_port

PROVIDERS = """\
[[provider]]
key = "stadt"
issuer = "{town}"
client_id = "erfahrungsnetz"
label = "Stadt Beispielstadt"
scope = "openid profile email roles"
employers = [{{ name = "Stadt Beispielstadt", organisation = "beispielstadt" }}]
claims = {{ roles = "roles" }}
roles = [
  {{ value = "author", role = "author" }},
  {{ value = "curator", role = "curator", states = ["HE"] }},
  {{ value = "operator", role = "operator" }},
]

[[provider]]
key = "verband"
issuer = "{association}"
client_id = "verbandsnetz"
client_secret_file = "verband.secret"
label = "Beispielverbund"
for_guests = true
scope = "openid profile email roles"
employers = [
  {{ name = "Beispielverbund", organisation = "beispielverbund", claim_value = "beispielverbund" }},
  {{ name = "Gemeinde Anderswo", organisation = "anderswo", claim_value = "anderswo" }},
]
claims = {{ organisation = "organisation" }}
"""
SECRET = "a secret for tests & nothing else: 100 %"


class MovableClock:
    """The present, or some time after it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Site:
    """The running node with its providers."""

    address: str
    app: Flask
    services: Services
    clock: MovableClock
    town: Provider
    association: Provider


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Run a node in `folder` with both providers."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    other: dict[str, Any] = {"key": "verband", "clientId": "verbandsnetz", "secret": SECRET, "claimsInIdToken": False}
    with running(node=address, key="stadt") as town, running(node=address, **other) as association:
        (folder / "verband.secret").write_text(f"{SECRET}\n", encoding="utf-8")
        file = folder / "providers.toml"
        file.write_text(PROVIDERS.format(town=town.issuer, association=association.issuer), encoding="utf-8")
        clock = MovableClock()
        services = made(folder, clock, issuer=address, providers=file)
        app = create_app(services, testing=True)
        with serving(app, port):
            yield Site(address, app, services, clock, town, association)
        services.close()


def made(folder: Path, clock: Callable[[], datetime], **values: object) -> Services:
    seed = small_collection(folder / "seed")
    services = Services(settings(folder, **values), clock)
    Node(services).init(seed, lambda _step: lambda _done, _total: None)
    services.follow()
    return services
