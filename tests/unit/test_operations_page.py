"""What operators copy from the page on running a node exists, is short, and protects what the threat model says."""

import re
from pathlib import Path

from app.shared.config import PROJECT_ROOT, Settings

PAGE = PROJECT_ROOT / "docs" / "operations.md"
SERVER = PROJECT_ROOT / "deploy" / "server"
UNITS = sorted(SERVER.glob("*.service"))


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_a_bare_server_becomes_a_site_with_tls_and_sign_in_in_twelve_commands() -> None:
    commands = re.findall(r"```sh\n(.*?)```", text(PAGE), re.DOTALL)[0].splitlines()
    assert len(commands) <= 12
    assert {"certbot", "make", "erfahrungsnetz", "systemctl"} <= {line.split()[0] for line in commands}
    assert any("providers.toml" in line for line in commands)
    assert len(text(PAGE).splitlines()) <= 300


def test_every_page_of_the_docs_leads_to_files_and_headings_that_are_there() -> None:
    for page in [*(PROJECT_ROOT / "docs").rglob("*.md"), *PROJECT_ROOT.glob("*.md")]:
        for name, heading in re.findall(
            r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", re.sub(r"```.*?```|`[^`\n]*`", "", text(page), flags=re.DOTALL)
        ):
            file = page.parent / name if name else page
            assert file.exists(), (page.name, name)
            if heading and file.suffix == ".md":
                titles = re.findall(r"^#+ (.*)$", text(file), re.MULTILINE)
                assert heading in {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles}, (
                    page.name,
                    heading,
                )


def test_the_proxy_limits_requests_and_connections_of_an_address_and_tells_who_asks() -> None:
    proxy = text(SERVER / "nginx.conf")
    zones = dict(re.findall(r"limit_(req|conn)_zone \$binary_remote_addr zone=(\w+):\d+m", proxy))
    assert set(zones) == {"req", "conn"}
    assert re.search(rf"limit_req zone={zones['req']} burst=\d+", proxy)
    assert re.search(rf"limit_conn {zones['conn']} \d+;", proxy)
    assert proxy.count("{") == proxy.count("}")
    ways = re.findall(r"location [^{]*\{(.*?)\}", proxy, re.DOTALL)
    # A location inherits headers only as long as it sets none.
    assert ways
    assert not any("proxy_set_header" in way for way in ways)
    before = proxy.partition("location")[0]
    assert "X-Forwarded-For $remote_addr" in before
    assert "proxy_set_header Host $host" in before


def test_the_services_have_limits_of_memory_and_of_descriptors_and_run_the_command_of_the_node() -> None:
    [place] = re.findall(r"^  (\S+) \"\$@\"$", text(SERVER / "erfahrungsnetz"), re.MULTILINE)
    assert [re.findall(r"^ExecStart=(\S+) ", text(unit), re.MULTILINE) for unit in UNITS] == [[place], [place]]
    for unit in UNITS:
        assert re.search(r"^MemoryMax=\d+[MG]$", text(unit), re.MULTILINE)
        assert re.search(r"^LimitNOFILE=\d{4,}$", text(unit), re.MULTILINE)
    named = {*re.findall(r"\b(NODE_[A-Z_]+)=", "".join(map(text, [*UNITS, SERVER / "node.env"])))}
    assert {"NODE_ISSUER", "NODE_DATA"} <= named <= {f"NODE_{name.upper()}" for name in Settings.model_fields}


def test_parts_of_the_program_are_installed_where_it_lies() -> None:
    """Else pip copies the program: it finds its schemas no more, and each upgrade passes it by."""
    said = [*(PROJECT_ROOT / "docs").rglob("*.md"), *(PROJECT_ROOT / "app").rglob("*.py")]
    lines = [line for file in said for line in text(file).splitlines() if "pip install" in line]
    assert any("'.[tantivy]'" in line for line in lines)
    assert not [line for line in lines if re.search(r"pip install (?!-e )\S*\.\[", line)]
