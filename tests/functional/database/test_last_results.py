"""How something went last is kept: what failed and why, and when it went well."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.database import Sessions, jobs
from app.database.jobs import DATABASE, MAIL, LastResults, check_database
from tests.database import engine_in
from tests.webnode.clock import Clock


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    engine = engine_in(tmp_path)
    yield Sessions(engine)
    engine.dispose()


@pytest.fixture
def results(sessions: Sessions, clock: Clock) -> LastResults:
    return LastResults(sessions, clock)


def test_a_failure_keeps_when_it_went_well_last(results: LastResults, clock: Clock) -> None:
    results.note(MAIL)
    begun = clock.now
    clock.now += timedelta(hours=1)
    results.note(MAIL, "ConnectionRefusedError")
    kept = results.all()[MAIL]
    assert (kept.done_at, kept.tried_at, kept.reason) == (begun, clock.now, "ConnectionRefusedError")
    failed = clock.now
    clock.now += timedelta(seconds=59)
    results.note(MAIL, "ConnectionRefusedError")
    assert results.all()[MAIL].tried_at == failed, "the same is written once a minute"
    results.note(MAIL)
    assert results.all()[MAIL].done_at == clock.now


def test_the_database_check_is_kept(sessions: Sessions, results: LastResults, monkeypatch: pytest.MonkeyPatch) -> None:
    check_database(sessions, results)
    assert results.all()[DATABASE].reason == ""
    monkeypatch.setattr(jobs, "quick_check", lambda _sessions: iter(["Page 7: btreeInitPage() returns 11"]))
    with capture_logs() as log:
        check_database(sessions, results)
    assert results.all()[DATABASE].reason == "damaged"
    assert [one["event"] for one in log] == ["database.damaged"]
