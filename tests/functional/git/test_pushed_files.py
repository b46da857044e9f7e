"""What is pushed beside a record is cleaned like what the form takes in."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.documents.cleaning.attachment import cleaned
from app.documents.kinds import KINDS
from app.identity import Person, RoleKind
from app.review.submission import Published
from tests import deciding
from tests.functional.git.conftest import Checkout, Site
from tests.functional.git.test_push import CASE, edit, proposals, push, refused
from tests.unit.documents.cleaning.office_files import MADE, SECRET, changed, parts, photo, word
from tests.unit.documents.reading.documents import pdf
from tests.webnode.node import publish

FOLDER = CASE.rpartition("/")[0]
EXAMPLES: Mapping[str, Callable[[], bytes]] = {
    **MADE, "png": lambda: photo("PNG") + SECRET.encode(), "jpg": photo, "webp": lambda: photo("WEBP"),
    "pdf": lambda: pdf(1), "csv": lambda: "Stück;Größe".encode("cp1252"), "txt": lambda: "Größe".encode("cp1252"),
    "md": lambda: "Größe".encode("cp1252"),
}  # fmt: skip


@pytest.fixture
def site(shared_site: Site) -> Site:
    return shared_site


def put(clone: Checkout, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (clone.folder / FOLDER / name).write_bytes(data)
    clone.commit("Dateien dazu")


def stored(site: Site, person: Person, name: str) -> bytes:
    (view,) = proposals(site, person)
    return site.services.review.proposals.file(view.proposal.id, person, name)


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == {kind.ending for kind in KINDS}


def test_files_of_every_kind_are_cleaned_once(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    files = {f"datei.{ending}": made() for ending, made in EXAMPLES.items()}
    clean = {name: cleaned(name, data)[1] for name, data in files.items()}
    put(clone, files)
    answer = push(clone, site, secret, lang="en_GB.UTF-8")
    assert answer.status == 0, answer.said
    assert "Cleaned (place, time, device and people removed): datei.csv, datei.docx" in answer.said
    assert {name: stored(site, author, name) for name in files} == clean
    assert b"50.55 Nord" in files["datei.jpg"]
    assert b"50.55 Nord" not in clean["datei.jpg"]
    assert Image.open(BytesIO(clean["datei.jpg"])).size == (60, 40)
    for ending in MADE:
        assert all(SECRET.encode() not in part for part in parts(clean[f"datei.{ending}"]).values())
    (view,) = proposals(site, author)
    curator = site.person("Beispiel Kuratorin", RoleKind.CURATOR)
    deciding.approve(site.services.review.curation, view.proposal.id, curator, round=1)
    assert isinstance(deciding.publish(site.services.review.curation, view.proposal.id, curator), Published)
    assert clone.git("fetch", "--quiet", site.url()).status == 0
    assert clone.git("reset", "--quiet", "--hard", "FETCH_HEAD").status == 0
    assert {name: (clone.folder / FOLDER / name).read_bytes() for name in files} == clean
    # Somebody who still has the files as they were brings them back: cleaned, they are what is published.
    put(clone, {name: files[name] for name in ("datei.docx", "datei.jpg", "datei.pdf")})
    refused(push(clone, site, secret), "Der Inhalt ist derselbe wie in der veröffentlichten Fassung")
    assert len(proposals(site, author)) == 1
    # Whoever changes a word beside the published files changes no file.
    assert clone.git("reset", "--quiet", "--hard", "FETCH_HEAD").status == 0
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said
    assert "Bereinigt" not in answer.said


def test_files_published_uncleaned_stay_as_they_are(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    publish(site.services, {f"{FOLDER}/alt.jpg": photo()})
    assert clone.git("pull", "--quiet").status == 0
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    assert clone.git("mv", f"{FOLDER}/alt.jpg", f"{FOLDER}/umbenannt.jpg").status == 0
    clone.commit("Anderer Name")
    answer = push(clone, site, secret)
    assert answer.status == 0, answer.said
    assert "Bereinigt" not in answer.said
    assert stored(site, author, "umbenannt.jpg") == photo()


REFUSED = {
    "vorlage.docx": (
        changed(word(), "[Content_Types].xml", "document.main+xml", "document.macroEnabled.main+xml"),
        "vorlage.docx enthält Makros.",
    ),
    "foto.jpg": (photo()[:200], "foto.jpg ist beschädigt"),
    "plan.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Zeichnungen in SVG"),
    "alt.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "alten Format"),
    "programm.exe": (b"MZ\x90\x00", "Eine Datei wie programm.exe kann nicht beigefügt werden"),
    "bild.png": (photo(), "Der Inhalt von bild.png passt nicht zur Endung png"),
}


def test_what_cannot_be_cleaned_is_refused_by_name(site: Site, clone: Checkout, author: Person, secret: str) -> None:
    put(clone, {"gut.txt": b"Das geht.", **{name: data for name, (data, _said) in REFUSED.items()}})
    answer = push(clone, site, secret)
    assert answer.status != 0
    assert f"Nicht angenommen: {len(REFUSED)} Angaben" in answer.said
    for name, (_data, said) in REFUSED.items():
        assert said in answer.said
        if name != "bild.png":
            assert answer.said.count(f"remote: {FOLDER}/{name}: ") == 1, "one thing is said of each file"
    assert "gut.txt" not in answer.said
    assert proposals(site, author) == []


def test_files_of_the_collection_are_clean_already() -> None:
    content = Path(__file__).parents[3] / "content"
    files = [path for path in content.rglob("*") if path.is_file() and path.suffix not in (".md", ".yaml")]
    assert files
    for path in files:
        assert cleaned(path.name, path.read_bytes())[1] == path.read_bytes(), path
