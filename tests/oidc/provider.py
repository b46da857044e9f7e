"""A real OpenID provider (npm oidc-provider) in a process of its own, which can be told to misbehave."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tools.serving_node import free_port

ROOT = Path(__file__).parents[2]
HOSTILE = Path(__file__).with_name("hostile_provider.mjs")


class Provider:
    """The running provider; `mode` and the other commands are described in hostile_provider.mjs."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def misbehave(self, **mode: Any) -> None:
        self.tell("mode", **mode)

    def reset(self) -> None:
        self.tell("reset")

    def tell(self, command: str, **given: Any) -> Any:
        answer = requests.post(f"{self.issuer}/__test/{command}", json=given, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def sign(self, claims: dict[str, Any], **how: Any) -> str:
        return str(self.tell("sign", claims=claims, **how))

    def asked(self) -> dict[str, int]:
        return dict(self.tell("asked"))


@contextmanager
def running(**options: Any) -> Iterator[Provider]:
    """Start the provider with the options of tools/example_provider, on a free port."""
    node = shutil.which("node")
    assert node, "Node.js is missing: the tests of sign-in need a real provider (make test installs it)"
    port = free_port()
    command = [node, str(HOSTILE), json.dumps({"port": port, **options})]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        assert process.stdout.readline().strip() == "ready", "the provider did not start"
        yield Provider(f"http://127.0.0.1:{port}")
    finally:
        # It ends when its standard input does.
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
