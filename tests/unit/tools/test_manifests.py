"""Image and manifests name settings that exist, and what the page about them promises."""

from __future__ import annotations

import re

import yaml

from app.shared.config import PROJECT_ROOT, Settings

CONTAINERFILE = (PROJECT_ROOT / "Containerfile").read_text("utf-8")
COMPOSE = (PROJECT_ROOT / "deploy" / "compose.yaml").read_text("utf-8")


def test_each_variable_in_them_is_a_setting() -> None:
    named = set(re.findall(r"\bNODE_[A-Z_]+", CONTAINERFILE + COMPOSE))
    assert {"NODE_DATA", "NODE_ISSUER"} <= named
    assert named <= {f"NODE_{name.upper()}" for name in Settings.model_fields}


def test_nothing_runs_as_root_or_writes_beside_its_data() -> None:
    assert "USER 10001:10001" in CONTAINERFILE
    for name, service in yaml.safe_load(COMPOSE)["services"].items():
        assert service["read_only"], name
        assert service["volumes"] == ["data:/data"], name
        assert service["cap_drop"] == ["ALL"], name
