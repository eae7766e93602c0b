"""Where each public data set lives, what it may be used for, and how its files come to this machine."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import DataError

_RAW = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class File:
    """One file as published: its path in the repository, its SHA-256, and its name in a local copy."""

    path: str
    sha256: str
    local: str


@dataclass(frozen=True)
class Source:
    """A public data set: a repository at one commit, its licence, and how to cite it."""

    name: str
    title: str
    repository: str
    commit: str
    licence: str
    citation: str
    doi: str
    files: Mapping[str, File]

    def address(self, key: str) -> str:
        """Return the public address of one file."""
        return f"{_RAW}/{self.repository}/{self.commit}/{self.files[key].path}"

    def credit(self) -> str:
        """Return the lines shown when the data are loaded."""
        doi = f" doi:{self.doi}." if self.doi else ""
        return f"{self.title}.\nCite: {self.citation}{doi} Licence: {self.licence}."

    def fetch(self, key: str) -> Path:
        """Return the path of a file on this machine, its checksum verified; fetch it on first use.

        ``SIDUS_LAB_DATA`` names a folder with local copies (``<data set>/<file>``), which then is the only place looked
        at. Raises `DataError` when the file cannot be had or has another checksum.
        """
        file = self.files[key]
        local = os.environ.get("SIDUS_LAB_DATA", "")
        path = self._copy(Path(local), file) if local else self._download(key)
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != file.sha256:
            raise DataError(
                f"The file {path.name} of the data set {self.name!r} is not the published one: its SHA-256 differs.",
                hint=f"delete {path} and load again",
                detail=f"expected {file.sha256}\nfound    {found}",
            )
        return path

    def _copy(self, folder: Path, file: File) -> Path:
        path = folder / file.local
        if not path.is_file():
            raise DataError(
                f"The data set {self.name!r} is not in the folder that SIDUS_LAB_DATA names: {file.local} is missing.",
                hint=f"put the file there ({_RAW}/{self.repository}/{self.commit}/{file.path}) or unset SIDUS_LAB_DATA",
            )
        return path

    def _download(self, key: str) -> Path:
        import pooch
        import requests

        file = self.files[key]
        # pooch reports every download on stderr; the credit lines say what a reader needs.
        pooch.get_logger().setLevel(logging.WARNING)
        try:
            return Path(
                pooch.retrieve(
                    self.address(key),
                    known_hash=f"sha256:{file.sha256}",
                    fname=Path(file.local).name,
                    path=Path(pooch.os_cache("sidus_lab")) / self.name,
                    downloader=pooch.HTTPDownloader(timeout=30),
                )
            )
        except (requests.RequestException, OSError) as error:
            raise DataError(
                f"The data set {self.name!r} is not on this machine yet and could not be fetched.",
                hint="connect to the network once, or let SIDUS_LAB_DATA name a folder that holds " + file.local,
                detail=f"{type(error).__name__}: {error}"[:160],
            ) from error
        except ValueError as error:  # pooch's word for a wrong checksum; it keeps nothing then
            raise DataError(
                f"What was fetched for the data set {self.name!r} is not the published file: its SHA-256 differs.",
                hint="try again; if it stays so, a proxy may have put something else in its place",
            ) from error


SOURCES = {
    source.name: source
    for source in (
        Source(
            name="cwb",
            title="Cloud WorkBench: the same benchmarks, three times, on each of 244 cloud virtual machines",
            repository="joe4dev/cwb-analysis",
            commit="81a4739e8521325db0c784564760c33610c11f71",
            licence="CC-BY-4.0",
            citation="J. Scheuner and P. Leitner, Estimating Cloud Application Performance Based on Micro-Benchmark "
            "Profiling, IEEE CLOUD 2018.",
            doi="10.1109/CLOUD.2018.00019",
            files={
                "runs": File(
                    "data_interim/cwb-data-interim.csv",
                    "fb9bb415d6112f0570a6a6161f288702187563dddec68da4a0b23a5dc4d23b7f",
                    "cwb/cwb-data-interim.csv",
                )
            },
        ),
        Source(
            name="tokio",
            title="A year of daily input/output benchmarks on five parallel file systems at NERSC and ALCF",
            repository="NERSC/tokio-abcutils",
            commit="d8594fb7cc0060d24d7f24c68390daebdf18383f",
            licence="BSD-3-Clause (LBNL)",
            citation="G. K. Lockwood et al., A Year in the Life of a Parallel File System, SC18.",
            doi="10.5281/zenodo.1345780",
            files={
                system: File(f"summaries/{name}", digest, f"tokio/{name}")
                for system, name, digest in (
                    (
                        "edison",
                        "edison-summaries_2017-02-14-2018-02-15.csv.gz",
                        "64719cafd2f260dc5dacc94eddf149750cbac13110e65b1e5c8042d1de72e29d",
                    ),
                    (
                        "cori",
                        "cori-summaries_2017-02-14-2018-02-15.csv.gz",
                        "6ab5e6ae540d312885a3cc12773fd4318315e5200a2df18c605b674aaea60bb3",
                    ),
                    (
                        "mira",
                        "mira-summaries_2017-02-14_2018-02-15.csv.gz",
                        "c67f021fb1aa8fe04d85c290220ffc2caa8b7b21097209ed430b8510a6c58f45",
                    ),
                )
            },
        ),
        Source(
            name="cashew",
            title="Two nodes of one cluster under one system: temperature and frequency of 128 cores, and dgemm times",
            repository="Ezibenroc/cashew",
            commit="4c9546977253c8041c5528bdcfda69a266306d99",
            licence="MIT",
            citation="T. Cornebize, cashew: performance non-regression tests on Grid'5000; its test data.",
            doi="10.5281/zenodo.4625737",
            files={
                "monitoring": File(
                    "test_data/test_data_monitoring.csv",
                    "93493261b41055ba9c944db43db691f22d49a5153c10d1adec2c81d4cacd5496",
                    "cashew/test_data_monitoring.csv",
                ),
                "performance": File(
                    "test_data/test_data_performance.csv",
                    "bc2d13efd89d8b59b10f068417a3ef5b2eb7dc765f4f77bff7ea5128f0ee3ae3",
                    "cashew/test_data_performance.csv",
                ),
            },
        ),
    )
}
