"""What other nodes and registries read: the signed list of this node, those that it hands on, and OAI-PMH."""

import secrets

from flask import Blueprint, Response, abort, request, send_from_directory

from app.catalogue import RecordNotFound
from app.federation.association.members import LinkInvalid
from app.federation.association.trust import JOIN
from app.fetching import FetchFailed
from app.registries.xml import without_time
from app.web.shell.access import services
from app.web.shell.answers import JSON, XML, send
from app.web.shell.csrf import exempt
from app.web.shell.rate_limit import guarded

blueprint = Blueprint("federation", __name__)
exempt(blueprint)

LISTS = "/netz/tuf"
ASKED_BYTES = 4096


@blueprint.get(f"{LISTS}/<any(metadata, targets):part>/<path:name>")
def own_list(part: str, name: str) -> Response:
    """Hand out a file of this node's list as it is; every proxy and mirror can do the same."""
    node = services()
    if node.settings.reads_only and not node.federation.listing.listed.has_root():
        # The list lies at the machine that writes; "not there" would be a lie about it, and a proxy asks another one.
        abort(503)
    answer = send_from_directory(node.federation.folder / part, name, mimetype=_kind(name), conditional=True)
    return _open(answer)


@blueprint.get(f"{LISTS}/mirrors/<origin:origin>/<any(metadata, targets):part>/<path:name>")
def mirrored(origin: str, part: str, name: str) -> Response:
    """Hand out a file of another node's list as it came; whoever reads it verifies it by that node's keys."""
    data = services().harvest.mirrored(origin, part, name)
    if data is None:
        abort(404)
    return _open(Response(data, content_type=_kind(name)))


def _kind(name: str) -> str:
    return "application/json" if name.endswith(".json") else "application/octet-stream"


def _open(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post(JOIN)
def ask_to_join() -> Response:
    """Take in the question of a node that has a join link; its secret stands for the session that is not there."""
    sent = request.get_data() if (request.content_length or 0) <= ASKED_BYTES else b""
    # Each failure from one address counts, the same one again too: this node fetches for whoever has a link.
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
    """Hand out a schema by which records are judged, or the example list with its keys."""
    if not name.endswith(".json"):
        abort(404)
    return _open(send_from_directory(services().settings.schemas_path, name, mimetype=_kind(name), conditional=True))


@blueprint.get("/r/<record_id:record_id>.json")
def payload(record_id: str) -> Response:
    """Send the newest version of a record as the list of this node names it."""
    versions = services().catalogue.versions(record_id)
    if not versions:
        raise RecordNotFound(record_id)
    return send(services().federation.own.payload("", record_id, versions[-1].ver), JSON)
