"""mmdebstrap's command line, what its output says about progress, and which failures have a name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from .. import errors, tools
from ..errors import CtlError
from . import accounts, bootfiles
from .recipe import Recipe

SOURCE_DATE_EPOCH = 1700000000
"""Fixed for ever: no file of a tree may tell when it was built (OSTree keeps no times, but .pyc files hold them)."""

NOWHERE = "http://127.0.0.1:9"

_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH),
    # Read by the kernel packages' hook: the initrd is made once, at the end, by us, and not by each package.
    "INITRD": "No",
}


def environment(*, alone: bool = False) -> "dict[str, str]":
    """What a build adds to the clean environment: a fixed time, no initrd by each package, the way to the mirror.

    `alone` is without a mirror: whatever would be fetched is asked of a port of this machine that nobody listens on.
    """
    return {**(dict.fromkeys(("http_proxy", "https_proxy"), NOWHERE) if alone else tools.proxies()), **_ENVIRONMENT}


def packages(recipe: Recipe) -> List[str]:
    """Everything to install: the recipe's packages, the kernel, and what the boot script needs with it."""
    extra = [recipe.kernel, *bootfiles.PACKAGES] if recipe.kernel else []
    return list(dict.fromkeys([*recipe.packages, *extra]))


def command(
    recipe: Recipe, tree: Path, hook: Sequence[str], *, pools: Optional[Path] = None, given: Optional[Path] = None
) -> List[str]:
    """The words that build `recipe` into the folder `tree`; `hook` are words to run with the tree behind them.

    In the folder `pools` are the numbers that users are to have (`accounts.lay_out`). In the folder `given` are package
    lists and files (`kept.lay_out`) that are taken instead of those of the mirror, which is not asked.
    """
    # The packages that everything else needs are kept like the others, until the hook has taken them out.
    skip = ["output/dev", "essential/unlink", *(["update"] if given else [])]
    words = ["mmdebstrap", "--verbose", "--mode=unshare", "--format=directory", "--skip=" + ",".join(skip)]
    if given is not None:
        lists, debs = '"$1/var/lib/apt/lists/"', '"$1/var/cache/apt/archives/"'
        line = "mkdir -p {0}partial {0}auxfiles {1}partial && cp {2}/lists/* {0} && cp --link {2}/debs/* {1}"
        words.append("--setup-hook=" + line.format(lists, debs, shlex.quote(str(given))))
    if pools is not None:
        files = " ".join(shlex.quote(str(pools / Path(path).name)) for _, path in accounts.POOLS)
        line = 'cp {} "$1/etc/" && if [ -e "$1{conf}" ]; then printf %s {} >> "$1{conf}"; fi'
        words.append("--essential-hook=" + line.format(files, shlex.quote(accounts.settings()), conf=accounts.CONF))
    words += ["--variant=" + recipe.variant, "--components=" + ",".join(recipe.components)]
    include = packages(recipe)
    if include:
        words.append("--include=" + ",".join(include))
        # Asked as soon as apt knows the packages: a name that does not exist costs seconds, not the whole build.
        ask = shlex.join(["apt-get", "--yes", "--simulate", "install", *include])
        words.append('--extract-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" ' + ask + " >/dev/null")
    words += ["--dpkgopt=path-exclude=" + pattern for pattern in recipe.exclude]
    words.append("--customize-hook=" + shlex.join(hook) + ' "$1"')
    words += [recipe.suite, str(tree)]
    return words + ([recipe.mirror] if recipe.mirror else [])


def command_on(recipe: Recipe, tree: Path, apt: Sequence[str], hook: Sequence[str]) -> List[str]:
    """The words that change a whole tree in place: ``apt-get`` with the words `apt` (none: not at all), then `hook`.

    apt runs outside the tree with the settings of a whole build, as mmdebstrap itself calls it.
    """
    words = ["mmdebstrap", "--verbose", "--mode=unshare", "--format=directory", "--variant=custom"]
    words += ["--skip=output/dev,check/empty", "--components=" + ",".join(recipe.components)]
    words.append("--setup-hook=" + 'mkdir -p "$1/var/lib/apt/lists/partial" "$1/var/cache/apt/archives/partial"')
    if apt:
        run = ["-oDir::Bin::dpkg=env", "-oDPkg::Options::=--unset=TMPDIR", "-oDPkg::Options::=dpkg", "--yes", *apt]
        line = 'apt-get -oDPkg::Chroot-Directory="$1" ' + shlex.join(run)
        words.append('--customize-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" ' + line)
    words.append("--customize-hook=" + shlex.join(hook) + ' "$1"')
    words += [recipe.suite, str(tree)]
    return words + ([recipe.mirror] if recipe.mirror else [])


