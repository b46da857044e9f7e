"""Image and manifests name settings that exist, and hold what the page about them promises."""

import re
from typing import Any

import yaml

from app.shared.config import PROJECT_ROOT, Settings

CONTAINERFILE = (PROJECT_ROOT / "Containerfile").read_text("utf-8")
DEPLOY = PROJECT_ROOT / "deploy"
MANIFESTS = {file.relative_to(DEPLOY).as_posix(): file.read_text("utf-8") for file in sorted(DEPLOY.rglob("*.yaml"))}


def objects(kind: str) -> list[tuple[str, Any]]:
    """Return all objects of this kind, each with the name of its file."""
    read = ((name, one) for name, text in MANIFESTS.items() for one in yaml.safe_load_all(text))
    return [(name, one) for name, one in read if one.get("kind") == kind]


def test_each_variable_in_them_is_a_setting_and_stands_once_on_the_page_of_settings() -> None:
    page = (PROJECT_ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    named = set(re.findall(r"\bNODE_[A-Z_]+\b", CONTAINERFILE + "".join(MANIFESTS.values())))
    assert {"NODE_DATA", "NODE_ISSUER", "NODE_FILES"} <= named
    assert named <= {f"NODE_{name.upper()}" for name in Settings.model_fields}
    assert {name: page.count(f"\n| `{name}` |") for name in named} == dict.fromkeys(named, 1)


def test_what_the_compose_file_asks_for_is_named_on_the_page_on_containers_or_of_settings() -> None:
    pages = "".join(
        (PROJECT_ROOT / "docs" / "reference" / name).read_text("utf-8") for name in ("container.md", "settings.md")
    )
    asked = set(re.findall(r"\$\{([A-Z_]+)", MANIFESTS["compose.yaml"]))
    assert {"TLS_FOLDER", "DATABASE_PASSWORD"} <= asked
    assert {name for name in asked if f"`{name}" not in pages} == set()


def test_nothing_runs_as_root_or_writes_beside_its_data() -> None:
    assert "USER 10001:10001" in CONTAINERFILE
    services = yaml.safe_load(MANIFESTS["compose.yaml"])["services"]
    own = {name: service for name, service in services.items() if service["image"] == "erfahrungsnetz"}
    assert own.keys() == {"site", "worker"}
    for service in own.values():
        assert (service["read_only"], service["volumes"], service["cap_drop"]) == (True, ["data:/data"], ["ALL"])
    pods = [one["spec"]["template"]["spec"] for kind in ("StatefulSet", "Deployment") for _, one in objects(kind)]
    assert len(pods) == 2
    for pod in pods:
        assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsNonRoot"]) == (10001, True)
        for container in (*pod["initContainers"], *pod["containers"]):
            kept = container["securityContext"]
            assert kept["readOnlyRootFilesystem"], container["name"]
            assert not kept["allowPrivilegeEscalation"], container["name"]
            assert kept["capabilities"] == {"drop": ["ALL"]}, container["name"]


def test_only_one_pod_writes_and_each_is_asked_whether_it_can_answer() -> None:
    ((_, writer),) = objects("StatefulSet")
    assert writer["spec"]["replicas"] == 1
    for _, one in (*objects("StatefulSet"), *objects("Deployment")):
        site = next(part for part in one["spec"]["template"]["spec"]["containers"] if part["name"] == "site")
        assert {site[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")} == {"/readyz"}


def test_what_a_kustomization_names_is_there() -> None:
    for name, one in (*objects("Kustomization"), *objects("Component")):
        for resource in one["resources"]:
            assert (DEPLOY / name).parent.joinpath(resource).exists(), (name, resource)


def test_the_association_has_ten_nodes_each_with_an_address_of_its_own() -> None:
    issuers, hosts = (
        [found for name, text in MANIFESTS.items() if "association" in name for found in re.findall(pattern, text)]
        for pattern in (r"NODE_ISSUER=https://([\w.-]+)", r"path: /spec/rules/0/host, value: ([\w.-]+)")
    )
    assert issuers == hosts
    assert len(set(issuers)) == len(objects("Namespace")) == 10


def test_the_proxy_has_the_limits_of_the_one_on_a_server() -> None:
    pattern = re.compile(r"^ *((?:limit|client|proxy_read|proxy_http|proxy_set|send|reset)\w* [^;]+;)", re.MULTILINE)
    limits = set(pattern.findall((DEPLOY / "server" / "nginx.conf").read_text("utf-8")))
    assert len(limits) > 12
    assert limits == set(pattern.findall((DEPLOY / "nginx.conf").read_text("utf-8")))
