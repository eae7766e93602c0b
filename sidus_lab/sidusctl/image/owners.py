"""Which package a file belongs to, by dpkg's own lists in the tree. Pure."""

from __future__ import annotations

import posixpath
import re
from typing import Dict, Iterable, Mapping, Tuple

LISTS = "/var/lib/dpkg/info/"
_COMPILED = re.compile(r"(?P<folder>.*/)__pycache__/(?P<name>[^/]+?)\.[a-z]+-[0-9]+(\.opt-[0-9])?\.pyc\Z")
_BOOKKEEPING = re.compile(
    r"/var/lib/(dpkg|apt|ucf|systemd/deb-systemd-helper-.*|pam|shells\.state)(/.*)?\Z"
    r"|/var/(cache|log)/.*|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-\Z|/etc/ld\.so\.cache\Z"
    r"|/usr/lib/sidus/(lock|image)\.json\Z"
)


def package_of_list(path: str) -> str:
    """The package that a list is of: ``libc6`` for ``.../libc6:amd64.list``; empty for another file."""
    name = posixpath.basename(path)
    return name[: -len(".list")].partition(":")[0] if path.startswith(LISTS) and name.endswith(".list") else ""


def owners(lists: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """path -> package, from packages with the text of their lists.

    A list may say ``/lib`` and ``/bin`` where the tree has ``/usr/lib`` and ``/usr/bin``.
    """
    found: Dict[str, str] = {}
    for package, text in lists:
        for path in text.splitlines():
            found[path] = package
            if path.startswith(("/bin/", "/sbin/", "/lib")):
                found.setdefault("/usr" + path, package)
    return found


def owner(path: str, known: Mapping[str, str]) -> str:
    """The package of a path, or empty; what Python compiled belongs to the package of its source."""
    match = _COMPILED.match(path)
    source = match.group("folder") + match.group("name") + ".py" if match else path
    return known.get(path) or known.get(source, "")


def is_bookkeeping(path: str) -> bool:
    """Whether a file only notes what was done: databases of dpkg and apt, caches, backups, the lock."""
    return bool(_BOOKKEEPING.match(path))
