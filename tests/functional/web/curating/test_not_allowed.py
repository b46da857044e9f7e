"""Who may not do something reads why, and whom to ask."""

from __future__ import annotations

from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import Member


def test_an_operator_learns_which_role_writing_takes_and_gives_it_to_themselves(join: Join) -> None:
    kim = join("Kim Beispiel", RoleKind.OPERATOR)
    seen = kim.open("/beitragen")
    assert seen.status == 403
    assert "Einträge schreibt und Fragen stellt, wer die Rolle „Beitragen“ hat. Ihr Konto hat sie nicht." in seen.words
    assert "Sie sind angemeldet als Kim Beispiel" in seen.words
    assert "Was haben Sie gesucht?" not in seen.words
    assert seen.document.xpath("//main//a[@href='/verwaltung/personen']")


def test_an_author_learns_who_gives_roles(author: Member) -> None:
    seen = author.open("/ueberfaellig")
    assert seen.status == 403
    assert "Das ist Sache der Redaktion." in seen.words
    assert f"Rollen vergibt der Betreiber, {OPERATOR['operator_name']}." in seen.words
    (mail,) = seen.document.xpath("//main//a[starts-with(@href, 'mailto:')]/@href")
    assert str(OPERATOR["operator_email"]) in mail
