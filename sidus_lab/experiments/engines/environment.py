"""The clean environment that every program is started in: what is stated here, by the workload and by the factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sidus_lab.experiments.factors import Factor
from sidus_lab.experiments.workloads.kind import AnyWorkload

#: All that a program finds of the node's environment: nothing. No shell, profile or login of the node adds to it.
CLEAN: Final[Mapping[str, str]] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",  # noqa: S108
    "TZ": "UTC",
}


def words(
    workload: AnyWorkload,
    factors: Sequence[Factor],
    levels: Mapping[str, str],
    *,
    mark: str,
    program: str,
    probed: bool,
) -> list[str]:
    """Return the command of one execution: ``env -i``, all variables, and the program with its arguments.

    A factor at its level ``default`` is unset, even where the clean environment or the workload sets it.
    """
    values = {**CLEAN, **workload.environment}
    arguments: list[str] = []
    for factor in factors:
        process = factor.of_kind.process(factor.name, levels[factor.name])
        for name in process.unset:
            values.pop(name, None)
        values |= process.environment
        arguments += process.arguments
    values |= {"SIDUS_RUN": mark, "SIDUS_FACTORS": ",".join(factor.name for factor in factors)}
    variables = [f"{name}={value}" for name, value in values.items()]
    return ["/usr/bin/env", "-i", *variables, *workload.command(program, probed=probed), *arguments]
