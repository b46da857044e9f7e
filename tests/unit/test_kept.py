from __future__ import annotations

from app.shared.kept import Recent


def test_a_value_is_made_once_and_the_one_not_asked_for_longest_makes_room() -> None:
    kept: Recent[str, str] = Recent(2)
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    def value(key: str) -> str:
        return kept.get(key, lambda: make(key))

    assert [value(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]


def test_values_stay_within_what_they_weigh_together_and_one_that_is_too_heavy_is_not_kept() -> None:
    kept: Recent[str, bytes] = Recent(100, weigh=len)
    for name in "abcde":
        kept.put(name, b"x" * 40)
    assert [name in kept for name in "abcde"] == [False, False, False, True, True]
    kept.put("e", b"y" * 60)
    assert ("d" in kept, kept.weight) == (True, 100)
    kept.put("a", b"z" * 200)
    assert ([name in kept for name in "ade"], kept.weight) == ([False, True, True], 100), "nobody makes room in vain"
    kept.put("e", b"z" * 200)
    assert ([name in kept for name in "ade"], kept.weight) == ([False, True, False], 40)


def test_what_belongs_to_an_earlier_state_is_forgotten_at_once() -> None:
    kept: Recent[str, bytes] = Recent(100, weigh=len)
    for state in range(1000):
        kept.hold_for(state)
        kept.put(f"{state}", b"x" * 10)
        kept.hold_for(state)
        assert kept.find(f"{state}") == b"x" * 10
        assert kept.weight == 10
    assert kept.find("998") is None
