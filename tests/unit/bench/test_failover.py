"""The parts of the play with three machines that need no machines."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bench.failover import Play, kept_out
from bench.failover_database import FILES, Cluster
from bench.failover_machines import longest_gap
from bench.soak_people import Book
from tests.postgresql import NotInstalled


def test_how_long_readers_waited_counts_from_the_last_answer_before() -> None:
    assert longest_gap([9.8, 10.2, 10.4, 15.0, 15.1, 19.8], 10.0, 20.0) == pytest.approx(4.7)
    assert longest_gap([9.9, 10.1], 10.0, 20.0) == pytest.approx(9.9)
    assert longest_gap([], 10.0, 20.0) == pytest.approx(10.0)
    assert longest_gap([1.0, 9.9, 10.5, 12.0, 13.0, 15.0, 17.0, 19.0, 50.0], 10.0, 20.0) == pytest.approx(2.0)


def test_a_page_that_broke_off_with_its_machine_is_counted_and_all_else_is_a_broken_promise() -> None:
    book = Book()
    book.kept_out = Counter(
        {
            "the writer was killed: /netz/tuf/metadata/timestamp.json": 2,
            "the writer was killed: 503 /suche": 1,
            "the writer was killed: 60 s without an answer from /suche": 1,
            "nothing was wrong: /suche": 1,
        }
    )
    broken_off, others = kept_out(book)
    assert (broken_off, len(others)) == (2, 3)


def test_the_failover_simulation_sets_every_address_in_the_haproxy_file(tmp_path: Path) -> None:
    try:
        cluster = Cluster()
    except NotInstalled as reason:
        pytest.skip(f"NOT RUN: {reason}")
    try:
        given = {*Play(cluster, tmp_path, 25).places, *cluster.places()}
    finally:
        cluster.stop()
    text = (FILES / "haproxy.cfg").read_text(encoding="utf-8")
    assert set(given) == set(re.findall(r"presetenv (\w+)", text)) == set(re.findall(r'"\$\{(\w+)\}', text))


def test_patroni_confirms_what_both_have_and_its_times_fit_together() -> None:
    kept = YAML(typ="safe").load((FILES / "patroni.yml").read_text(encoding="utf-8"))["bootstrap"]["dcs"]
    assert kept["synchronous_mode"]
    assert kept["loop_wait"] + 2 * kept["retry_timeout"] <= kept["ttl"]
