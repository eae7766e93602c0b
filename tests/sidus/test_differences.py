"""What differs between two versions, shown."""

from __future__ import annotations

import json
from typing import Any

from sidus_lab.sidus import answers
from sidus_lab.sidus.differences import Diff
from tests.sidus.standins import version

NOTHING = {"package": "", "new": 0, "gone": 0, "changed": 0, "rows": []}
CHANGED = {"what": "changed", "why": ["content"]}
GONE = {"path": "/f", "what": "gone", "why": ["gone"]}
HIDDEN = {**CHANGED, "recipe": False, "lines": [], "left_out": 0, "hidden": "why"}
VALUE: dict[str, Any] = {
    "before": version(),
    "after": version("b" * 64),
    "same": False,
    "recipe": [{"key": "packages", "gone": ["fio"], "new": ["hwloc"]}],
    "packages": [
        {"name": "fio", "arch": "amd64", "what": "gone", "before": "3.33", "after": ""},
        {"name": "libc6", "arch": "amd64", "what": "down", "before": "2.36-9", "after": "2.36-8"},
    ],
    "users": [{"kind": "user", "name": "sshd", "before": "101:", "after": "102:"}],
    "texts": [
        {
            "path": "/etc/ssh/sshd_config",
            **CHANGED,
            "package": "",
            "recipe": False,
            "lines": ["--- a/etc/ssh/sshd_config", "-<b>", "+MaxSessions 99"],
            "left_out": 3,
            "hidden": "",
        },
        {
            "path": "/etc/sudoers",
            **CHANGED,
            "package": "sudo",
            "recipe": False,
            "lines": [],
            "left_out": 0,
            "hidden": "why",
        },
    ],
    "files": [
        {"package": "numpy", "new": 1, "gone": 0, "changed": 40000, "rows": [{"path": "/x", **CHANGED}]},
        {
            "package": "fio",
            "new": 0,
            "gone": 1,
            "changed": 0,
            "rows": [{"path": "/f", "what": "gone", "why": ["gone"]}],
        },
    ],
    "bookkeeping": {**NOTHING, "changed": 7},
}


def _diff(**changes: Any) -> Diff:
    return answers.difference({**VALUE, **changes})


def test_packages_come_first_then_what_somebody_configured() -> None:
    assert str(_diff()).splitlines() == [
        (
            "small@aaaaaaaaaaaa -> small@bbbbbbbbbbbb: 2 packages, 1 user or group, 2 texts of configuration, "
            "40002 other files"
        ),
        "",
        "packages:",
        "  - fio 3.33",
        "    libc6 2.36-9 -> 2.36-8 (down)",
        "",
        "recipe:",
        "  packages: - fio, + hwloc",
        "",
        "users and groups:",
        "    user sshd 101: -> 102:",
        "",
        "configuration:",
        "  --- a/etc/ssh/sshd_config",
        "  -<b>",
        "  +MaxSessions 99",
        "  ... 3 lines more",
        "  changed /etc/sudoers (content): why",
        "",
        "other files:",
        "  numpy: 1 new, 40000 changed",
        "  fio: 1 gone: /f (gone)",
        "",
        "bookkeeping:",
        "  7 changed (databases, caches; all=True names them)",
    ]


def test_html_is_escaped_and_data_is_plain() -> None:
    shown = str(_diff()._repr_mimebundle_()["text/html"])
    assert "-&lt;b&gt;" in shown
    assert "<table" in shown
    plain = json.loads(json.dumps(_diff().to_dict()))
    assert (plain["before"], plain["packages"][0]["what"]) == ("small@aaaaaaaaaaaa", "gone")


def test_a_version_with_itself() -> None:
    nothing = {key: [] for key in ("recipe", "packages", "users", "texts", "files")}
    same = _diff(**nothing, same=True, after=version(), bookkeeping=NOTHING)
    assert str(same) == "small@aaaaaaaaaaaa -> small@aaaaaaaaaaaa: the same content"
