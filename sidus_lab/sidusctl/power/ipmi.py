"""Power, through each node's BMC, with ipmitool; one node's silence is that node's error and no other's."""

from __future__ import annotations

import concurrent.futures
import re
import subprocess
import time
from typing import Any, Callable, Dict, List, Optional

from .. import tools
from ..errors import CtlError

ACTIONS = ("on", "off", "cycle", "status")
_TIMEOUT = 20.0
_OFF_LIMIT = 20.0
_AT_ONCE = 32


def power(
    nodes: List[Dict[str, Any]],
    action: str,
    password: Callable[[str], str],
    note_on: Callable[[List[str]], None] = lambda _names: None,
) -> List[Dict[str, Any]]:
    """Ask the BMCs of all nodes at once; gives for each `{"name", "power": "on"|"off"|"unknown", "error"}`.

    `note_on` is called with the nodes that are off and are switched on next: from that moment on their reports belong
    to a new start. A node that is on already goes on, and so do its reports. Raises CtlError only when ipmitool itself
    is missing.
    """
    tools.need("ipmitool")
    with concurrent.futures.ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:

        def each(some: List[Dict[str, Any]], do: Callable[[Dict[str, Any], str], str]) -> List[Dict[str, Any]]:
            return list(pool.map(lambda node: _one(node, password, do), some))

        if action == "off":
            return each(nodes, _off)
        if action == "status":
            return each(nodes, lambda bmc, secret: state(_ask(bmc, secret, action), action))
        first = each(nodes, _off if action == "cycle" else lambda bmc, secret: state(_ask(bmc, secret, "status"), ""))
        starting = [node for node, row in zip(nodes, first) if row["error"] is None and row["power"] != "on"]
        note_on([node["name"] for node in starting])
        started = each(starting, lambda bmc, secret: state(_ask(bmc, secret, "on"), "on"))
        rows = {row["name"]: row for row in [*first, *started]}
        return [rows[node["name"]] for node in nodes]


def _one(
    node: Dict[str, Any], password: Callable[[str], str], do: Callable[[Dict[str, Any], str], str]
) -> Dict[str, Any]:
    try:
        return {"name": node["name"], "power": do(node["bmc"], password(node["name"])), "error": None}
    except OSError as problem:
        error = "no BMC password on the server: {}".format(problem.strerror)
    except CtlError as problem:
        error = problem.message
    return {"name": node["name"], "power": "unknown", "error": error}


def _off(bmc: Dict[str, Any], secret: str) -> str:
    """Off when it says so: a BMC answers before the machine is off, and "on" means nothing to one that is still on.

    A cycle is this and then "on", since the BMC's own "cycle" is refused when the machine is off.
    """
    _ask(bmc, secret, "off")
    deadline = time.monotonic() + _OFF_LIMIT
    while state(_ask(bmc, secret, "status"), "status") != "off":
        if time.monotonic() > deadline:
            raise CtlError(
                "bmc-error", "The machine is still on {:.0f} s after the BMC was told off.".format(_OFF_LIMIT)
            )
        time.sleep(0.2)
    return "off"


def state(said: str, action: str) -> str:
    """What ipmitool's words mean."""
    found = re.search(r"Chassis Power (?:is|Control:) *(on|off|up/on|down/off)", said, re.IGNORECASE)
    word = found.group(1).lower() if found else {"on": "on", "off": "off"}.get(action, "unknown")
    return {"up/on": "on", "down/off": "off"}.get(word, word)


def _ask(bmc: Dict[str, Any], secret: str, action: str) -> str:
    words = ["ipmitool", "-I", "lanplus", "-H", str(bmc["host"]), "-p", str(bmc["port"]), "-U", str(bmc["user"]), "-E"]
    if bmc.get("cipher") is not None:
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
