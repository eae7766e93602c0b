"""The reason for a version, in one line."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import messages


def test_a_message_is_one_line_of_any_language() -> None:
    assert messages.check("  für die Platten: fio ") == "für die Platten: fio"
    for text in ("two\nlines", "x" * 201, "\x1b[31mred"):
        with pytest.raises(CtlError) as caught:
            messages.check(text)
        assert caught.value.code == "bad-message"
