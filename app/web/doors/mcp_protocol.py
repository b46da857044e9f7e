"""The Model Context Protocol over Streamable HTTP, as far as tools need it: each message is answered independently.

There are no sessions and no streams. Two generations are supported: with a handshake (`initialize`), and since
2026-07-28 without, where each request states its version under `_meta` and in the headers, which must agree.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator

Json = dict[str, Any]
Header = Callable[[str], str | None]
"""Returns the value of a request header."""
Reply = tuple[int, Json | None]
"""HTTP status and body of a response; None if the message was a notification."""

WITH_HANDSHAKE = ("2025-06-18", "2025-11-25")
WITHOUT_HANDSHAKE = ("2026-07-28",)
VERSIONS = (*WITH_HANDSHAKE, *WITHOUT_HANDSHAKE)

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022
_META = "io.modelcontextprotocol/"
_CACHEABLE = {"resultType": "complete", "ttlMs": 3_600_000, "cacheScope": "public"}
"""Clients may cache the list of tools for an hour; only a new release changes it."""


class ToolFailed(Exception):
    """A tool cannot answer; the message tells the assistant what to do instead."""


class ProtocolError(Exception):
    """A message that must be answered with an error."""

    def __init__(self, code: int, message: str, **data: object) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool for assistants; `schema` is the JSON Schema of the arguments of `call`."""

    name: str
    title: str
    description: str
    schema: Json
    call: Callable[[Json], Json]


def answer_message(raw: bytes, header: Header, server: Json, instructions: str, tools: Sequence[Tool]) -> Reply:
    """Return the reply to one message; never raises an error because of its content.

    `server` names this server, `instructions` tell an assistant what to know before using it.
    """
    try:
        message = json.loads(raw)
        # Values that cannot be serialised, such as lone surrogates or NaN, could not be repeated in a reply.
        json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        # Python's parser fails on brackets nested too deeply.
        return _failed(None, ProtocolError(PARSE_ERROR, "The body is no JSON."), 400)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return _failed(None, ProtocolError(INVALID_REQUEST, "One JSON-RPC 2.0 message is taken at a time."), 400)
    if "method" not in message or "id" not in message:
        return 202, None
    number, method, params = message["id"], message["method"], message.get("params") or {}
    try:
        _check_version(method, params, header)
        result = _result(method, params, server, instructions, tools)
    except ProtocolError as error:
        return _failed(number, error, 400 if error.code in (HEADER_MISMATCH, UNSUPPORTED_VERSION) else 200)
    return 200, {"jsonrpc": "2.0", "id": number, "result": result}


def _result(method: object, params: Json, server: Json, instructions: str, tools: Sequence[Tool]) -> Json:
    offered = {"capabilities": {"tools": {}}, "instructions": instructions, "_meta": {f"{_META}serverInfo": server}}
    if method == "initialize":
        wanted = params.get("protocolVersion")
        version = wanted if wanted in WITH_HANDSHAKE else WITH_HANDSHAKE[-1]
        return {"protocolVersion": version, "serverInfo": server, **offered}
    if method == "ping":
        return {}
    if method == "server/discover":
        return {**_CACHEABLE, "supportedVersions": list(VERSIONS), **offered}
    if method == "tools/list":
        return {**_CACHEABLE, "tools": [_described(tool) for tool in tools]}
    if method == "tools/call":
        return _call(params, tools)
    raise ProtocolError(METHOD_NOT_FOUND, f"{method} is not known here; there are tools only.")


def _described(tool: Tool) -> Json:
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.schema,
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    }


def _call(params: Json, tools: Sequence[Tool]) -> Json:
    tool = next((tool for tool in tools if tool.name == params.get("name")), None)
    if tool is None:
        known = ", ".join(tool.name for tool in tools)
        raise ProtocolError(INVALID_PARAMS, f"There is no tool of this name. Known: {known}.")
    try:
        found = tool.call(_arguments(params.get("arguments") or {}, tool.schema))
    except ToolFailed as error:
        return {"resultType": "complete", "isError": True, "content": [{"type": "text", "text": str(error)}]}
    content = [{"type": "text", "text": json.dumps(found, ensure_ascii=False)}]
    return {"resultType": "complete", "isError": False, "content": content, "structuredContent": found}


def _arguments(given: object, schema: Json) -> Json:
    try:
        errors = list(Draft202012Validator(schema).iter_errors(given))
    except ValueError as error:
        # jsonschema can follow 255 levels.
        raise ToolFailed("The arguments are nested deeper than any tool takes.") from error
    wrong = [f"{'/'.join(map(str, error.instance_path)) or 'arguments'}: {error.message}" for error in errors]
    if wrong or not isinstance(given, dict):
        raise ToolFailed("; ".join(wrong))
    return given


def _check_version(method: object, params: object, header: Header) -> None:
    """Raise ProtocolError if message and headers disagree or their version is not supported."""
    if not isinstance(params, dict):
        raise ProtocolError(INVALID_PARAMS, "params is no object.")
    version, meta = header("MCP-Protocol-Version"), params.get("_meta")
    stated = meta.get(f"{_META}protocolVersion") if isinstance(meta, dict) else None
    if stated is not None and stated != version:
        raise ProtocolError(HEADER_MISMATCH, "The header MCP-Protocol-Version and _meta name different versions.")
    if stated is not None and header("Mcp-Method") != method:
        raise ProtocolError(HEADER_MISMATCH, "The header Mcp-Method and the message name different methods.")
    if version is not None and version not in VERSIONS and method != "initialize":
        known = list(VERSIONS)
        raise ProtocolError(
            UNSUPPORTED_VERSION, "This version of the protocol is not spoken here.", supported=known, requested=version
        )


def _failed(number: object, error: ProtocolError, status: int) -> Reply:
    described = {"code": error.code, "message": str(error), **({"data": error.data} if error.data else {})}
    return status, {"jsonrpc": "2.0", "id": number, "error": described}


FOREIGN_ORIGIN = _failed(None, ProtocolError(INVALID_REQUEST, "Pages of other sites are not answered."), 403)
"""The reply to a page of another site."""
