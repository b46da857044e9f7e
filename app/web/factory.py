"""Creates the web application from the services that `app.wiring` put together."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask.templating import Environment
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from app.review.confirmations import MAX_PER_HOUR
from app.shared.config.load import read_secret_key
from app.web.collections import collection as collections
from app.web.compare import table as compare
from app.web.contributing import routes as contribute_routes
from app.web.curating import audit_log, notices, small_edits
from app.web.curating import records as curated
from app.web.doors import api, dcat, embedding, federation, feeds, git, mcp, opensearch, sitemap, skos, software
from app.web.following import confirming, subscriptions
from app.web.identity import account, changes, invitations, oidc_client, people, sign_in
from app.web.kickoff import bar, chosen
from app.web.map import view as map_pages
from app.web.memo import goal_check
from app.web.memo import page as memo
from app.web.network import membership, moderation
from app.web.network import overview as network
from app.web.operating import metrics
from app.web.operating import page as operating
from app.web.pages import about as pages
from app.web.pages import health, lists
from app.web.records import held as foreign
from app.web.records import permanent
from app.web.records import readable as records
from app.web.responses import correct, questions, respond
from app.web.reuse import products
from app.web.search import page as search
from app.web.shell import (
    access,
    assets,
    cookies,
    csrf,
    errors,
    formats,
    page_cache,
    rate_limit,
    routing,
    searched,
    security,
    site,
    wording,
)
from app.web.shell.assets import Assets, CompiledTemplates, fingerprint
from app.web.shell.language import LanguagePrefix
from app.web.survey import ended, gaps, programmes
from app.web.survey import overview as survey_overview
from app.wiring import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BLUEPRINTS = (
    lists.start_blueprint,
    bar.blueprint,
    memo.selection,
    search.blueprint,
    opensearch.blueprint,
    map_pages.blueprint,
    memo.blueprint,
    goal_check.blueprint,
    records.blueprint,
    permanent.blueprint,
    lists.topics_blueprint,
    products.blueprint,
    compare.blueprint,
    ended.blueprint,
    programmes.blueprint,
    survey_overview.blueprint,
    gaps.blueprint,
    lists.places_blueprint,
    pages.blueprint,
    api.blueprint,
    mcp.blueprint,
    software.blueprint,
    dcat.blueprint,
    skos.blueprint,
    feeds.blueprint,
    embedding.blueprint,
    collections.blueprint,
    subscriptions.subscribing,
    subscriptions.memo_subscribing,
    subscriptions.blueprint,
    sitemap.blueprint,
    federation.blueprint,
    foreign.blueprint,
    network.blueprint,
    moderation.blueprint,
    membership.blueprint,
    git.blueprint,
    sign_in.blueprint,
    account.blueprint,
    invitations.blueprint,
    people.blueprint,
    changes.blueprint,
    operating.blueprint,
    contribute_routes.blueprint,
    small_edits.blueprint,
    curated.blueprint,
    notices.blueprint,
    audit_log.blueprint,
    respond.blueprint,
    correct.blueprint,
    questions.blueprint,
    confirming.blueprint,
    health.blueprint,
    metrics.blueprint,
)
MONITORS = frozenset({health.blueprint.name, metrics.blueprint.name})
PROGRAM = Path(__file__).resolve().parent.parent
REQUEST_LIMIT = 1024 * 1024
"""Bytes; nothing that readers send is longer. The pages for writing take files as large as `FILE_LIMIT`."""


def create_app(services: Services, *, testing: bool = False) -> Flask:
    """Return the application that answers requests with these services."""
    app = Flask(__name__, static_folder=None, template_folder=".")
    app.jinja_environment = _Environment
    # Werkzeug would redirect from "//" to "/" at the host named in the request, which may be anybody's.
    app.url_map.merge_slashes = False
    app.config.update(
        TESTING=testing,
        SECRET_KEY=read_secret_key(services.settings),
        MAX_CONTENT_LENGTH=REQUEST_LIMIT,
        MAX_FORM_MEMORY_SIZE=REQUEST_LIMIT,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        # Conditional requests are answered before a page is rendered, see page_cache.
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    app.extensions[access.KEY] = services
    metrics.register(app, services.settings)
    found = Assets(services.settings.static_path)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates(PROGRAM / "web", _program())
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    wording.register(app, services.settings.timezone)
    formats.register(app)
    searched.register(app)
    assets.register(app, found)
    site.register(app)
    routing.register(app, services.schemas)
    cookies.register(app, services.settings.issuer)
    errors.register(app)
    csrf.register(app)
    rate_limit.register(app, MAX_PER_HOUR, services.settings.workers)
    oidc_client.register(app, services.identity.providers, services.clock)
    app.before_request(_follow)
    app.teardown_request(lambda _error: access.services().catalogue.moment.end())
    pages = page_cache.PageCache(services)
    page_cache.register(app, _release(services, found), pages)
    Compress(app)
    chosen.register(app)
    security.register(app, services.settings.issuer)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    outer: WSGIApplication = found.serve(LanguagePrefix(app.wsgi_app))
    if hops := services.settings.trusted_proxies:
        outer = ProxyFix(outer, x_for=hops, x_proto=hops, x_host=hops)
    cookie, count = app.config["SESSION_COOKIE_NAME"], metrics.counter(app)
    app.wsgi_app = page_cache.CacheLayer(outer, pages, cookie, count)  # type: ignore[method-assign]  # Flask documents wrapping so
    return app


def _follow() -> None:
    node = access.services()
    node.catalogue.moment.end()
    if request.blueprint not in MONITORS:
        # Monitors get an answer even if following git fails.
        node.follower.follow_briefly()
    node.catalogue.moment.begin()


class _Environment(Environment):
    """Passes globals to templates as one dictionary, because each import would go through Jinja's chain of two anew.

    So all globals must be set before the first template is read.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def read_templates(app: Flask) -> None:
    """Compile all templates now, so that no reader waits for it in any process."""
    for name in app.jinja_env.list_templates(extensions=("html", "svg")):
        app.jinja_env.get_template(name)


def _release(services: Services, found: Assets) -> str:
    # Everything that pages depend on: the program with its templates, schemas, files for browsers, and settings.
    settings, providers = services.settings.model_dump_json(), len(services.identity.providers)
    schemas = fingerprint(services.settings.schemas_path)
    return f"{_program()}-{schemas}-{found.fingerprint}-{settings}-{providers}"


@cache
def _program() -> str:
    # Cached, because the running code was read once, when the process started.
    return fingerprint(PROGRAM)
