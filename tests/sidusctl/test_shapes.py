"""The contract between the halves: what each verb really answers has exactly the keys and types of its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import files, formats, shaped, shapes
from sidus_lab.sidusctl.cli import GROUPS, VERBS
from sidus_lab.sidusctl.grammar import Verb
from sidus_lab.sidusctl.image import build
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.power.kinds import KINDS
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.serve import settings
from tests.sidusctl.conftest import BOOTABLE, Answer, Program, add_node, mode
from tests.sidusctl.serve.test_kinds import SERVING

ALL: dict[str, Verb] = {verb.words: verb for verb in (*VERBS, *(each for group in GROUPS for each in group.verbs))}
RECIPE = {**BOOTABLE, "name": "handmade"}


def _commit(ctl: Program, folder: Path) -> None:
    """A version with a kernel that is none: everything but the boot is real."""
    tree = folder / "tree"
    (tree / "boot").mkdir(parents=True)
    (tree / "usr/lib/sidus").mkdir(parents=True)
    facts: dict[str, str] = {"suite": "bookworm", "kernel": "1-test"}
    for file, key in (("vmlinuz-1-test", "vmlinuz_sha256"), ("initrd.img-1-test", "initrd_sha256")):
        (tree / "boot" / file).write_bytes(file.encode() * 100)
        facts[key] = files.sha256(tree / "boot" / file)
    (tree / "usr/lib/sidus/image.json").write_text(json.dumps(facts))
    lock = [{"name": "base-files", "version": "12.4", "arch": "amd64", "sha256": "00" * 32}]
    (tree / "usr/lib/sidus/lock.json").write_text(json.dumps(lock))
    info: shapes.VersionInfo = {
        "recipe": parse(json.dumps(RECIPE).encode()).to_dict(),
        "boot": build.boot_hash(),
        "packages": 1,
        "kernel": "1-test",
    }
    Store(ctl.site / "repo", Privilege(mode())).commit("handmade", tree, info)


@pytest.fixture
def answers(ctl: Program, tmp_path: Path) -> dict[str, list[Answer]]:
    """Every verb asked for real, in the order of a site's life."""
    _commit(ctl, tmp_path / "made")
    found: dict[str, list[Answer]] = {}

    def ask(verb: str, *words: str, stdin: str = "") -> Answer:
        answer = ctl(*verb.split(), *words, stdin=stdin)
        found.setdefault(verb, []).append(answer)
        return answer

    ask("init")
    ask("check")
    ask("doctor")
    (ctl.site / "secrets" / "nobody").mkdir()
    ask("doctor", "--mend")
    ask("image list")
    ask("image show", "handmade")
    ask("image diff", "handmade", "handmade")
    ask("image tag", "handmade", "v1")
    ask("image tags")
    ask("image untag", "v1")
    ask("image log", "handmade")
    ask("image gc", "--dry-run")
    ask("image build", stdin=json.dumps(RECIPE))
    ask("image publish", "handmade")
    ask("image publish", "handmade")
    ask("image verify", "handmade")
    started = ask("image publish", "handmade", "--detach")
    ask("image build", "--detach", stdin=json.dumps(RECIPE))
    ask("image show", "handmade")
    ask("image list")
    for verb, word in (("install", "No_Package"), ("remove", "nosuch"), ("run", " ")):  # they start and then fail
        ask("image " + verb, "handmade", word, "--detach", "--message", "why")
    ask("image rebuild", "handmade", "--detach")
    ask("job follow", started.value["job"])
    root = ask("image publish", "handmade").value["root_hash"]
    ask("image hold", root, "--for", "run 1")
    ask("image release", "--for", "run 1")
    ask("image gc")
    ask("job follow", ask("image gc", "--detach").value["job"])
    ask("job cancel", started.value["job"])
    found["node add"] = [add_node(ctl, number, bmc_port=str(number)) for number in (1, 2)]
    ask("node add", "node3", "--mac", "52:54:00:00:00:03", "--address", "h3", "--power", "by-hand")
    ask("node import", stdin="name,mac,address\nnode8,52:54:00:00:00:08,h8\n")
    told = {
        "time": 1,
        "address": "10.0.0.9",
        "uri": "/report/-/newcomer?mac=52-54-00-00-00-09",
        "status": 200,
        "bytes": 6,
    }
    (ctl.site / "log" / "access.jsonl").write_text(json.dumps(told) + "\n")
    ask("node newcomers")
    ask("node adopt", "52:54:00:00:00:09", "node9", "--address", "h9", "--power", "by-hand")
    ask("node assign", "node[1,3]", "handmade", "--arg", "nosmt")
    ask("node rekey", "node1")
    ask("node list")
    ask("node proven")
    ask("node power", "node[1,3]", "status")
    (ctl.site / "log" / "access.jsonl").write_text(
        '{"time": 99999999999, "uri": "/report/node1/network?up=4"}\n'
        '{"time": 99999999999, "uri": "/report/node3/ready"}\n'
    )
    proved = ask("node list", "node1").value["nodes"][0]["assignment"]["root_hash"]
    ask("node power", "node3", "on")
    ask("node note-proof", "node3", proved)
    ask("node rollback", "node3")
    ask("node status")
    ask("node status", "--no-power")
    ask("node witness", stdin="00" * 16)
    enrolment = {"key": "ab" * 90, "firmware": dict.fromkeys(("0", "2", "7"), "cd" * 32), "loaders": []}
    ask("node enrol", "node1", stdin=json.dumps(enrolment))
    ask("node witness", "node1", stdin="00" * 16)
    ask("node enrol", "node1", "--forget")
    ask("node remove", "node2")
    ask("job list")
    ask("serve list")
    formats.write("serving", settings.path(ctl.site), SERVING)
    ask("serve show", "nginx")
    return found


