"""Interface for other nodes: this node's identity, the records it holds, and the nodes it vouches for."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Blueprint, Response, request

from app.catalogue import RecordNotFound
from app.federation.entity import TYP as CONFIGURATION
from app.federation.harvest.introduction import RESOLVED
from app.federation.oai.xml import without_time
from app.web.shell.access import services
from app.web.shell.answers import JOSE, JSON, TEXT, XML, file_type, protected, send
from app.web.shell.csrf import exempt
from app.web.shell.errors import problem

blueprint = Blueprint("federation", __name__)
exempt(blueprint)


@blueprint.get("/.well-known/openid-federation")
def configuration() -> Response:
    """Return the identity of this node, its keys and its state."""
    return send(services().federation.configuration().encode("ascii"), f"application/{CONFIGURATION}")


@blueprint.get("/state.txt")
def state() -> Response:
    """List the versions held of this node or of `?origin=`: the lines over which the state root is computed."""
    lines = services().federation.lines(request.args.get("origin", ""))
    return send(lines.encode("ascii"), TEXT)


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """Answer an OAI-PMH 2.0 request."""
    given = request.form if request.method == "POST" else request.args
    answer = services().federation.oai.answer(list(given.items(multi=True)))
    return send(answer, XML, told=without_time(answer))


@blueprint.get("/oai/enet.xsd")
def schema() -> Response:
    """Return the XML schema for statements in OAI-PMH."""
    return send((services().settings.schemas_path / "enet.xsd").read_bytes(), XML)


@blueprint.get("/r/<record_id:record_id>.json")
def payload(record_id: str) -> Response:
    """Return the exact bytes that the newest statement about a record signs."""
    own = services().federation.own
    return send(own.payload(record_id, _newest(record_id)), JSON)


@blueprint.get("/r/<record_id:record_id>.jws")
def statement(record_id: str) -> Response:
    """Return the newest signed statement about a record; for a withdrawn record, its withdrawal."""
    return _signed(record_id, _newest(record_id))


@blueprint.get("/r/<record_id:record_id>/v/<int(min=1, max=999999):ver>.jws")
def statement_of_version(record_id: str, ver: int) -> Response:
    """Return the signed statement about one version."""
    return _signed(record_id, ver)


@blueprint.get("/v/<digest:digest>")
def by_digest(digest: str) -> Response:
    """Return a stored statement by the digest of its content; `?sub=` selects among records with equal content."""
    jws = services().federation.held.by_digest(f"sha256:{digest}", request.args.get("sub"))
    return send(jws.encode("ascii"), JOSE)


@blueprint.get("/v/<digest:digest>/dateien/<file_name:name>")
def file_by_digest(digest: str, name: str) -> Response:
    """Return a file by the digest of its version's content, for own records and those of other nodes."""
    entry, data = services().federation.held.file(f"sha256:{digest}", name, request.args.get("sub"))
    found = file_type(entry, name)
    # This is for programs, so browsers save pictures too instead of showing them.
    return protected(send(data, found.content_type), replace(found, shown=False), name)


def _signed(record_id: str, ver: int) -> Response:
    return send(services().federation.own.jws("", record_id, ver).encode("ascii"), JOSE)


def _newest(record_id: str) -> int:
    versions = services().catalogue.versions(record_id)
    if not versions:
        raise RecordNotFound(record_id)
    return versions[-1].ver


@blueprint.get("/fed/list")
def listed() -> Response:
    """List the nodes that this one vouches for."""
    known = [one.issuer.address for one in services().harvest.trust.all() if one.configuration and not one.blocked]
    return send(json.dumps(known).encode("ascii"), JSON)


@blueprint.get("/fed/resolve")
def resolved() -> Response:
    """Vouch for the node `sub`: return its own configuration, and the keys by which this node knows it."""
    anchors = request.args.getlist("trust_anchor")
    if anchors and services().federation.issuer.address not in anchors:
        return problem(404, "This node vouches for others in its own name only.")
    answer = services().harvest.introduction(request.args.get("sub", ""))
    return send(answer.encode("ascii"), f"application/{RESOLVED}", tagged=False)
