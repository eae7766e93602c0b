"""Panels for a notebook: a control room for a site, and a view of any action. The only room that uses ipywidgets."""

from sidus_lab.panels.action_panel import ActionPanel
from sidus_lab.panels.control_room import ControlRoom
from sidus_lab.panels.drill_panel import DrillPanel
from sidus_lab.panels.sections import SECTIONS, Section

__all__ = ["SECTIONS", "ActionPanel", "ControlRoom", "DrillPanel", "Section"]