class Progress:
    """Reads mmdebstrap's lines one by one and says how far it is; knows the number of packages once apt said it."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0
        self.step = "start"
        self.fraction = 0.0

    def feed(self, line: str) -> bool:
        """Take one line; True when it is worth showing."""
        found = re.match(r"\s*\d+ upgraded, (\d+) newly installed", line)
        if found:
            self.total += int(found.group(1))
            return False
        if line.startswith("I: "):
            self.step = line[3:].strip().rstrip(".")[:60]
            return True
        if re.match(r"(Get:\d+ |Unpacking |Setting up |Processing triggers)", line):
            # apt fetches each package, dpkg unpacks it and sets it up: three lines a package, set-up being the slowest.
            self.done += {"G": 1, "U": 2, "S": 3}.get(line[0], 0)
            if self.total:
                self.fraction = max(self.fraction, min(1.0, self.done / (6.0 * self.total)))
            return True
        return False


_OWN_WORDS = r"setup failed|failed to run|apt-get .* failed|have been ignored|Sub-process"
"""In mmdebstrap's and apt's last words there is nothing that the lines before did not say better."""

_FAILURES: Sequence[Tuple[str, str, str, str]] = (
    (
        r"Temporary failure resolving|Could not (?:resolve|connect)|Unable to connect|No route to host|is unreachable",
        "no-network",
        "The server cannot reach the Debian mirror.",
        "check the server's network and name service, or name a 'mirror' in the recipe",
    ),
    (
        r"Unable to locate package (\S+)|Couldn't find any package by (?:glob|regex) '([^']+)'",
        "unknown-package",
        "There is no package {0!r} in {suite}.",
        "search it: apt-cache search WORD; names differ between suites; or 'components' lacks non-free-firmware",
    ),
    (
        r"Version '([^']+)' for '([^']+)' was not found",
        "unknown-package",
        "There is no version {0} of package {1} in {suite}.",
        "leave the version out, or take one that apt-cache policy shows",
    ),
    (
        r"does not have a Release file|(?:404 +Not Found|File not found)[^\n]*\n?.*Release",
        "unknown-suite",
        "There is no suite {suite!r} on the mirror.",
        "known suites are bookworm and trixie, for example",
    ),
    (
        r"(NO_PUBKEY [0-9A-F]+|is not signed|signatures couldn't be verified)",
        "bad-signature",
        "The signature of suite {suite!r} cannot be checked.",
        "install debian-archive-keyring on the server, or a newer one",
    ),
    (
        r"(The following packages have unmet dependencies:[^\n]*\n[^\n]*)",
        "unmet-dependencies",
        "The packages of the recipe do not fit together.",
        "read the lines above; often a version is pinned that is not there any more",
    ),
    (
        r"Essential packages were removed|essential packages will be removed",
        "essential-package",
        "Without that package nothing else works, and apt refuses to remove it.",
        "keep it: dpkg, libc and their like are part of every image",
    ),
    (
        r"dpkg: error processing package (\S+)",
        "package-failed",
        "The package {0} could not be installed.",
        "read the job's log; often a path that the recipe excludes is needed by the package itself",
    ),
)


def explain(log: str, suite: str, code: int) -> CtlError:
    """The error for a failed build, from the end of its log: a known cause by its name, else ``build-failed``."""
    lines = log.strip().splitlines()
    telling = [
        line for line in lines if re.match(r"E: |W: |Err:|dpkg: error", line) and not re.search(_OWN_WORDS, line)
    ]
    detail = "\n".join((telling or [line for line in lines if not re.search(_OWN_WORDS, line)])[-4:])[-2000:]
    if errors.says_full(log):
        return errors.disk_full(detail)
    for pattern, name, message, hint in _FAILURES:
        found: Optional["re.Match[str]"] = re.search(pattern, log)
        if found:
            groups = [group for group in found.groups() if group] or [""]
            groups += [""]
            return CtlError(name, message.format(*groups, suite=suite), hint=hint, detail=detail)
    return CtlError(
        "build-failed",
        "mmdebstrap ended with code {}.".format(code),
        hint="read the job's log: it has everything that apt and dpkg said",
        detail=detail,
    )
