import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.paths import ContentLayout, UnsafePath, alike, file_name, is_file_name, is_of_device, is_slug

LAYOUT = ContentLayout(["case-studies", "concepts"])
SLUG = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@given(slug=SLUG)
def test_a_file_in_a_record_folder_belongs_to_that_record(slug: str) -> None:
    assert LAYOUT.record_of(f"case-studies/{slug}/index.md") == f"case-studies/{slug}"


@given(text=st.text(max_size=100))
def test_a_slug_is_lower_case_ascii_without_anything_else(text: str) -> None:
    if is_slug(text):
        assert set(text) <= set(string.ascii_lowercase + string.digits + "-")
        assert text.strip("-") == text


@given(text=st.text(max_size=120))
def test_a_valid_file_name_has_no_path_and_is_not_hidden(text: str) -> None:
    if is_file_name(text):
        assert set(text) <= set(string.ascii_letters + string.digits + "._-")
        assert text[0] not in ".-"
        assert ".." not in text


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "index.md", "case-studies", "case-studies/ulm", "case-studies/ulm/", "people/ulm/index.md"),
        *(f"case-studies/{name}/index.md" for name in ("Ulm", "-ulm", "ülm", "١", "u" * 81, "../ulm")),
        *(f"case-studies/ulm/{name}" for name in ("/index.md", "a/b.png", "..", ".git", "index.md\n")),
        *("vocabulary/../x.yaml", "vocabulary/x.yml", "vocabulary/.yaml"),
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        LAYOUT.check_file(path)


def test_the_vocabulary_has_its_place() -> None:
    assert LAYOUT.check_file("vocabulary/topics.yaml") == "vocabulary/topics.yaml"
    assert LAYOUT.record_of("vocabulary/topics.yaml") is None


def test_names_that_windows_keeps_to_itself_are_known() -> None:
    kept = ("con.txt", "CON.tar.gz", "aux", "nul.png", "prn.md", "com1.csv", "lpt9")
    free = ("konto.txt", "context.md", "com.txt", "com10.txt", "plan.aux", "auxiliar")
    assert [name for name in (*kept, *free) if is_of_device(name)] == list(kept)


def test_names_that_differ_by_case_alone_are_found() -> None:
    assert alike(["index.md", "a.txt", "INDEX.md", "A.txt", "b.txt", "a.TXT"]) == ("INDEX.md", "A.txt", "a.TXT")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "<img src=x onerror=alert(1)>.png", "--upload-pack=x.png", ".htaccess", "", "con\0.png",
        "Ä" * 300,
    ],
)  # fmt: skip
def test_names_become_harmless(name: str) -> None:
    made = file_name(name, "png", ())
    assert is_file_name(made)
    assert made == made.lower()
    assert not made.startswith(("-", "."))


def test_a_name_is_made_from_that_of_the_upload_and_the_ending_from_its_content() -> None:
    assert file_name("C:\\Fotos\\Foto vom Müller.gif", "jpg", ()) == "foto-vom-mueller.jpg"
    assert file_name("index.pdf", "md", ()) == "index-2.md"
    assert file_name("a.png", "png", {"a.png", "a-2.png"}) == "a-3.png"
