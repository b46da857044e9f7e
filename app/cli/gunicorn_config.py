# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Configuration of gunicorn from the node's settings: `gunicorn -c python:app.cli.gunicorn_config app.wsgi`."""

from __future__ import annotations

import os

from app.cli.server_log import ServerLog
from app.config import load_settings

_settings = load_settings()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
proc_name = "erfahrungsnetz"
logger_class = ServerLog
loglevel = _settings.log_level
graceful_timeout = 10
# Heartbeats on a disk can stall behind other writes and get a healthy worker ended.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - no file name is guessable in it
# Nothing listens but the site itself.
control_socket_disable = True
