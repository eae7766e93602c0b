"""From the published files to tidy frames: one row per measurement, plain names, units in ``frame.attrs["units"]``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

# Units of the CWB columns, by how a name begins and ends (the project's own column documentation). The bandwidth of
# iperf has no unit there; all its values (158 to 930) are of the size of Mbit/s.
_CWB_UNITS = (
    ("fio/", "-bandwidth", "KiB/s"),
    ("fio/", "-disk-util", "%"),
    ("fio/", "-duration", "ms"),
    ("fio/", "-iops", "1/s"),
    ("fio/", "-latency", "µs"),
    ("fio/", "-latency-95-percentile", "µs"),
    ("iperf/", "-bandwidth", "Mbit/s"),
    ("stressng/", "-bogo-ops", "1/s"),
    ("sysbench/fileio-", "-throughput", "MB/s"),
    ("sysbench/memory-", "-throughput", "MB/s"),
    ("sysbench/", "-latency", "ms"),
    ("sysbench/", "-latency-95-percentile", "ms"),
    ("sysbench/", "-total-size", "GB"),
    ("wordpress-bench/", "-response_time", "ms"),
    ("wordpress-bench/", "-throughput", "1/s"),
    ("wordpress-bench/", "-num_failures", "count"),
    ("wordpress-bench/", "-failure_rate", "ratio"),
    ("instance/", "ram-total", "kB"),
    ("instance/", "cpu-cores", "count"),
    ("", "-duration", "s"),
)


def cwb(files: dict[str, Path]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return 732 runs (244 machines x 3): the published columns, with `instance_type` and `region` read from `source`.

    `provider_vm_id` is the machine, `iteration` 1 to 3 the repetition. The CPU model, published with the first
    iteration only, is given for all three. There is no clock column, so nothing can be said about time.
    """
    frame = pd.read_csv(files["runs"], sep=";").drop(columns="provider_vm_id_iteration")
    frame["iteration"] = frame["iteration"].astype(int)
    parts = frame["source"].str.extract(r"_aws(?:-(?P<region>eu|us))?_(?P<kind>[a-z0-9.\-]+)$")
    frame.insert(1, "region", parts["region"].fillna("eu"))  # no prefix means eu-west-1a (column documentation)
    frame.insert(1, "instance_type", parts["kind"])
    constant = ["instance/cpu-model", "instance/cpu-cores", "instance/ram-total", "instance/gcc-version"]
    frame[constant] = frame.groupby("provider_vm_id")[constant].transform("first")
    units = {}
    for column in frame.columns:
        for start, end, unit in _CWB_UNITS:
            if column.startswith(start) and column.endswith(end):
                units[column] = unit
                break
    return frame.sort_values(["instance_type", "region", "provider_vm_id", "iteration"], ignore_index=True), units


_TOKIO = {
    "darshan_agg_perf_by_slowest_posix": ("performance", "MiB/s"),
    "darshan_total_gibs_posix": ("work", "GiB"),
    "darshan_walltime": ("duration", "s"),
    "darshan_nprocs": ("processes", "count"),
    "fs_tot_bytes_read": ("server_read", "B"),
    "fs_tot_bytes_written": ("server_written", "B"),
    "fs_ave_oss_cpu": ("server_cpu", "%"),
    "fs_ave_mds_cpu": ("metadata_cpu", "%"),
    "fshealth_ost_avg_full_pct": ("full", "%"),
    "jobsdb_concurrent_nodes": ("concurrent_nodes", "count"),
    "_datetime_start": ("start_published", "s"),
}


