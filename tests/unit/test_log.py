import importlib.util
import json
import logging
from typing import Literal

import pytest
import structlog
from structlog.testing import capture_logs

from app.shared import log

pytestmark = pytest.mark.usefixtures("log_restored")


@pytest.mark.parametrize("form", ["json", "auto"])
def test_an_event_or_exception_becomes_one_json_line_with_time_and_level(
    form: Literal["json", "auto"], capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("info", form)
    structlog.get_logger().debug("quiet")
    structlog.get_logger().info("catalogue.caught_up", versions=3)
    logging.getLogger("gunicorn.error").warning("Worker %s gone", 7)
    try:
        raise RuntimeError("disk full")
    except RuntimeError:
        structlog.get_logger().exception("harvest.failed")
    first, second, third = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["versions"], first["level"]) == ("catalogue.caught_up", 3, "info")
    assert first["timestamp"].endswith("Z")
    assert second["event"] == "Worker 7 gone"
    assert "RuntimeError: disk full" in third["exception"]


@pytest.mark.parametrize("key", ["email", "token", "ip", "user_agent"])
def test_personal_data_never_reaches_the_log(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    structlog.get_logger().info("sign_in.failed", **{key: "erika@muster.example"})
    logging.getLogger("other").info("sign_in.failed", extra={key: "erika@muster.example"})
    written = capsys.readouterr().err
    assert "erika" not in written
    assert written.count(log.REMOVED) == 2


def test_a_traceback_for_people_tells_no_values_even_where_rich_would(capsys: pytest.CaptureFixture[str]) -> None:
    # structlog takes rich for tracebacks where it finds it, and rich prints the values of all variables.
    assert importlib.util.find_spec("rich")
    log.configure("info", "console")
    person = f"{'erika'}@muster.example"
    try:
        raise RuntimeError(len(person))
    except RuntimeError:
        structlog.get_logger().exception("sign_in.failed")
        logging.getLogger("other").exception("sign_in.failed")
    written = capsys.readouterr().err
    assert written.count("RuntimeError: 20") == 2
    assert "erika@muster" not in written


def test_a_logger_that_was_used_before_follows_what_is_configured_later(capsys: pytest.CaptureFixture[str]) -> None:
    logger = structlog.get_logger()
    log.configure("info", "console")
    logger.info("search.first")
    log.configure("info", "json")
    capsys.readouterr()
    logger.info("search.second")
    assert json.loads(capsys.readouterr().err)["event"] == "search.second"
    with capture_logs() as events:
        logger.info("search.third")
    assert [event["event"] for event in events] == ["search.third"]
