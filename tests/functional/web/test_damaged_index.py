"""An index that cannot be opened is never searched as if there were nothing: pages and interface say what helps."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.identity import RoleKind
from app.wiring import Services
from app.wiring.node import Node
from tests.webnode.checks import check_page
from tests.webnode.node import RUNNING, SOLUTION_PAGE, STOPPED_PAGE, make_node
from tests.webnode.people import sign_in

# Whoosh leaves files open that it could not read.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
Damage = Callable[[Path], object]


def torn(folder: Path) -> None:
    for file in [*folder.glob("*.toc"), *folder.glob("*.store")]:
        file.write_bytes(file.read_bytes()[:20])


def emptied(folder: Path) -> None:
    for file in [one for ending in ("toc", "seg", "json", "term") for one in folder.glob(f"*.{ending}")]:
        file.write_bytes(b"")


DAMAGES: dict[str, Damage] = {"torn": torn, "emptied": emptied, "gone": shutil.rmtree}


@pytest.fixture(scope="module", params=[*(("whoosh", damage) for damage in DAMAGES), ("tantivy", "torn")], ids="-".join)
def services(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Services]:
    """A node that runs, and whose index is damaged before this process opens it."""
    engine, damage = request.param
    if engine == "tantivy":
        pytest.importorskip("tantivy", reason="NOT RUN: Tantivy is not installed here; pip install .[tantivy]")
    made = make_node(tmp_path_factory.mktemp(engine), search=engine)
    made.follow()
    made.search.catch_up()
    made.close()
    again = Services(made.settings, made.clock)
    # Nothing was published since, so nobody catches up.
    again.follower._seen = again.repository.head()
    DAMAGES[damage](made.settings.index_path / engine)
    yield again
    again.close()


def test_pages_of_the_search_say_what_is_wrong_and_what_helps(client: FlaskClient) -> None:
    for path in ("/suche?q=Rufbus", "/suche?q=Rufbus", "/suche", "/fallstudien", "/stoebern", "/produktreife"):
        answer = client.get(path, follow_redirects=True)
        page = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
        said = page.find(".//main").text_content()
        assert answer.status_code == 503, path
        assert "Die Suche ist beschädigt" in said, path
        assert "erfahrungsnetz reindex" in said, path


def test_interface_and_monitors_are_told(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=Rufbus")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert "erfahrungsnetz reindex" in json.loads(answer.get_data(as_text=True))["detail"]
    found = json.loads(client.get("/healthz").get_data(as_text=True))
    assert (found["status"], found["part"], found["trouble"]) == ("unavailable", "search", "damaged")
    assert client.get("/readyz").status_code == 200


def test_what_can_be_read_is_read_and_says_what_is_missing(client: FlaskClient) -> None:
    for path in ("/", STOPPED_PAGE, SOLUTION_PAGE, "/einfache-sprache"):
        answer = client.get(path)
        page = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
        assert answer.status_code == 200, path
        assert "Ein Teil dieser Seite fehlt" in page.find(".//main").text_content(), path
        # Once the index is there again, nobody gets this page any more.
        assert answer.headers["Cache-Control"] == "private, no-store", path
    assert client.get(f"/api/v1/records/{RUNNING}").status_code == 200


def test_operators_are_told(client: FlaskClient) -> None:
    sign_in(client, (RoleKind.OPERATOR,))
    assert "Der Suchindex fehlt oder ist beschädigt" in client.get("/betrieb").get_data(as_text=True)


def test_building_anew_mends_it(client: FlaskClient, services: Services) -> None:
    assert client.get("/suche?q=Rufbus").status_code == 503
    # Another process does it, as the command does.
    other = Services(services.settings, services.clock)
    Node(other).reindex(lambda _step: lambda _done, _total: None)
    other.close()
    assert client.get("/suche?q=Rufbus").status_code == 200
    assert "Ein Teil dieser Seite fehlt" not in client.get("/").get_data(as_text=True)
    assert json.loads(client.get("/healthz").get_data(as_text=True))["status"] == "ok"
