"""Redfish (DMTF DSP0266) over HTTPS: three requests that every BMC of today answers.

A BMC's certificate is signed by nobody; it is held to its SHA-256 fingerprint, which was given when the node was taken
in. Without one it must be signed by an authority that the server trusts.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import ssl
import time
from typing import Dict, Optional, cast
from urllib.parse import urlsplit

from .. import hosts, shapes
from ..errors import CtlError, Usage
from ..grammar import Given, word

_PATIENCE = 20.0
_SWITCH_LIMIT = 30.0  # a BMC answers before the machine is off, or on
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
_MOST = 1 << 20
_ON, _OFF = "On", "ForceOff"


class RedfishPower(shapes.Power):
    """Where the BMC is; `system` names one of several machines behind it; `fingerprint` is empty for a signed one."""

    url: str
    user: str
    system: str
    fingerprint: str


class Redfish:
    """The kind of a machine whose BMC speaks Redfish."""

    name = "redfish"
    shape: type = RedfishPower
    secret = "BMC password"  # noqa: S105 - what it is called
    words = (
        word("--redfish-url", metavar="URL", help="of its BMC, such as https://10.0.1.11"),
        word("--redfish-user", metavar="USER"),
        word("--redfish-system", default="", metavar="ID", help="the machine, where its BMC has more than one"),
        word(
            "--redfish-fingerprint",
            default="",
            metavar="SHA256",
            help="of its certificate (default: it must be signed by an authority that the server trusts)",
        ),
    )

    def given(self, given: Given) -> shapes.Power:
        """From ``--redfish-url``, ``--redfish-user``, ``--redfish-system``, ``--redfish-fingerprint``.

        Raises Usage, CtlError ``bad-address``, ``bad-user``, ``bad-fingerprint``.
        """
        for option, value in (("--redfish-url", given.redfish_url), ("--redfish-user", given.redfish_user)):
            if not value:
                raise Usage("The following arguments are required: {}.".format(option), step=("help", "node", "add"))
        address = _parts(given.redfish_url)
        fingerprint = given.redfish_fingerprint.lower().replace(":", "")
        if fingerprint and not _FINGERPRINT.match(fingerprint):
            raise CtlError(
                "bad-fingerprint",
                "{!r} is not the SHA-256 of a certificate.".format(given.redfish_fingerprint[:80]),
                hint="64 hexadecimal digits: openssl x509 -noout -fingerprint -sha256",
            )
        if not given.redfish_user.isprintable() or ":" in given.redfish_user or len(given.redfish_user) > 64:
            raise CtlError(
                "bad-user", "{!r} is not a BMC user.".format(given.redfish_user[:64]), hint="without a colon"
            )
        if not re.match(r"[A-Za-z0-9._-]{0,64}\Z", given.redfish_system):
            raise CtlError("bad-address", "{!r} names no machine.".format(given.redfish_system[:64]), hint="its Id")
        way: RedfishPower = {
            "kind": self.name,
            "url": address,
            "user": given.redfish_user,
            "system": given.redfish_system,
            "fingerprint": fingerprint,
        }
        return way

    def place(self, way: shapes.Power) -> Optional[str]:
        """The BMC, and the machine behind it."""
        bmc = cast(RedfishPower, way)
        return "Redfish {} {}".format(bmc["url"], bmc["system"]).strip()

    def ready(self) -> None:
        """It needs no program."""

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """What the BMC says."""
        bmc = cast(RedfishPower, way)
        return _meaning(_ask(bmc, secret, "GET", _system(bmc, secret)))

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """On, when the BMC says so afterwards: one that answers and does nothing is found out."""
        return _switch(cast(RedfishPower, way), secret, "on", _ON)

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Off, when the BMC says so afterwards."""
        return _switch(cast(RedfishPower, way), secret, "off", _OFF)


def _parts(url: str) -> str:
    found = urlsplit(url)
    try:
        port = found.port
    except ValueError:
        port = -1
    host = found.hostname or ""
    if found.scheme != "https" or not hosts.is_host(host) or port == -1 or found.path.strip("/"):
        raise CtlError(
            "bad-address",
            "{!r} cannot be the address of a Redfish service.".format(url[:80]),
            hint="for example https://10.0.1.11, without a path: the password must not go in the clear",
        )
    if found.username or found.password:
        raise CtlError("bad-address", "A password must not stand in the URL.", hint="give it on stdin")
    return "https://{}{}".format("[{}]".format(host) if ":" in host else host, ":{}".format(port) if port else "")


