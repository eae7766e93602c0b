"""The OSTree repository of a site: what `ostree` is asked and told. No other module runs it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Dict, Iterable, List

from .. import errors, tools
from ..errors import CtlError
from ..privilege import Privilege
from . import sizes
from .objects import Objects


def _failed(what: str, said: bytes) -> CtlError:
    text = said.decode("utf-8", errors="replace").strip()
    if errors.says_full(text):
        return errors.disk_full(text[-1000:])
    return CtlError(
        "store-failed",
        "OSTree could not {}.".format(what),
        hint="is the repository whole? ostree fsck",
        detail=text[-1000:],
    )


class Repository:
    """Reading needs no privilege and no lock: OSTree's files are never changed in place."""

    def __init__(self, repo: Path, privilege: Privilege) -> None:
        self._folder = repo
        self._repo = "--repo=" + str(repo)
        self._privilege = privilege
        self.objects = Objects(repo, privilege)

    def _ask(self, *words: str) -> str:
        done = tools.run(["ostree", self._repo, *words])
        if done.returncode != 0:
            raise _failed(words[0], done.stderr)
        return done.stdout.decode("utf-8", errors="replace")

    def _do(self, *words: str) -> str:
        done = self._privilege.run(["ostree", self._repo, *words])
        if done.returncode != 0:
            raise _failed(words[0], done.stderr)
        return done.stdout.decode("utf-8", errors="replace").strip()

    def _refs(self) -> List[str]:
        return self._ask("refs").split()

    def _object(self, name: str, kind: str = ".file") -> Path:
        return self._folder / "objects" / name[:2] / (name[2:] + kind)

    def listing(self, commit: str) -> str:
        """Every path of a version with mode, owner, size, hashes and extended attributes, as `trees` reads it."""
        return self._ask("ls", "-R", "-C", "-X", commit, "/")

    def checkout(self, commit: str, folder: Path) -> None:
        """The tree of a version as hard links into the repository: no file is copied."""
        self._do("checkout", "--require-hardlinks", commit, str(folder))

    def prune(self) -> None:
        """Remove what no ref reaches; parents that OSTree knows of, on a site that kept branches, count for nothing."""
        self._do("prune", "--refs-only", "--depth=0")

    def freed_without(self, refs: Iterable[str], aside: Path) -> int:
        """About how many bytes would be free without some refs; nothing is changed.

        OSTree is asked in a repository beside this one, with the same objects and without these refs, below `aside`.
        """
        with tempfile.TemporaryDirectory(prefix=".gc-", dir=str(aside)) as name:
            beside = Path(name)
            for folder in ("refs/heads", "refs/remotes", "refs/mirrors", "state", "tmp", "extensions"):
                (beside / folder).mkdir(parents=True)
            (beside / "config").write_bytes((self._folder / "config").read_bytes())
            (beside / "objects").symlink_to(self._folder / "objects")
            for ref in set(self._refs()) - set(refs):
                place = beside / "refs/heads" / ref
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(self._ask("rev-parse", ref), encoding="ascii")
            said = tools.run(["ostree", "--repo=" + name, "prune", "--no-prune", "--refs-only", "--depth=0"]).stdout
        return sizes.freed(said.decode(errors="replace"))

    def fsck(self) -> Dict[str, str]:
        """Read and hash everything: commit -> what is wrong with it. one whose files are missing OSTree marks."""
        said = self._privilege.run(["ostree", self._repo, "fsck", "--all"])
        found: Dict[str, str] = {}
        text = (said.stdout + b"\n" + said.stderr).decode("utf-8", errors="replace")
        for line in text.splitlines():
            told = re.match(r"(?:error: )?(?:In commits|Object missing in commits) ([0-9a-f, ]+): (.*)", line)
            for commit in re.findall(r"[0-9a-f]{64}", told.group(1)) if told else ():
                found.setdefault(commit, line.partition(": ")[2][:200])
        return found
