"""Programs that keep references read what a version says of itself: bibtexparser, citeproc-py and rispy judge."""

import json
import warnings
from datetime import date
from itertools import accumulate

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from app.web.records.citation import Citation

AWKWARD = r"Kosten & Nutzen: 100 % {von} #1_a \alpha ~ $5 ^2 – Ä"


def made(title: str = "Fulda: Frühwarnsystem für Starkregen", **changes: object) -> Citation:
    given = {
        "key": "fulda-starkregenfruehalarm-v3", "title": title, "summary": "Sensoren messen Pegel.\n\nZwei Absätze.",
        "body": "Beispielverband Hessen", "site": "Erfahrungsnetz", "version": 3, "published": date(2026, 11, 24),
        "address": "https://erfahrungen.example/r/10000000-0000-4000-8000-000000000001/v/3", "lang": "de",
        "licence": "CC BY 4.0", "keywords": ("Starkregen", "Pegel"), **changes,
    }  # fmt: skip
    return Citation(**given)  # type: ignore[arg-type]  # the values are those above


@pytest.mark.parametrize("title", ["Fulda: Frühwarnsystem für Starkregen", AWKWARD, "@book{x, title={y}}"])
def test_bibtex_is_read_as_one_entry_with_the_same_words(title: str) -> None:
    library = parse_string(made(title, summary=title).bibtex, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    assert (entry.entry_type, entry.key) == ("misc", "fulda-starkregenfruehalarm-v3")
    fields = {field.key: field.value for field in entry.fields}
    assert _letters(fields["title"]) == _letters(title)
    assert fields["url"].endswith("/v/3")
    assert (fields["year"], fields["version"]) == ("2026", "3")


def test_no_brace_of_a_title_ends_a_field_for_programs_that_count_braces_whatever_stands_before_them() -> None:
    # BibTeX and biber do.
    text = made("Beispielstadt}}, author={Erfunden", summary="{{ offen").bibtex.strip()
    depths = list(accumulate((letter == "{") - (letter == "}") for letter in text))
    assert depths[-1] == 0
    assert [number for number, depth in enumerate(depths) if depth == 0][len("@misc")] == len(text) - 1


def _letters(text: str) -> str:
    """What is left without braces and blanks, with which decoders deal in their own way."""
    return "".join(letter for letter in text.replace("ˆ", "^") if letter not in "{} \xa0")


def test_csl_json_becomes_a_line_of_a_bibliography() -> None:
    with warnings.catch_warnings():
        # It says which parts of an item a style has no use for.
        warnings.simplefilter("ignore")
        source = CiteProcJSON(json.loads(made().csl))
        bibliography = CitationStylesBibliography(
            CitationStylesStyle("harvard-cite-them-right", validate=False), source, formatter.plain
        )
        bibliography.register(Cited([CitationItem(made().key)]))
        (line,) = (str(item) for item in bibliography.bibliography())
    assert "Beispielverband Hessen" in line
    assert "2026" in line
    assert "Fulda: Frühwarnsystem für Starkregen" in line
    assert "https://erfahrungen.example/r/10000000-0000-4000-8000-000000000001/v/3" in line


def test_ris_is_read_as_one_entry_and_a_line_break_ends_no_field() -> None:
    (entry,) = rispy.loads(made("Titel\r\nER  - \r\nTY  - BOOK").ris)
    assert entry["type_of_reference"] == "ELEC"
    assert entry["title"] == "Titel ER - TY - BOOK"
    assert entry["authors"] == ["Beispielverband Hessen"]
    assert entry["keywords"] == ["Starkregen", "Pegel"]
    assert entry["urls"] == ["https://erfahrungen.example/r/10000000-0000-4000-8000-000000000001/v/3"]
    assert entry["year"] == "2026"
