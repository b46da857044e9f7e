"""The command try: the node, and beside it a real OpenID provider with three example persons, on this machine alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.cli.options import EPILOG, Options
from app.shared.config import PROJECT_ROOT, Settings
from app.shared.config.settings import is_private

PROVIDER = PROJECT_ROOT / "tools" / "example_provider" / "provider.mjs"
"""Stands in a checkout only: a wheel brings nothing that runs under Node.js."""
LIBRARY = PROJECT_ROOT / "node_modules" / "oidc-provider"
DISTANCE = 1000
"""The provider listens on the node's port plus this: always the same, so that its persons stay who they are."""


@click.command("try", epilog=EPILOG)
@click.option("--port", type=click.IntRange(1, 65535 - DISTANCE), help="Port to listen on; overrides NODE_PORT.")
@click.pass_obj
def try_out(options: Options, port: int | None) -> None:
    """Publish the records that come with the program, and serve them, to try it out. Stop with Ctrl-C.

    In a checkout with Node.js, three example persons can sign in through a provider on this machine.

    \b
    Examples:
      erfahrungsnetz try
      erfahrungsnetz --data /tmp/node try --port 8001
    """
    settings = options.settings(port=port)
    with _provider(settings) as address:
        chosen = {"NODE_EXAMPLE_PROVIDER": address} if address else {}
        if not settings.follows:
            _say(f"The records in {settings.content} are published as this node's own, and their changes followed.")
            chosen["NODE_CONTENT"] = str(settings.content)
        command = [sys.argv[0], "--data", str(settings.data), "run", "--port", str(settings.port)]
        sys.exit(_run([sys.executable, *command], {**os.environ, **chosen}))


@contextmanager
def _provider(settings: Settings) -> Iterator[str]:
    """Start the provider and give its address, "" where there is none."""
    reason = _obstacle(settings)
    if reason:
        _say(reason)
        yield ""
        return
    port = settings.port + DISTANCE
    options = json.dumps({"port": port, "node": settings.issuer})
    process = subprocess.Popen(
        [shutil.which("node") or "node", str(PROVIDER), options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=PROJECT_ROOT,
    )  # fmt: skip
    try:
        started = process.stdout is not None and process.stdout.readline().strip() == "ready"
        _say(
            "Sign-in for trying out, on this machine only: Alex (author), Robin (curator) and Kim (operator) Beispiel."
            if started
            else f"The example sign-in could not start (is port {port} taken?): the site runs, signing in does not."
        )
        yield f"http://127.0.0.1:{port}" if started else ""
    finally:
        process.terminate()
        process.communicate()


def _obstacle(settings: Settings) -> str:
    """Return why there is no example sign-in, "" when there can be one."""
    if settings.providers_path.exists():
        return f"Sign-in: through the providers in {settings.providers_path}."
    if not is_private(settings.model_dump()):
        return "No example sign-in: others can reach this node, and its persons have no password."
    if not PROVIDER.is_file():
        return "The example sign-in needs a checkout: the site runs, signing in does not."
    if shutil.which("node") is None or not LIBRARY.is_dir():
        return (
            "Node.js is not installed: the site runs, signing in does not.\n"
            "For the example sign-in: apt-get install -y --no-install-recommends nodejs npm   and restart."
        )
    return ""


def _run(command: list[str], environment: dict[str, str]) -> int:
    nodes: list[subprocess.Popen[bytes]] = []

    # A signal may come while the node is being started; it must reach the node all the same.
    early: list[int] = []

    def hand_on(number: int, _frame: object) -> None:
        if nodes:
            nodes[0].send_signal(number)
        else:
            early.append(number)

    signal.signal(signal.SIGTERM, hand_on)
    nodes.append(subprocess.Popen(command, env=environment))
    for number in early:
        nodes[0].send_signal(number)
    # Ctrl-C reaches the node as well, which then ends by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return nodes[0].wait()


def _say(text: str) -> None:
    click.echo(text, err=True)
