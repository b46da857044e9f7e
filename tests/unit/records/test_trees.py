from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.records.git.trees import TreeEntry, parse_tree

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1)
ENTRIES = st.builds(
    TreeEntry,
    NAMES,
    st.sampled_from(["100644", "100755", "40000", "120000", "160000"]),
    st.binary(min_size=20, max_size=20).map(bytes.hex),
)


@given(entries=st.lists(ENTRIES, max_size=8))
def test_every_entry_comes_back(entries: list[TreeEntry]) -> None:
    wire = b"".join(f"{e.mode} {e.name}".encode() + b"\0" + bytes.fromhex(e.oid) for e in entries)
    assert parse_tree(wire) == tuple(entries)


def test_links_and_submodules_are_neither_file_nor_folder() -> None:
    for mode in ("120000", "160000"):
        entry = TreeEntry("x", mode, "0" * 40)
        assert not entry.is_file
        assert not entry.is_folder
