"""The names of settings, and what they decide."""

from __future__ import annotations

from sidus_lab.analysis.findings.records import Setting, forced
from sidus_lab.words import names

# What a setting decides, in the reader's words; a factor that is not listed is called by its name.
DECIDES = {
    "OPENBLAS_CORETYPE": "the choice of BLAS kernel",
    "NPY_DISABLE_CPU_FEATURES": "NumPy's choice of CPU features",
    "MKL_CBWR": "the choice of MKL code path",
    "MKL_ENABLE_INSTRUCTIONS": "the choice of MKL instructions",
    "GLIBC_TUNABLES": "glibc's choice of CPU features",
    "OMP_NUM_THREADS": "the number of threads",
    "OPENBLAS_NUM_THREADS": "the number of BLAS threads",
}


def decides(setting: Setting) -> str:
    """What the factors of a setting decide: "the choice of BLAS kernel"."""
    return names([DECIDES.get(factor, f"the setting {factor}") for factor, _ in setting])


def each(setting: Setting) -> str:
    """The levels that a setting forces: ``OPENBLAS_CORETYPE=Nehalem``."""
    return ", ".join(f"{factor}={level}" for factor, level in forced(setting))


def setting_name(setting: Setting) -> str:
    """A setting in words: ``OPENBLAS_CORETYPE=Nehalem``, or "no setting forced"."""
    return each(setting) or "no setting forced"
