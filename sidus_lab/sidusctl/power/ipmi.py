"""Power through a node's BMC, with ipmitool over IPMI's network protocol (IPMI 2.0, RMCP+)."""

from __future__ import annotations

import re
import subprocess
import time
from typing import Dict, Optional, cast

from .. import hosts, shapes, tools
from ..errors import CtlError, Usage
from ..grammar import Given, word

_TIMEOUT = 20.0
_OFF_LIMIT = 20.0
_USER = re.compile(r"[A-Za-z0-9_.-]{1,32}\Z")


class IpmiPower(shapes.Power):
    """Where a node's BMC is. `cipher` is the IPMI cipher suite, 1 to 17, or None: ask the BMC."""

    host: str
    port: int
    user: str
    cipher: Optional[int]


class Ipmi:
    """The kind of a machine with a BMC."""

    name = "ipmi"
    shape: type = IpmiPower
    secret = "BMC password"  # noqa: S105 - what it is called
    words = (
        word("--bmc-host", metavar="HOST", help="where its BMC answers"),
        word("--bmc-port", type=int, default=623, metavar="PORT", help="default: %(default)s"),
        word("--bmc-user", metavar="USER"),
        word(
            "--bmc-cipher",
            type=int,
            choices=range(1, 18),  # suite 0 is no authentication at all
            metavar="N",
            help="IPMI cipher suite, 1 to 17 (default: ask the BMC)",
        ),
    )

    def given(self, given: Given) -> shapes.Power:
        """From ``--bmc-host``, ``--bmc-port``, ``--bmc-user``, ``--bmc-cipher``.

        Raises Usage, CtlError ``bad-address``, ``bad-port`` or ``bad-user``.
        """
        for option, value in (("--bmc-host", given.bmc_host), ("--bmc-user", given.bmc_user)):
            if value is None:
                raise Usage(
                    "The following arguments are required: {}.".format(option),
                    hint="or say --power by-hand for a machine without a BMC",
                    step=("help", "node", "add"),
                )
        if not _USER.match(given.bmc_user):
            raise CtlError(
                "bad-user", "{!r} is not a BMC user.".format(given.bmc_user), hint="letters, digits and _ . -"
            )
        way: IpmiPower = {
            "kind": self.name,
            "host": hosts.check_host("BMC host", given.bmc_host),
            "port": hosts.check_port("BMC port", given.bmc_port),
            "user": given.bmc_user,
            "cipher": given.bmc_cipher,
        }
        return way

    def place(self, way: shapes.Power) -> Optional[str]:
        """The BMC's address and port."""
        bmc = cast(IpmiPower, way)
        return "BMC {} port {}".format(bmc["host"], bmc["port"])

    def ready(self) -> None:
        """Raises CtlError ``missing-program`` without ipmitool."""
        tools.need("ipmitool")

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """What the BMC says."""
        return meaning(_ask(cast(IpmiPower, way), secret, "status"), "status")

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """On, as the BMC has heard it."""
        return meaning(_ask(cast(IpmiPower, way), secret, "on"), "on")

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Off when it says so: a BMC answers before the machine is off, and "on" means nothing to one still on."""
        bmc = cast(IpmiPower, way)
        _ask(bmc, secret, "off")
        deadline = time.monotonic() + _OFF_LIMIT
        while self.state(bmc, secret) != "off":
            if time.monotonic() > deadline:
                raise CtlError(
                    "bmc-error", "The machine is still on {:.0f} s after the BMC was told off.".format(_OFF_LIMIT)
                )
            time.sleep(0.2)
        return "off"


def meaning(said: str, action: str) -> shapes.PowerState:
    """What ipmitool's words mean."""
    found = re.search(r"Chassis Power (?:is|Control:) *(on|off|up/on|down/off)", said, re.IGNORECASE)
    word = found.group(1).lower() if found else action
    states: Dict[str, shapes.PowerState] = {"on": "on", "off": "off", "up/on": "on", "down/off": "off"}
    return states.get(word, "unknown")


def _ask(bmc: IpmiPower, secret: str, action: str) -> str:
    words = ["ipmitool", "-I", "lanplus", "-H", bmc["host"], "-p", str(bmc["port"]), "-U", bmc["user"], "-E"]
    if bmc["cipher"] is not None:
        # Without it ipmitool asks which suites there are, and a BMC that does not know the question costs 10 s.
        words += ["-C", str(bmc["cipher"])]
    # Seconds and tries. Whoever asks again and again must not wait 20 s for a dead BMC; a switch may take its time.
    patience = ["-N", "1", "-R", "2"] if action == "status" else ["-N", "2", "-R", "3"]
    words += [*patience, "chassis", "power", action]
    where = "{} port {}".format(bmc["host"], bmc["port"])
    try:
        # The password goes by the environment: a command line can be read by everybody.
        done = tools.run(words, env={"IPMI_PASSWORD": secret}, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        raise CtlError("bmc-silent", "The BMC at {} did not answer within {:.0f} s.".format(where, _TIMEOUT)) from None
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", errors="replace").strip()
    if done.returncode == 0:
        return said
    raise CtlError("bmc-error", _explain(where, said))


def _explain(where: str, said: str) -> str:
    known: Optional[str] = None
    if re.search(r"RAKP|password|[Uu]nauthorized|insufficient privilege", said):
        known = "The BMC at {} refuses the user or the password.".format(where)
    elif re.search(
        r"Unable to establish|timed? ?out|Get Chassis Power Status failed|Address lookup", said, re.IGNORECASE
    ):
        known = "The BMC at {} does not answer.".format(where)
    last = said.splitlines()[-1] if said else "no words"
    return known or "The BMC at {} said: {}".format(where, last[:200])
