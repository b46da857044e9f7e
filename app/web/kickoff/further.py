# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where to look on when hardly anything was found for the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.kickoff.result import KickoffResult
from app.web.listing import TOPIC, Asked, facet_words
from app.web.presentation.shown import Link

FEW = 3
"""With so many hits or fewer, the fields of action they belong to are offered as a whole."""
MOST = 4


def further(result: KickoffResult, question: Asked) -> tuple[Link, ...]:
    """Return the fields of action of a few hits, each as a search without words; nothing for more or no hits."""
    return tuple(_fields(result, question)) if question.text and 0 < result.total <= FEW else ()


def _fields(result: KickoffResult, question: Asked) -> Iterator[Link]:
    topics = dict.fromkeys(topic for found in result.hits for topic in found.hit.facets.get(TOPIC, ()))
    for topic in list(topics)[:MOST]:
        whole = replace(question, text="", page=1, sort="", filters={TOPIC: (topic,)})
        address = replace(whole, sort=whole.usual_sort).address_of_page(1)
        yield Link(label=facet_words().value(TOPIC, topic), href=address)
