"""What a recording of a site is made of: under which name sidusctl is written down, and what changes the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from sidus_lab.errors import DataError, NotRecorded
from sidus_lab.recording import Recorder
from sidus_lab.recording.tape import read_header
from sidus_lab.sidus.server import program_path
from sidus_lab.sidusctl.pack import pack
from sidus_lab.transport import Transport

# The path of sidusctl holds the hash of its content. In a recording it has this name, so that a change of sidusctl
# does not make every recording useless.
PROGRAM = "sidusctl.pyz"
# And so has the key of a job, which is another one each time.
KEY = "recorded-key"
# And so is the nonce of a proof: it is its right answer that a recording keeps, which no other nonce would get.
NONCE = "7265636f72646564" * 2
# Verbs after which other verbs answer something else.
_CHANGES = (
    ("init",),
    ("image", "build"),
    ("image", "publish"),
    ("node", "add"),
    ("node", "import"),
    ("node", "adopt"),
    ("node", "remove"),
    ("node", "assign"),
    ("node", "enrol"),
    ("node", "rollback"),
    ("node", "note-proof"),
    ("image", "gc"),
    ("image", "hold"),
    ("image", "release"),
    ("image", "tag"),
    ("image", "untag"),
    ("job", "cancel"),
    ("doctor", "--mend"),
    ("site", "up"),
    ("site", "down"),
)
_SWITCHES = ("on", "off", "cycle")


class _Called(Mapping[str, str]):
    """Words that differ from call to call -> what they are called in a recording: the program, and a job's key."""

    def __init__(self, program: str) -> None:
        self._program = program

    def __getitem__(self, word: str) -> str:
        if word == self._program:
            return PROGRAM
        if word.startswith("--key="):
            return "--key=" + KEY
        raise KeyError(word)

    def __iter__(self) -> Iterator[str]:
        return iter((self._program,))

    def __len__(self) -> int:
        return 1


def recorder(inner: Transport, file: Path, site: str) -> Recorder:
    """Record a connection to the server of a site into a file, written anew."""
    called = _Called(program_path(pack()))
    return Recorder(inner, file, about={"site": site}, called=called, changes=changes, any_input=is_program)


def changes(argv: Sequence[str]) -> bool:
    """Whether a command is a verb of sidusctl that changes the site, such as switching a node on. Pure."""
    words = list(argv)
    if "--site" not in words:
        return False
    verb = words[words.index("--site") + 2 :]
    switched = verb[:2] == ["node", "power"] and bool(verb[3:]) and verb[3] in _SWITCHES
    return switched or any(tuple(verb[: len(each)]) == each for each in _CHANGES)


def is_program(argv: Sequence[str]) -> bool:
    """Whether the input of a command is a program of this package, as that which asks a node for its facts. Pure."""
    return list(argv[:2]) == ["sh", "-s"]


def find(recording: Path | str) -> Path:
    """Give the file of a recording: a path, or the name of one that comes with the package. Raises `NotRecorded`."""
    path = Path(recording).expanduser()
    if path.is_file():
        return path
    shipped = Path(str(files("sidus_lab.recording"))) / "recordings"
    named = {each.stem: each for each in sorted(shipped.glob("*.jsonl"))}
    if str(recording) in named:
        return named[str(recording)]
    known = f"known by name: {', '.join(named)}" if named else "none comes with this version"
    raise NotRecorded(
        f"There is no recording {str(recording)!r}.",
        hint=f"give the path of a file that connect(..., record=FILE) wrote   ({known})",
    )


def site_of(file: Path) -> str:
    """Give the folder of the site that was recorded. Raises `DataError` when the file does not say."""
    site = str(read_header(file).get("site", ""))
    if not site:
        raise DataError(
            f"{file.name} is the recording of a machine, not of a site.",
            hint="sidus_lab.recording.Replay(file) plays it; connect(..., record=FILE) records a site",
        )
    return site
