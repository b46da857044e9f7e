"""Configuration of gunicorn from the node's settings: `gunicorn -c python:app.cli.gunicorn_config app.wsgi`."""

from __future__ import annotations

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

# What a start makes stays for good: looking for garbage among it takes a fifth of the time.
gc.disable()
# For whoever starts gunicorn without the command: what the node writes is read by its own user alone.
os.umask(0o077)
share_heap()
_settings = load_settings()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
# A connection takes one request: what an answer left unread of it would hold a thread, and a proxy that sends the next
# one while the connection is closed would answer 502.
keepalive = 0
# Running out of descriptors while it takes up a connection ends the process, so half of them stay for everything else.
_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_descriptors, _descriptors))
worker_connections = min(1000, _descriptors // 2)
proc_name = "erfahrungsnetz"
logger_class = ServerLog
loglevel = _settings.log_level
graceful_timeout = 10
# Heartbeats on a disk can stall behind other writes and get a healthy worker ended.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - no file name is guessable in it
# Nothing listens but the site itself.
control_socket_disable = True
# Where the site is mounted and by which scheme it is reached is for NODE_TRUSTED_PROXIES to say, never for a header of
# a stranger that a proxy on this machine hands on.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# Dictionaries and templates are read once and shared by all workers.
preload_app = True


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep the collector from touching, and so copying, what all workers share."""
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Open index and vocabularies before the first reader has to wait for them; begin to send messages."""
    services = worker.wsgi.extensions["services"]
    if services.own_files:
        # In a thread of its own: a folder of NFS may keep whoever looks waiting for good.
        Beat(services.own_files.check).start()
    if _settings.reads_only:
        gc.enable()
        Beat(services.keep_up).start()
        return
    Beat(services.lease.hold).start()
    try:
        # The first question takes the words of the vocabularies apart, which takes as long as thirty answers.
        services.search.search(SearchQuery(size=1))
        # The lines of all records, for which the first page would wait.
        services.catalogue.visible()
        # What the start has just done for all is done once more by each process, which no reader has to wait for.
        services.follower.begin()
    except (DomainError, OSError, SQLAlchemyError) as error:
        # A worker that ended here would be started again at once and for ever.
        structlog.get_logger("server").error("node.not_ready", reason=type(error).__name__)
    # What was opened now stays as well.
    gc.freeze()
    gc.enable()
    # Last, since its duties begin at once, and would take from the start what it needs.
    Scheduler(services, DerivationProcess(services.derivation, services.settings.data).work).start()
