from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.web.shell import formats
from app.web.shell import wording as messages
from app.web.shell.language import ENVIRON_KEY


@pytest.fixture(params=["de", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    app = Flask(__name__)
    messages.register(app, "Europe/Berlin")
    with app.test_request_context("/", environ_overrides={ENVIRON_KEY: request.param}):
        yield request.param


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_number_has_the_separators_of_the_language(lang: str) -> None:
    assert formats.number(1234567) == {"de": "1.234.567", "en": "1,234,567"}[lang]
    assert formats.number(2.5) == {"de": "2,5", "en": "2.5"}[lang]
    assert formats.number(-3) == "-3"


def test_full_amount_has_no_cents(lang: str) -> None:
    assert plain(formats.amount(4500)) == {"de": "4.500 €", "en": "€4,500"}[lang]
    assert plain(formats.amount(66.6)) == {"de": "66,60 €", "en": "€66.60"}[lang]


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        ("2024-09-07", "7. September 2024", "7 September 2024"), ("2024-09", "September 2024", "September 2024"),
        ("2024", "2024", "2024"), ("unknown", "nicht bekannt", "unknown"), ("2026-02-31", "2026-02-31", "2026-02-31"),
        ("2026-13", "2026-13", "2026-13"),
    ],
)  # fmt: skip
def test_date_is_as_exact_as_it_is_known(lang: str, value: str, german: str, english: str) -> None:
    assert plain(formats.day(value)) == {"de": german, "en": english}[lang]


def test_moment_is_in_the_time_zone_of_the_site(lang: str) -> None:
    winter = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert plain(formats.moment(winter)) == {"de": "6. Januar 2026, 00:30 Uhr", "en": "6 January 2026, 00:30 h"}[lang]
