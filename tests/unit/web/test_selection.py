from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from app.web.kickoff.selection import MAX_RECORDS, Selection, choosing, kickoff_address, selection_id

OWN = "10000000-0000-4000-8000-000000000001"
OTHER = "10000000-0000-4000-8000-000000000002"
FOREIGN = f"partner.example/{OWN}"


def read(*pairs: tuple[str, str]) -> Selection:
    return Selection.read(MultiDict(pairs))


def test_the_parameters_of_a_selection_are_read_as_the_same_selection() -> None:
    selection = Selection(taken=(OWN, FOREIGN), rejected=(OTHER,))
    assert read(*selection.parameters()) == selection
    assert (selection_id(OWN, "partner.example"), selection_id(OWN)) == (FOREIGN, OWN)


def test_a_decision_takes_the_place_of_the_one_before() -> None:
    links = choosing(OWN, Selection(taken=(OTHER, OWN)), "/suche", [("q", "Bus")])
    assert links.reject == f"/suche?q=Bus&gemerkt={OTHER}&abgelehnt={OWN}"
    assert (links.decision, links.undo) == ("taken", f"/suche?q=Bus&gemerkt={OTHER}")


def test_taking_back_leaves_the_others_alone() -> None:
    selection = Selection(taken=(OWN, FOREIGN), rejected=(OTHER,))
    assert selection.without(OWN) == Selection(taken=(FOREIGN,), rejected=(OTHER,))
    assert selection.without(OWN).without(FOREIGN).without(OTHER).is_empty


def test_a_record_named_as_both_is_taken() -> None:
    assert read(("abgelehnt", OWN), ("gemerkt", OWN), ("gemerkt", OWN)) == Selection(taken=(OWN,))


@pytest.mark.parametrize("value", ["", "x", "../" + OWN, f"https://partner.example/{OWN}", f"{OWN} ", "Ä" + OWN])
def test_what_names_no_record_is_left_out(value: str) -> None:
    assert read(("gemerkt", value), ("abgelehnt", value)).is_empty


def test_a_selection_stays_short_enough_for_an_address() -> None:
    many = [("gemerkt", f"10000000-0000-4000-8000-{number:012d}") for number in range(MAX_RECORDS + 5)]
    assert len(read(*many).taken) == MAX_RECORDS


def test_an_address_gets_the_parameters_before_its_fragment() -> None:
    address = kickoff_address("/fallstudien/beispiel?seite=2#lehre-eins", [("ort", "Bad Köstritz"), ("gemerkt", OWN)])
    page, _, fragment = address.partition("#")
    assert fragment == "lehre-eins"
    assert kickoff_address("/konzepte/beispiel#lehre-eins", []) == "/konzepte/beispiel#lehre-eins"
    assert parse_qsl(page.partition("?")[2]) == [("seite", "2"), ("ort", "Bad Köstritz"), ("gemerkt", OWN)]
