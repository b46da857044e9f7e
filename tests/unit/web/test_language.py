import pytest

from app.web.shell.language import split_prefix


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ("", "de", "/")), ("/suche", ("", "de", "/suche")), ("/en", ("/en", "en", "/")),
        ("/en/", ("/en", "en", "/")), ("/en/suche", ("/en", "en", "/suche")), ("/english", ("", "de", "/english")),
        ("/en/api/v1/records", ("", "de", "/en/api/v1/records")), ("/en/static/x.css", ("", "de", "/en/static/x.css")),
        ("/en/sitemap.xml", ("", "de", "/en/sitemap.xml")), ("/en/en", ("/en", "en", "/en")), ("", ("", "de", "")),
    ],
)  # fmt: skip
def test_prefix_names_the_language(path: str, expected: tuple[str, str, str]) -> None:
    assert split_prefix(path) == expected
