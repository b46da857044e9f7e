import ast
import re

import pytest

from app.records.checks.messages import MESSAGES
from app.records.checks.wording import SHAPES, TYPES, describe_field, word
from app.records.problem import Problem
from app.shared.wording import catalogue
from tests.unit.records import examples

PLACEHOLDER = re.compile(r"%\(\w+\)s")
CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")
CALLS = {"error", "warning", "problem", "FrontMatterError", "FieldError", "_stray", "_limit", "_refuse_size", "_error"}


def emitted() -> set[str]:
    """Return every code that a call in the package passes on: the first text argument, or `code=`."""
    found: set[str] = set()
    for path in (examples.ROOT / "app" / "records").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in CALLS and texts:
                found.add(texts[0])
            if name in {"Problem", "FieldError"}:
                codes = [k.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)]
                found.update(str(code.value) for code in codes)
    return {code for code in found if CODE.fullmatch(code)}


def test_every_code_that_the_package_emits_has_words() -> None:
    codes = emitted()
    assert len(codes) > 60
    assert codes - set(MESSAGES) == set()


def test_every_text_is_translated_with_the_same_parameters() -> None:
    german = catalogue("de")
    for english in (*(part for texts in MESSAGES.values() for part in texts), *SHAPES.values(), *TYPES.values()):
        translated = german.ugettext(english)
        assert translated != english or english == "%(shape)s", english
        assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(english)), english


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_wording_is_made_of_whole_sentences_that_say_what_to_do(lang: str) -> None:
    for code in MESSAGES:
        wording = word(Problem(file="x", code=code, params={"shape": ""}), lang)
        for sentence in (wording.message, wording.remedy):
            assert sentence.strip(), code
            assert sentence[-1] in ".“”…–-}:…" or sentence.endswith("---"), (code, sentence)
            assert not re.search(
                r"\b(?:commit|branch|merge|node|anchor|digest|payload|slug)\b", sentence, re.IGNORECASE
            ), code


def test_fields_are_named_as_on_the_page() -> None:
    kind = examples.schemas().kind("case-study")
    assert describe_field("lessons.0.recommendation", kind, "de") == "Lehren 1 › Empfehlung (lessons.0.recommendation)"
    assert describe_field("body.problem", kind, "de") == "Ausgangslage"
    assert describe_field("body", kind, "de") == "Text"
    assert describe_field("colour", kind, "de") == "colour"
    assert describe_field("", kind, "de") == ""


def test_patterns_are_explained_by_what_they_are_for() -> None:
    [error] = examples.schemas().validate(examples.front(review_by="bald"))
    problem = Problem(file="x", code=error.code, params=error.params)
    assert word(problem, "de").remedy == "Schreiben Sie das Datum als JJJJ-MM-TT, zum Beispiel 2026-11-24."
