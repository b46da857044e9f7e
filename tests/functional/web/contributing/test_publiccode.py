"""A draft of a solution begins with the publiccode.yml of its repository."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO

import pytest

from app.fetching import Fetched, FetchRefused, Wanted
from app.wiring import Services
from tests.functional.web.contributing.author import Author, Page, draft_of
from tests.unit.reuse.test_publiccode_reading import FILE


def read(author: Author, data: bytes) -> Page:
    return author.open("/beitragen/publiccode").press("", {}, publiccode=(BytesIO(data), "publiccode.yml"))


def test_the_author_sees_what_was_taken_and_what_was_not(author: Author, services: Services) -> None:
    before = services.catalogue.last_seq()
    page = read(author, FILE.encode())
    assert page.path.endswith("/publiccode")
    assert "legal.license → Softwarelizenz" in page.words
    assert "maintenance.contacts : Nennt eine Person" in page.words
    assert "erika" not in page.words.lower()
    form = author.open(f"{page.path.removesuffix('/publiccode')}/worum")
    assert form.value("title") == "Beispielportal"
    assert form.value("features.0.text") == "Fahrten anbieten"
    assert form.value("body.description").startswith("Gemeinden vermitteln")
    assert services.catalogue.last_seq() == before


def test_a_draft_that_began_otherwise_has_no_such_list(author: Author) -> None:
    draft = draft_of(author.begin("solution"))
    assert not author.open(f"{draft}/publiccode").path.endswith("/publiccode")


@dataclass
class Repository:
    """Answers in place of the network."""

    body: bytes = b""
    asked: list[str] = field(default_factory=list)

    def fetch(self, wanted: Wanted) -> Fetched:
        self.asked.append(f"{wanted.peer.address} {wanted.url} {wanted.limits.wire}")
        if not self.body:
            raise FetchRefused("redirect")
        return Fetched(body=self.body)


def test_the_file_is_fetched_by_its_link(author: Author, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(FILE.encode())
    monkeypatch.setitem(vars(services), "fetcher", repository)
    page = author.open("/beitragen/publiccode").press("", {"adresse": "https://Code.example/Raw/publiccode.yml#L1"})
    assert page.path.endswith("/publiccode")
    assert repository.asked == ["https://code.example https://code.example/Raw/publiccode.yml 262144"]
    assert author.open(f"{page.path.removesuffix('/publiccode')}/worum").value("title") == "Beispielportal"


@pytest.mark.parametrize(
    "address", ["https://code.example/x", "file:///etc/passwd", "https://u:p@a.example/", "x", "https://[x"]
)
def test_what_cannot_be_fetched_is_said_and_the_address_stays(
    author: Author, services: Services, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    repository = Repository()
    monkeypatch.setitem(vars(services), "fetcher", repository)
    page = author.open("/beitragen/publiccode").press("", {"adresse": address})
    assert page.status == 422
    assert "ließ sich nichts abrufen" in page.words
    assert page.value("adresse") == address
    assert len(repository.asked) == (address == "https://code.example/x")


def test_slow_answers_keep_no_reader_out(author: Author, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(FILE.encode())
    monkeypatch.setitem(vars(services), "fetcher", repository)
    with ExitStack() as held:
        for _number in range(max(1, services.settings.threads // 2)):
            held.enter_context(services.heavy_threads.held("", 1))
        page = author.open("/beitragen/publiccode").press("", {"adresse": "https://code.example/publiccode.yml"})
    assert page.status == 503
    assert repository.asked == []
    assert page.value("adresse") == "https://code.example/publiccode.yml"


def test_no_address_of_the_own_network_is_asked(author: Author) -> None:
    inside = ("http://127.0.0.1:1/x", "https://169.254.169.254/latest", "https://[::1]/x")
    for address in (*inside, "https://code.example:70000/x"):
        page = author.open("/beitragen/publiccode").press("", {"adresse": address})
        assert page.status == 422


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"name: x", "keine lesbare publiccode.yml"), (b"", "wählen Sie"), (b"a: " + b"x" * 300_000, "größer")],
)
def test_another_file_is_refused_with_the_reason(author: Author, data: bytes, words: str) -> None:
    page = read(author, data)
    assert page.status == 422
    assert words in page.document.get_element_by_id("fehler").text_content()
