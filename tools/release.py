"""`make release`: what one downloads of a release, in build/dist, the same byte by byte for one commit and key.

Wheel, source archive and, with `--image NAME`, the image that buildah has under that name; the list of parts
(CycloneDX), the notes, the checksums of all of these, and with `--key FILE` their signature by ssh-keygen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from tools import dist
from tools.check_advisories import NPM_LOCK

ROOT = dist.ROOT
LOCKS = ("requirements.txt", "requirements-meaning.txt", "requirements-postgresql.txt")
"""What the site runs with; the tools of those who work on it are no part of it."""
NAMESPACE = "file"
"""What a signature is for, as ssh-keygen calls it."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)
_STATUS = "var/lib/dpkg/status"

Part = dict[str, Any]


def main() -> int:
    """Write all files into build/dist."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--image", default="", help="name of the image that buildah holds")
    parser.add_argument("--key", type=Path, help="private key of ssh-keygen that signs the checksums")
    options = parser.parse_args()
    dist.main()
    version = project_version()
    image = dist.TARGET / f"erfahrungsnetz-{version}.oci.tar"
    if options.image:
        write_archive(options.image, version, image)
    parts = [*python_parts(ROOT), *npm_parts(ROOT), *(debian_parts(image) if image.exists() else ())]
    made = datetime.fromtimestamp(int(dist.commit_time()), UTC)
    (dist.TARGET / f"erfahrungsnetz-{version}.cdx.json").write_text(
        json.dumps(bill(version, made, parts), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (dist.TARGET / "NOTES.md").write_text(notes((ROOT / "CHANGELOG.md").read_text("utf-8")), encoding="utf-8")
    sums = write_sums(dist.TARGET)
    if options.key:
        sign(sums, options.key)
    print(f"{len(parts)} parts" + ("" if image.exists() else ", without those of Debian: no image was named"))
    print(f"signed: {sums.name}.sig" if options.key else "not signed: no key was named (make release KEY=…)")
    return 0


def project_version() -> str:
    """Return the version that pyproject.toml names."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def write_archive(name: str, version: str, target: Path) -> None:
    """Write the image that buildah has under a name as an OCI archive, in which no time is that of the clock."""

    def timeless(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime, member.mode = int(dist.commit_time()), 0o755 if member.isdir() else 0o644
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tempfile.TemporaryDirectory(dir=target.parent.parent) as folder:
        place = Path(folder, "image")
        push = [*os.environ.get("BUILDAH", "buildah").split(), "push", "--quiet"]
        subprocess.run([*push, name, f"oci:{place}:erfahrungsnetz:{version}"], check=True)
        with tarfile.open(target, "w") as archive:
            for part in sorted(place.iterdir()):
                archive.add(part, part.name, filter=timeless)


def python_parts(root: Path) -> Iterator[Part]:
    """Yield the locked packages of the site, with their licence where they are installed here and name one."""
    pins = {name: version for lock in LOCKS for name, version in _PIN.findall((root / lock).read_text("utf-8"))}
    for name, version in pins.items():
        yield _part(f"{python_url(name)}@{version}", name, version, _licence(name))


def python_url(name: str) -> str:
    """Return the purl of a Python package, without its version."""
    return f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}"


def _licence(name: str) -> str:
    try:
        return str(metadata.metadata(name).json.get("license_expression", ""))
    except metadata.PackageNotFoundError:
        return ""


def npm_parts(root: Path) -> Iterator[Part]:
    """Yield the locked packages for the browser; those that only tests need are marked as excluded."""
    for path, entry in json.loads((root / NPM_LOCK).read_text("utf-8"))["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if name:
            url = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
            part = _part(url, name, entry["version"], entry.get("license", ""))
            yield part | {"scope": "excluded" if entry.get("dev") else "required"}


def debian_parts(image: Path) -> Iterator[Part]:
    """Yield the packages that the system in an OCI archive has installed."""
    for entry in dpkg_status(image).split("\n\n"):
        fields = Parser().parsestr(entry, headersonly=True)
        if "installed" in str(fields.get("Status", "")).split():
            name, version = str(fields["Package"]), str(fields["Version"])
            escaped = version.replace("+", "%2B").replace(":", "%3A")
            yield _part(f"pkg:deb/debian/{name}@{escaped}?arch={fields['Architecture']}", name, version, "")


def dpkg_status(image: Path) -> str:
    """Return the list of installed packages as the topmost layer of an OCI archive that has it says."""
    with tarfile.open(image) as archive:
        blobs = {one.name.rpartition("/")[2]: one for one in archive.getmembers()}

        def blob(name: str) -> IO[bytes]:
            return archive.extractfile(blobs[name.rpartition(":")[2]]) or sys.exit(f"{image} lacks {name}")

        index = json.load(blob("index.json"))
        layers = json.load(blob(index["manifests"][0]["digest"]))["layers"]
        for layer in reversed(layers):
            with tarfile.open(fileobj=blob(layer["digest"])) as files:
                found = [one for one in files.getmembers() if one.name.removeprefix("./") == _STATUS]
                if found and (status := files.extractfile(found[0])):
                    return status.read().decode()
    return ""


def _part(url: str, name: str, version: str, licence: str) -> Part:
    part = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    return part | ({"licenses": [{"expression": licence}]} if licence else {})


def bill(version: str, made: datetime, parts: list[Part]) -> dict[str, Any]:
    """Return the bill of materials of a release after CycloneDX 1.6."""
    url = f"pkg:pypi/erfahrungsnetz@{version}"
    known = {part["bom-ref"]: part for part in parts}
    site = {"type": "application", "bom-ref": url, "name": "erfahrungsnetz", "version": version, "purl": url}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{url}#{made.isoformat()}").urn,
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": site | {"licenses": [{"expression": "EUPL-1.2"}]},
        },
        "components": [known[ref] for ref in sorted(known)],
        "dependencies": [{"ref": url, "dependsOn": sorted(known)}],
    }


def notes(changelog: str) -> str:
    """Return the newest section of the changelog."""
    return "# " + changelog.split("\n## ", 2)[1].rstrip() + "\n"


def write_sums(folder: Path) -> Path:
    """Write the SHA-256 of all files of the folder as `sha256sum --check` reads them, and return that file."""
    sums = folder / "SHA256SUMS"
    files = sorted(file for file in folder.iterdir() if not file.name.startswith(sums.name))
    lines = []
    for file in files:
        with file.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    sums.write_text("".join(lines), encoding="utf-8")
    return sums


def sign(file: Path, key: Path) -> None:
    """Write the signature of a file beside it."""
    file.with_name(f"{file.name}.sig").unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)], check=True)


if __name__ == "__main__":
    sys.exit(main())
