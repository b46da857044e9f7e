import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.cleaning.attachment import clean_text, cleaned, is_text, kind_of
from app.documents.errors import DocumentRefused, DocumentTypeUnknown, DrawingRefused
from app.documents.kinds import ENDINGS, KINDS, Family, kind_of_name
from app.records.checks.messages import MESSAGES

TEXT_ENDINGS = [kind.ending for kind in KINDS if kind.family is Family.TEXT]


def test_every_ending_stands_for_one_kind_and_no_kind_can_run_in_a_browser() -> None:
    assert len(ENDINGS) == len(set(ENDINGS))
    for kind in KINDS:
        assert kind_of_name(f"Bericht.{kind.ending.upper()}") is kind
        assert not any(word in kind.media_type for word in ("svg", "html", "javascript"))
        # Without a type that says otherwise a browser would guess.
        assert kind.is_picture == kind.media_type.startswith("image/")
    assert kind_of_name("bild.svg") is None
    assert kind_of_name("ohne-endung") is None


def test_every_refusal_has_its_words() -> None:
    codes = {f"attachment_{what}" for what in ("type", "svg", "old_office", "damaged")}
    codes |= {f"attachment_{what}" for what in ("macros", "object", "link", "drawing", "media", "harmful")}
    codes |= {
        f"attachment_too_large_{what}" for what in ("bytes", "pixels", "pictures", "unpacked", "parts", "elements")
    }
    assert codes == {code for code in MESSAGES if code.startswith("attachment_")}


@pytest.mark.parametrize("ending", TEXT_ENDINGS)
def test_readable_text_stays_byte_for_byte_and_that_of_older_windows_programs_becomes_utf_8(ending: str) -> None:
    text = "Größe;Zahl\r\n=SUMME(A1);3\r\n\tEnde".encode()
    assert kind_of(f"datei.{ending}", text).ending == ending
    assert cleaned(f"datei.{ending}", text)[1] == text
    assert cleaned(f"datei.{ending}", b"\xef\xbb\xbf" + text)[1] == b"\xef\xbb\xbf" + text
    once = cleaned(f"datei.{ending}", "Größe – 3 €".encode("cp1252"))[1]
    assert once.decode("utf-8-sig") == "Größe – 3 €"
    assert once.startswith(b"\xef\xbb\xbf") == (ending == "csv"), "spreadsheets would guess"
    assert cleaned(f"datei.{ending}", once)[1] == once


@pytest.mark.parametrize("ending", TEXT_ENDINGS)
@pytest.mark.parametrize(
    "data",
    [b"", b"a\0b", b"a\x1b[2Jb", "a\u202eb".encode(), "a\u2028b".encode(), b"a\x9d", "a\x85b".encode(), b"\xff\xfea\0"],
)
def test_what_cannot_be_seen_is_no_text(ending: str, data: bytes) -> None:
    with pytest.raises(DocumentTypeUnknown):
        cleaned(f"datei.{ending}", data)


@pytest.mark.parametrize("name", ["bild.png", "programm.exe", "seite.html", "datei"])
def test_text_that_is_called_something_else_is_refused(name: str) -> None:
    with pytest.raises(DocumentTypeUnknown):
        cleaned(name, b"Nur Worte.")


def test_markdown_may_begin_with_a_remark_and_not_with_a_page() -> None:
    assert cleaned("a.md", b"<!-- Stand 2024 -->\n# Titel")[1]
    for page in (b"<html>", b"<!DOCTYPE html>", b"<svg onload=alert(1)>", b"<?xml version='1.0'?>"):
        with pytest.raises(DrawingRefused):
            cleaned("a.md", page)


@given(st.sampled_from(TEXT_ENDINGS), st.binary(max_size=300))
def test_any_bytes_are_refused_or_become_readable_text(ending: str, data: bytes) -> None:
    try:
        kind, once = cleaned(f"datei.{ending}", data)
    except DocumentRefused:
        return
    if kind.ending == ending:
        assert is_text(once)
        assert clean_text(once) == once
        once.decode("utf-8")
