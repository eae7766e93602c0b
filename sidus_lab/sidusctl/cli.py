"""The command line: words in, JSON lines out."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict, NoReturn, Optional, Sequence

from . import events
from . import site as sites
from .check import check
from .errors import CtlError, Usage
from .image import catalogue as images
from .image import inside, recipe
from .job import jobs
from .needs import PARTS
from .node import inventory as nodes
from .node import monitor
from .node import witness as witnesses
from .power import ipmi as bmc
from .site import Site
from .usage import EXAMPLES

Verb = Callable[[Site, argparse.Namespace], Any]


class _Parser(argparse.ArgumentParser):
    """Wrong usage is an error like any other: one JSON line."""

    def error(self, message: str) -> NoReturn:
        raise Usage(message[:1].upper() + message[1:] + ".", hint="see: {} --help".format(self.prog))


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Do what the words say; 0 with a result, 1 with an error, 2 for wrong usage."""
    try:
        arguments = _parser().parse_args(argv)
        site = Site(Path(arguments.site))
        value = arguments.verb(site, arguments)
        if isinstance(value, int):  # the verb printed its own events
            return value
        events.emit(events.result(value))
        return 0
    except CtlError as error:
        events.emit(error.to_event())
        return 2 if isinstance(error, Usage) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        full = error.errno in (28, 122)
        message = (
            "The server's disk is full." if full else "{}: {}.".format(error.filename or "The server", error.strerror)
        )
        hint = (
            "free some space; nothing that was there is lost" if full else "may this user write in the site's folder?"
        )
        events.emit(CtlError("disk-full" if full else "cannot-write", message, hint=hint).to_event())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sidusctl",
        description="The server's half of sidus_lab: builds and publishes images, keeps the nodes, follows jobs. "
        "Prints one JSON object a line: progress events, then one result or one error.",
        epilog=EXAMPLES[""],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--site", default=str(sites.default_folder()), metavar="DIR", help="the site's folder (default: %(default)s)"
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)
    _site_verbs(verbs)
    _image_verbs(_group(verbs, "image", "build, list and publish images"))
    _node_verbs(_group(verbs, "node", "the machines that boot from here"))
    _job_verbs(_group(verbs, "job", "operations under way"))
    hidden = _verb(verbs, "_job", None, lambda site, given: jobs.run(site, given.id, _operations()))
    hidden.add_argument("id")
    hidden = _verb(verbs, "_inside", None, lambda _site, given: inside.run_hook(Path(given.work), given.root))
    hidden.add_argument("work")
    hidden.add_argument("root")
    return parser


def _operations() -> Dict[str, jobs.Operation]:
    from .operations import OPERATIONS

    return OPERATIONS


def _group(verbs: Any, name: str, text: str) -> Any:
    group = verbs.add_parser(
        name, help=text, description=text, epilog=EXAMPLES[name], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    return group.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)


def _verb(verbs: Any, name: str, text: Optional[str], run: Verb, example: str = "") -> argparse.ArgumentParser:
    extra: Dict[str, Any] = {} if text is None else {"help": text, "description": text}
    parser = verbs.add_parser(
        name, epilog=EXAMPLES.get(example or name, ""), formatter_class=argparse.RawDescriptionHelpFormatter, **extra
    )
    parser.set_defaults(verb=run)
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def _site_verbs(verbs: Any) -> None:
    def init(site: Site, given: argparse.Namespace) -> Any:
        facts = sites.init(site, mode=given.privilege, url=given.web_root_url, authorize=given.authorize)
        nodes.derive(site)
        return facts

    verb = _verb(verbs, "init", "make a site, or change its URL, privilege or keys", init)
    verb.add_argument(
        "--privilege", choices=("root", "sudo", "userns"), help="default: the first of root, userns, sudo that works"
    )
    verb.add_argument("--web-root-url", metavar="URL", help="what the nodes reach the site's folder by")
    verb.add_argument(
        "--authorize", action="append", default=[], metavar="KEY", help="public key that may log in to nodes as root"
    )
    verb = _verb(
        verbs, "check", "say what is there and what is missing", lambda site, given: check(site, given.part or PARTS)
    )
    verb.add_argument("--part", action="append", choices=PARTS, help="only what this part needs (may be repeated)")


def _image_verbs(verbs: Any) -> None:
    def build(site: Site, given: argparse.Namespace) -> Any:
        wanted = recipe.parse(sys.stdin.buffer.read(), given.name or "")
        return _job(
            site, given, "image build", {"recipe": wanted.to_dict(), "image": wanted.name, "force": given.force}
        )

    def publish(site: Site, given: argparse.Namespace) -> Any:
        return _job(site, given, "image publish", {"image": given.image})

    verb = _verb(verbs, "build", "build an image from a recipe (TOML or JSON) on stdin", build)
    verb.add_argument("--name", help="the image's name instead of the recipe's own")
    verb.add_argument("--force", action="store_true", help="build even when the newest version has this very recipe")
    verb.add_argument("--detach", action="store_true", help="only start the job")
    _verb(
        verbs,
        "list",
        "all images, their versions, and what is published",
        lambda site, _: images.listing(site),
        "image list",
    )
    verb = _verb(
        verbs,
        "show",
        "one version: recipe, lock, manifest",
        lambda site, given: images.show(site, given.image),
        "image show",
    )
    verb.add_argument("image", metavar="NAME[@VERSION]")
    verb = _verb(
        verbs, "publish", "make a version ready to boot: kernel, initrd, squashfs, verity tree, manifest", publish
    )
    verb.add_argument("image", metavar="NAME[@VERSION]")
    verb.add_argument("--detach", action="store_true", help="only start the job")