@pytest.mark.slow
def test_every_verb_answers_in_its_shape(answers: dict[str, list[Answer]]) -> None:
    # Those of a site that is served need a network of their own: serve/test_bring.py holds them to their shapes.
    shown = {words for words, verb in ALL.items() if verb.text and not words.startswith("site ")}
    assert set(answers) == shown  # a new verb must be asked here too
    for words, said in answers.items():
        for answer in said:
            *before, last = answer.events
            for event in before:
                shape: Any = shapes.JobEvent if event["event"] == "job" else shapes.ProgressEvent
                assert shaped.faults(event, shape, exact=True) == [], (words, event)
            assert shaped.faults(last, shapes.ResultEvent, exact=True) == [], (words, last)
            tried = {shape.__name__: _faults(answer.value, shape) for shape in ALL[words].answers}
            assert [] in tried.values(), (words, tried)
    every = [shape for words, verb in ALL.items() if words in shown for shape in verb.answers]
    every = [shape for shape in every if shape is not shapes.Rebuilt]  # takes a whole build: image/test_rebuild.py
    for shape in every:  # and each shape that is promised was met
        assert any(_faults(answer.value, shape) == [] for said in answers.values() for answer in said), shape


def _faults(value: Any, shape: Any) -> list[str]:
    """The faults of an answer; the power of a node has the shape of its own kind."""
    rows = value.get("nodes", [value]) if isinstance(value, dict) else []
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("power"), dict):
            wrong = shaped.faults(row["power"], KINDS[row["power"]["kind"]].shape, exact=True, where="power")
            if wrong:
                return wrong
            row = {**row, "power": {"kind": row["power"]["kind"]}}
            rows = [row if each["name"] == row["name"] else each for each in rows]
    if isinstance(value, dict) and "nodes" in value:
        value = {**value, "nodes": rows}
    elif rows and rows != [value]:
        value = rows[0]
    return shaped.faults(value, shape, exact=True)


@pytest.mark.parametrize(
    "words", [["nosuch"], ["node", "list", "node1"], ["job", "follow", "x"], ["image", "show", "x"]]
)
def test_every_error_has_its_shape(ctl: Program, words: list[str]) -> None:
    assert shaped.faults(ctl(*words).error, shapes.ErrorEvent, exact=True) == []


def test_what_is_kept_on_disk_has_its_shape(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("image", "publish", "none")
    job = next((ctl.site / "jobs").iterdir())
    for path, shape in (
        (ctl.site / "site.json", shapes.SiteFacts),
        (job / "job.json", shapes.JobNote),
        (job / "result.json", shapes.OutcomeNote),
    ):
        assert shaped.faults(json.loads(path.read_text()), shape, exact=True) == [], path


def test_all_shapes_say_what_they_are() -> None:
    for name in shapes.__all__:
        shape = getattr(shapes, name)
        if hasattr(shape, "__required_keys__"):
            assert shape.__doc__, name
            assert not shape.__doc__.startswith("dict("), name
