"""Configuration of gunicorn, taken from the node's settings: `gunicorn -c python:app.cli.gunicorn_config app.wsgi`."""

import gc
import os
import resource
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.cli.processes import share_heap
from app.cli.server_log import ServerLog
from app.database.jobs import Beat
from app.search.query import SearchQuery
from app.shared.config import load_settings
from app.shared.errors import DomainError
from app.wiring.derivation_process import DerivationProcess
from app.wiring.scheduler import Scheduler

# Objects created at startup are never freed, and collecting garbage among them takes a fifth of the time.
gc.disable()
# `run` has set this already; it matters if gunicorn is started directly. Only the node's own user may read its files.
os.umask(0o077)
share_heap()
_settings = load_settings()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
# One request per connection. Otherwise an unread request body would block a thread, and a proxy that reuses a
# connection just being closed would answer 502.
keepalive = 0
# Running out of file descriptors while accepting a connection ends the process, so reserve half of them for other use.
_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_descriptors, _descriptors))
worker_connections = min(1000, _descriptors // 2)
proc_name = "erfahrungsnetz"
logger_class = ServerLog
loglevel = _settings.log_level
graceful_timeout = 10
# On a disk, heartbeats can stall behind other writes, and gunicorn would then kill a healthy worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - no file name is guessable in it
# gunicorn opens no socket besides the site's.
control_socket_disable = True
# Only NODE_TRUSTED_PROXIES decides which headers set the path prefix and the scheme; gunicorn must not trust headers of
# strangers that a local proxy passes on.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# Dictionaries and templates are loaded once and shared by all workers.
preload_app = True


def pre_fork(_server: Any, _worker: Any) -> None:
    """Exclude shared objects from garbage collection, which would copy their memory pages."""
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Open index and vocabularies so that no reader waits for them, then start the scheduler."""
    services = worker.wsgi.extensions["services"]
    if services.own_files:
        # In a separate thread, since a look at a folder on NFS may block for ever.
        Beat(services.own_files.check).start()
    if _settings.reads_only:
        gc.enable()
        Beat(services.keep_up).start()
        return
    Beat(services.lease.hold).start()
    try:
        # The first search analyses the terms of the vocabularies, which takes as long as thirty searches.
        services.search.search(SearchQuery(size=1))
        # Builds the summaries of all records, which the first page would otherwise wait for.
        services.catalogue.visible()
        # Each process repeats in the background what startup did for all, so that no reader waits for it.
        services.follower.begin()
    except (DomainError, OSError, SQLAlchemyError) as error:
        # gunicorn would restart a worker that ends here at once, in an endless loop.
        structlog.get_logger("server").error("node.not_ready", reason=type(error).__name__)
    # What was opened just now is never freed either.
    gc.freeze()
    gc.enable()
    # Last, because its jobs begin at once and would slow down the start.
    Scheduler(services, DerivationProcess(services.derivation, services.settings.data).work).start()
