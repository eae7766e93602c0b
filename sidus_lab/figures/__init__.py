"""Figures: each takes a data frame or a result and returns a plotly `Figure`.

They are small, need no network, and bring their paper with them, so that they read on any page, on a projector and in
print; `dark` puts one on dark paper. Groups differ by colour (Okabe and Ito) and by shape. `alternative` says in words
what a figure shows, `table` gives what is behind it; a notebook has both under the drawing, folded away. Figures from
simulated data say so in their title.
"""

from sidus_lab.figures._base import dark
from sidus_lab.figures.behind import alternative, table
from sidus_lab.figures.bits import agreement, bit_agreement
from sidus_lab.figures.boot import boot_waterfall
from sidus_lab.figures.doses import dose_response
from sidus_lab.figures.forest import intervals
from sidus_lab.figures.order import order_strips
from sidus_lab.figures.planning import planning_curves
from sidus_lab.figures.series import time_series
from sidus_lab.figures.strips import strips
from sidus_lab.figures.variance import variance_bars

__all__ = [
    "agreement",
    "alternative",
    "bit_agreement",
    "boot_waterfall",
    "dark",
    "dose_response",
    "intervals",
    "order_strips",
    "planning_curves",
    "strips",
    "table",
    "time_series",
    "variance_bars",
]
