"""A command of the site's own: whatever switches a machine here, such as the sockets of a power strip."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Optional, cast

from .. import shapes, tools
from ..errors import CtlError, Usage
from ..grammar import Given, word

_LIMIT = 60.0
_ARGUMENT = re.compile(r"[A-Za-z0-9._:/@%+=,-]{1,200}\Z")


class CommandPower(shapes.Power):
    """The program, and the word by which it knows the machine."""

    program: str
    argument: str


class Command:
    """The kind of a machine that a program of the server switches.

    It is called as ``PROGRAM on|off|status ARGUMENT``, with the secret on stdin. It ends with 0 when it is done; to
    ``status`` it prints ``on``, ``off`` or ``unknown``.
    """

    name = "command"
    shape: type = CommandPower
    secret = "secret of the command"  # noqa: S105 - what it is called
    words = (
        word("--power-command", metavar="PATH", help="called as: PATH on|off|status ARGUMENT, its secret on stdin"),
        word("--power-argument", metavar="ARGUMENT", help="the word by which the command knows this machine"),
    )

    def given(self, given: Given) -> shapes.Power:
        """From ``--power-command`` and ``--power-argument``.

        Raises Usage, CtlError ``bad-command``.
        """
        for option, value in (
            ("--power-command", given.power_command),
            ("--power-argument", given.power_argument),
        ):
            if not value:
                raise Usage("The following arguments are required: {}.".format(option), step=("help", "node", "add"))
        program, argument = str(given.power_command), str(given.power_argument)
        if not os.path.isabs(program) or not program.isprintable():
            raise CtlError(
                "bad-command",
                "{!r} is not the path of a program.".format(program[:80]),
                hint="for example /usr/local/bin/power-strip",
            )
        if not _ARGUMENT.match(argument) or argument.startswith("-"):
            raise CtlError(
                "bad-command",
                "{!r} cannot be a word for a command.".format(argument[:80]),
                hint="letters, digits and . _ : / @ % + = , - and no minus in front",
            )
        way: CommandPower = {"kind": self.name, "program": program, "argument": argument}
        return way

    def place(self, way: shapes.Power) -> Optional[str]:
        """The command with its word: two machines on one socket would be switched together."""
        command = cast(CommandPower, way)
        return "power command {} {}".format(command["program"], command["argument"])

    def ready(self) -> None:
        """Each node may have a program of its own: it is looked for when it is called."""

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """What it prints."""
        said = _call(cast(CommandPower, way), "status", secret)
        if said not in ("on", "off", "unknown"):
            raise CtlError(
                "command-failed",
                "The power command {} said {!r} to status, and neither on, off nor unknown.".format(
                    cast(CommandPower, way)["program"], said[:60]
                ),
            )
        return cast(shapes.PowerState, said)

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """On, when the command says so afterwards: one that does nothing is found out."""
        return self._switched(way, secret, "on")

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Off, when the command says so afterwards."""
        return self._switched(way, secret, "off")

    def _switched(self, way: shapes.Power, secret: str, wanted: shapes.PowerState) -> shapes.PowerState:
        command = cast(CommandPower, way)
        _call(command, wanted, secret)
        found = self.state(way, secret)
        if found not in (wanted, "unknown"):
            raise CtlError(
                "command-failed",
                "The power command {} was told {}, and the machine is {}.".format(command["program"], wanted, found),
            )
        return found


def _call(command: CommandPower, action: str, secret: str) -> str:
    program = command["program"]
    if not Path(program).is_file() or not os.access(program, os.X_OK):
        raise CtlError("command-failed", "There is no power command {} that can be run.".format(program))
    try:
        done = subprocess.run(
            [program, action, command["argument"]],
            input=secret.encode() + b"\n",
            capture_output=True,
            env=tools.environment(),
            timeout=_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CtlError(
            "command-failed", "The power command {} did not end within {:.0f} s.".format(program, _LIMIT)
        ) from None
    said = (done.stdout + done.stderr).decode("utf-8", errors="replace").strip().splitlines()
    if done.returncode != 0:
        last = said[-1][:200] if said else "nothing"
        raise CtlError("command-failed", "The power command {} failed ({}): {}".format(program, done.returncode, last))
    return done.stdout.decode("utf-8", errors="replace").strip()
