from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.checks import check_page
from tests.webnode.node import one_node

Read = Callable[..., html.HtmlElement]


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node whose operator has entered everything; tests only read it."""
    yield from one_node(tmp_path_factory.mktemp("web"), **OPERATOR)


@lru_cache(maxsize=2)
def _site(services: Services) -> Flask:
    return create_app(services, testing=True)


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    """The site of the node, also where a file has a node of its own."""
    return _site(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def read(client: FlaskClient) -> Read:
    """Fetch a page and check what holds for every page."""

    def fetch(path: str, status: int = 200) -> html.HtmlElement:
        answer = client.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)[:400]
        language = "en" if path == "/en" or path.startswith("/en/") else "de"
        return check_page(answer.get_data(as_text=True), dict(answer.headers), language)

    return fetch


@pytest.fixture(scope="session")
def bare_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node whose operator has entered nothing yet."""
    yield from one_node(tmp_path_factory.mktemp("bare"))


@pytest.fixture
def bare(bare_services: Services) -> FlaskClient:
    return _site(bare_services).test_client()


@pytest.fixture
def read_bare(bare: FlaskClient) -> Read:
    """Fetch a page of that node and check what holds for every page."""

    def fetch(path: str) -> html.HtmlElement:
        answer = bare.get(path)
        return check_page(answer.get_data(as_text=True), dict(answer.headers), "de")

    return fetch


OPERATOR = {
    "operator_name": "Beispielverbund", "operator_address": "Musterweg 1, 12345 Beispielstadt",
    "operator_email": "netz@verbund.example", "operator_phone": "+49 30 000000", "operator_represented_by": "Vorstand",
    "editor_in_charge": "Leitung der Redaktion", "privacy_officer": "datenschutz@verbund.example",
    "privacy_authority": "Landesbeauftragte für Datenschutz", "accessibility_status": "partial",
    "accessibility_assessed_on": "2026-10-01", "accessibility_method": "Selbstbewertung",
    "accessibility_gaps": "Ältere Anlagen sind nicht barrierefrei.",
    "accessibility_enforcement": "Durchsetzungsstelle des Landes",
}  # fmt: skip
