"""What is left out of a shipped recording, and what is never left out."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from sidus_lab.recording.tape import Exchange, read
from sidus_lab.sidus.entrance import recorded_site
from tests.recording.standins import write
from tests.sidus.played.tapes import HASH, SITE, two_nodes

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import record_site


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return two_nodes(tmp_path / "two.jsonl")


def test_what_is_played_stays_the_same(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.jsonl"
    made.write_text(record_site.refined(file, {}, {"site": SITE, "called": "made"}))
    assert json.loads(made.read_text().splitlines()[0])["called"] == "made"
    with recorded_site(made, speed=math.inf) as lab:
        lab.nodes().assign(HASH, scrub=True).boot().result(60)
        assert lab.node("node1").run(["sh", "-s"]).text == "facts of node1, boot 1"
        lab.node("node1").run(["sh", "-c", "echo x >>/etc/file"])
        assert lab.node("node1").run(["sh", "-s"]).text == "facts of node1, changed"


def test_an_answer_that_is_never_played_goes(tmp_path: Path) -> None:
    words = ("python3", "sidusctl.pyz", "--site", SITE)
    entries = [
        Exchange("run", (*words, "image", "list"), at=1.0, stdout=b"1"),
        Exchange("run", (*words, "image", "list"), at=2.0, stdout=b"2"),
        Exchange("run", (*words, "node", "status"), at=3.0, stdout=b"3"),
        Exchange("run", (*words, "node", "status"), at=4.0, stdout=b"4"),
        Exchange("run", ("sh", "-c", "a\nb", "sidus-drill", "flipped-bit", SITE), at=5.0),
        Exchange("run", (*words, "image", "list"), at=6.0, stdout=b"6"),
        Exchange("run", ("/bin/sh", "-c", "c\nd", "A=1"), via=">root@a:1", at=7.0, stdout=b"7"),
        Exchange("run", ("/bin/sh", "-c", "c\nd", "A=1"), via=">root@a:1", at=8.0, stdout=b"8"),
    ]
    made = tmp_path / "made.jsonl"
    made.write_text(record_site.refined(write(tmp_path / "raw", *entries), {}, {}))
    assert [entry.stdout for entry in read(made)[1]] == [b"2", b"3", b"4", b"", b"6", b"7", b"8"]


def test_private_words_go_as_whole_words_only(tmp_path: Path) -> None:
    entries = [Exchange("run", ("cat", "/x/lab/site"), stdout=b"vm: kvm /x/lab/site/a /x/lab")]
    raw = write(tmp_path / "raw", *entries)
    text = record_site.refined(raw, {"/x/lab": "/srv/..", "/x/lab/site": "/srv", "vm": "host"}, {})
    assert "host: kvm /srv/a /srv/.." in text
    assert "/x/" not in text
