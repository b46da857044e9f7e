"""The Model Context Protocol over Streamable HTTP, as far as tools need it: each message is answered by itself.

There are no sessions and no streams. Two generations of the protocol are spoken: with a handshake (`initialize`), and
since 2026-07-28 without one, where each request says its version under `_meta` and in the headers, which must agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator

Json = dict[str, Any]
Header = Callable[[str], str | None]
"""Gives the value of a header of the request."""

WITH_HANDSHAKE = ("2025-06-18", "2025-11-25")
WITHOUT_HANDSHAKE = ("2026-07-28",)
VERSIONS = (*WITH_HANDSHAKE, *WITHOUT_HANDSHAKE)

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022
KEPT_MS = 3_600_000
"""How long clients may keep the list of tools, which changes with the program alone."""
_META = "io.modelcontextprotocol/"


class ToolFailed(Exception):
    """A tool cannot answer; the message tells the assistant what it may do instead."""


class ProtocolError(Exception):
    """A message that cannot be answered with a result."""

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What an assistant may ask; `parameters` is the JSON Schema of what `call` takes."""

    name: str
    title: str
    description: str
    parameters: Json
    call: Callable[[Json], Json]

    def described(self) -> Json:
        """Return the tool as lists of tools show it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.parameters,
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }

    def answer(self, arguments: object) -> Json:
        """Return what the tool finds; raises ToolFailed, also where the arguments do not fit."""
        try:
            errors = list(Draft202012Validator(self.parameters).iter_errors(arguments))
        except ValueError as error:
            # The library goes 255 levels deep.
            raise ToolFailed("The arguments are nested deeper than any tool takes.") from error
        wrong = [f"{'/'.join(map(str, error.instance_path)) or 'arguments'}: {error.message}" for error in errors]
        if wrong or not isinstance(arguments, dict):
            raise ToolFailed("; ".join(wrong))
        return self.call(arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back; without a `body` the message was a notification."""

    status: int
    body: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolServer:
    """Answers messages; `instructions` are what an assistant should know before it asks."""

    title: str
    version: str
    instructions: str
    tools: Sequence[Tool]

    def answer(self, raw: bytes, header: Header) -> Reply:
        """Return the reply to one message; never raises for what was sent."""
        try:
            message = json.loads(raw)
            # What cannot be written, such as half a character or NaN, could not be told in an answer either.
            json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError):
            # Brackets without end are no JSON that anybody could read either.
            return _failed(None, ProtocolError(PARSE_ERROR, "The body is no JSON."), 400)
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            return _failed(None, ProtocolError(INVALID_REQUEST, "One JSON-RPC 2.0 message is taken at a time."), 400)
        if "method" not in message or "id" not in message:
            return Reply(status=202)
        number, method, params = message["id"], message["method"], message.get("params") or {}
        try:
            _check(method, params, header)
            return Reply(status=200, body={"jsonrpc": "2.0", "id": number, "result": self._result(method, params)})
        except ProtocolError as error:
            return _failed(number, error, 400 if error.code in (HEADER_MISMATCH, UNSUPPORTED_VERSION) else 200)

    def _result(self, method: object, params: Json) -> Json:
        if method == "initialize":
            return self._initialized(params)
        if method == "ping":
            return {}
        if method == "server/discover":
            return {**_lasting(), "supportedVersions": list(VERSIONS), **self._offered()}
        if method == "tools/list":
            return {**_lasting(), "tools": [tool.described() for tool in self.tools]}
        if method == "tools/call":
            return self._called(params)
        raise ProtocolError(METHOD_NOT_FOUND, f"{method} is not known here; there are tools only.")

    def _initialized(self, params: Json) -> Json:
        wanted = params.get("protocolVersion")
        version = wanted if wanted in WITH_HANDSHAKE else WITH_HANDSHAKE[-1]
        return {"protocolVersion": version, "serverInfo": self._info(), **self._offered()}

    def _offered(self) -> Json:
        return {
            "capabilities": {"tools": {}},
            "instructions": self.instructions,
            "_meta": {f"{_META}serverInfo": self._info()},
        }

    def _info(self) -> Json:
        return {"name": "erfahrungsnetz", "title": self.title, "version": self.version}

    def _called(self, params: Json) -> Json:
        tool = next((tool for tool in self.tools if tool.name == params.get("name")), None)
        if tool is None:
            known = ", ".join(tool.name for tool in self.tools)
            raise ProtocolError(INVALID_PARAMS, f"There is no tool of this name. Known: {known}.")
        arguments = params.get("arguments") or {}
        try:
            found = tool.answer(arguments)
        except ToolFailed as error:
            return {"resultType": "complete", "isError": True, "content": [{"type": "text", "text": str(error)}]}
        text = json.dumps(found, ensure_ascii=False)
        content = [{"type": "text", "text": text}]
        return {"resultType": "complete", "isError": False, "content": content, "structuredContent": found}


def _check(method: object, params: object, header: Header) -> None:
    """Raise ProtocolError where message and headers do not agree, or speak a version that is not known here."""
    if not isinstance(params, dict):
        raise ProtocolError(INVALID_PARAMS, "params is no object.")
    version, meta = header("MCP-Protocol-Version"), params.get("_meta")
    said = meta.get(f"{_META}protocolVersion") if isinstance(meta, dict) else None
    if said is not None and said != version:
        raise ProtocolError(HEADER_MISMATCH, "The header MCP-Protocol-Version and _meta name different versions.")
    if said is not None and header("Mcp-Method") != method:
        raise ProtocolError(HEADER_MISMATCH, "The header Mcp-Method and the message name different methods.")
    if version is not None and version not in VERSIONS and method != "initialize":
        data = {"supported": list(VERSIONS), "requested": version}
        raise ProtocolError(UNSUPPORTED_VERSION, "This version of the protocol is not spoken here.", data)


def _lasting() -> Json:
    return {"resultType": "complete", "ttlMs": KEPT_MS, "cacheScope": "public"}


def _failed(number: object, error: ProtocolError, status: int) -> Reply:
    told = {"code": error.code, "message": error.message, **({"data": error.data} if error.data else {})}
    return Reply(status=status, body={"jsonrpc": "2.0", "id": number, "error": told})


FOREIGN = _failed(None, ProtocolError(INVALID_REQUEST, "Pages of other sites are not answered."), 403)
"""The reply to a page of another site."""
