"""The Python lines that do the same as the buttons. Pure; a test runs what it gives."""

from __future__ import annotations


def image(nodeset: str, root_hash: str, *, scrub: bool) -> str:
    """Assign a version."""
    option = ", scrub=True" if scrub else ""
    lines = ["lab.published()                # what nodes can boot, newest first"]
    if root_hash:
        version = root_hash[:16]
        lines += [
            f'nodes = lab.nodes("{nodeset}")',
            f'nodes.assign("{version}"{option})   # from their next start on',
        ]
    return "\n".join(lines)


def nodes(nodeset: str) -> str:
    """Power and boot."""
    return "\n".join(
        [
            f'nodes = lab.nodes("{nodeset}")',
            "nodes.status()                 # off, booting, up, refused, lost",
            'nodes.power("on")              # or "off"',
            "nodes.boot().result()          # power cycle, and wait until all are up",
        ]
    )


def proof(nodeset: str, *, scrub: bool) -> str:
    """Ask for the proof."""
    return "\n".join(
        [
            f'nodes = lab.nodes("{nodeset}")',
            f"proof = nodes.prove({'scrub=True' if scrub else ''})",
            "proof.same, proof.verdict      # proof.to_dict() has all of it",
        ]
    )


def log(node: str, *, console: bool) -> str:
    """Read a node's log: its console where the site has one, else what it reported."""
    if console:
        return f'print(lab.node("{node}").console())'
    return "\n".join([f'status = lab.nodes("{node}").status()["{node}"]', "status.stages, status.reason"])


def jobs(job: str) -> str:
    """List the site's jobs, and follow one."""
    return "\n".join(
        [
            "lab.jobs()                     # newest first, whoever started them",
            *([f'lab.follow("{job}")'] if job else []),
        ]
    )


def history(older: str, newer: str, tag: str, nodeset: str) -> str:
    """List the versions, compare two, and do something with one."""
    lines = ["lab.images()                   # each with image.log(): its versions, newest first"]
    image, _, version = newer.partition("@")
    if version:
        lines += [
            f'image = lab.image("{image}")',
            f'image.diff("{older}", "{newer}")',
            f'image.publish("{version}").result()',
            *([f"image.tag({version!r}, {tag!r})"] if tag else []),
            f'nodes = lab.nodes("{nodeset}")',
            f'nodes.assign(image.version("{version}"))',
        ]
    else:
        lines += [f'nodes = lab.nodes("{nodeset}")']
    return "\n".join([*lines, "nodes.rollback()               # to what each of them proved last"])
