"""The files of a release: parts are named completely and validly, and a signature proves the checksums."""

import io
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path

import jsonschema_rs
from packaging.requirements import Requirement

from app.shared.config import PROJECT_ROOT
from tools import release

MADE = datetime(2026, 11, 28, tzinfo=UTC)


def needed(name: str, seen: set[str]) -> Iterator[str]:
    """Yield what is installed here because this package asks for it."""
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        key = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if key not in seen and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
            seen.add(key)
            yield key
            yield from needed(key, seen)


def test_the_list_of_parts_is_valid_and_names_what_is_installed_and_locked() -> None:
    parts = [*release.python_parts(PROJECT_ROOT), *release.npm_parts(PROJECT_ROOT)]
    bill = release.bill("0.9.0", MADE, parts)
    folder = resources.files("cyclonedx.schema") / "_res"
    files = [file for file in folder.iterdir() if file.name.endswith(".schema.json")]
    schemas = {f"http://cyclonedx.org/schema/{file.name}": json.loads(file.read_text("utf-8")) for file in files}
    schema = schemas["http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json"]
    registry = jsonschema_rs.Registry(list(schemas.items()))
    judge = jsonschema_rs.validator_for(schema, registry=registry, validate_formats=True)
    assert [str(error) for error in judge.iter_errors(bill)] == []
    assert not judge.is_valid({**bill, "components": [{"name": "without a type"}]})

    named = {part["purl"] for part in bill["components"]}
    assert len(named) == len(parts)
    installed = {f"pkg:pypi/{name}@{metadata.version(name)}" for name in needed("erfahrungsnetz", set())}
    assert len(installed) > 50
    assert installed <= named
    lock = json.loads((PROJECT_ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert sum(purl.startswith("pkg:npm/") for purl in named) == len({*lock} - {""})
    assert release.bill("0.9.0", MADE, parts[::-1]) == bill


def test_parts_of_the_system_are_those_that_the_image_has_installed(tmp_path: Path) -> None:
    def packed(files: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return made.getvalue()

    def status(*entries: tuple[str, str]) -> bytes:
        lines = [
            f"Package: {name}\nStatus: install ok {state}\nArchitecture: amd64\nVersion: 1:2+3\n"
            for name, state in entries
        ]
        return "\n".join(lines).encode()

    below = packed({"./var/lib/dpkg/status": status(("old", "installed"))})
    above = packed({"var/lib/dpkg/status": status(("git", "installed"), ("gone", "config-files"))})
    manifest = json.dumps({"layers": [{"digest": "sha256:1"}, {"digest": "sha256:2"}, {"digest": "sha256:3"}]}).encode()
    index = json.dumps({"manifests": [{"digest": "sha256:0"}]}).encode()
    blobs = {"0": manifest, "1": below, "2": above, "3": packed({"srv/x": b""})}
    image = tmp_path / "image.oci.tar"
    image.write_bytes(packed({"index.json": index, **{f"blobs/sha256/{name}": data for name, data in blobs.items()}}))
    [part] = release.debian_parts(image)
    assert part["purl"] == "pkg:deb/debian/git@1%3A2%2B3?arch=amd64"


def test_checksums_and_their_signature_are_verified_by_plain_tools(tmp_path: Path) -> None:
    folder, key = tmp_path / "dist", tmp_path / "key"
    folder.mkdir()
    (folder / "erfahrungsnetz.whl").write_bytes(b"wheel")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for _twice in range(2):
        sums = release.write_sums(folder)
        release.sign(sums, key)
    subprocess.run(["sha256sum", "--quiet", "--strict", "--check", sums.name], check=True, cwd=folder)
    (tmp_path / "signers").write_text(f"release@netz.example {(tmp_path / 'key.pub').read_text('ascii')}", "ascii")
    verify = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "release@netz.example", "-n", release.NAMESPACE]
    verify += ["-s", "dist/SHA256SUMS.sig"]
    text = sums.read_bytes()
    assert subprocess.run(verify, input=text, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert subprocess.run(verify, input=text + b"x", cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_notes_are_the_newest_section_of_the_changelog() -> None:
    assert (
        release.notes("# Changelog\n\n## 0.2 · today\n\n### A\n- b\n\n## 0.1\n- c\n") == "# 0.2 · today\n\n### A\n- b\n"
    )
    assert f'version = "{release.project_version()}"' in (PROJECT_ROOT / "pyproject.toml").read_text("utf-8")
