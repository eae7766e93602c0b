"""Experiments: a design as data, a workload that runs on nodes, and a run that keeps every record."""

from sidus_lab.experiments.design import Design
from sidus_lab.experiments.factors import DesignError, Factor
from sidus_lab.experiments.journal import RunError
from sidus_lab.experiments.runs import Run, run
from sidus_lab.experiments.workloads import Workload, numpy_workload

__all__ = ["Design", "DesignError", "Factor", "Run", "RunError", "Workload", "numpy_workload", "run"]
