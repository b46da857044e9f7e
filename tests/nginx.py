"""A real nginx with a configuration that the project ships or a page of the docs shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.shared.config import PROJECT_ROOT
from bench.peers.nginx import NGINX, nginx
from tools.serving_node import free_port

needs_nginx = pytest.mark.skipif(NGINX is None, reason="NOT RUN: there is no nginx (Debian: nginx-light)")


@contextmanager
def behind_nginx(folder: Path, page: str, node: str, *, patience: int = 20) -> Iterator[str]:
    """Put nginx in front of the server at `node` as the file or page `page` shows it, and yield the address of nginx.

    It gives up after `patience` seconds where the page says twenty. Its TLS is left out.
    """
    port = free_port()
    shown = (PROJECT_ROOT / page).read_text(encoding="utf-8")
    if page.endswith(".md"):
        (shown,) = re.findall(r"```nginx\n(.*?)```", shown, re.DOTALL)
    else:
        shown = re.sub(
            r"(?m)^ *(ssl_certificate|listen \[).*\n",
            "",
            shown.replace("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        )
    here = shown.replace("http://127.0.0.1:8000", node).replace("/var/cache/nginx/node", f"{folder}/cache")
    here, listening = re.subn(r"listen (80|443 ssl);", f"listen 127.0.0.1:{port};", here)
    assert listening == 1
    here = here.replace("_timeout 20s;", f"_timeout {patience}s;")
    with nginx(folder, here, port):
        yield f"http://127.0.0.1:{port}"
