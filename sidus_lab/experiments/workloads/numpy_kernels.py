"""The demo's workload: three NumPy operations whose results and durations say much of a machine."""

from __future__ import annotations

from importlib.resources import files

from sidus_lab.experiments.factors import DesignError
from sidus_lab.experiments.workloads.python import Workload


def numpy_workload(
    *, n_solve: int = 320, n_matmul: int = 256, n_exp: int = 500_000, threads: int = 1, timeout: float = 300.0
) -> Workload:
    """Return the demo's workload: ``np.linalg.solve``, ``a @ a``, ``np.exp`` on inputs with equal bits everywhere.

    The sizes (unknowns, rows, elements) are such that each operation takes 0.1 to 0.3 s on a machine in plain
    emulation. `threads` is the number of BLAS threads: it can change the order of sums, and so the bits. The metrics
    of each record name the BLAS kernel that ran (``blas_core``), the hash of the input and the CPU features in use; for
    each factor what the process saw of it (``seen:<factor>``) and, where the library tells, what it made of it
    (``observed:<factor>``: for ``OPENBLAS_CORETYPE`` the kernel that ran).

    Raises `DesignError` for a size that is no whole number from 1 on.

    >>> import sidus_lab as sl
    >>> sl.numpy_workload(n_solve=64).operations
    ('solve', 'matmul', 'exp')
    """
    sizes = {"--solve": n_solve, "--matmul": n_matmul, "--exp": n_exp}
    for name, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise DesignError(f"The size {name} is a whole number from 1 on, not {size!r}.")
    code = files("sidus_lab.experiments").joinpath("programs/numpy_kernels.py").read_text(encoding="utf-8")
    arguments = tuple(f"{name}={size}" for name, size in sizes.items())
    environment = {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    return Workload("numpy_kernels", code, ("solve", "matmul", "exp"), arguments, environment, timeout=timeout)
