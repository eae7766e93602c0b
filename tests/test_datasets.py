"""Data sets: verified, tidy, credited, clear when absent; and the simulator keeps to its truth."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.datasets.published import TABLES
from sidus_lab.datasets.sources import SOURCES
from sidus_lab.errors import DataError
from tests.public_data import DATA, needs_data


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIDUS_LAB_DATA", str(DATA))
    return DATA


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@needs_data
@pytest.mark.usefixtures("local", "no_network")
class TestPublicData:
    def test_cwb(self, capsys: pytest.CaptureFixture[str]) -> None:
        runs = datasets.load("cwb")
        assert len(runs) == 732
        assert runs["provider_vm_id"].nunique() == 244
        assert runs["instance/cpu-model"].notna().groupby(runs["provider_vm_id"]).nunique().eq(1).all()
        cell = runs[runs["source"] == "rmit-combined_v3_aws_m3.medium"]
        assert set(cell["region"]) == {"eu"}
        assert set(cell["instance_type"]) == {"m3.medium"}
        assert cell.groupby("provider_vm_id").size().tolist() == [3] * 60
        numbers = [c for c in runs.select_dtypes("number").columns if c != "iteration"]
        assert [c for c in numbers if c not in runs.attrs["units"]] == []
        said = capsys.readouterr().out
        assert "CC-BY-4.0" in said
        assert "10.1109/CLOUD.2018.00019" in said

    def test_the_records_of_the_year_depend_on_whose_midnight_it_is(self) -> None:
        """Lockwood et al. (SC18) report 11,986 records: 7,219 Edison, 2,522 Cori, 2,245 Mira."""
        runs = datasets.load("tokio", quiet=True)
        assert len(runs) == 7_500 + 11_232 + 2_533

        def counts(zone: str) -> dict[str, int]:
            clock = pd.to_datetime(runs["start_published"], unit="s", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
            keep = (clock >= "2017-02-14") & (clock < "2018-02-15") & runs["complete"] & (runs["work"] > 1)
            keep &= ~((runs["system"] == "cori") & (runs["processes"] <= 1024))
            keep &= ~((runs["application"] == "hacc_io_write") & (runs["layout"] == "shared"))
            return runs[keep].groupby("system").size().to_dict()

        assert counts("America/Los_Angeles") == {"cori": 2_522, "edison": 7_219, "mira": 2_245}
        assert sum(counts("America/Los_Angeles").values()) == 11_986
        assert sum(counts("UTC").values()) == 11_946

    def test_the_published_clock_follows_daylight_saving(self) -> None:
        runs = datasets.load("tokio", "edison", quiet=True)
        start = (runs["start"] - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
        hours = ((start - runs["start_published"]) / 3600).round(3)
        california = (
            -runs["start"].dt.tz_convert("America/Los_Angeles").map(lambda t: t.utcoffset().total_seconds()) / 3600
        )
        assert (hours == california).all()

    def test_cashew(self) -> None:
        samples = datasets.load("cashew", quiet=True)
        assert len(samples) == 12_672
        assert samples.groupby("node")["core"].nunique().to_dict() == {"yeti-1": 64, "yeti-2": 64}
        calls = datasets.load("cashew", "performance", quiet=True)
        assert len(calls) == 100
        assert calls["rate"].between(5, 40).all()

    def test_another_file_under_the_same_name_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "cwb"
        folder.mkdir()
        text = (DATA / "cwb/cwb-data-interim.csv").read_text()
        (folder / "cwb-data-interim.csv").write_text(text.replace("6036.5", "6036.6", 1))
        monkeypatch.setenv("SIDUS_LAB_DATA", str(tmp_path))
        with pytest.raises(DataError, match="SHA-256 differs"):
            datasets.load("cwb")

    def test_fetching_reaches_every_file(self) -> None:
        paths = [path for files in datasets.fetch_all().values() for path in files]
        assert len(paths) == 6


def test_a_missing_local_copy_says_which_file_belongs_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDUS_LAB_DATA", str(tmp_path))
    with pytest.raises(DataError) as caught:
        datasets.load("tokio", "cori")
    assert "tokio/cori-summaries" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 3


@pytest.mark.usefixtures("no_network")
def test_without_network_and_copy_the_error_is_short_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIDUS_LAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DataError) as caught:
        datasets.load("cwb")
    text = str(caught.value)
    assert "could not be fetched" in text
    assert "SIDUS_LAB_DATA" in text
    assert len(text.splitlines()) <= 3


@needs_data
@pytest.mark.usefixtures("no_network")
def test_what_was_fetched_once_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIDUS_LAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "sidus_lab" / "cwb"
    cache.mkdir(parents=True)
    shutil.copy(DATA / "cwb/cwb-data-interim.csv", cache)
    assert len(datasets.load("cwb", quiet=True)) == 732


def test_unknown_names_and_parts_list_the_known_ones() -> None:
    with pytest.raises(DataError, match="published/gauge"):
        datasets.load("nothing")
    with pytest.raises(DataError, match="monitoring, performance"):
        datasets.load("cashew", "nothing")


def test_addresses_name_a_commit_and_a_checksum() -> None:
    for source in SOURCES.values():
        for key, file in source.files.items():
            assert source.commit in source.address(key)
            assert len(file.sha256) == 64


@pytest.mark.parametrize("name", TABLES)
def test_textbook_tables_are_complete_and_name_their_source(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    frame = datasets.load(f"published/{name}")
    table = TABLES[name]
    assert len(frame) == np.prod([len(levels) for levels in table.factors.values()])
    assert frame[table.response].notna().all()
    assert table.source in capsys.readouterr().out
    assert frame.attrs["answers"]


class TestSimulator:
    def test_same_seed_same_frame_and_another_seed_another(self) -> None:
        one, two, other = (datasets.simulate(seed=seed) for seed in (3, 3, 4))
        pd.testing.assert_frame_equal(one, two)
        assert not one["duration"].equals(other["duration"])

    def test_it_says_what_it_is_in_every_representation_even_after_slicing(self) -> None:
        runs = datasets.simulate(nodes=3)
        part = runs[runs["node"] == "node1"]
        for frame in (runs, part):
            assert "simulated data" in repr(frame)
            assert "simulated data" in frame._repr_html_()
            assert frame.attrs["simulated"] is True
        assert runs["run"].str.startswith("simulated").all()

    @pytest.mark.parametrize("tails", ["normal", "heavy"])
    def test_the_components_are_those_of_the_truth(self, tails: str) -> None:
        runs = datasets.simulate(
            nodes=400, boots=3, repeats=12, node_sd=0.05, boot_sd=0.03, tails=tails, seed=1, mean=2
        )
        truth = runs.attrs["truth"]["variance"]
        within = runs.groupby(["node", "boot"])["duration"]
        repeat = within.var().mean()
        boot_means = within.mean()
        boot = boot_means.groupby("node").var().mean() - repeat / 12
        node = boot_means.groupby("node").mean().var() - boot / 3 - repeat / 36
        assert repeat == pytest.approx(truth["repeat"], rel=0.15 if tails == "heavy" else 0.05)
        assert boot == pytest.approx(truth["boot"], rel=0.15)
        assert node == pytest.approx(truth["node"], rel=0.25)

    def test_effects_of_images_and_codes_are_those_of_the_truth(self) -> None:
        runs = datasets.simulate(nodes=6, repeats=40, images={"a": 0, "b": 0.1}, codes={"x": 0, "y": -0.2}, seed=2)
        mean = runs.groupby(["image", "code"])["duration"].mean().unstack()
        assert (mean.loc["b"] - mean.loc["a"]).mean() == pytest.approx(0.1, abs=0.005)
        assert (mean["y"] - mean["x"]).mean() == pytest.approx(-0.2, abs=0.005)
        assert runs.attrs["truth"]["causes"] == ["hardware", "software", "code"]

    def test_a_deeper_state_costs_more_and_work_that_never_waits_does_not_care(self) -> None:
        idle = datasets.Idle({"messages": 10_000, "busy": 0})
        runs = datasets.simulate(nodes=4, repeats=6, idle=idle, node_sd=0, seed=5)
        mean = runs.groupby(["workload", "cpu_dma_latency"])["duration"].mean()
        for level, cost in runs.attrs["truth"]["wake_cost_us"].items():
            assert mean["messages", level] == pytest.approx(1 + cost * 1e-6 * 10_000, abs=0.02)
            assert mean["busy", level] == pytest.approx(1, abs=0.02)
        doses = [runs.attrs["truth"]["wake_cost_us"][level] for level in ("default", "200", "50", "20", "5", "0")]
        assert doses == sorted(doses, reverse=True)
        assert doses[-1] == 0

    def test_drift_and_outliers(self) -> None:
        steady = datasets.simulate(nodes=1, repeats=2_000, node_sd=0, seed=6)
        drifting = datasets.simulate(nodes=1, repeats=2_000, node_sd=0, drift=0.1, seed=6)
        hours = (pd.to_datetime(drifting["when"]).astype("int64").diff().sum()) / 3.6e9
        assert hours > 1
        late = (drifting["duration"] - steady["duration"]).iloc[-1]
        assert late == pytest.approx(0.1 * hours, rel=0.05)
        wild = datasets.simulate(nodes=1, repeats=2_000, node_sd=0, outliers=0.05, seed=6)
        assert (wild["duration"] > 1.25).mean() == pytest.approx(0.05, abs=0.02)

    def test_records_are_blocked_shuffled_and_have_the_aa_phase_first(self) -> None:
        runs = datasets.simulate(nodes=2, boots=2, repeats=4, codes={"x": 0, "y": 0}, aa=3, seed=7)
        assert runs[runs["phase"] == "aa"]["aa"].tolist() == ["A", "A'"] * 3 * 2
        first = runs[runs["node"] == "node1"].iloc[:6]
        assert (first["phase"] == "aa").all()
        for _, block in runs[runs["phase"] == "main"].groupby(["node", "boot"]):
            assert block["order"].is_monotonic_increasing
            assert block.groupby("code").size().tolist() == [4, 4]
        assert len({tuple(b["code"]) for _, b in runs[runs["phase"] == "main"].groupby("boot")}) > 1

    def test_bits_depend_on_what_they_were_told_to(self) -> None:
        runs = datasets.simulate(nodes=4, kinds=2, bits="hardware", codes={"x": 0, "y": 0})
        assert runs.groupby("hardware")["result_hash"].nunique().tolist() == [1, 1]
        assert runs["result_hash"].nunique() == 2

    @pytest.mark.parametrize(
        "wrong", [{"nodes": 0}, {"mean": 0.0}, {"node_sd": -1.0}, {"outliers": 2.0}, {"node_sd": 50.0, "seed": 1}]
    )
    def test_impossible_parameters_are_refused(self, wrong: dict[str, float]) -> None:
        with pytest.raises(DataError):
            datasets.simulate(**wrong)  # type: ignore[arg-type]


def test_the_environment_is_left_alone() -> None:
    before = dict(os.environ)
    datasets.names()
    assert dict(os.environ) == before


def test_simulated_is_not_lost(tmp_path: Path) -> None:
    """A merge, a concat and a file drop what pandas keeps beside a frame; the column stays."""
    runs = datasets.simulate(nodes=2, repeats=2)
    runs.to_csv(tmp_path / "runs.csv", index=False)
    assert pd.concat([runs, runs.assign(node="x")])["simulated"].all()
    assert runs.merge(pd.DataFrame({"node": ["node1"], "rack": ["r"]}), on="node")["simulated"].all()
    assert pd.read_csv(tmp_path / "runs.csv")["simulated"].all()
