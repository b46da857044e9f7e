# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vectors for generated records, drawn and not computed: thousands of records would take the model hours."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.bootstrap import bootstrap
from app.config import load_settings
from bench.timing import percentile

AT_ONCE = 10_000


def fill(data: Path) -> None:
    """Give every passage of a node a vector, as if all had been computed; nothing without the search by meaning."""
    services = bootstrap(load_settings(data=data, meaning="auto"))
    meaning = services.meaning()
    if meaning:
        meaning.follow()
        chance, width = np.random.default_rng(1), meaning.questions.embedder.dimensions
        while texts := meaning.missing(AT_ONCE):
            drawn = chance.normal(size=(len(texts), width)).astype(np.float32)
            meaning.keep(texts, drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
        meaning.refresh()
    services.close()


def measure_questions(data: Path, questions: list[str]) -> dict[str, Any]:
    """Return how long a question takes to get its vector, and to be compared with all passages."""
    services = bootstrap(load_settings(data=data, meaning="auto"))
    meaning = services.meaning()
    if meaning is None:
        return {}
    meaning.nearness("Rufbus")
    asked = [question for question in dict.fromkeys(questions) if question != "Rufbus"]
    first = [_milliseconds(partial(meaning.nearness, question)) for question in asked]
    again = [_milliseconds(partial(meaning.nearness, question)) for question in asked]
    services.close()
    return {"meaning_first_p95_ms": percentile(first, 95), "meaning_again_p95_ms": percentile(again, 95)}


def _milliseconds(work: partial[object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
