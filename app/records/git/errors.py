"""Errors between this program and the git binary."""

from app.shared.errors import NotFound, Unavailable


class ToolMissing(Unavailable):
    """A system program that this node needs is not installed; `program` is its name."""

    program: str

    message = (
        "%(program)s is not installed. On Debian and Ubuntu: "
        "apt-get install -y --no-install-recommends git openssh-client"
    )


class GitFailed(Unavailable):
    """git ended with an unexpected status; `stderr` is its own explanation, meant for the operator."""

    command: str
    status: int
    stderr: str

    @property
    def message(self) -> str:
        if "No space left on device" in self.stderr:
            return "the disk is full: nothing more can be written. Make room, then call again"
        return "git %(command)s ended with %(status)s: %(stderr)s"


class GitTimeout(Unavailable):
    """git did not answer within `seconds`; its process has been ended."""

    command: str
    seconds: float


class ObjectMissing(NotFound):
    """The repository has no object called `name` (a commit id, or `<commit>:<path>`)."""

    name: str


class ObjectUnreadable(Unavailable):
    """The object `name` exists but is damaged; `erfahrungsnetz doctor` shows the extent."""

    name: str
