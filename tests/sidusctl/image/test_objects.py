"""The files of a repository by their names."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sidus_lab.sidusctl.image.objects import Objects
from sidus_lab.sidusctl.privilege import Privilege
from tests.sidusctl.conftest import mode


def test_contents_and_sums_of_files_that_differ_in_their_mode_alone(tmp_path: Path) -> None:
    objects, names = Objects(tmp_path, Privilege(mode())), ["ab" + "0" * 62, "cd" + "0" * 62]
    for name in names:
        place = tmp_path / "objects" / name[:2] / (name[2:] + ".file")
        place.parent.mkdir(parents=True)
        place.write_bytes(b"the same")
    assert objects.content(names[0], 3) == b"the"
    assert objects.content("ef" + "0" * 62, 3) is None
    wanted = hashlib.sha256(b"the same").hexdigest()
    assert objects.sums([*names, "ef" + "0" * 62]) == dict.fromkeys(names, wanted)
    assert objects.sums([]) == {}
