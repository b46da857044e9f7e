from __future__ import annotations

from tests.unit.records import examples


def codes(body: str) -> set[str]:
    return {problem.code for problem in examples.problems(examples.text(body))}


def test_a_record_that_no_other_node_would_take_is_refused_at_the_door() -> None:
    # Each quotation mark counts twice on the wire, so a body below its own limit can still be too long.
    assert "record_too_large" in codes(examples.BODY + '\n"""""""""""""""' * 8_150 + "[^bericht]\n")


def test_a_long_record_that_fits_is_let_in() -> None:
    assert "record_too_large" not in codes(examples.BODY + "\nEin Satz über den Bus." * 4_000 + "[^bericht]\n")
