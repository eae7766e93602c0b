"""The forms of a root there are, by name."""

from __future__ import annotations

from typing import Dict

from ...errors import CtlError
from .form import Form
from .memory import Memory

DEFAULT = "memory"
FORMS: Dict[str, Form] = {form.name: form for form in (Memory(),)}


def form_of(name: str) -> Form:
    """The form of this name.

    Raises CtlError ``unknown-form``.
    """
    if name not in FORMS:
        raise CtlError(
            "unknown-form", "There is no form of a root {!r}.".format(name[:40]), hint="one of: " + ", ".join(FORMS)
        )
    return FORMS[name]
