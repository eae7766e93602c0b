"""The command `sidus-lab`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sidus_lab import words
from sidus_lab.errors import SidusError
from sidus_lab.version import __version__

EXAMPLES = """\
examples:
  sidus-lab check                        what this machine has and what is missing
  sidus-lab demo                         the main job, start to finish (about 2 minutes, the first time more)
  sidus-lab demo --language fr           the same, and its verdict, in French
  sidus-lab demo --keep                  leave the site up for a look
  sidus-lab lab up --nodes 4             a SIDUS site with four virtual nodes on this machine
  sidus-lab lab status
  sidus-lab lab down
  sidus-lab reset                        notebooks of `make lab` as they were; what you changed is moved aside
  sidus-lab check sidus.example.org      the same look at a real server

where things are:
  $SIDUS_LAB_HOME, else ~/.local/share/sidus-lab: the embedded lab with its images
  out/: what a demo writes (report.html, records.parquet, records.csv, proof.json, experiment.json)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say; 0 when it went well, 1 with an error, 2 for wrong usage, 130 after Ctrl-C."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.verb(arguments))
    except SidusError as error:
        print(f"sidus-lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("sidus-lab: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sidus-lab",
        description="One operating system on any number of machines, proven; and where differences come from.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"sidus-lab {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    demo = verbs.add_parser("demo", help="build, boot, prove, measure, say; then take everything down")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="for the results (default: out)")
    demo.add_argument("--rebuild", action="store_true", help="build the image anew even when it is there")
    demo.add_argument("--keep", action="store_true", help="leave the site up; `sidus-lab lab down` ends it")
    demo.add_argument("--repetitions", type=int, default=5, metavar="N", help="of each setting (default: 5)")
    demo.add_argument(
        "--boots", type=int, default=1, metavar="N", help="of each node; must divide the repetitions (default: 1)"
    )
    demo.add_argument(
        "--language", choices=words.LANGUAGES, default="en", help="of what it says and finds (default: en)"
    )
    demo.add_argument("--seed", type=int, default=2013, help="of the random order (default: 2013)")
    demo.set_defaults(verb=_demo)

    lab = verbs.add_parser("lab", help="the embedded lab: a whole SIDUS site on this machine")
    lab_verbs = lab.add_subparsers(metavar="up|down|status", required=True)
    up = lab_verbs.add_parser("up", help="start it; it stays up until `lab down`")
    up.add_argument("--nodes", type=int, default=0, metavar="N", help="how many (default: as last time, or 2)")
    up.set_defaults(verb=_up)
    lab_verbs.add_parser("down", help="end every process of it; images stay").set_defaults(verb=_down)
    lab_verbs.add_parser("status", help="what of it runs, and where").set_defaults(verb=_status)

    reset = verbs.add_parser("reset", help="put the notebooks of `make lab` back as they were; yours are moved aside")
    reset.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="such as 01_tour (default: all)")
    reset.add_argument("--desk", type=Path, default=Path("work"), metavar="DIR", help="the folder (default: work)")
    reset.set_defaults(verb=_reset)

    check = verbs.add_parser("check", help="say what is there and what is missing, and the command that installs it")
    check.add_argument("host", nargs="?", default="", help="a server, as ssh knows it (default: this machine)")
    check.add_argument("--site", default="/srv/sidus", metavar="DIR", help="the site on that server")
    check.set_defaults(verb=_check)
    return parser


def _demo(given: argparse.Namespace) -> int:
    from sidus_lab.demo import Options, demo

    options = Options(
        out=given.out,
        rebuild=given.rebuild,
        keep=given.keep,
        repetitions=given.repetitions,
        boots=given.boots,
        seed=given.seed,
    )
    with words.language(given.language):
        demo(options)
    return 0


def _up(given: argparse.Namespace) -> int:
    from sidus_lab.embedded import Embedded, default_machines

    if not 0 <= given.nodes <= 32:
        raise SidusError("The embedded lab has 1 to 32 nodes; each needs 1 GiB.", hint="sidus-lab lab up --nodes 2")
    embedded = Embedded()
    embedded.up(default_machines(given.nodes) if given.nodes else None, say=lambda line: print(f"  {line}")).close()
    print("The lab is up. In Python: lab = sidus_lab.embedded.Embedded().connect()")
    print(f"By hand: ssh -F '{embedded.home.ssh_config}' sidus-embedded")
    return 0


def _down(_given: argparse.Namespace) -> int:
    from sidus_lab.embedded import Embedded

    embedded = Embedded()
    embedded.down(say=lambda line: print(f"  {line}"))
    print(f"The lab is down. Its images stay in {embedded.home.root}")
    return 0


def _status(_given: argparse.Namespace) -> int:
    from sidus_lab.embedded import Embedded

    embedded = Embedded()
    rows = embedded.status()
    for name, state, where in rows:
        print(f"  {name:<12} {state:<4} {where}")
    if not any(state == "up" for _, state, _ in rows):
        print("The lab is not up. Next: sidus-lab lab up")
        return 0
    with embedded.connect() as lab:
        for status in lab.nodes().status().values():
            print(f"  {status}")
    return 0


def _reset(given: argparse.Namespace) -> int:
    from sidus_lab import desk

    for name, kept in desk.reset(given.desk, given.notebooks).items():
        print(f"  {name}: what you had is kept as {kept}")
    print(f"The notebooks in {given.desk} are as they were delivered. Open ones: File, Reload Notebook from Disk.")
    return 0


def _check(given: argparse.Namespace) -> int:
    from sidus_lab.sidus import answers

    if given.host:
        from sidus_lab.sidus import connect

        with connect(given.host, site=given.site) as lab:
            checks = lab.check()
    else:
        from sidus_lab.embedded import default_home
        from sidus_lab.sidusctl.check import check
        from sidus_lab.sidusctl.site import Site

        checks = answers.checks(check(Site(default_home().site), ("build", "boot", "lab", "browser")), "this machine")
    print(checks)
    return 0 if checks else 1
