"""Les noms des réglages, et ce dont ils décident."""

from __future__ import annotations

from sidus_lab.analysis.findings.records import Setting, forced
from sidus_lab.words import names

# Ce dont un réglage décide, avec les mots du lecteur ; un facteur qui n'est pas dans la liste est appelé par son nom.
DECIDES = {
    "OPENBLAS_CORETYPE": "le choix du noyau BLAS",
    "NPY_DISABLE_CPU_FEATURES": "le choix, par NumPy, des instructions du processeur",
    "MKL_CBWR": "le choix du chemin de calcul de MKL",
    "MKL_ENABLE_INSTRUCTIONS": "le choix des instructions de MKL",
    "GLIBC_TUNABLES": "le choix, par la glibc, des instructions du processeur",
    "OMP_NUM_THREADS": "le nombre de fils d'exécution",
    "OPENBLAS_NUM_THREADS": "le nombre de fils d'exécution de BLAS",
}


def decides(setting: Setting) -> str:
    """Ce dont les facteurs d'un réglage décident : « le choix du noyau BLAS »."""
    return names([DECIDES.get(factor, f"le réglage {factor}") for factor, _ in setting])


def each(setting: Setting) -> str:
    """Les niveaux qu'un réglage impose : ``OPENBLAS_CORETYPE=Nehalem``."""
    return ", ".join(f"{factor}={level}" for factor, level in forced(setting))


def setting_name(setting: Setting) -> str:
    """Un réglage pour la case d'un tableau : ``OPENBLAS_CORETYPE=Nehalem``, ou « sans réglage imposé »."""
    return each(setting) or "sans réglage imposé"


def under(setting: Setting) -> str:
    """Un réglage en complément : « avec OPENBLAS_CORETYPE=Nehalem », ou « sans réglage imposé »."""
    return f"avec {each(setting)}" if forced(setting) else "sans réglage imposé"
