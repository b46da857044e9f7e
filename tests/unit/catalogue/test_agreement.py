from app.catalogue.agreement import Difference, Disagreement, compare


def test_each_key_that_two_sides_hold_otherwise_is_named() -> None:
    expected = [("c", "1"), ("a", "1"), ("b", "2"), ("same", "0"), ("same", "0")]
    found = [("same", "0"), ("b", "3"), ("a", "1"), ("d", "4")]
    assert list(compare(expected, found)) == [
        Difference(code=Disagreement.OUTDATED, subject="b", expected="2", found="3"),
        Difference(code=Disagreement.MISSING, subject="c", expected="1"),
        Difference(code=Disagreement.SURPLUS, subject="d", found="4"),
    ]
    assert list(compare(expected, reversed(expected))) == []
