"""The site's folder: where everything is, and the facts in site.json."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import ContextManager, Dict, List, Optional, Sequence, cast

from . import files, formats, privilege, shapes, tools
from .errors import CtlError

_EXAMPLE = "http://10.0.0.1:8080"
_URL = re.compile(r"http://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z")
_PUBLIC_KEY = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]+( [^\n\r]*)?\Z"
)


class Site:
    """Paths of a site, and its facts. Nothing is read before it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.repo = self.root / "repo"
        self.published = self.root / "published"
        self.kept = self.root / "kept"
        self.nodes = self.root / "nodes.json"
        self.secrets = self.root / "secrets"
        self.boot = self.root / "boot"
        self.log = self.root / "log" / "access.jsonl"
        self.jobs = self.root / "jobs"
        self.tmp = self.root / "tmp"
        self.locks = self.root / "locks"

    def known(self) -> Optional[shapes.SiteFacts]:
        """site.json, or None where there is no site yet.

        Raises CtlError ``site-format`` or ``damaged``.
        """
        return cast("Optional[shapes.SiteFacts]", formats.read("site", self.root / "site.json"))

    def facts(self) -> shapes.SiteFacts:
        """site.json: format, privilege, url, authorized (public keys that may log in to nodes).

        Raises CtlError ``no-site``, ``site-format`` or ``damaged``.
        """
        facts = self.known()
        if facts is None:
            raise CtlError("no-site", "There is no site in {}.".format(self.root), step=("init",))
        return facts

    def url(self) -> str:
        """What the nodes reach the site by.

        Raises CtlError ``no-url`` where nobody has said it yet, or as `facts`.
        """
        found = self.facts()["url"]
        if not found:
            raise CtlError(
                "no-url",
                "Nobody has said yet by which URL the nodes reach this site.",
                hint="serve it on a network, or say where it is served, such as " + _EXAMPLE,
                step=("site-up",),
            )
        return found

    def privilege(self) -> privilege.Privilege:
        """The way to privilege that was chosen at `init`."""
        return privilege.Privilege(self.facts()["privilege"])

    def closed(self) -> Dict[Path, int]:
        """Folders that are not for everybody, with their modes.

        The web server is another user: it reads by name, and so do the nodes behind it, but nobody needs a list of what
        they are handed; and it opens its log anew when that is rotated.
        """
        own = dict.fromkeys((self.secrets, self.jobs), 0o700)
        return {**own, **dict.fromkeys((self.tmp, self.log.parent, self.boot / "by-mac", self.boot / "overlay"), 0o711)}

    def lock(self) -> ContextManager[None]:
        """The lock for every change of state."""
        return files.locked(self.locks / "site.lock")


def init(
    site: Site,
    *,
    mode: Optional[str] = None,
    url: Optional[str] = None,
    authorize: Sequence[str] = (),
    revoke: Sequence[str] = (),
) -> shapes.Site:
    """Make the folders, the repository and site.json; run again, it changes only what it is told to change.

    `authorize` and `revoke` together let one key take another's place in one step. Raises CtlError ``bad-url``,
    ``bad-key``, ``unknown-key``, ``no-privilege``, or what making the folders gives.
    """
    if url is not None and url.startswith("https:"):
        raise CtlError(
            "bad-url",
            "Nodes cannot fetch by https: the iPXE and the busybox that they start with know no certificates.",
            hint="give http://...; what is fetched is held to its root hash, and the boot network to the nodes",
        )
    if url is not None and not _URL.match(url):
        raise CtlError("bad-url", "{!r} is not a URL that a node can use.".format(url), hint="for example " + _EXAMPLE)
    for key in authorize:
        if not _PUBLIC_KEY.match(key.strip()):
            raise CtlError(
                "bad-key",
                "{!r} is not an OpenSSH public key.".format(key[:40]),
                hint="give the one line of the .pub file, for example: ssh-ed25519 AAAA... me@here",
            )
    try:
        for folder in (site.root, site.published, site.boot, site.locks):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        for folder, most in site.closed().items():
            folder.mkdir(exist_ok=True, mode=most)
            if folder.stat().st_mode & 0o777 & ~most:
                folder.chmod(most)
    except OSError as error:
        raise CtlError(
            "cannot-write",
            "Cannot make {}: {}.".format(error.filename, error.strerror),
            hint="choose a folder of yours for the site",
        ) from error
    with site.lock():
        known = site.known()
        chosen = privilege.choose(mode or (known["privilege"] if known else None))
        if known is not None and known["privilege"] != chosen.mode and (site.repo / "config").exists():
            _refuse_other_owner(known["privilege"], chosen)
        keys: List[str] = list(known["authorized"]) if known else []
        keys = _without(keys, revoke)
        keys += [key.strip() for key in authorize if key.strip() not in keys]
        facts: shapes.SiteFacts = {
            "format": formats.newest("site"),
            "privilege": chosen.mode,
            "url": url or (known["url"] if known else ""),
            "authorized": keys,
        }
        if not (site.repo / "config").exists():
            _make_repo(site, chosen)
        if facts != known:
            formats.write("site", site.root / "site.json", facts)
    return {**facts, "site": str(site.root)}


def _without(keys: Sequence[str], revoked: Sequence[str]) -> List[str]:
    """The keys that stay; a key is itself, whatever its comment says."""
    gone = {tuple(key.split()[:2]) for key in revoked}
    known = {tuple(key.split()[:2]) for key in keys}
    for key in gone - known:
        raise CtlError(
            "unknown-key",
            "No key that may log in to nodes is {!r}.".format(" ".join(key)[:40]),
            hint="give it as site.json has it under authorized",
        )
    return [key for key in keys if tuple(key.split()[:2]) not in gone]


def _make_repo(site: Site, chosen: privilege.Privilege) -> None:
    tools.need("ostree")
    done = chosen.run(["ostree", "--repo=" + str(site.repo), "init", "--mode=bare"])
    if done.returncode != 0:
        raise CtlError(
            "cannot-write",
            "Cannot make the repository {}.".format(site.repo),
            hint="its file system must keep owners and hard links (not NFS with root squash, not FAT)",
            detail=done.stderr.decode(errors="replace")[-2000:],
        )
    if chosen.mode != "sudo":  # with sudo the user, who is not its owner, reads it too
        site.repo.chmod(0o700)  # old versions hold old programs, some of them setuid


def _refuse_other_owner(old: str, chosen: privilege.Privilege) -> None:
    # Files of a repository made in a user namespace belong to the user's sub ids; as root they would have other owners.
    if {old, chosen.mode} != {"root", "sudo"}:
        raise CtlError(
            "privilege-change",
            "The repository was made with privilege '{}'; '{}' would see other owners.".format(old, chosen.mode),
            hint="use privilege '{}', or make a new site".format(old),
        )


def default_folder() -> Path:
    """$SIDUS_SITE, else the folder of a real server."""
    return Path(os.environ.get("SIDUS_SITE") or "/srv/sidus")
