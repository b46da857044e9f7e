from __future__ import annotations

from hashlib import sha256

from app.federation.entity import state_root


def test_the_root_is_the_hash_of_the_lines_in_the_order_of_names() -> None:
    lines = b"https://a.example/r/1 2 sha256:x\nhttps://a.example/r/2 1 sha256:y\n"
    records = [("https://a.example/r/2", 1, "sha256:y"), ("https://a.example/r/1", 2, "sha256:x")]
    assert state_root(records) == f"sha256:{sha256(lines).hexdigest()}"
    assert state_root([]) == f"sha256:{sha256(b'').hexdigest()}"