def _system(bmc: RedfishPower, secret: str) -> str:
    """The path of the machine."""
    if bmc["system"]:
        return "/redfish/v1/Systems/" + bmc["system"]
    members = _ask(bmc, secret, "GET", "/redfish/v1/Systems").get("Members")
    rows = members if isinstance(members, list) else []
    paths = [str(each["@odata.id"]) for each in rows if isinstance(each, dict) and "@odata.id" in each]
    if len(paths) != 1 or not paths[0].startswith("/"):
        raise CtlError(
            "bmc-error",
            "The BMC at {} has {} machines: say which (--redfish-system).".format(bmc["url"], len(paths) or "no"),
        )
    return paths[0]


def _switch(bmc: RedfishPower, secret: str, wanted: shapes.PowerState, reset: str) -> shapes.PowerState:
    path = _system(bmc, secret)
    if _meaning(_ask(bmc, secret, "GET", path)) == wanted:
        return wanted
    _ask(bmc, secret, "POST", path + "/Actions/ComputerSystem.Reset", {"ResetType": reset})
    end = time.monotonic() + _SWITCH_LIMIT
    while True:
        if _meaning(_ask(bmc, secret, "GET", path)) == wanted:
            return wanted
        if time.monotonic() > end:
            raise CtlError(
                "bmc-error",
                "The BMC at {} took the order, and the machine is not {} {:.0f} s later.".format(
                    bmc["url"], wanted, _SWITCH_LIMIT
                ),
            )
        time.sleep(0.5)


def _meaning(system: Dict[str, object]) -> shapes.PowerState:
    states: Dict[str, shapes.PowerState] = {"On": "on", "PoweringOff": "on", "Off": "off", "PoweringOn": "off"}
    return states.get(str(system.get("PowerState")), "unknown")


def _ask(
    bmc: RedfishPower, secret: str, method: str, path: str, body: Optional[Dict[str, str]] = None
) -> Dict[str, object]:
    """One request, and the object that came back; an empty one where nothing did.

    Raises CtlError ``bmc-silent``, ``bmc-refused``, ``bmc-certificate`` or ``bmc-error``.
    """
    line = _connection(bmc)
    word = base64.b64encode("{}:{}".format(bmc["user"], secret).encode()).decode("ascii")
    headers = {"Authorization": "Basic " + word, "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        _connect(line, bmc)
        line.request(method, path, None if body is None else json.dumps(body), headers)
        answer = line.getresponse()
        text = answer.read(_MOST)
    except ssl.SSLCertVerificationError:
        raise CtlError(
            "bmc-certificate",
            "The certificate of the BMC at {} is signed by nobody whom the server trusts: give its fingerprint "
            "(--redfish-fingerprint).".format(bmc["url"]),
        ) from None
    except (OSError, http.client.HTTPException) as error:
        why = str(error) or type(error).__name__
        raise CtlError("bmc-silent", "The BMC at {} does not answer: {}.".format(bmc["url"], why)) from None
    finally:
        line.close()
    if answer.status in (401, 403):
        raise CtlError("bmc-refused", "The BMC at {} refuses the user or the password.".format(bmc["url"]))
    if not 200 <= answer.status < 300:
        said = "{} {}".format(answer.status, answer.reason)
        raise CtlError("bmc-error", "The BMC at {} said {} to {}.".format(bmc["url"], said, path))
    try:
        found = json.loads(text or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CtlError("bmc-error", "What answers at {} is no Redfish service.".format(bmc["url"]))
    return found


def _connection(bmc: RedfishPower) -> http.client.HTTPConnection:
    found = urlsplit(bmc["url"])
    host = found.hostname or ""
    context = ssl.create_default_context()
    if bmc["fingerprint"]:  # looked at below, before the password goes out
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, found.port, timeout=_PATIENCE, context=context)


def _connect(line: http.client.HTTPConnection, bmc: RedfishPower) -> None:
    """Connect, and hold the certificate to its fingerprint.

    Raises CtlError ``bmc-certificate``, OSError.
    """
    line.connect()
    if bmc["fingerprint"] and isinstance(line.sock, ssl.SSLSocket):
        shown = hashlib.sha256(line.sock.getpeercert(binary_form=True) or b"").hexdigest()
        if shown != bmc["fingerprint"]:
            raise CtlError(
                "bmc-certificate",
                "The BMC at {} shows another certificate ({}...): was it exchanged? The password was not sent.".format(
                    bmc["url"], shown[:16]
                ),
            )
