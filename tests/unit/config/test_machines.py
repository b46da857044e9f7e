from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from app.shared.config import Settings


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "postgresql://node:x%2Cy@db1:5432,db2:5433/node?sslmode=require",
            "postgresql://node:x%2Cy@/node?host=db1:5432&host=db2:5433&sslmode=require",
        ),
        ("postgresql://db1,db2/node", "postgresql:///node?host=db1&host=db2"),
        ("postgresql://node:a,b@db1/node", "postgresql://node:a,b@db1/node"),
        ("sqlite:////srv/a,b/node.sqlite", "sqlite:////srv/a,b/node.sqlite"),
    ],
)
def test_several_hosts_may_be_written_as_postgresql_does(given: str, kept: str) -> None:
    settings = Settings.model_validate({"database_url": given})
    assert settings.database_url == kept
    assert make_url(settings.database_url).database
