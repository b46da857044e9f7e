from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registries.lists import OaiCode, OaiError, Resumption, read_span, read_token
from app.registries.xml import written

_TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_NUMBER = st.integers(0, 2**31 - 1)
_MOMENT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis


@given(st.text(max_size=20).filter(str.isprintable), _NUMBER, _NUMBER, _TEXT, _TEXT)
def test_a_token_leads_back_to_where_it_was_given_out(
    prefix: str, after: int, up_to: int, since: str | None, spec: str | None
) -> None:
    given_out = Resumption(prefix=prefix, after=after, up_to=up_to, cursor=0, total=9, since=since, set=spec)
    assert read_token(given_out.token()) == given_out


@given(st.text(max_size=200))
def test_any_other_text_is_a_bad_token_and_nothing_worse(text: str) -> None:
    with pytest.raises(OaiError) as refused:
        read_token(text)
    assert refused.value.code is OaiCode.BAD_RESUMPTION_TOKEN


@given(_MOMENT)
def test_a_moment_survives_being_written(moment: datetime) -> None:
    assert read_span(written(moment), None) == (moment.replace(microsecond=0), None)


def test_a_day_reaches_to_its_last_second() -> None:
    assert read_span("2026-11-24", "2026-11-24") == (
        datetime(2026, 11, 24, tzinfo=UTC),
        datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-11", "2026-11-24T12:00:00", "2026-11-24T12:00:00+01:00", "٢٠٢٦-١١-٢٤"]
)
def test_other_ways_to_write_a_date_are_refused(text: str) -> None:
    with pytest.raises(OaiError):
        read_span(text, None)
