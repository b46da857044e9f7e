"""Computing vectors in real processes: killed in the middle, and in a running site."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlmodel import select

from app.search.models import PassageRow, VectorRow
from app.shared.config import Settings
from app.wiring import Services, derivation_process
from app.wiring.derivation_process import DerivationProcess
from app.wiring.meaning import DERIVATION
from bench.corpus import case_study
from tests.search.embeddings import WIDTH, Embeddings, answered, embeddings
from tests.webnode.node import make_node, publish, settings
from tools.serving_node import serving

PROGRAM = str(Path(sys.executable).with_name("erfahrungsnetz"))
NEW = "case-studies/beispielstadt-lastenrad/index.md"


@pytest.fixture
def model() -> Iterator[Embeddings]:
    """A model on a server, which takes no computing time; the model itself computes in the last test only."""
    with embeddings() as server:
        yield server


@pytest.fixture
def services(tmp_path: Path, model: Embeddings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A node that lacks more than is computed where readers are answered; further processes find its settings."""
    make_node(tmp_path).close()
    values = {"meaning": "server", "meaning_url": model.url, "meaning_model": "muster", "meaning_dimensions": WIDTH}
    given = settings(tmp_path, **values)
    for name, value in {"data": given.data, "issuer": given.issuer, **values}.items():
        monkeypatch.setenv(f"NODE_{name.upper()}", str(value))
    monkeypatch.setattr(derivation_process, "MIN_FOR_PROCESS", 5)
    services = Services(given)
    services.follow()
    yield services
    services.close()


def test_kill_in_the_middle_loses_nothing_and_doubles_nothing(services: Services, model: Embeddings) -> None:
    model.answer = slowly(0.3)
    with computing() as process:
        soon(lambda: len(vectors(services)) >= 16)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = vectors(services)
    assert 16 <= len(before) < len(passages(services)), "killed with some of them done"
    model.answer = answered
    subprocess.run([PROGRAM, "embed"], check=True, capture_output=True)
    after = vectors(services)
    assert before.items() <= after.items(), "what was done stays as it was"
    assert after.keys() == passages(services), "one vector for each text, and no other"
    meaning = services.meaning()
    assert meaning is not None
    assert meaning.lacking() == 0
    assert meaning.nearness("Mitfahrbank") is not None


def test_what_is_much_is_computed_by_a_process_of_its_own(services: Services) -> None:
    here, other = (DerivationProcess(services.derivation, services.settings.data) for _ in range(2))
    assert here.work(lambda: True), "it goes on without being waited for"
    assert not other.work(lambda: False), "one process computes for all of a machine"
    assert not here.work(lambda: False)
    assert is_whole(services)
    assert services.neighbours.lacking() == 0
    meaning = services.meaning()
    assert meaning is not None
    assert meaning.questions._opened is None, "nothing was computed where readers are answered"
    assert not here.work(lambda: False), "a node that lacks nothing begins no process"


def test_without_a_process_of_its_own_the_caller_computes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    here = DerivationProcess(services.derivation, services.settings.data)
    assert not here.work(lambda: False)
    assert not is_whole(services)
    here.work(lambda: False)
    assert is_whole(services)


def test_while_others_of_the_node_are_at_it_no_process_is_begun_again_and_again(services: Services) -> None:
    here = DerivationProcess(services.derivation, services.settings.data)

    def others() -> None:
        assert not here.work(lambda: False), "it ends at once, for it finds the duty taken"
        assert not here.work(lambda: True), "none is begun"

    services.schedule.run(DERIVATION, others)
    assert not vectors(services)


def test_the_process_ends_with_the_one_that_began_it(services: Services, model: Embeddings) -> None:
    publish(services, {f"case-studies/muster-{one}/index.md": case_study(one).encode() for one in range(10)})
    services.follow()
    begin = (
        "from app.wiring import Services, derivation_process\n"
        "from app.shared.config import load_settings; import time\n"
        "derivation_process.MIN_FOR_PROCESS, services = 10, Services(load_settings())\n"
        "one = derivation_process.DerivationProcess(services.derivation, services.settings.data)\n"
        "one.work(lambda: True); print(one._process.pid, flush=True); time.sleep(600)"
    )
    # All of it would take half a minute more; it looks whether it is still wanted every four seconds.
    model.answer = slowly(2.0)
    with subprocess.Popen([sys.executable, "-c", begin], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc", parent.stdout.readline().strip(), "cmdline")
        soon(lambda: len(vectors(services)) >= 16)
        parent.kill()
    # A process that has ended may stay as a name until the system has taken note.
    soon(lambda: not child.exists() or not child.read_bytes(), 20)
    assert len(vectors(services)) < len(passages(services))


def test_it_ends_if_its_parent_ended_while_it_was_loaded(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.nice", lambda _more: None)
    monkeypatch.setattr("app.shared.log.configure", lambda *_how: None)
    assert derivation_process.main(1) == 0
    assert not vectors(services)


def test_new_record_is_found_by_words_at_once_and_by_meaning_within_a_minute(tmp_path: Path) -> None:
    make_node(tmp_path).close()
    with serving(tmp_path / "node", {"NODE_MEANING": "auto", "NODE_CONTENT": "/nonexistent"}) as site:
        services = Services(Settings.model_validate({"data": tmp_path / "node", "issuer": site.url}))
        soon(lambda: requests.get(f"{site.url}/healthz", timeout=30).json()["meaning_missing"] == 0, pause=1.0)
        publish(services, {NEW: lent_bicycle()})
        assert found(site.url, "Lastenrad").get("beispielstadt-lastenrad") == "words"
        # It has a word of the question in another form besides.
        meant = {"meaning", "both"}
        soon(lambda: found(site.url, "Fahrrad ausleihen").get("beispielstadt-lastenrad") in meant, 60, pause=1.0)
        services.close()


def found(url: str, text: str) -> dict[str, str]:
    answer: dict[str, Any] = requests.get(f"{url}/api/v1/search", params={"q": text}, timeout=30).json()
    return {hit["slug"]: hit["matched_by"] for hit in answer["hits"]}


def lent_bicycle() -> bytes:
    text = case_study(1, title="Beispielstadt verleiht Lastenräder für den Einkauf")
    subject = "Einwohner leihen kostenlos ein Lastenrad und fahren damit schwere Einkäufe heim."
    head, _, rest = text.partition('summary: "')
    return f'{head}summary: "{subject}"{rest[rest.index(chr(10)) :]}'.encode()


def slowly(seconds: float) -> Callable[[list[str]], Any]:
    """Return what answers for a batch of passages after so many seconds."""

    def answer(texts: list[str]) -> Any:
        time.sleep(seconds if len(texts) > 1 else 0)
        return answered(texts)

    return answer


@contextmanager
def computing() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([PROGRAM, "worker"], stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def soon(condition: Callable[[], bool], seconds: float = 180, pause: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(pause)


def is_whole(services: Services) -> bool:
    """Tell whether each passage of the records has a vector; before they are looked at there is neither."""
    wanted = passages(services)
    return len(wanted) > 20 and vectors(services).keys() == wanted


def vectors(services: Services) -> dict[bytes, bytes]:
    with services.sessions.reading() as db:
        return {row.key: row.vector for row in db.exec(select(VectorRow))}


def passages(services: Services) -> set[bytes]:
    with services.sessions.reading() as db:
        return {row.key for row in db.exec(select(PassageRow))}
