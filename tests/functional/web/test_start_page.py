# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from tests.functional.web.conftest import Read


def test_three_questions_find_something_to_open(read: Read) -> None:
    links = read("/").xpath("//ul[@class='questions']//a/@href")
    assert len(links) == 3
    assert read(links[0]).xpath("//article[@class='hit']")


def test_a_stopped_case_is_among_the_newest(read: Read) -> None:
    cards = [" ".join(card.text_content().split()) for card in read("/").xpath("//section[h2[@id='neu']]//article")]
    assert any("Eingestellt 2023:" in card for card in cards)


def test_topics_and_states_have_counts(read: Read) -> None:
    document = read("/")
    topic = document.xpath("//section[h2[@id='themen']]//li[a='Mobilität']")[0]
    assert topic.xpath("span[@class='count']/text()") == ["2"]
    assert "/laender/HE" in document.xpath("//section[h2[@id='laender']]//a/@href")


def test_both_doors_are_open(read: Read) -> None:
    links = read("/").xpath("//section[h2[@id='wege']]//a/@href")
    assert links == ["/projektstart", "/mitmachen", "/suche?ort_groesse=lt5k", "/einfache-sprache"]
