"""Requests over one kept connection, and what they took."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds of many requests; `size` is the length of the last answer in bytes."""

    p50: float
    p95: float
    size: int


def measure(
    url: str,
    paths: Sequence[str],
    *,
    rounds: int,
    warm_up: int = 20,
    headers: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
) -> Timing:
    """Ask for each of `paths` in turn, `rounds` requests in all, after `warm_up` that do not count.

    Raises RuntimeError for an answer with another status.
    """
    took: list[float] = []
    size = 0
    asked = (paths[number % len(paths)] for number in range(warm_up + rounds))
    for milliseconds, answer in answers(url, asked, headers=headers, status=status):
        took.append(milliseconds)
        size = len(answer)
    return Timing(p50=percentile(took[warm_up:], 50), p95=percentile(took[warm_up:], 95), size=size)


def answers(
    url: str, paths: Iterable[str], *, headers: Mapping[str, str] = MappingProxyType({}), status: int = 200
) -> Iterator[tuple[float, bytes]]:
    """Ask for `paths` one after the other, and yield what each answer took in milliseconds, and the answer.

    Raises RuntimeError for an answer with another status.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        for path in paths:
            start = time.perf_counter()
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            body = answer.read()
            took = (time.perf_counter() - start) * 1000
            if answer.status != status:
                raise RuntimeError(f"{path} answered {answer.status}")
            yield took, body
    finally:
        connection.close()


def percentile(values: Sequence[float], share: int) -> float:
    """Return the smallest value that at least `share` percent of all do not exceed."""
    ordered = sorted(values)
    return round(ordered[max(0, -(-len(ordered) * share // 100) - 1)], 2)
