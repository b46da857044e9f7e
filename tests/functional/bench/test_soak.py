"""The soak in small: it says what it saw, and does not overlook a publication that is gone."""

from pathlib import Path

import pytest

from app.wiring import Services
from bench.soak import losses, soak
from bench.soak_people import HANGING
from tests.webnode.node import small_collection


@pytest.mark.slow
def test_the_report_tells_what_held_and_a_planted_loss_is_noticed(tmp_path: Path) -> None:
    report = soak(tmp_path, small_collection(tmp_path / "content"), seconds=4, kills=2)
    assert report.broken == []
    figures = report.figures
    assert figures["kills"] == "1 web worker, 1 git child"
    begun, answered = int(figures["publications begun"]), int(figures["publications answered"])
    assert begun >= int(figures["publications visible"]) >= answered > 0
    assert figures["doctor"] == "clean"
    assert "published by the peer" in figures["trouble"]
    assert HANGING in figures["trouble"]
    assert figures["full disk"].startswith("NOT RUN")
    sampled = {name.partition(",")[0] for name in figures if "had settled" in figures[name]}
    assert sampled >= {"master", "web 1", "web 2", "worker"}
    assert report.table().endswith("BROKEN: nothing")

    services = Services(report.settings)
    services.repository.git.run("update-ref", "refs/heads/main", "main~2")
    services.close()
    assert losses(report.settings, report.book.publications) != []
