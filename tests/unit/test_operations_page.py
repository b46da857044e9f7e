"""What operators copy from the page on running a node protects what the threat model says it does."""

from __future__ import annotations

import re

from app.shared.config import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_proxy_limits_requests_and_connections_of_an_address() -> None:
    proxy = block("nginx")
    zones = dict(re.findall(r"limit_(req|conn)_zone \$binary_remote_addr zone=(\w+):\d+m", proxy))
    assert set(zones) == {"req", "conn"}
    assert re.search(rf"limit_req zone={zones['req']} burst=\d+", proxy)
    assert re.search(rf"limit_conn {zones['conn']} \d+;", proxy)
    assert proxy.count("{") == proxy.count("}")


def test_every_way_through_the_proxy_tells_who_asks() -> None:
    ways = re.findall(r"location [^{]*\{(.*?)\}", block("nginx"), re.DOTALL)
    assert ways
    assert all("X-Forwarded-For $remote_addr" in way and "proxy_set_header Host $host" in way for way in ways)


def test_the_service_has_limits_of_memory_and_of_descriptors() -> None:
    assert re.search(r"^MemoryMax=\d+[MG]$", block("ini"), re.MULTILINE)
    assert re.search(r"^LimitNOFILE=\d{4,}$", block("ini"), re.MULTILINE)


def test_parts_of_the_program_are_installed_where_it_lies() -> None:
    """Else pip copies the program: it finds its schemas no more, and each upgrade passes it by."""
    said = [*(PROJECT_ROOT / "docs").rglob("*.md"), *(PROJECT_ROOT / "app").rglob("*.py")]
    lines = [line for file in said for line in file.read_text(encoding="utf-8").splitlines() if "pip install" in line]
    assert any("'.[tantivy]'" in line for line in lines)
    assert not [line for line in lines if re.search(r"pip install (?!-e )\S*\.\[", line)]
