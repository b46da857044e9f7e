"""The configuration of nginx as a cache that the docs tell does what they say, with a real nginx and a real node."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

import pytest

from app.wiring import Services
from tests.nginx import behind_nginx, needs_nginx
from tests.webnode.node import CONCEPT_PAGE, STOPPED_PAGE, WITHDRAWN, make_node, publish
from tools.serving_node import serving

CASE_FILE = "case-studies/beispielstadt-mitfahrbank/index.md"
AGE = 2.1
"""Seconds after which a copy is asked about; nginx counts whole ones."""

pytestmark = needs_nginx


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def cache(self) -> str:
        return self.headers.get("X-Cache", "")


@dataclass(frozen=True, slots=True)
class Front:
    """A node behind nginx, and the services on its data folder to write with."""

    url: str
    node: Services

    def get(self, path: str, **headers: str) -> Answer:
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read().decode())


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    services = make_node(folder)
    settings = {"NODE_WORKERS": "1", "NODE_MEANING": "off", "NODE_ISSUER": services.settings.issuer, "NODE_CONTENT": ""}
    with serving(folder / "node", settings) as site, behind_nginx(folder, "docs/growing.md", site.url) as url:
        yield Front(url, services)
    services.close()


def edit(front: Front, file: str, old: str, new: str) -> None:
    text = (front.node.repository.folder(file.rpartition("/")[0], front.node.repository.head()).text or b"").decode()
    assert old in text
    publish(front.node, {file: text.replace(old, new).encode()})


def test_a_copy_is_used_and_then_asked_about(front: Front) -> None:
    first = front.get(CONCEPT_PAGE)
    assert (first.cache, front.get(CONCEPT_PAGE).cache) == ("MISS", "HIT")
    time.sleep(AGE)
    again = front.get(CONCEPT_PAGE)
    if again.cache == "EXPIRED":
        # The worker's first round may have given the node another state since, and the page other words.
        first = again
        time.sleep(AGE)
        again = front.get(CONCEPT_PAGE)
    assert again.cache == "REVALIDATED"
    assert again.text == first.text
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_a_publication_reaches_the_page_that_shows_it_and_renews_the_others_once(front: Front) -> None:
    front.get("/impressum")
    front.get(STOPPED_PAGE)
    edit(front, CASE_FILE, "kaum noch jemand", "bald niemand mehr")
    time.sleep(AGE)
    assert "bald niemand mehr" in front.get(STOPPED_PAGE).text
    # The tag of each page names the state of the node, which is another one now.
    assert front.get("/impressum").cache == "EXPIRED"
    time.sleep(AGE)
    assert front.get("/impressum").cache == "REVALIDATED"


def test_what_is_withdrawn_is_gone_within_two_seconds(front: Front) -> None:
    path = "/fallstudien/beispielkreis-starkregen"
    assert front.get(path).status == HTTPStatus.OK
    gone = f"---\nschema: withdrawn/1\nid: {WITHDRAWN[:-1]}2\nkind: case-study\nreason: error\n---\n"
    publish(front.node, {"case-studies/beispielkreis-starkregen/index.md": gone.encode()})
    time.sleep(AGE)
    assert front.get(path).status == HTTPStatus.GONE


def test_what_is_for_one_reader_is_kept_nowhere(front: Front) -> None:
    assert "no-store" in front.get("/auswahl").headers["Cache-Control"]
    assert [front.get("/auswahl").cache for _ in range(2)] == ["MISS", "MISS"]
    front.get(CONCEPT_PAGE)
    cookie = "__Host-enet-01234567=anything"
    assert front.get(CONCEPT_PAGE, Cookie=cookie).cache == "BYPASS"
