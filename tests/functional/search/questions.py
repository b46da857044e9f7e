"""Invented documents and questions by which one engine is held to another."""

from __future__ import annotations

import random

from app.search.port import Cursor, IndexDocument, SearchIndex, SimilarTo
from app.search.query import SearchQuery, Sort
from tests.contract.search_documents import document

WORDS = ("Straße", "Bus", "Schule", "Starkregen", "Nahverkehr", "Karte", "Wald", "Beteiligung", "Rufbus", "Warnung")


def some(number: int, title: str = "") -> IndexDocument:
    chance = random.Random(number)
    lands = {"land": tuple(chance.sample(("BY", "HE", "HH"), chance.randrange(3)))}
    body = " ".join(chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=chance.randrange(2, 30)))
    return document(number, title or " ".join(chance.choices(WORDS, k=2)), body=f"{body} Straße", facets=lands)


def answers(index: SearchIndex) -> list[object]:
    """All that an index says about some questions."""
    questions = ("Straße", "Schule Bus", "Starkregenwarnung Karte", "ÖPNV Wald Rufbus", "Strase", "Hundesteuer Bus", "")
    queries = [SearchQuery(text=text, size=100, filters=one) for text in questions for one in ({}, {"land": ("BY",)})]
    queries += [SearchQuery(text="Straße Wald", sort=sort, size=100) for sort in Sort]
    found: list[object] = [index.search(query) for query in queries]
    like = SimilarTo(id="id-1", text="Starkregen und Nahverkehr in der Schule", facets={"land": ("HE",)})
    return [*found, index.similar(like, 20), index.suggest("st", 9), dict(index.digests())]


def said_when_filled(index: SearchIndex, records: int) -> list[object]:
    """All that an index says once it was filled and changed: the same of every engine."""
    index.replace([some(number) for number in range(records)], Cursor(1))
    index.apply([some(number, "Wald und Straße") for number in range(0, records + 20, 7)], ["|1", "|2"], Cursor(2))
    return answers(index)
