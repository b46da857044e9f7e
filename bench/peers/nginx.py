"""nginx in front of a program, as the documentation of each of them recommends, without a cache of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.program import running
from tools.serving_node import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/nginx/sbin")
_MAIN = """\
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
master_process off;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sites}
}}
"""
_SITE = """\
    include /etc/nginx/mime.types;
    fastcgi_buffers 16 16k;
    fastcgi_buffer_size 32k;
    proxy_buffers 8 16k;
    proxy_buffer_size 16k;
    client_max_body_size 50m;
    server {{
        listen 127.0.0.1:{port};
{server}
    }}"""
_PROXY = """\
        location / {{
            proxy_pass {url};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}"""
_PHP = """\
        root {root};
        index {index};
{more}
        location ~ \\.php(/|$) {{
            fastcgi_split_path_info ^(.+\\.php)(/.*)$;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param PATH_INFO $fastcgi_path_info;
            fastcgi_pass unix:{listens};
        }}"""


def to_server(url: str) -> str:
    """Return the lines that hand every request on to the server at `url`."""
    return _PROXY.format(url=url)


def to_php(root: Path, listens: Path, *, index: str, more: str = "") -> str:
    """Return the lines that give files below `root` and have PHP behind the socket `listens` answer the rest."""
    return _PHP.format(root=root, listens=listens, index=index, more=more)


@contextmanager
def in_front(folder: Path, server: str, port: int = 0) -> Iterator[str]:
    """Run nginx with these lines, keep its files in `folder` and yield its address."""
    port = port or free_port()
    with nginx(folder, _SITE.format(port=port, server=server), port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(folder: Path, sites: str, port: int) -> Iterator[None]:
    """Run nginx with `sites`, which listen on `port`, and keep its files in `folder`."""
    configuration, log = folder / "nginx.conf", folder / "nginx.log"
    configuration.write_text(_MAIN.format(folder=folder, sites=sites), encoding="utf-8")
    with running([str(NGINX), "-c", str(configuration), "-e", str(log)], ("127.0.0.1", port), log):
        yield
