"""The files of a repository by OSTree's names of them: in bare mode, each lies there as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional, Sequence

from ..privilege import Privilege

_AT_ONCE = 2000  # files that one program is given: a command line has an end


class Objects:
    """Reads contents; OSTree never changes one in place, so this needs no lock."""

    def __init__(self, repo: Path, privilege: Privilege) -> None:
        self._folder = repo / "objects"
        self._privilege = privilege

    def content(self, name: str, most: int) -> Optional[bytes]:
        """The first `most` bytes of a file; None where this user may not read it."""
        try:
            with open(self._place(name), "rb") as stream:
                return stream.read(most)
        except OSError:
            return None

    def sums(self, names: Sequence[str]) -> Dict[str, str]:
        """Name -> SHA-256 of the bytes alone, while the name is of mode and owner too; with privilege."""
        found: Dict[str, str] = {}
        for first in range(0, len(names), _AT_ONCE):
            some = {str(self._place(name)): name for name in names[first : first + _AT_ONCE]}
            said = self._privilege.run(["sha256sum", "--zero", "--", *some]).stdout.decode(errors="replace")
            for line in said.split("\0"):
                digest, _, path = line.partition("  ")
                if path in some:
                    found[some[path]] = digest
        return found

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / (name[2:] + ".file")
