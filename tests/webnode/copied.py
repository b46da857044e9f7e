"""The copy for reading without a server of the node with the small collection, made once in a run by the command."""

from pathlib import Path

from click.testing import CliRunner

from app.cli import main
from tests.once import made_once
from tests.webnode.node import make_node

HOME = "https://erfahrungen.example"


def small_copy() -> tuple[str, Path]:
    """Return what the command said, and the folder, which stays as it is."""
    made = made_once("offline-copy", _make)
    return (made / "said").read_text("utf-8"), made / "kopie"


def _make(made: Path) -> None:
    services = make_node(made)
    services.close()
    environment = {"NODE_DATA": str(services.settings.data), "NODE_ISSUER": HOME, "NODE_LOG_LEVEL": "error"}
    done = CliRunner(env=environment).invoke(main, ["export", "site", str(made / "kopie")])
    (made / "said").write_text(f"{done.exit_code} {done.output}", "utf-8")