def _job(site: Site, given: argparse.Namespace, operation: str, request: Dict[str, Any]) -> Any:
    job = jobs.start(site, operation, request)
    events.emit({"event": "job", "id": job})
    return {"job": job} if given.detach else jobs.report(site, job)


def _node_verbs(verbs: Any) -> None:
    def add(site: Site, given: argparse.Namespace) -> Any:
        node = {
            "name": given.name,
            "mac": given.mac,
            "address": given.address,
            "ssh_port": given.ssh_port,
            "bmc": {"host": given.bmc_host, "port": given.bmc_port, "user": given.bmc_user, "cipher": given.bmc_cipher},
        }
        secret = getpass.getpass("BMC password: ") if sys.stdin.isatty() else sys.stdin.read()
        return nodes.add(site, node, secret[:-1] if secret.endswith("\n") else secret, replace=given.replace)

    def power(site: Site, given: argparse.Namespace) -> Any:
        chosen = nodes.select(site, given.nodeset)
        if given.action == "off":
            nodes.withdraw(site, [node["name"] for node in chosen])

        def note_on(names: Sequence[str]) -> None:
            nodes.note_power_on(site, names)

        return {"nodes": bmc.power(chosen, given.action, lambda name: nodes.password(site, name), note_on)}

    def assign(site: Site, given: argparse.Namespace) -> Any:
        return {"nodes": nodes.assign(site, given.nodeset, given.version, given.arg)}

    def status(site: Site, given: argparse.Namespace) -> Any:
        return {"nodes": monitor.look(site, given.nodeset, ask_power=not given.no_power)}

    def witness(site: Site, given: argparse.Namespace) -> Any:
        return {"nodes": witnesses.look(site, given.nodeset, sys.stdin.readline(80).strip())}

    verb = _verb(verbs, "witness", "what the server saw of the boots of nodes; a nonce comes on stdin", witness)
    verb.add_argument("nodeset", metavar="NODESET", nargs="?", default="")
    verb = _verb(verbs, "add", "take a node into the inventory; its BMC password comes on stdin", add)
    verb.add_argument("name")
    verb.add_argument("--mac", required=True, help="address of the network card it boots by")
    verb.add_argument("--address", required=True, help="where its SSH answers")
    verb.add_argument("--ssh-port", type=int, default=22, help="default: %(default)s")
    verb.add_argument("--bmc-host", required=True)
    verb.add_argument("--bmc-port", type=int, default=623, help="default: %(default)s")
    verb.add_argument("--bmc-user", required=True)
    verb.add_argument(
        "--bmc-cipher",
        type=int,
        choices=range(18),
        metavar="N",
        help="IPMI cipher suite, 0 to 17 (default: ask the BMC)",
    )
    verb.add_argument(
        "--replace", action="store_true", help="a node of this name gets these facts, and keeps key and assignment"
    )
    verb = _verb(
        verbs,
        "remove",
        "take nodes out of the inventory",
        lambda site, given: {"removed": nodes.remove(site, given.nodeset)},
    )
    verb.add_argument("nodeset", metavar="NODESET")
    verb = _verb(
        verbs, "list", "the inventory", lambda site, given: {"nodes": nodes.select(site, given.nodeset)}, "node list"
    )
    verb.add_argument("nodeset", metavar="NODESET", nargs="?", default="")
    verb = _verb(verbs, "assign", "say what nodes boot from their next start on", assign)
    verb.add_argument("nodeset", metavar="NODESET")
    verb.add_argument(
        "version",
        metavar="VERSION",
        help="a root hash (8 or more characters), or an image for its newest published version",
    )
    verb.add_argument("--arg", action="append", default=[], metavar="K=V", help="kernel argument (may be repeated)")
    verb = _verb(verbs, "power", "switch nodes on or off through their BMCs, or ask", power)
    verb.add_argument("nodeset", metavar="NODESET")
    verb.add_argument("action", choices=bmc.ACTIONS)
    verb = _verb(verbs, "status", "where nodes are between off and up", status)
    verb.add_argument("nodeset", metavar="NODESET", nargs="?", default="")
    verb.add_argument("--no-power", action="store_true", help="do not ask the BMCs: quicker, and power is unknown")


def _job_verbs(verbs: Any) -> None:
    _verb(verbs, "list", "all jobs, newest first", lambda site, _: {"jobs": jobs.listing(site)}, "job list")
    verb = _verb(
        verbs,
        "follow",
        "a job's events, and at the end its result",
        lambda site, given: jobs.report(site, given.id, given.first),
    )
    verb.add_argument("id", metavar="ID")
    verb.add_argument("--from", dest="first", type=int, default=0, metavar="N", help="leave out the first N events")
    verb = _verb(verbs, "cancel", "end a job and all it started", lambda site, given: jobs.cancel(site, given.id))
    verb.add_argument("id", metavar="ID")
