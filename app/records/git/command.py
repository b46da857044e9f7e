"""Runs the git binary in an environment isolated from the configuration of users and the machine."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.records.git.errors import GitFailed, GitTimeout, ToolMissing
from app.shared.watchdog import Watchdog

_TIMEOUT_SECONDS = 60.0
"""Maximum seconds of a command unless its caller gives another limit."""
PROGRAM_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
_ENVIRONMENT = {
    "PATH": PROGRAM_PATH,
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the complete environment of a program to start; nothing is inherited from this process."""
    return {**_ENVIRONMENT, "TMPDIR": tempfile.gettempdir(), **(extra or {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a git process: bytes of memory, bytes of one file, and seconds of CPU time."""

    memory: int
    file: int
    seconds: int

    def argv(self, command: list[str]) -> list[str]:
        """Return the command line that runs `command` within these limits."""
        # A shell sets the limits, because nothing else may run between fork and exec in a program with threads. Limits
        # that a system lacks, or that are already lower, stay as they are.
        units = (("v", self.memory // 1024), ("f", self.file // 512), ("t", self.seconds))
        limits = "".join(f"ulimit -{letter} {most} 2>/dev/null; " for letter, most in units)
        # Requests of readers have priority.
        return ["/bin/sh", "-c", f'{limits}exec nice -n 10 "$@"', "sh", *command]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The exit status and output of a finished process."""

    status: int
    out: bytes
    err: bytes = b""

    @property
    def line(self) -> str:
        """Return the output as one line of text."""
        return self.out.decode("utf-8", "replace").strip()


def run_program(
    argv: list[str], *, stdin: bytes = b"", env: Mapping[str, str] | None = None, seconds: float = 60.0
) -> Completed:
    """Run a program; return status and output. Raises ToolMissing, and GitTimeout once all its processes are ended."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            argv, stdin=pipe, stdout=pipe, stderr=pipe, env=clean_environment(env), start_new_session=True
        )
    except FileNotFoundError as error:
        raise ToolMissing(argv[0]) from error
    with process:
        try:
            out, err = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            _end_group(process)
            raise GitTimeout(argv[0], seconds=seconds) from error
        except BaseException:
            # An interrupt from the terminal does not reach a process in its own session.
            _end_group(process)
            raise
    return Completed(status=process.returncode, out=out, err=err)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program that leads a session and everything it started; a killed git leaves its helper processes behind."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


Present = Callable[[], object]


class Git:
    """The git binary, bound to one bare repository."""

    def __init__(self, git_dir: Path, *, limits: Limits | None = None, present: Present = lambda: None) -> None:
        """Bind to `git_dir`; `present` is called before each command and raises if it is on another machine."""
        self.git_dir = git_dir
        self.present = present
        self._limits = limits

    def argv(self, *arguments: str) -> list[str]:
        """Return the complete command line for these arguments."""
        self.present()
        command = ["git", f"--git-dir={self.git_dir}", *arguments]
        return self._limits.argv(command) if self._limits else command

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        accept: Collection[int] = (0,),
        seconds: float = _TIMEOUT_SECONDS,
    ) -> Completed:
        """Run one command. Raises GitFailed unless its exit status is in `accept`, GitTimeout and ToolMissing."""
        done = run_program(self.argv(*arguments), stdin=stdin, env=env, seconds=seconds)
        return _accepted(arguments, done, accept)

    def beginning(self, *arguments: str, most: int) -> bytes:
        """Return the first `most` bytes of a command's output, ending git if it has more; raises like `run`."""
        process = self.start(*arguments, buffered=True)
        with _ended_after(_TIMEOUT_SECONDS, process, arguments[0]), process:
            out = process.stdout.read(most) if process.stdout else b""
            ended_by_itself = len(out) < most
            if not ended_by_itself:
                process.kill()
            err = process.stderr.read() if process.stderr else b""
        if ended_by_itself:
            _accepted(arguments, Completed(status=process.returncode, out=out, err=err), (0,))
        return out

    def feed(self, *arguments: str, chunks: Iterable[bytes], seconds: float) -> Completed:
        """Run one command and stream `chunks` into it, so that large input is never in memory at once."""
        process = self.start(*arguments, buffered=True)
        with _ended_after(seconds, process, arguments[0]):
            done = _pour(process, chunks)
        return _accepted(arguments, done, (0,))

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return whether one commit is an ancestor of another; False if either is not here."""
        asked = ("merge-base", "--is-ancestor", "--end-of-options", older, newer)
        return self.run(*asked, accept=(0, 1, 128)).status == 0

    def start(self, *arguments: str, buffered: bool = False) -> subprocess.Popen[bytes]:
        """Start a command and return its process, with pipes for input, output and errors."""
        try:
            return subprocess.Popen(
                self.argv(*arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if buffered else subprocess.DEVNULL,
                bufsize=-1 if buffered else 0,
                env=clean_environment(),
            )
        except FileNotFoundError as error:
            raise ToolMissing("git") from error


@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes], command: str) -> Iterator[None]:
    """End a process that has not finished after `seconds`, and then raise GitTimeout."""
    with Watchdog(seconds, process.kill) as watchdog:
        yield
    if watchdog.has_fired:
        raise GitTimeout(command, seconds=seconds)


def _accepted(arguments: tuple[str, ...], done: Completed, accept: Collection[int]) -> Completed:
    if done.status not in accept:
        stderr = done.err.decode("utf-8", "replace").strip()
        raise GitFailed(arguments[0], status=done.status, stderr=stderr)
    return done


def _pour(process: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> Completed:
    """Write all chunks; end the process if their source fails."""
    assert process.stdin is not None  # noqa: S101 - opened as a pipe by start()
    try:
        for chunk in chunks:
            process.stdin.write(chunk)
    except BrokenPipeError:
        pass  # git ended early; its status and its own words are reported below.
    except BaseException:
        process.kill()
        process.communicate()
        raise
    out, err = process.communicate()
    return Completed(status=process.returncode, out=out, err=err)
