import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException

from app.web.shell.paging import page_number, pager


def numbers(page: int, total: int) -> list[int | None]:
    return [number for number, _href, _current in pager(page, total, 10, str).pages]


def test_long_list_has_gaps_around_the_present_page() -> None:
    assert (numbers(1, 0), numbers(1, 30)) == ([1], [1, 2, 3])
    assert numbers(10, 200) == [1, None, 8, 9, 10, 11, 12, None, 20]


def test_whoever_asks_beyond_the_last_page_is_led_there() -> None:
    with pytest.raises(HTTPException) as led:
        numbers(4, 30)
    assert led.value.get_response().headers["Location"] == "3"


@settings(max_examples=40)
@given(last=st.integers(1, 400), data=st.data())
def test_first_last_and_present_page_are_always_there(last: int, data: st.DataObject) -> None:
    page = data.draw(st.integers(1, last))
    total = data.draw(st.integers(10 * last - 9, 10 * last))
    shown = [number for number in numbers(page, total) if number is not None]
    assert shown == sorted(set(shown))
    assert {1, last, page} <= set(shown)


@pytest.mark.parametrize("text", [None, "", "0", "-1", "x", "1.5", "٣", "9" * 40, " 2", "1e3", "0000001" + "9" * 5000])
def test_nonsense_is_the_first_page(text: str | None) -> None:
    assert page_number(text) == 1
    assert page_number("17") == 17
