"""What holds for all tests: in which order they run, what they share, and how often Python looks for garbage."""

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from structlog.dev import ConsoleRenderer, plain_traceback

from app.catalogue import projection
from app.shared.confinement import background
from tests import database, once, translated
from tests.file_places import FilePlace
from tests.postgresql import NotInstalled, Server

YOUNG = 20_000
"""How many new objects a search for garbage waits for; Python's own 700 is for small programs."""


LONGEST_FIRST = (
    "functional/bench/test_soak.py", "functional/cli/test_slow_clients.py", "functional/search/test_computing.py",
    "search/test_with_meaning.py", "functional/federation/test_four_nodes.py", "functional/cli/test_run.py",
    "functional/web/network/test_never_stale.py", "functional/cli/test_machines.py", "functional/demo/test_demo.py",
    "functional/federation/hostile/test_attacks.py", "functional/cli/test_wheel.py",
    "functional/wiring/test_record_erasure.py", "browser/test_kickoff.py", "browser/test_accessibility.py",
    "browser/test_curating.py", "browser/test_writing.py", "browser/test_memo.py",
    "functional/web/test_shared_files.py", "functional/git/test_push.py", "functional/git/test_mirror.py",
    "functional/web/test_routes.py", "functional/review/test_killed_node.py",
    "functional/web/network/test_responses.py", "functional/web/test_offline_copy.py",
    "functional/federation/test_association.py", "unit/records/test_markdown_safety.py",
    "oidc/test_hanging_provider.py", "browser/test_reading.py", "functional/privacy/test_erasure.py",
    "contract/test_search_index.py", "functional/records/test_repository.py",
    "functional/catalogue/test_catching_up.py", "functional/review/test_crashes.py",
    "functional/git/test_hostile_names.py", "functional/federation/harvest/test_files.py", "browser/test_network.py",
    "functional/git/test_limits.py", "functional/cli/test_peers.py", "functional/git/test_bombs.py",
    "functional/catalogue/test_service.py", "functional/cli/test_trial.py", "functional/git/test_pushed_files.py",
    "functional/federation/harvest/test_hostile_content.py", "browser/test_sign_in.py",
)  # fmt: skip
"""Files that take fifteen seconds and more; `make test` begins with them, so that none is left in the end."""


MEMORY = Path("/dev/shm")
"""A node waits for the disk several times at each publication; in memory nobody waits. Failed tests leave theirs."""


def _has_room(folder: Path) -> bool:
    """Tell whether all folders of a run fit in here, and programs in them can be started."""
    if not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > 4 * 1024**3 and not found.f_flag & os.ST_NOEXEC


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; the others stay in order."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST_FIRST)}
    if gone := [str(file) for file in place if not file.exists()]:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {', '.join(gone)}")
    if database.on_postgresql():
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="is about the file that SQLite keeps"))
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_configure(config: pytest.Config) -> None:
    """Look for no garbage while modules are imported and tests collected: there is next to none.

    Servers that tests start go by words alone; tests/functional/search/test_meaning.py is about the model itself.
    """
    gc.disable()
    # How long an example takes depends on what else the machine does; bench/ measures time.
    settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("suite")
    # What structlog takes by itself draws every variable of every frame, for a fifth of a second at each error.
    ConsoleRenderer.get_active().exception_formatter = plain_traceback
    translated.once_for_all_nodes()
    if _has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    os.environ.setdefault("NODE_MEANING", "off")
    # Set-up makes the other list only where npm is; tests/unit/tools/test_joined_places.py is about that one.
    os.environ.setdefault("NODE_PLACES", "shipped")
    if os.environ.get("NODE_TEST_DATABASE") == "postgresql":
        _go_by_postgresql(config)


def _go_by_postgresql(config: pytest.Config) -> None:
    """Start a server for the run, which its other processes find in their surroundings."""
    if not database.on_postgresql():
        try:
            server = Server()
        except NotInstalled as reason:
            pytest.exit(f"Tests on PostgreSQL: NOT RUN, because {reason}.", returncode=0)
        os.environ[database.SERVER] = str(server.folder)
        config.add_cleanup(server.stop)
    # Some tests play a process that ends without a word; SQLite's connections do not mind.
    left = "ignore:.*psycopg.Connection.*was deleted while still open:ResourceWarning"
    config.addinivalue_line("filterwarnings", left)
    database.put_all_nodes_there()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave the modules, half a million objects that stay for good, out of each search for garbage.

    The searches took a quarter of the computing time of the web tests. A node does the same when it starts
    (``app/cli/gunicorn_config.py``).
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _shared_preparations(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all processes of the run make things once between them."""
    # In one process with the site, on a machine that is busy with other tests, all wait until what was published shows,
    # and until all records are read.
    projection.PATIENCE = background.PATIENCE = 60.0
    folder = tmp_path_factory.getbasetemp()
    once.share((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "prepared")


@pytest.fixture
def file_place(tmp_path: Path) -> FilePlace:
    """Where all machines of a node find pictures and files."""
    return FilePlace(tmp_path / "shared")


@pytest.fixture(autouse=True)
def _databases_go_with_their_folder(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove what a test left on the server of the run, before its folder goes that tells which it was."""
    asked = database.on_postgresql() and "tmp_path" in request.fixturenames
    folder = request.getfixturevalue("tmp_path") if asked else None
    yield
    if folder is not None:
        database.remove_below(folder)


@pytest.fixture
def log_restored() -> Iterator[None]:
    """Leave the log of the whole process as it was before the test configured it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
