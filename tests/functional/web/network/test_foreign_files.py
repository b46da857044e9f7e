"""Pictures and files on the page of a record from another node: from here where they are, else a link to its home."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from app.identity import RoleKind
from app.web.shell.security import FILE_POLICY
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.attaching import attach, picture, spoiled
from tests.netnodes.filled import BENCH, BENCH_FILE, Filled, fill
from tests.netnodes.net import record_id
from tests.webnode.node import CONTENT
from tests.webnode.people import sign_in

PAGE = f"/r/a.example/{BENCH}"
HOME = f"https://a.example/r/{BENCH}"
HERE = f"{PAGE}/v/1/dateien"
ONE = record_id(1)
ONES_PAGE = f"/r/a.example/{ONE}"
BENCH_PICTURE = (CONTENT / "case-studies" / "beispielstadt-mitfahrbank" / "bank.png").read_bytes()


def publish(net: Filled, files: dict[str, bytes]) -> None:
    """Publish a record with files at A and let it travel to B."""
    attach(net.a, ONE, files)
    net.travel()


def test_a_picture_is_shown_from_here_with_its_words(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    (shown,) = page.xpath("//main//img")
    assert (shown.get("src"), shown.get("alt")) == (f"{HERE}/bank.png", "Leere Bank")
    answer = still.b.client.get(shown.get("src"))
    assert (answer.status_code, answer.mimetype, answer.get_data()) == (200, "image/png", BENCH_PICTURE)
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = still.b.client.get(shown.get("src"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_other_files_are_saved_from_here_with_title_and_licence(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    (files,) = page.xpath("//section[@aria-labelledby='dateien']")
    (link,) = files.xpath(".//a")
    # The plain version is a page of its own only at home.
    assert (link.get("href"), link.get("rel"), link.text) == (
        f"{HERE}/einfach.md",
        None,
        "Die Mitfahrbank in Beispielstadt",
    )
    assert "CC BY 4.0" in text_of(files)
    answer = still.b.client.get(link.get("href"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="einfach.md"'
    assert answer.mimetype == "text/markdown"


def test_no_page_and_no_file_makes_the_node_ask_anybody(still: Filled) -> None:
    before = len(still.net.asked)
    for path in (PAGE, f"{HERE}/bank.png", f"{HERE}/fehlt.png"):
        still.b.client.get(path)
    assert len(still.net.asked) == before


def test_what_is_not_here_yet_is_a_link_to_its_home_and_comes_later(net: Filled) -> None:
    net.net.tamper = spoiled(lambda body: body[:-1])
    publish(net, {"neu.png": picture(), "liste.csv": b"a;b"})
    page = read(net.b.client, ONES_PAGE)
    home = f"https://a.example/r/{ONE}/v/1/dateien"
    assert page.xpath("//main//img") == []
    links = page.xpath(f"//main//a[starts-with(@href, '{home}/')]")
    assert [text_of(link) for link in links if link.get("href") == f"{home}/neu.png"] == ["Das ist neu.png"]
    assert all("nofollow" in link.get("rel", "") for link in links)
    assert net.b.client.get(f"{ONES_PAGE}/v/1/dateien/neu.png").status_code == 404
    net.net.tamper = None
    net.net.clock.forward(days=1)
    net.travel()
    page = read(net.b.client, ONES_PAGE)
    assert page.xpath("//main//img/@src") == [f"{ONES_PAGE}/v/1/dateien/neu.png"]
    assert page.xpath(f"//main//a[starts-with(@href, '{home}/')]") == []


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


ODD = {
    "zeichnung.svg": DRAWING, "zeichnung.png": DRAWING, "seite.png": b"<html><script>alert(1)</script></html>",
    "foto.png": picture(kind="JPEG"), "halb.png": picture()[:20], "bewegt.gif": picture(kind="GIF"),
    "seite.html": b"<script>alert(1)</script>", "vorlage.odt": b"PK\x03\x04 und so weiter",
}  # fmt: skip
GOOD = {
    "a.png": picture(), "a.jpg": picture(kind="JPEG"), "a.jpeg": picture("green", kind="JPEG"),
    "a.webp": picture(kind="WEBP"),
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A network in which A has a record with every kind of file; tests only read it."""
    filled = fill(tmp_path_factory.mktemp("mixed"), **OPERATOR)
    publish(filled, {**ODD, **GOOD})
    yield filled
    filled.net.close()


def test_what_is_no_picture_is_never_shown(mixed: Filled) -> None:
    page = read(mixed.b.client, ONES_PAGE)
    for name, data in ODD.items():
        address = f"{ONES_PAGE}/v/1/dateien/{name}"
        assert page.xpath(f"//main//a[@href='{address}']")
        assert not page.xpath(f"//main//img[@src='{address}']")
        answer = mixed.b.client.get(address)
        assert answer.get_data() == data
        odt = "application/vnd.oasis.opendocument.text"
        assert answer.mimetype == (odt if name.endswith("odt") else "application/octet-stream")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Content-Security-Policy"] == FILE_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pictures_of_each_kind_are_shown(mixed: Filled) -> None:
    page = read(mixed.b.client, ONES_PAGE)
    assert page.xpath("//main//img/@alt") == [f"Das ist {name}" for name in GOOD]
    types = [mixed.b.client.get(f"{ONES_PAGE}/v/1/dateien/{name}").mimetype for name in GOOD]
    assert types == ["image/png", "image/jpeg", "image/jpeg", "image/webp"]


def test_files_are_handed_on_as_the_list_names_them(mixed: Filled) -> None:
    hashed = sha256(GOOD["a.png"]).hexdigest()
    for client, folder in ((mixed.a.client, "/netz/tuf"), (mixed.b.client, "/netz/tuf/mirrors/a.example")):
        with client.get(f"{folder}/targets/files/{ONE}/{hashed}.{hashed}") as answer:
            assert answer.get_data() == GOOD["a.png"]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            # Nothing that somebody leads a reader to opens here.
            assert answer.mimetype == "application/octet-stream"


@pytest.mark.parametrize("name", ["fehlt.png", "index.md", "..%2F..%2Fkeys%2Fonline.pem", "a.png%00"])
def test_only_files_that_the_record_names_are_given(mixed: Filled, name: str) -> None:
    assert mixed.b.client.get(f"{ONES_PAGE}/v/1/dateien/{name}").status_code == 404


def test_files_go_with_the_version_that_has_them(net: Filled) -> None:
    publish(net, {"neu.png": picture()})
    publish(net, {"neu.png": picture("red")})
    assert net.b.client.get(f"{ONES_PAGE}/v/1/dateien/neu.png").status_code == 404
    assert net.b.client.get(f"{ONES_PAGE}/v/2/dateien/neu.png").get_data() == picture("red")
    net.a.withdraw(ONE)
    net.travel()
    assert net.b.client.get(f"{ONES_PAGE}/v/2/dateien/neu.png").status_code == 410
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 41").encode()})
    assert net.b.client.get(f"{PAGE}/v/2/dateien/bank.png").status_code == 200, "the same file is not fetched again"


def test_those_who_look_after_the_site_see_what_is_missing_and_why(net: Filled) -> None:
    client = net.b.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    assert "3 Dateien" in text_of(read(client, "/verwaltung/netz"))
    net.net.tamper = spoiled(lambda body: body[:-1])
    publish(net, {"neu.png": picture()})
    assert "1 Datei fehlt" in text_of(read(client, "/verwaltung/netz"))
    words = text_of(read(client, "/verwaltung/netz/seite/a.example"))
    assert "Geschickt wurde etwas anderes, als die Seite unterschrieben hat. (1)" in words