def tokio(files: dict[str, Path]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return one row per benchmark run of the year, all systems that are in `files`, ordered by time.

    `start` is UTC, from the start time that Darshan logged inside the job, which the authors' errata call the ground
    truth; `start_published` is the column ``_datetime_start`` as published (seconds; on the NERSC systems it counts the
    wall clock of California as if that were UTC). `complete` says that no published column of the row is empty.
    `direction` and `layout` (one file for each process, or shared) follow the definitions of the authors' scripts.
    """
    frames = []
    for system, path in files.items():
        raw = pd.read_csv(path, low_memory=False)
        complete = raw.notna().all(axis=1)
        write = raw["darshan_biggest_write_api_bytes"] > raw["darshan_biggest_read_api_bytes"]
        used = np.where(write, raw["darshan_biggest_write_api_files"], raw["darshan_biggest_read_api_files"])
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = np.mod(used, raw["darshan_nprocs"].to_numpy(float)) / used
        part = pd.DataFrame(
            {
                "system": system,
                "file_system": raw["_file_system"],
                "start": pd.to_datetime(raw["darshan_start_time"], unit="s", utc=True),
                "application": raw["darshan_app"].str.rsplit("/", n=1).str[-1],
                "direction": np.where(write, "write", "read"),
                "layout": np.where(np.abs(rest) < 0.05, "file per process", "shared"),
                "complete": complete,
            }
        )
        for column, (name, _) in _TOKIO.items():
            part[name] = raw[column] if column in raw.columns else np.nan
        frames.append(part)
    frame = pd.concat(frames, ignore_index=True).sort_values("start", kind="stable", ignore_index=True)
    return frame, dict(_TOKIO.values())


def cashew_monitoring(files: dict[str, Path]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return 12,672 samples: temperature (°C) or frequency (GHz) of one core at one time, on two nodes of 4 x 16 cores.

    `phase` says whether the sample was taken before, during or after the computation.
    """
    raw = pd.read_csv(files["monitoring"])
    phase = np.select(
        [raw["timestamp"] < raw["start_exp"], raw["timestamp"] > raw["stop_exp"]], ["before", "after"], "run"
    )
    frame = pd.DataFrame(
        {
            "when": pd.to_datetime(raw["timestamp"], unit="s", utc=True),
            "seconds": raw["timestamp"] - raw["start_exp"],
            "phase": phase,
            **_cashew_place(raw),
            "kind": raw["kind"],
            "value": raw["value"],
            "unit": raw["kind"].map({"frequency": "GHz", "temperature": "°C"}),
        }
    )
    return frame.sort_values(["when", "node", "core", "kind"], ignore_index=True), {"seconds": "s"}


def cashew_performance(files: dict[str, Path]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return 100 calls of dgemm: duration (s), sizes, floating-point operations (2mnk) and their rate (Gflop/s)."""
    raw = pd.read_csv(files["performance"])
    work = 2.0 * raw["m"] * raw["n"] * raw["k"]
    frame = pd.DataFrame(
        {
            "seconds": raw["timestamp"],
            **_cashew_place(raw),
            "operation": raw["function"],
            **{size: raw[size] for size in "mnk"},
            "duration": raw["duration"],
            "work": work,
            "rate": work / raw["duration"] / 1e9,
        }
    )
    units = {"seconds": "s", "duration": "s", "work": "flop", "rate": "Gflop/s"}
    return frame.sort_values("seconds", ignore_index=True), units


def _cashew_place(raw: pd.DataFrame) -> dict[str, pd.Series]:
    """Return where a measurement was made: the node by its cluster's name, the CPU (socket) and the core."""
    return {"node": raw["cluster"] + "-" + raw["node"].astype(str), "cpu": raw["cpu"], "core": raw["core"]}


#: For each data set its parts: the files a part needs and how it is read; the first is the default.
PARTS: dict[
    str, dict[str, tuple[tuple[str, ...], Callable[[dict[str, Path]], tuple[pd.DataFrame, dict[str, str]]]]]
] = {
    "cwb": {"runs": (("runs",), cwb)},
    "tokio": {
        "all": (("edison", "cori", "mira"), tokio),
        **{system: ((system,), tokio) for system in ("edison", "cori", "mira")},
    },
    "cashew": {
        "monitoring": (("monitoring",), cashew_monitoring),
        "performance": (("performance",), cashew_performance),
    },
}
