"""What the words of a finding consist of, and how a language registers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sidus_lab.analysis.finding import Finding


class Said(NamedTuple):
    """The sentence that words a finding, and what was checked, in words."""

    text: str
    check: str = ""


Words = Mapping[type[Finding], Callable[[Any], Said]]
"""The function of a language for each type of finding; a type without one is worded as the type it is made from."""
