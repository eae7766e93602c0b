"""A fault drill: something is damaged on purpose, on a practice site, and one watches who notices it, and how."""

from sidus_lab.drill.drill import Drill, Finding
from sidus_lab.drill.faults import FAULTS, Fault

__all__ = ["FAULTS", "Drill", "Fault", "Finding"]
