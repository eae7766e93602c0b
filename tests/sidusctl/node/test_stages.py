"""The words of a boot against what really sends them."""

from __future__ import annotations

import re

from sidus_lab.panels import model
from sidus_lab.sidus import status
from sidus_lab.sidusctl.image import bootfiles
from sidus_lab.sidusctl.node import ipxe, stages


def _stages(sender: str) -> set[str]:
    return {stage.word for stage in stages.STAGES if stage.sender == sender}


def _reasons(sender: str) -> set[str]:
    return {word for word, by in stages.REFUSALS.items() if by == sender}


def test_the_boot_script_sends_its_words_and_no_others() -> None:
    script = bootfiles.content("script").decode()
    sent = set(re.findall(r"\bsidus_report ([a-z-]+)", script))
    assert sent == _stages("boot script") | {stages.REFUSED}
    assert set(re.findall(r"\bsidus_refuse ([a-z-]+) \"", script)) == _reasons("boot script")
    # Nothing is sent or refused by a word that only a running script would know.
    assert not re.findall(r"\bsidus_(?:report|refuse) [\"$]", script)


def test_ipxe_sends_its_words_and_no_others() -> None:
    assignment = {"root_hash": "ab" * 32, "arguments": [], "image": "debian12", "version": "0123456789ab"}
    assignment.update(form="memory", levels=[], when=0.0)
    start = ipxe.Start("cd" * 32, "file", "ef" * 32, {"begun": "m", "failed": "m"})
    script = ipxe.node_script("http://server", "node1", assignment, start)
    script += ipxe.unordered_script("http://server", "node1")
    sent = re.findall(r"http://server/report/node1/([a-z-]+)(?:\?reason=([a-z-]+))?", script)
    assert {word for word, _ in sent} == _stages("ipxe") | {stages.REFUSED}
    assert {reason for _, reason in sent if reason} == _reasons("ipxe")


def test_the_running_system_sends_its_word_and_no_other() -> None:
    assert b" /usr/lib/sidus/ready" in bootfiles.content("sidus-ready.service")
    script = bootfiles.content("ready").decode()
    assert set(re.findall(r"^sidus_report ([a-z-]+)", script, re.MULTILINE)) == _stages("system")


def test_the_shares_grow_with_the_boot() -> None:
    shares = [stage.share for stage in stages.STAGES]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_every_word_has_a_sentence_for_people() -> None:
    assert {stage.word for stage in stages.STAGES} == set(model.STAGES)
    assert set(stages.REFUSALS) == set(model.REASONS)
    assert set(stages.LOSSES) == set(status.LOSSES)
