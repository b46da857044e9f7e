"""The copy of a node that is read from a folder: every link leads somewhere, and nothing in it needs a server."""

import re
import shutil
from collections.abc import Iterator
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from lxml import html

from app.cli import main
from app.web.factory import create_app
from app.web.offline.addresses import MARK, Addresses, CopyFolder, LinkKind, NoCopy
from app.web.offline.copying import CopyRunning, PageFailed, write_copy
from app.web.shell.language import split_prefix
from app.wiring import Services
from tests.webnode.copied import HOME, small_copy
from tests.webnode.node import CONCEPT_PAGE, STOPPED_PAGE, make_node, one_node, publish

Pages = dict[Path, html.HtmlElement]
CASE = "case-studies/beispielkreis-starkregen/index.md"


def silent(_done: int, _known: int) -> None:
    pass


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    yield from one_node(tmp_path_factory.mktemp("copied"))


@pytest.fixture(scope="module")
def copy() -> Path:
    return small_copy()[1]


@pytest.fixture
def old(copy: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(copy, tmp_path / "kopie"))


@pytest.fixture(scope="module")
def pages(copy: Path) -> Pages:
    """All pages of the copy, which tests only look at."""
    return {file: html.document_fromstring(file.read_text("utf-8")) for file in sorted(copy.rglob("*.html"))}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def leading(document: html.HtmlElement) -> set[str]:
    return {
        str(link)
        for link in document.xpath(
            "//@href | //@src | //@action | //@xlink:href", namespaces={"xlink": "http://www.w3.org/1999/xlink"}
        )
    }


def test_every_link_leads_to_a_file_with_the_part_it_names(copy: Path, pages: Pages) -> None:
    there = {str(file) for file in copy.rglob("*") if file.is_file()}
    parts = {str(file): set(document.xpath("//@id")) for file, document in pages.items()}
    for file, document in pages.items():
        for link in leading(document):
            whole = urlsplit(link)
            if whole.scheme or not link:
                continue
            assert not whole.path.startswith("/"), (file, link)
            # As text: the system would be asked for each of 16,000 links.
            target = normpath(f"{file.parent}/{unquote(whole.path)}") if whole.path else str(file)
            assert target in there, (file, link)
            if whole.fragment and target in parts:
                assert unquote(whole.fragment) in parts[target], (file, link)


def test_what_is_only_online_is_there_and_marked(node: Services, pages: Pages) -> None:
    app = create_app(node, testing=True)
    urls = app.url_map.bind("x")
    online: dict[str, str] = {}
    for document in pages.values():
        for link in document.xpath("//main//a[starts-with(@href, $home)]", home=HOME):
            assert link.text_content().endswith("↗ (online)")
            address = link.get("href").removeprefix(HOME)
            path = split_prefix(urlsplit(address).path)[2]
            # One of each kind; what a site answers at its own addresses is tried elsewhere.
            online.setdefault(urls.match(path)[0], address)
    assert {"contribute.ask_edit", "records.sheets", "permanent.history", "search.results"} <= online.keys()
    answers = {address: app.test_client().get(address).status_code for address in online.values()}
    assert {address: status for address, status in answers.items() if status >= 400} == {}


def test_pages_and_files_of_records_are_there_in_both_languages(copy: Path, pages: Pages) -> None:
    for prefix in ("", "en/"):
        assert pages[copy / f"{prefix}karte.html"].xpath("//a[@aria-current='true']/@href") == ["karte.html"]
        assert (copy / f"{prefix}index.html").is_file()
        assert (copy / f"{prefix}{STOPPED_PAGE[1:]}.html").is_file()
    assert [file for file in copy.rglob("dateien/*") if file.is_file()]


def test_nothing_needs_a_server(pages: Pages) -> None:
    for file, document in pages.items():
        assert document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith(
            "default-src 'none'"
        )
        assert not document.xpath(
            "//form[not(@role='search')] | //*[@data-suggest] | //a[contains(@href, 'anmelden')]"
        ), file
        assert {Path(source).name for source in document.xpath("//script/@src")} <= {"offline.js"}
        assert not document.xpath("//*[@style] | //style | //iframe")
        for form in document.xpath("//form"):
            assert (form.get("method"), unquote(form.get("action")).rpartition("/")[2]) == ("get", "suchen.html")
            assert [field.get("name") for field in form.xpath(".//input | .//select")] == ["q"]


