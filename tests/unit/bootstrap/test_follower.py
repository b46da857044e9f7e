# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import threading

import pytest

from app.bootstrap.follower import Follower


class Published:
    """A head that moves and a record of what was caught up with."""

    def __init__(self) -> None:
        self.head = "a"
        self.caught_up: list[str] = []

    def follower(self) -> Follower:
        return Follower(lambda: self.head, lambda: self.caught_up.append(self.head))


def test_work_is_done_only_when_something_was_published() -> None:
    published = Published()
    follower = published.follower()
    assert follower.follow()
    assert not follower.follow()
    published.head = "b"
    assert follower.follow()
    assert published.caught_up == ["a", "b"]


def test_work_that_failed_is_tried_again() -> None:
    outcomes = iter([RuntimeError("disk full"), None])

    def catch_up() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    follower = Follower(lambda: "a", catch_up)
    with pytest.raises(RuntimeError, match="disk full"):
        follower.follow()
    assert follower.follow()
    assert not follower.follow()


def test_what_is_published_during_the_work_is_not_lost() -> None:
    published = Published()

    def catch_up() -> None:
        published.caught_up.append(published.head)
        published.head = "b"

    follower = Follower(lambda: published.head, catch_up)
    follower.follow()
    follower.follow()
    assert published.caught_up == ["a", "b"]


def test_other_threads_do_not_wait_for_the_one_that_works() -> None:
    started, release = threading.Event(), threading.Event()

    def catch_up() -> None:
        started.set()
        assert release.wait(timeout=5)

    follower = Follower(lambda: "a", catch_up)
    worker = threading.Thread(target=follower.follow)
    worker.start()
    assert started.wait(timeout=5)
    assert not follower.follow()
    release.set()
    worker.join(timeout=5)
    assert not follower.follow()
