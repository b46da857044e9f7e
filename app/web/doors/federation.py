"""Endpoints for other nodes and registries: this node's signed list, the lists it mirrors, schemas, and OAI-PMH."""

import secrets

from flask import Blueprint, Response, abort, request, send_from_directory

from app.catalogue import RecordNotFound
from app.federation.association.members import LinkInvalid
from app.federation.association.trust import JOIN
from app.fetching import FetchFailed
from app.registries.xml import without_time
from app.web.shell.access import services
from app.web.shell.answers import JSON, XML, open_data, send
from app.web.shell.csrf import exempt
from app.web.shell.rate_limit import guarded

blueprint = Blueprint("federation", __name__)
exempt(blueprint)

LISTS = "/netz/tuf"
ASKED_BYTES = 4096


@blueprint.get(f"{LISTS}/<any(metadata, targets):part>/<path:name>")
def own_list(part: str, name: str) -> Response:
    """Send a file of this node's list unchanged, as any proxy or mirror could."""
    node = services()
    if node.settings.reads_only and not node.federation.listing.listed.has_root():
        # The list is on the machine that writes: 404 would deny that it exists, and after 503 a proxy asks there.
        abort(503)
    answer = send_from_directory(node.federation.folder / part, name, mimetype=_kind(name), conditional=True)
    return _open(answer)


@blueprint.get(f"{LISTS}/mirrors/<origin:origin>/<any(metadata, targets):part>/<path:name>")
def mirrored(origin: str, part: str, name: str) -> Response:
    """Send a file of another node's list as it was received; readers verify it with that node's keys."""
    data = services().harvest.mirrored(origin, part, name)
    if data is None:
        abort(404)
    return _open(Response(data, content_type=_kind(name)))


def _kind(name: str) -> str:
    return "application/json" if name.endswith(".json") else "application/octet-stream"


def _open(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-cache"
    return open_data(answer)


@blueprint.post(JOIN)
def ask_to_join() -> Response:
    """Receive a node's request to join; the secret of its join link takes the place of a session."""
    sent = request.get_data() if (request.content_length or 0) <= ASKED_BYTES else b""
    # Count every failure, repeated ones too (hence the random guess), because each request makes this node fetch.
    with guarded("join", secrets.token_hex(), LinkInvalid, FetchFailed):
        services().harvest.associations.receive(sent)
    return _open(Response("{}", content_type=JSON))


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """Answer an OAI-PMH 2.0 request."""
    given = request.form if request.method == "POST" else request.args
    answer = services().oai.answer(list(given.items(multi=True)))
    return send(answer, XML, told=without_time(answer))


@blueprint.get("/oai/enet.xsd")
def schema() -> Response:
    """Describe how a record is wrapped in XML."""
    return send((services().settings.schemas_path / "enet.xsd").read_bytes(), XML)


@blueprint.get("/netz/schemas/<name>")
def shared_file(name: str) -> Response:
    """Send a schema for checking records, or the example list with its keys."""
    if not name.endswith(".json"):
        abort(404)
    return _open(send_from_directory(services().settings.schemas_path, name, mimetype=_kind(name), conditional=True))


@blueprint.get("/r/<record_id:record_id>.json")
def payload(record_id: str) -> Response:
    """Send the newest version of a record in the form that this node's list names and signs."""
    versions = services().catalogue.versions(record_id)
    if not versions:
        raise RecordNotFound(record_id)
    return send(services().federation.own.payload("", record_id, versions[-1].ver), JSON)
