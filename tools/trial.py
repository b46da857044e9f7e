"""`make run`: the node, and beside it a real OpenID provider with three example persons, on this machine alone."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.shared.config import Settings, SettingsInvalid, load_settings
from app.shared.config.settings import is_private

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "tools" / "example_provider" / "provider.mjs"
LIBRARY = ROOT / "node_modules" / "oidc-provider"
DISTANCE = 1000
"""The provider listens on the node's port plus this: always the same, so that its persons stay who they are."""


def main() -> int:
    """Run both until the node ends; return the node's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.trial", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    settings = _settings(port)
    with _provider(settings) as address:
        chosen = {"NODE_EXAMPLE_PROVIDER": address} if address else {}
        chosen |= _followed(settings)
        program = Path(sys.executable).with_name("erfahrungsnetz")
        return _run([str(program), "run", "--port", str(port)], {**os.environ, **chosen})


def _followed(settings: Settings | None) -> dict[str, str]:
    """Whoever tries the program out sees the records that come with it, and what changes in them."""
    if settings is None or settings.follows:
        return {}
    _say(f"The trial publishes the records in {settings.content} as this node's own and follows their changes.")
    return {"NODE_CONTENT": str(settings.content)}


def _settings(port: int) -> Settings | None:
    try:
        return load_settings(port=port)
    except SettingsInvalid:
        # The command itself says what is wrong with them.
        return None


@contextmanager
def _provider(settings: Settings | None) -> Iterator[str]:
    """Start the provider and give its address, "" where there is none."""
    reason = _obstacle(settings)
    if settings is None or reason:
        _say(reason)
        yield ""
        return
    port = settings.port + DISTANCE
    options = json.dumps({"port": port, "node": settings.issuer})
    process = subprocess.Popen(
        [shutil.which("node") or "node", str(PROGRAM), options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
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


def _obstacle(settings: Settings | None) -> str:
    """Return why there is no example sign-in, "" when there can be one."""
    if settings is None:
        return ""
    if settings.providers_path.exists():
        return f"Sign-in: through the providers in {settings.providers_path}."
    if not is_private(settings.model_dump()):
        return "No example sign-in: others can reach this node, and its persons have no password."
    if shutil.which("node") is None or not LIBRARY.is_dir():
        return (
            "Node.js is not there: the site runs, signing in does not.\n"
            "For the example sign-in: apt-get install -y --no-install-recommends nodejs npm   and start again."
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
    if text:
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
