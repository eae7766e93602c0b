"""What `image diff` answers, read."""

from __future__ import annotations

import pytest

from sidus_lab.errors import ServerError
from sidus_lab.sidus import answers
from sidus_lab.sidus.differences import FileChange, PackageChange
from tests.sidus.test_differences import VALUE


def test_a_diff() -> None:
    found = answers.difference(VALUE)
    assert (found.before.name, found.after.name, found.same) == ("a" * 12, "b" * 12, False)
    assert found.packages[0] == PackageChange("fio", "amd64", "gone", "3.33", "")
    assert found.texts[0].lines[-1] == "+MaxSessions 99"
    assert found.files[0].rows == (FileChange("/x", "changed", ("content",)),)
    assert len(found.bookkeeping) == 7


def test_another_shape_is_said() -> None:
    with pytest.raises(ServerError, match="another shape"):
        answers.difference({**VALUE, "packages": [{"name": "fio"}]})