def test_each_page_says_of_what_and_of_when_it_is_a_copy(copy: Path, pages: Pages) -> None:
    for file, document in pages.items():
        (said,) = document.xpath("//main/p[contains(@class, 'copy-notice')]")
        words = (
            ("This is a copy", "24 November 2026")
            if file.is_relative_to(copy / "en")
            else ("eine Kopie", "24. November 2026")
        )
        assert all(word in said.text_content().replace("\xa0", " ") for word in (*words, HOME)), said.text_content()


class Stop(BaseException):
    """Somebody presses Ctrl-C."""


def test_an_interrupted_copy_leaves_the_old_one_whole(node: Services, old: Path) -> None:
    (old / "index.html").write_text("Die alte Kopie", "utf-8")
    before = contents(old)

    def stopped(done: int, _known: int) -> None:
        if done > 20:
            raise Stop

    with pytest.raises(Stop):
        write_copy(node, old, stopped)
    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["kopie"]


def test_a_second_run_mends_a_copy_killed_while_moving_and_rewrites_changed_pages(tmp_path: Path, old: Path) -> None:
    services = make_node(tmp_path)
    before = contents(old)
    old.rename(old.with_name(".kopie.old"))
    shutil.copytree(old.with_name(".kopie.old"), old.with_name(".kopie.new"))
    text = services.repository.folder(CASE.rpartition("/")[0], services.repository.head()).text or b""
    changed_text = text.replace("Die Warnung kommt jetzt früher".encode(), "Sirenengeheul kommt jetzt früher".encode())
    publish(services, {CASE: changed_text})
    services.follow()
    report = write_copy(services, old, silent)
    services.close()
    assert [path.name for path in old.parent.iterdir() if "kopie" in path.name] == ["kopie"]
    after = contents(old)
    changed = {name for name in after if before.get(name) != after[name]}
    assert 0 < len(changed) == report.written < report.kept / 3
    assert CONCEPT_PAGE[1:] + ".html" not in changed
    assert b"sirenengeheul" in after["static/suche/woerter/si.js"][0]


def test_a_page_that_fails_ends_it(node: Services, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_more: object) -> str:
        raise ValueError

    monkeypatch.setattr("app.web.pages.lists.list_page", broken)
    before = contents(old)
    with pytest.raises(PageFailed) as failed:
        write_copy(node, old, silent)
    assert failed.value.status == 500
    assert contents(old) == before


def test_nothing_else_is_ever_replaced(node: Services, tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("Wichtig", "utf-8")
    with pytest.raises(NoCopy):
        write_copy(node, tmp_path, silent)
    assert (tmp_path / "brief.txt").read_text("utf-8") == "Wichtig"


def test_two_at_once_do_not_write_the_same(node: Services, old: Path) -> None:
    def second(_done: int, _known: int) -> None:
        with pytest.raises(CopyRunning):
            write_copy(node, old, silent)
        raise Stop

    with pytest.raises(Stop):
        write_copy(node, old, second)


def test_the_command_says_what_it_wrote_and_what_it_refuses(node: Services, copy: Path) -> None:
    assert re.fullmatch(
        r"0 [\s\S]*\d+ pages and the search over 5 records in \S+: \d+ files written, 0 as before\.\n", small_copy()[0]
    )
    environment = {"NODE_DATA": str(node.settings.data), "NODE_ISSUER": HOME, "NODE_LOG_LEVEL": "error"}
    refused = CliRunner(env=environment).invoke(main, ["export", "site", str(node.settings.data)])
    assert refused.exit_code == 1
    assert "something else than a copy" in refused.output


@pytest.mark.parametrize("link", ["https://[abc", "//[", f"/fallstudien?seite={'1' * 5000}"])
def test_a_link_that_nothing_can_read_ends_no_copy(node: Services, link: str) -> None:
    addresses = Addresses(create_app(node, testing=True), HOME, ())
    assert addresses.target(link, "/ueber").kind is not LinkKind.COPY


def test_behind_a_link_the_folder_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "platte").mkdir()
    (tmp_path / "kopie").symlink_to(tmp_path / "platte")
    for text in (b"eins", b"zwei"):
        copied = CopyFolder(tmp_path / "kopie")
        copied.put(MARK, text)
        copied.finish()
        assert (tmp_path / "kopie").is_symlink()
        assert (tmp_path / "platte" / MARK).read_bytes() == text
