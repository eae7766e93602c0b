"""The verbs of nodes, with their examples."""

from __future__ import annotations

import sys

from .. import shapes
from ..grammar import Given, Group, Verb, word
from ..power import switch
from ..site import Site
from . import arrival, assignment, enrol, inventory, monitor, proven, rekey, witness


def _remove(site: Site, given: Given) -> shapes.Removed:
    return {"removed": inventory.remove(site, given.nodeset)}


def _list(site: Site, given: Given) -> shapes.Nodes:
    return {"nodes": inventory.select(site, given.nodeset), "damaged": inventory.look(site).damaged}


def _assign(site: Site, given: Given) -> shapes.Nodes:
    nodes = assignment.assign(site, given.nodeset, given.version, given.arg)
    return {"nodes": nodes, "damaged": inventory.look(site).damaged}


def _rekey(site: Site, given: Given) -> shapes.Nodes:
    nodes = rekey.rekey(site, given.nodeset)
    return {"nodes": nodes, "damaged": inventory.look(site).damaged}


def _proven(site: Site, given: Given) -> shapes.ProvenRows:
    return {"nodes": proven.rows(site, given.nodeset)}


def _note_proof(site: Site, given: Given) -> shapes.ProvenRows:
    return {"nodes": proven.note(site, given.nodeset, given.root)}


def _rollback(site: Site, given: Given) -> shapes.Nodes:
    nodes = proven.rollback(site, given.nodeset, before=given.before)
    return {"nodes": nodes, "damaged": inventory.look(site).damaged}


def _power(site: Site, given: Given) -> shapes.PowerRows:
    chosen = inventory.select(site, given.nodeset)
    if given.action in ("on", "cycle"):
        site.url()
    if given.action == "off":
        inventory.withdraw(site, [node["name"] for node in chosen])
    return {
        "nodes": switch.power(
            chosen,
            given.action,
            lambda name: inventory.secret(site, name),
            lambda names: inventory.note_power_on(site, names),
        )
    }


def _status(site: Site, given: Given) -> shapes.Statuses:
    rows = monitor.look(site, given.nodeset, ask_power=not given.no_power)
    return {"nodes": rows, "damaged": inventory.look(site).damaged}


def _enrol(site: Site, given: Given) -> shapes.EnrolledNode:
    if given.forget:
        return enrol.forget(site, given.name)
    return enrol.enrol(site, given.name, sys.stdin.read(enrol.LIMIT), replace=given.replace)


def _witness(site: Site, given: Given) -> shapes.Witnesses:
    return {"nodes": witness.look(site, given.nodeset, sys.stdin.readline(80).strip())}


_NODESET = word("nodeset", metavar="NODESET")
_ALL_OR_NODESET = word("nodeset", metavar="NODESET", nargs="?", default="")

GROUP = Group(
    "node",
    "the machines that boot from here",
    (
        *arrival.VERBS,
        Verb(
            "node remove",
            "take nodes out of the inventory",
            _remove,
            (shapes.Removed,),
            """\
Example:
  sidusctl node remove node[3-4]""",
            (_NODESET,),
        ),
        Verb(
            "node rekey",
            "believe the host keys of nodes no more, and give them new ones from their next ordered start on",
            _rekey,
            (shapes.Nodes,),
            """\
Example:
  sidusctl node rekey node7
Until it is started again, a node that runs shows its old key and is refused. Each ordered start makes a new key anyway;
this is for a key that somebody else may have now.""",
            (_NODESET,),
        ),
        Verb(
            "node list",
            "the inventory",
            _list,
            (shapes.Nodes,),
            """\
Examples:
  sidusctl node list
  sidusctl node list node[1-24]""",
            (_ALL_OR_NODESET,),
        ),
        Verb(
            "node assign",
            "say what nodes boot from their next start on",
            _assign,
            (shapes.Nodes,),
            """\
Examples:
  sidusctl node assign node[1-24] debian12
  sidusctl node assign node[1-24] course-2027
  sidusctl node assign node7 0f3c9a52 --arg processor.max_cstate=1 --arg sidus.scrub=1""",
            (
                _NODESET,
                word(
                    "version",
                    metavar="VERSION",
                    help="a root hash (8 or more characters), a tag, or an image for its newest published version",
                ),
                word("--arg", action="append", default=[], metavar="K=V", help="kernel argument (may be repeated)"),
            ),
        ),
        Verb(
            "node rollback",
            "assign to nodes again what each of them proved last",
            _rollback,
            (shapes.Nodes,),
            """\
Examples:
  sidusctl node rollback node[1-24]
  sidusctl node rollback node7 --before
Root hash and kernel arguments come back; nothing is started. A node that has it already stays as it is.""",
            (
                _NODESET,
                word(
                    "--before",
                    action="store_true",
                    help="what it proved last that is not assigned now: back from a version that was proved too",
                ),
            ),
        ),
        Verb(
            "node proven",
            "what nodes proved, newest first: where rollback leads",
            _proven,
            (shapes.ProvenRows,),
            """\
Example:
  sidusctl node proven node[1-24]""",
            (_ALL_OR_NODESET,),
        ),
        Verb(
            "node note-proof",
            "note that nodes proved a root hash, for rollback; no proof asks it",
            _note_proof,
            (shapes.ProvenRows,),
            """\
Example:
  sidusctl node note-proof node[1-24] 0f3c9a52...
Only nodes that were started, and have this root hash assigned still, are noted.""",
            (_NODESET, word("root", metavar="ROOT_HASH")),
        ),
        Verb(
            "node power",
            "switch nodes on or off, or ask",
            _power,
            (shapes.PowerRows,),
            """\
Examples:
  sidusctl node power node[1-24] on
  sidusctl node power node7 status
A BMC that does not answer is that node's "error"; the others are not held up.""",
            (_NODESET, word("action", choices=switch.ACTIONS)),
        ),
        Verb(
            "node status",
            "where nodes are between off and up",
            _status,
            (shapes.Statuses,),
            """\
Example:
  sidusctl node status node[1-24]
State is one word: off, booting, slow (silent for longer than it was before), up, refused, lost.""",
            (
                _ALL_OR_NODESET,
                word("--no-power", action="store_true", help="do not ask the BMCs: quicker, and power is unknown"),
            ),
        ),
        Verb(
            "node enrol",
            "keep what a node's TPM and firmware are; a proof holds its boots to it",
            _enrol,
            (shapes.EnrolledNode,),
            """\
Examples:
  sidusctl node enrol node7 < enrolment.json
  sidusctl node enrol node7 --forget
The object on stdin is made by whoever asked the node for a quote and verified it: nodes.enrol() in a notebook.
A node that is enrolled keeps what is known of it unless you say --replace.""",
            (
                word("name"),
                word("--replace", action="store_true", help="its board or its firmware was exchanged on purpose"),
                word("--forget", action="store_true", help="ask its TPM no more"),
            ),
        ),
        Verb(
            "node witness",
            "what the server saw of the boots of nodes; a nonce comes on stdin",
            _witness,
            (shapes.Witnesses,),
            """\
Example:
  openssl rand -hex 16 | sidusctl node witness node[1-24]
With it a proof is asked for: the answer is what the ordered boot must give to the nonce.""",
            (_ALL_OR_NODESET,),
        ),
    ),
    """\
Many nodes are written in folded form: node[1-24], rack[1-2]n[01-16], node1,node7""",
)
