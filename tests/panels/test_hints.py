"""A panel's hint names its buttons, not Python."""

from __future__ import annotations

from sidus_lab.errors import ServerError, SidusError
from sidus_lab.panels import hints
from sidus_lab.sidusctl import steps

PYTHON = "nodes.assign(image.publish().result())"


def test_a_step_with_a_button_is_worded_as_that_button() -> None:
    error = SidusError("node1 cannot boot.", hint=PYTHON, detail="evidence", step=("node-assign",))
    assert hints.text(error) == "node1 cannot boot.\n  evidence\nNext: press Assign, then Boot"
    assert str(error).endswith(PYTHON)  # in a cell it is still the call


def test_what_belongs_to_a_step_is_named() -> None:
    error = ServerError("It goes on.", code="running", hint='lab.follow("1")', step=("job-follow", "1"))
    assert "choose 1 in Jobs of the site" in hints.text(error)


def test_a_step_without_a_button_and_an_error_without_a_step_keep_their_hint() -> None:
    for error in (SidusError("No.", hint="look", step=("init",)), SidusError("No.", hint="look")):
        assert hints.text(error) == "No.\nNext: look"
    assert hints.text(SidusError("No.")) == "No."


def test_the_words_are_steps_of_the_server_or_of_this_half() -> None:
    assert set(hints.BUTTONS) - {"node-assign", "wait"} <= set(steps.COMMANDS)
