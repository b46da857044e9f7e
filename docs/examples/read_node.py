"""Read a node with tuf 7: python read_node.py https://erfahrungen.example/netz/tuf SHA256-OF-1.root.json FOLDER."""

import hashlib
import json
import re
import sys
import urllib.request
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.ngclient import Updater

ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PATH = re.compile(f"records/{ID}\\.json|files/{ID}/[0-9a-f]{{64}}")


def open_list(address: str, confirmed: str, folder: Path) -> Updater:
    """Return the newest list of the node whose first root was confirmed."""
    root = urllib.request.urlopen(f"{address}/metadata/1.root.json", timeout=20).read(65_536)
    if hashlib.sha256(root).hexdigest() != confirmed:
        raise SystemExit("This is another node: its first root is not the one that was confirmed.")
    updater = Updater(str(folder), f"{address}/metadata/", target_base_url=f"{address}/targets/", bootstrap=root)
    updater.refresh()
    return updater


def all_targets(updater: Updater, folder: Path) -> dict[str, TargetFile]:
    """Return what the list names, by path; other paths than those of records and files are none of ours."""
    parts = Metadata[Targets].from_file(str(folder / "targets.json")).signed.delegations.succinct_roles
    found, missing, number = {}, set(parts.get_roles()), 0
    while missing:
        part, number = parts.get_role_for_target(str(number)), number + 1
        if part in missing:
            missing.remove(part)
            updater.get_targetinfo(str(number - 1))  # loads and verifies the part
            found |= Metadata[Targets].from_file(str(folder / f"{part}.json")).signed.targets
    return {path: target for path, target in found.items() if PATH.fullmatch(path)}


if __name__ == "__main__":
    verified, held = Path(sys.argv[3], "verified"), Path(sys.argv[3], "held")
    updater = open_list(sys.argv[1], sys.argv[2], verified)
    targets = all_targets(updater, verified)
    for path in held.rglob("*"):
        if path.is_file() and path.relative_to(held).as_posix() not in targets:
            path.unlink()
    for name, target in sorted(targets.items()):
        place = held / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            updater.find_cached_target(target, str(place)) or updater.download_target(target, str(place))
        except DownloadHTTPError as error:  # a mirror does not hold everything
            print(f"not there ({error.status_code}): {name}")
            continue
        if name.startswith("records/"):
            said = json.loads(place.read_bytes())
            print(said["status"], said["sub"], said["ver"], said["content"]["record"].get("title"))
