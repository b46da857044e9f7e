"""PHP as web servers are recommended to run it: a pool of php-fpm with a fixed number of processes and opcache on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.peers.nginx import NGINX
from bench.peers.peer import WORKERS
from bench.peers.program import running

_OWNER = "www-data"
_POOL = """\
[global]
error_log = {folder}/fpm.log
daemonize = no
[www]
{owner}
listen = {folder}/php.sock
listen.mode = 0666
pm = static
pm.max_children = {workers}
catch_workers_output = yes
php_admin_value[session.save_path] = {folder}/sessions
php_admin_value[error_log] = {folder}/php.log
php_admin_flag[log_errors] = on
{settings}
"""
_MEMORY = ("-d", "opcache.enable=1", "-d", "apc.shm_size=128M")


def missing() -> bool:
    """Tell whether this machine lacks nginx, PHP for the command line or php-fpm."""
    return NGINX is None or shutil.which("php") is None or _fpm() is None


@contextmanager
def pool(folder: Path, *, values: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Path]:
    """Run a pool that keeps its files in `folder`, which it may write to, and yield the socket that it listens on."""
    (folder / "sessions").mkdir()
    settings = [f"php_admin_value[{name}] = {value}" for name, value in values.items()]
    settings += [f"env[{name}] = {value}" for name, value in environment.items()]
    # php-fpm refuses to answer as root; somebody else runs it as himself and names no user.
    owner = f"user = {_OWNER}\ngroup = {_OWNER}" if os.geteuid() == 0 else ""
    text = _POOL.format(folder=folder, owner=owner, workers=WORKERS, settings="\n".join(settings))
    (folder / "fpm.conf").write_text(text, encoding="utf-8")
    _hand_over(folder)
    command = (str(_fpm()), *_MEMORY, "--nodaemonize", "--fpm-config", str(folder / "fpm.conf"))
    with running(command, str(folder / "php.sock"), folder / "fpm.log"):
        yield folder / "php.sock"


def _hand_over(folder: Path) -> None:
    """Let the user of the pool write everything in `folder`."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{_OWNER}:{_OWNER}", str(folder)], check=True)


def _fpm() -> str | None:
    found = sorted(Path("/usr/sbin").glob("php-fpm*"))
    return str(found[-1]) if found else None
