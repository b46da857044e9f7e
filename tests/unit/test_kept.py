import threading

import pytest

from app.shared.kept import Kept, Recent


def test_one_thread_makes_a_value_while_the_others_wait_for_it() -> None:
    kept, made, entered, go_on = Kept[str](), list[str](), threading.Event(), threading.Event()

    def make() -> str:
        made.append("once")
        entered.set()
        assert go_on.wait(10)
        return "value"

    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get(lambda: 1, make))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()
    assert (made, found) == (["once"], ["value"] * 4)


def test_a_value_is_made_anew_when_its_state_changes_even_while_it_is_made() -> None:
    kept, state = Kept[int](), [1]

    def make() -> int:
        state[0] += 1
        return state[0]

    assert kept.get(lambda: state[0], make) == 2
    assert kept.get(lambda: state[0], lambda: 9) == 9, "what was made of an earlier state must not pass as the newest"
    assert kept.get(lambda: state[0], lambda: 0) == 9


def test_an_error_leaves_the_earlier_value_and_the_next_question_tries_again() -> None:
    kept = Kept[str]()
    assert kept.get(lambda: 1, lambda: "old") == "old"
    with pytest.raises(ZeroDivisionError):
        kept.get(lambda: 2, lambda: str(1 // 0))
    assert kept.get(lambda: 1, lambda: "other") == "old"
    assert kept.get(lambda: 2, lambda: "new") == "new"


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
