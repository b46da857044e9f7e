"""The node's server configuration for `bench.bare`, without the steps that prepare a node."""

from __future__ import annotations

from app.cli.gunicorn_config import (
    bind,
    keepalive,
    logger_class,
    loglevel,
    threads,
    worker_class,
    worker_tmp_dir,
    workers,
)

__all__ = ["bind", "keepalive", "logger_class", "loglevel", "threads", "worker_class", "worker_tmp_dir", "workers"]

control_socket_disable = True
