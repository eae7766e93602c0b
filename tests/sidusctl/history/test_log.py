"""The versions of an image, and what changed in each."""

from __future__ import annotations

import json
from pathlib import Path

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.image import tags
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import TINY, Program, mode


def test_what_changed_in_each_version_and_its_tags(ctl: Program, tmp_path: Path) -> None:
    site, store = Site(ctl.site), Store(ctl.site / "repo", Privilege(mode()))
    made = []
    for number, packages in enumerate(({"fio": "1.9"}, {"fio": "1.10", "hwloc": "2"}, {"hwloc": "1", "numpy": "1"})):
        tree = tmp_path / str(number)
        (tree / "usr/lib/sidus").mkdir(parents=True)
        lock = [{"name": name, "version": version, "arch": "all", "sha256": ""} for name, version in packages.items()]
        (tree / "usr/lib/sidus/lock.json").write_text(json.dumps(lock))
        recipe = parse(json.dumps({**TINY, "packages": sorted(packages)}).encode()).to_dict()
        info: shapes.VersionInfo = {
            "recipe": recipe,
            "boot": "",
            "packages": 1,
            "kernel": "",
            "message": f"no. {number}",
        }
        made.append(store.commit("tiny", tree, info)[0])
    tags.put(site, "v1", made[0], [], store.has)
    rows = ctl("image", "log", "tiny").value["versions"]
    assert [row["message"] for row in rows] == ["no. 2", "no. 1", "no. 0"]
    assert [row["tags"] for row in rows] == [[], [], ["v1"]]
    nothing = {key: [] for key in ("new", "gone", "up", "down", "again", "recipe")}
    assert [row["changed"] for row in rows] == [
        {**nothing, "new": ["numpy"], "gone": ["fio"], "down": ["hwloc"], "recipe": ["packages"]},
        {**nothing, "new": ["hwloc"], "up": ["fio"], "recipe": ["packages"]},
        nothing,
    ]
    assert (rows[1]["parent"], rows[1]["assigned"], rows[1]["booted"], rows[1]["held"]) == (made[0].commit, [], [], [])
    assert ctl("image", "log", "nosuch").error["code"] == "unknown-image"
