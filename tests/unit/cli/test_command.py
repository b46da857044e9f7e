"""The root of the command line knows its commands, and what errors say, without importing them."""

import re
import subprocess
import sys

import click

from app.cli.command import COMMANDS, main
from app.shared.errors import DomainError
from app.web.offline import copying
from app.wiring import Services


def test_help_begins_as_each_command_describes_itself() -> None:
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.name == name
        for width in (40, 85):
            told = click.Command(name, help=COMMANDS[name][1]).get_short_help_str(width)
            assert told == command.get_short_help_str(width)
    assert main.get_command(click.Context(main), "unknown") is None


def test_every_message_of_an_error_names_values_that_the_error_has() -> None:
    assert {Services.__module__, copying.__name__} <= sys.modules.keys()
    # Each imports what it needs, and the errors of that, when it is asked for.
    for name in COMMANDS:
        main.get_command(click.Context(main), name)
    worded = {one: said for one in _below(DomainError) if isinstance(said := vars(one).get("message"), str)}
    assert len(worded) > 50
    lacking = {
        (error.__name__, name)
        for error, message in worded.items()
        for name in re.findall(r"%\((\w+)\)", message)
        if not (hasattr(error, name) or name in getattr(error, "__dataclass_fields__", ()))
    }
    assert lacking == set()


def _below(error: type[DomainError]) -> set[type[DomainError]]:
    return {error}.union(*(_below(other) for other in error.__subclasses__()))


def test_help_needs_none_of_the_stores_and_commands_without_a_node_load_none() -> None:
    code = "import sys; from app.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded.isdisjoint({"sqlalchemy", "pydantic", "structlog", "app.shared.config", "app.wiring"})
    modules = ", ".join(COMMANDS[name][0] for name in ("check", "places"))
    code = f"import sys, {modules}; sys.exit('app.wiring' in sys.modules or 'app.web' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
