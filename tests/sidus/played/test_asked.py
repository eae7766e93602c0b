"""What a command asks, whatever else is written in it: the words that are other ones tomorrow do not count."""

from __future__ import annotations

import pytest

from sidus_lab.sidus.played import asked

CTL = ["python3", "sidusctl.pyz", "--site", "/srv/node"]


def verb(*words: str) -> asked.Verb:
    found = asked.verb([*CTL, *words])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("words", "nodes"),
    [
        (("node", "list"), None),
        (("node", "status", "node[1-2]"), ("node1", "node2")),
        (("node", "status", "--since", "3", "node2"), ("node2",)),
        (("node", "status", "--since=3", "node2"), ("node2",)),
    ],
)
def test_which_nodes(words: tuple[str, ...], nodes: tuple[str, ...] | None) -> None:
    assert verb(*words).by_node
    assert verb(*words).nodes == nodes


def test_an_assignment() -> None:
    found = verb("node", "assign", "node1", "abcd", "--arg", "a=1", "--arg=b=2")
    assert (found.version, found.arguments, found.switch) == ("abcd", ("a=1", "b=2"), "")


def test_power() -> None:
    assert verb("node", "power", "node1", "cycle").switch == "cycle"
    assert verb("node", "power", "node1", "status").switch == ""
    assert not verb("image", "list").by_node
    assert not verb("node", "remove", "node1").by_node


def test_other_commands() -> None:
    assert asked.verb(["ls", "/"]) is None
    assert asked.fault(["sh", "-c", "text", "sidus-drill", "flipped-bit", "/srv"]) == "flipped-bit"
    assert asked.fault(["sh", "-c", "text", "sidus-drill", "mend", "/srv"]) == ""
    assert asked.fault(["sh", "-c", "text"]) is None


def test_a_run_has_another_name_each_time_and_a_script_another_text() -> None:
    one = ["/bin/sh", "-c", "a\nb", "sidus", "/run/x.py", "SIDUS_RUN=20260102-0a/node1", "A=b/c"]
    other = ["/bin/sh", "-c", "c\nd", "sidus", "/run/x.py", "SIDUS_RUN=20300102-ff/node1", "A=b/c"]
    assert asked.key(one, "node1") == asked.key(other, "node1")
    assert asked.key(one, "node2") != asked.key(other, "node2")
    assert asked.run_name(one, "node1") != asked.run_name(other, "node1") != ""
    assert asked.run_name(["cat", "/proc/cmdline"], "node1") == ""


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["sh", "-s", "scrub"], False),
        (["cat", "/proc/cmdline"], False),
        (["/bin/sh", "-c", "two\nlines", "x"], False),
        (["sh", "-c", "echo x >>/etc/hosts"], True),
        (["rm", "/etc/hosts"], True),
    ],
)
def test_what_may_change_a_node(words: list[str], changes: bool) -> None:
    assert asked.touches(words) is changes
