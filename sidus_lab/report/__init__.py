"""The report: one self-contained HTML file with the verdict, the proof, the figures, and the way to repeat it."""

from sidus_lab.report.drawing import report_figures
from sidus_lab.report.page import write_report

__all__ = ["report_figures", "write_report"]
