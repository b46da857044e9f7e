"""The official client of the Model Context Protocol speaks to a node over the net and calls every tool."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import pytest
from flask.testing import FlaskClient

from app.wiring import Services

if TYPE_CHECKING:
    from mcp import Client

Mode = Literal["auto", "legacy"]
MODES: tuple[Mode, ...] = ("auto", "legacy")
CASE = "fulda-starkregenfruehalarm"


@pytest.fixture
def url(site: str) -> str:
    """The door for assistants of a node that is served to the net."""
    return f"{site}/mcp"


def asked(url: str, ask: Callable[[Client], Awaitable[Any]], mode: Mode = "auto") -> Any:
    """Return what comes of a conversation."""

    async def talk() -> Any:
        from mcp import Client  # noqa: PLC0415 - each process of a run would load it

        async with Client(url, mode=mode) as client:
            return await ask(client)

    # A browser that earlier tests of this process opened leaves a loop running in this thread.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, talk()).result()


def called(url: str, tool: str, mode: Mode = "auto", **arguments: Any) -> dict[str, Any]:
    answer = asked(url, lambda client: client.call_tool(tool, arguments), mode)
    assert not answer.is_error, answer.content
    found: dict[str, Any] = answer.structured_content
    assert json.loads(answer.content[0].text) == found
    return found


def refused(url: str, tool: str, **arguments: Any) -> str:
    answer = asked(url, lambda client: client.call_tool(tool, arguments))
    assert answer.is_error
    return str(answer.content[0].text)


@pytest.mark.parametrize("mode", MODES)
def test_both_generations_of_the_protocol_find_tools_that_only_read(url: str, mode: Mode) -> None:
    async def version(client: Client) -> str:
        return str(client.protocol_version)

    assert asked(url, version, mode) == {"auto": "2026-07-28", "legacy": "2025-11-25"}[mode]
    tools = asked(url, lambda client: client.list_tools(), mode).tools
    assert [tool.name for tool in tools] == ["search", "get", "compare", "obtainable", "overview"]
    assert all(tool.annotations.read_only_hint for tool in tools)


@pytest.mark.parametrize("mode", MODES)
def test_hits_are_cited_by_the_address_of_their_version(url: str, node: Services, mode: Mode) -> None:
    hit = called(url, "search", mode, q="Starkregen", size=3)["hits"][0]
    entry = node.catalogue.head_by_slug("case-study", CASE)
    assert hit["slug"] == CASE
    assert hit["version_url"] == f"https://node.example/r/{entry.id}/v/{entry.ver}"


def test_filters_are_those_of_the_search_page(url: str) -> None:
    assert {hit["kind"] for hit in called(url, "search", q="Bus", art=["solution"])["hits"]} <= {"solution"}
    assert "size" in refused(url, "search", q="Bus", size=101)
    assert "colour" in refused(url, "search", colour="red")


def test_a_record_is_read_by_any_of_its_names(url: str, node: Services) -> None:
    entry = node.catalogue.head_by_slug("case-study", CASE)
    home = f"https://node.example/r/{entry.id}"
    answers = [called(url, "get", record=name) for name in (entry.id, f"case-study/{CASE}", home, f"{home}/v/1")]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["version_url"] == f"{home}/v/1"
    assert answers[0]["record"]["sources"]
    assert "Search" in refused(url, "get", record="solution/nirgends")
    assert "No record" in refused(url, "get", record=f"{home}/v/9")


def test_what_was_withdrawn_is_not_told(url: str, withdrawn_id: str) -> None:
    assert "withdrawn" in refused(url, "get", record=withdrawn_id)


def test_records_are_compared_row_by_row(url: str) -> None:
    names = [f"case-study/{CASE}", "case-study/nottuln-dorffunk-ende"]
    found = called(url, "compare", records=names)
    assert [record["version_url"].rpartition("/v/")[2] for record in found["records"]] == ["1", "1"]
    assert all(len(row["cells"]) == 2 for row in found["rows"])
    assert "Ergebnis" in {row["label"] for row in found["rows"]}
    assert refused(url, "compare", records=names[:1])


def test_ways_to_a_solution_are_told_with_their_sources(url: str) -> None:
    solution = "solution/bad-belzig-smart-village-app-loesung"
    found = called(url, "obtainable", solution=solution, place="Hof", state="BY", kind="independent_city")
    assert found["place"] == {"name": "Hof", "state": "BY", "kind": "independent_city"}
    assert found["ways"]
    assert any(source["url"] for way in found["ways"] for step in way["steps"] for source in step["sources"])
    assert "state" in refused(url, "obtainable", solution=solution, place="Neustadt")
    assert "does not fit" in refused(url, "obtainable", solution=f"case-study/{CASE}", place="Ulm")


def test_the_overview_counts_what_there_is(url: str) -> None:
    found = called(url, "overview")
    assert found["records"] > 60
    assert {"art", "thema", "land"} <= found["filters"].keys()


def posted(client: FlaskClient, body: object, **headers: str) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/mcp", data=raw, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, answer.json if answer.data else None


def test_messages_that_cannot_be_answered_are_refused_in_the_words_of_json_rpc(client: FlaskClient) -> None:
    half = b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}', b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}'
    for raw in (b"{", b"[" * 60_000, *half):
        status, told = posted(client, raw)
        assert (status, told["error"]["code"]) == (400, -32700)
    status, told = posted(client, [])
    assert (status, told["error"]["code"]) == (400, -32600)
    status, told = posted(client, {"jsonrpc": "2.0", "id": 1, "method": "tools/delete"})
    assert told["error"]["code"] == -32601
    status, told = posted(client, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "drop"}})
    assert told["error"]["code"] == -32602
    deep = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"q":%b}}}'
    status, told = posted(client, deep % (b"[" * 300 + b"]" * 300))
    assert (status, told["result"]["isError"]) == (200, True)
    status, told = posted(client, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, MCP_Protocol_Version="1999-01-01")
    assert (status, told["error"]["code"]) == (400, -32022)
    assert posted(client, {"jsonrpc": "2.0", "method": "notifications/initialized"}) == (202, None)
    assert client.get("/mcp").status_code == 405
    answer = client.post("/mcp", data=b"x" * 70_000)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


def test_a_browser_that_brings_the_question_of_another_site_is_refused(client: FlaskClient) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for origin in ("https://other.example", "https://node.example.other.example", "http://node.example", "null"):
        answer = client.post("/mcp", json=ping, headers={"Origin": origin})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, -32600)
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert posted(client, ping, Origin="https://node.example")[0] == 200
    assert posted(client, ping)[0] == 200


def test_an_unknown_version_is_answered_with_the_newest_one_of_the_handshake(client: FlaskClient) -> None:
    params = {"protocolVersion": "1999-01-01", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    _status, told = posted(client, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    assert told["result"]["protocolVersion"] == "2025-11-25"
    assert told["result"]["capabilities"] == {"tools": {}}


def test_headers_and_message_may_not_disagree(client: FlaskClient) -> None:
    params = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
    status, told = posted(client, body, MCP_Protocol_Version="2025-11-25", Mcp_Method="tools/list")
    assert (status, told["error"]["code"]) == (400, -32020)
    status, told = posted(client, body, MCP_Protocol_Version="2026-07-28", Mcp_Method="tools/call")
    assert (status, told["error"]["code"]) == (400, -32020)


def test_llms_txt_leads_to_pages_that_answer(client: FlaskClient) -> None:
    text = client.get("/llms.txt").get_data(as_text=True)
    assert text.startswith("# ")
    paths = [part.partition(")")[0] for part in text.split("](https://node.example")[1:]]
    assert {"/fallstudien", "/api/v1/openapi.json", "/mcp"} <= set(paths)
    assert {client.get(path).status_code for path in paths if path != "/mcp"} == {200}


def test_a_record_is_markdown_for_whoever_asks_for_it(client: FlaskClient) -> None:
    page = f"/fallstudien/{CASE}"
    plain = client.get(page, headers={"Accept": "text/markdown"})
    assert plain.mimetype == "text/markdown"
    assert "Content-Disposition" not in plain.headers
    assert plain.data == client.get(f"{page}.md").data
    # The page that was kept for browsers is not sent to programs, nor the other way round.
    for accepted, sent in (
        ("text/html", "text/html"),
        ("text/markdown, text/html;q=0.5", "text/markdown"),
        ("*/*", "text/html"),
    ):
        answer = client.get(page, headers={"Accept": accepted})
        assert (answer.mimetype, "Accept" in answer.vary) == (sent, True)
    tag = client.get(page).headers["ETag"]
    assert client.get(page, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(page, headers={"If-None-Match": tag, "Accept": "text/markdown"}).status_code == 200
