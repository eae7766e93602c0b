"""Time three NumPy operations and hash their results: solve (LAPACK), matmul (BLAS), exp (mostly the C library).

This program runs on the nodes, as a process of its own for each execution, with the node's Python (3.9 or later) and
NumPy (1.20 or later) and nothing else. It prints one JSON object a line and operation. It does not import sidus_lab.

The inputs are made from the bits of a PCG64 generator by operations that IEEE 754 rounds exactly, so they have equal
bits on every machine; their hash is reported, so that a difference would be seen.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Case = tuple[tuple[NDArray[np.float64], ...], Callable[..., NDArray[np.float64]], float, str]

SEED = 20130624


def uniform(stream: int, count: int) -> NDArray[np.float64]:
    """Return `count` numbers in [-0.5, 0.5), multiples of 2**-53: 53 random bits each, no rounding anywhere."""
    raw = np.random.PCG64([SEED, stream]).random_raw(count)
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5


def digest(*arrays: NDArray[np.float64]) -> str:
    """Return the SHA-256 of the arrays' bytes (C order, the machine's byte order, which is little-endian here)."""
    total = hashlib.sha256()
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def cases(sizes: argparse.Namespace) -> dict[str, Case]:
    """Return per operation: the inputs, the function to time, the work it does and the unit of that."""
    n, m, k = sizes.solve, sizes.matmul, sizes.exp
    a, b = uniform(1, n * n).reshape(n, n), uniform(2, n)
    c = uniform(3, m * m).reshape(m, m)
    x = uniform(4, k) * 20.0
    return {
        # LU factorisation and two triangular solves (Golub and Van Loan, Matrix Computations, section 3.2).
        "solve": ((a, b), np.linalg.solve, 2.0 * n**3 / 3.0 + 2.0 * n**2, "flop"),
        "matmul": ((c, c), np.matmul, 2.0 * m**3, "flop"),
        "exp": ((x,), np.exp, float(k), "element"),
    }


def blas() -> dict[str, object]:
    """Return what the BLAS in this process says of itself: the kernel it chose, its build, its number of threads."""
    found: dict[str, Any] = {"blas": "", "blas_core": "", "blas_config": "", "blas_threads": 0}
    mapped = [line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines()]
    paths = {fields[5] for fields in mapped if len(fields) == 6}
    libraries = sorted(path for path in paths if "blas" in path.rpartition("/")[2].lower() and ".so" in path)
    if libraries:
        found["blas"] = libraries[0]
    for path in libraries:
        library = ctypes.CDLL(path)
        # The names differ between Debian's OpenBLAS and the ones that NumPy's own wheels carry.
        for name in ("openblas_{}", "openblas_{}64_", "scipy_openblas_{}", "scipy_openblas_{}64_"):
            try:
                core = getattr(library, name.format("get_corename"))
                config = getattr(library, name.format("get_config"))
                threads = getattr(library, name.format("get_num_threads"))
            except AttributeError:
                continue
            core.restype = config.restype = ctypes.c_char_p
            found.update(blas=path, blas_core=core().decode(), blas_config=config().decode(), blas_threads=threads())
            return found
    return found


def numpy_features() -> list[str]:
    """Return the CPU features that NumPy uses at run time beyond its baseline, as it decided on this machine."""
    for name in ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath"):
        try:
            module = __import__(name, fromlist=["__cpu_features__"])
            return [feature for feature in module.__cpu_dispatch__ if module.__cpu_features__[feature]]
        except (ImportError, AttributeError, KeyError):
            continue
    return []


def told(about: dict[str, object]) -> dict[str, object]:
    """Return for each factor (their names are in SIDUS_FACTORS) what this process sees of it, and what came of it.

    ``seen:NAME`` is the variable as this process has it, null when it is not set. ``observed:NAME`` is what took
    effect, where the library tells: the kernel that OpenBLAS runs, and its number of threads.
    """
    effects = {"OPENBLAS_CORETYPE": about["blas_core"], "OPENBLAS_NUM_THREADS": str(about["blas_threads"] or "")}
    found: dict[str, Any] = {}
    for name in filter(None, os.environ.get("SIDUS_FACTORS", "").split(",")):
        found[f"seen:{name}"] = os.environ.get(name)
        if effects.get(name):
            found[f"observed:{name}"] = effects[name]
    return found


def main() -> int:
    """Run the operations in the order of the table, each after its warm-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--solve", type=int, default=320, help="unknowns of the linear system")
    parser.add_argument("--matmul", type=int, default=256, help="rows of the square matrix")
    parser.add_argument("--exp", type=int, default=500_000, help="elements")
    parser.add_argument("--warm-up", type=int, default=1, help="calls before the measured one")
    sizes = parser.parse_args()
    about = dict(blas(), numpy=np.__version__, numpy_features=numpy_features(), python=platform.python_version())
    about.update(told(about))
    for operation, (inputs, function, work, unit) in cases(sizes).items():
        before = {digest(function(*inputs)) for _ in range(sizes.warm_up)}
        cpu, start = time.process_time(), time.perf_counter()
        result = function(*inputs)
        duration, cpu = time.perf_counter() - start, time.process_time() - cpu
        result_hash = digest(result)
        metrics = dict(
            about,
            size=int(inputs[0].shape[0]),
            input_hash=digest(*inputs),
            warm_up=sizes.warm_up,
            warm_up_same_bits=before <= {result_hash},
            cpu_seconds=cpu,
        )
        line = {
            "operation": operation,
            "duration": duration,
            "work": work,
            "work_unit": unit,
            "result_hash": result_hash,
            "metrics": metrics,
        }
        print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
