"""Every branch of the verdict on records: when the data say otherwise, the sentence comes out otherwise."""

from __future__ import annotations

import copy
import json
from typing import Any

import pandas as pd
import pytest

from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.sentence import Sentence, Verdict
from sidus_lab.errors import DataError
from tests.analysis.records_example import FACTOR, PROOF, dispatched, records


def verdict(frame: pd.DataFrame, proof: Any = PROOF, **more: Any) -> Verdict:
    return explain_records(frame, factors=[FACTOR], proof=proof, **more)


def only(verdict: Verdict, about: str, subject: str = "", part: str = "") -> Sentence:
    found = [s for s in verdict.about(about) if (not subject or s.subject == subject) and part in s.text]
    assert len(found) == 1, [s.text for s in verdict.sentences]
    return found[0]


EVERYWHERE = PROOF | {"nodes": ["node1", "node2", "node3", "node4"]}
PAIRS = ("node1", "node2", "node3", "node4")


def proof(**levels: Any) -> dict[str, Any]:
    changed = copy.deepcopy(PROOF)
    for level, value in levels.items():
        if value is None:
            del changed["levels"][level]
        else:
            changed["levels"][level] = value
    return changed


# ---- software: never more than the proof shows


def test_software_proven_the_same() -> None:
    said = only(verdict(records()), "software")
    assert said.passed
    assert said.cause == "none"
    assert "proven the same on both nodes" in said.text
    assert "every block was read and verified" in said.text


def test_software_scrub_not_done_is_not_claimed() -> None:
    said = only(verdict(records(), proof(scrubbed=None)), "software")
    assert said.passed
    assert "every block was read and verified is not shown" in said.text
    said = only(verdict(records(), proof(scrubbed={"node1": True, "node2": False})), "software")
    assert "on node2 only the blocks that were used" in said.text


def test_software_only_asked_is_no_proof() -> None:
    for enforced in (None, False, {"node1": True, "node2": False}):
        given = verdict(records(), proof(enforced=enforced))
        said = only(given, "software")
        assert not said.passed
        assert "not a proof" in said.text
        assert "proven the same" not in said.text
        # What rests on equal software is no longer said either.
        assert only(given, "bits", "exp").cause == "unknown"


def test_software_drift_is_said() -> None:
    said = only(verdict(records(), proof(clean={"node1": True, "node2": False})), "software")
    assert not said.passed
    assert "files of the system differ from the image since boot on node2" in said.text
    assert "not looked at" in only(verdict(records(), proof(clean=None)), "software").text


def test_software_different() -> None:
    different = {"same": False, "nodes": ["node1", "node2"], "levels": {}, "different": ["kernel", "root hash"]}
    given = verdict(records(), different)
    said = only(given, "software")
    assert said.cause == "software"
    assert "differ in kernel and root hash" in said.text
    assert only(given, "bits", "exp").cause == "unknown"
    assert "software differs" in only(given, "bits", "exp").text


def test_software_not_proven_is_not_called_different() -> None:
    """A proof that falls short without showing a difference allows neither claim."""
    short = proof(enforced={"node1": True, "node2": False}) | {"same": False}
    given = verdict(records(), short)
    said = only(given, "software")
    assert not said.passed
    assert said.cause == "unknown"
    assert "not proven: it is not shown to be enforced by the kernel on node2" in said.text
    assert only(given, "bits", "exp").cause == "unknown"


def test_software_proof_contradicted_by_the_records() -> None:
    frame = records()
    frame.loc[frame["node"] == "node2", "root_hash"] = "cd" * 32
    said = only(verdict(frame), "software")
    assert not said.passed
    assert "does not belong to these records" in said.text


def test_software_without_proof() -> None:
    said = only(verdict(records(), None), "software")
    assert not said.passed
    assert "No proof was given" in said.text
    frame = records()
    frame.loc[frame["node"] == "node2", "root_hash"] = "cd" * 32
    assert only(verdict(frame, None), "software").cause == "software"
    frame = records().drop(columns="root_hash")
    assert "may differ" in only(verdict(frame, None), "software").text


def test_software_node_outside_the_proof() -> None:
    said = only(verdict(records(nodes=("node1", "node2", "node3"))), "software")
    assert not said.passed
    assert "nothing is shown for node3" in said.text


# ---- bits


def test_bits_agree_once_forced() -> None:
    said = only(verdict(records()), "bits", "solve")
    assert said.passed
    assert said.cause == "setting"
    assert "node1 against node2" in said.text
    assert "agree once OPENBLAS_CORETYPE=Nehalem is set" in said.text
    assert "choice of BLAS kernel, which the library makes by the hardware it finds" in said.text


def test_bits_still_differ_under_every_forced_setting() -> None:
    said = only(verdict(records(nodes=PAIRS), EVERYWHERE), "bits", "exp")
    assert said.passed
    assert said.cause == "hardware"
    assert (
        "still do with OPENBLAS_CORETYPE=Nehalem, which was obeyed: the choice of BLAS kernel is not the" in said.text
    )


def test_bits_one_node_of_each_kind_is_a_difference_between_single_machines() -> None:
    said = only(verdict(records()), "bits", "exp")
    assert said.cause == "unknown"
    assert "cannot be told from a difference between single machines" in said.text


def test_bits_agree_everywhere() -> None:
    said = only(verdict(records(result=lambda *_: "x")), "bits", "solve")
    assert said.passed
    assert said.cause == "none"
    assert "the same bits on both nodes" in said.text


def test_bits_changed_by_the_setting_alike_on_all_nodes() -> None:
    said = only(verdict(records(result=lambda _o, _n, level, _r: level)), "bits", "solve")
    assert said.cause == "setting"
    assert "alike" in said.text


def test_bits_that_a_setting_makes_differ() -> None:
    frame = records(result=lambda _o, node, level, _r: "x" if level == "default" else node)
    said = only(verdict(frame), "bits", "solve")
    assert said.cause == "setting"
    assert "agree in bits with no setting forced, and differ once OPENBLAS_CORETYPE=Nehalem is set" in said.text


def test_bits_unstable_within_a_node() -> None:
    frame = records(result=lambda _o, node, _l, repetition: f"{node}-{repetition % 3}")
    said = only(verdict(frame), "bits", "solve")
    assert said.cause == "chance"
    assert "not stable within one node" in said.text
    assert "3 different results" in said.text


def tossed(node: str, repetition: int) -> str:
    """One of three results that neither node nor repetition decides."""
    return "abcacbbcaacb"[(5 * int(node[-1]) + 7 * repetition) % 12]


def test_bits_stable_once_forced() -> None:
    frame = records(result=lambda _o, node, level, rep: "x" if level != "default" else tossed(node, rep))
    said = only(verdict(frame), "bits", "solve")
    assert said.cause == "chance"
    assert "stable once OPENBLAS_CORETYPE=Nehalem is set" in said.text
    assert "all nodes agree" in said.text


def test_bits_some_settings_agree_and_some_do_not() -> None:
    def result(_operation: str, node: str, level: str, _repetition: int) -> str:
        return "x" if level == "Nehalem" else f"{node}-{level}"

    said = only(verdict(records(levels=("default", "Nehalem", "Haswell"), result=result)), "bits", "solve")
    assert "agree once OPENBLAS_CORETYPE=Nehalem is set, but not with OPENBLAS_CORETYPE=Haswell" in said.text


def test_bits_one_repetition_leaves_chance_open() -> None:
    said = only(verdict(records(blocks=1, repetitions=1, aa=0)), "bits", "solve")
    assert not said.passed
    assert "chance within a node is not excluded" in said.text


def test_bits_equal_hardware_is_not_blamed() -> None:
    said = only(verdict(records(hardware=lambda _: "one kind")), "bits", "exp")
    assert said.cause == "unknown"
    assert "hardware fingerprints are equal" in said.text


def test_bits_that_do_not_follow_the_hardware() -> None:
    frame = records(nodes=("node1", "node2", "node3"), result=lambda _o, node, _l, _r: node)
    three = PROOF | {"nodes": ["node1", "node2", "node3"]}
    said = only(verdict(frame, three), "bits", "exp")
    assert said.cause == "unknown"
    assert "equal hardware fingerprints gave different results" in said.text


def test_bits_code_that_differs() -> None:
    frame = records(nodes=PAIRS, hardware=lambda _: "one kind", levels=("default",))
    frame.loc[frame["node"].isin(["node2", "node4"]), "code_hash"] = "other"
    assert only(verdict(frame, EVERYWHERE), "bits", "exp").cause == "code"
    two = only(verdict(frame[frame["node"] < "node3"]), "bits", "exp")
    assert two.cause == "unknown"
    assert "single machines" in two.text
    frame = records()
    frame.loc[frame["node"] == "node2", "code_hash"] = "other"
    assert "hardware and code, which differ together" in only(verdict(frame), "bits", "exp").text


def test_bits_image_that_differs_on_equal_hardware() -> None:
    frame = records(nodes=PAIRS, hardware=lambda _: "one kind", levels=("default",))
    frame.loc[frame["node"].isin(["node2", "node4"]), "root_hash"] = "cd" * 32
    assert only(verdict(frame, None), "bits", "exp").cause == "software"
    assert only(verdict(frame[frame["node"] < "node3"], None), "bits", "exp").cause == "unknown"


def test_bits_without_forced_setting_name_the_next_step() -> None:
    said = only(verdict(records(nodes=PAIRS, levels=("default",)), EVERYWHERE), "bits", "solve")
    assert said.cause == "hardware"
    assert "forcing such a choice on all nodes would tell" in said.text


def test_bits_forced_but_software_not_proven() -> None:
    said = only(verdict(records(), None), "bits", "solve")
    assert not said.passed
    assert "agree once" in said.text
    assert "not proven the same" in said.text


def test_bits_without_hashes_or_with_one_node() -> None:
    assert "no result hashes" in only(verdict(records(result=lambda *_: None)), "bits", "solve").text
    assert "cannot be compared" in only(verdict(records(nodes=("node1",))), "bits", "solve").text


# ---- time


def test_time_node_difference_with_different_bits_is_never_called_faster() -> None:
    said = only(verdict(records()), "time", "solve", "lies between")
    assert said.passed
    assert said.cause == "hardware"
    assert said.estimate is not None
    assert said.estimate > 0.9
    assert said.interval is not None
    assert "No node is called faster, since the results differ in bits" in said.text


def test_time_faster_only_for_same_work_and_same_bits() -> None:
    frame = records(result=lambda *_: "x")
    assert "node1 is faster than node2" in only(verdict(frame), "time", "solve", "lies between").text
    frame.loc[frame["node"] == "node2", "work"] = 1.0e9
    assert "since the work done differs" in only(verdict(frame), "time", "solve", "lies between").text
    frame["work"] = float("nan")
    assert "not recorded" in only(verdict(frame), "time", "solve", "lies between").text


def test_time_no_difference_shown() -> None:
    said = only(verdict(records(slower=0.0)), "time", "solve", "lies between")
    assert not said.passed
    assert "is not shown" in said.text
    assert "faster" not in said.text


def test_time_difference_within_the_floor_is_chance() -> None:
    frame = records(slower=0.1)
    late = (frame["phase"] == "aa") & (frame["aa"] == "A'")
    frame.loc[late, "duration"] *= 1.2
    said = only(verdict(frame), "time", "solve", "lies between")
    assert said.cause == "chance"
    assert "within the A/A floor" in said.text


def test_time_without_aa_concludes_nothing() -> None:
    given = verdict(records(aa=0, boots=1))
    said = only(given, "time", "solve", "lies between")
    assert not said.passed
    assert "noise floor is not known" in said.text
    # Several boots of a node show how far it differs from itself.
    assert only(verdict(records(aa=0)), "time", "solve", "lies between").passed
    assert only(given, "limits", part="no A/A rows")


def test_time_one_boot_of_each_names_no_cause() -> None:
    said = only(verdict(records(boots=1)), "time", "solve", "lies between")
    assert said.passed
    assert said.cause == "unknown"
    assert "in this session" in said.text
    assert "each node was booted once" in said.text


def test_time_unproven_software_is_not_blamed_on_the_machine() -> None:
    said = only(verdict(records(), None), "time", "solve", "lies between")
    assert said.cause == "unknown"
    assert "it is the machine or its software" in said.text


def test_time_of_a_setting() -> None:
    same = {"result": lambda *_: "x"}
    slower = only(verdict(records(forced_slower=0.4, **same)), "time", "solve", "with OPENBLAS_CORETYPE")
    assert slower.cause == "setting"
    assert "more time for the same work and the same result" in slower.text
    assert "on these 2 nodes" in slower.text
    quiet = only(verdict(records(**same)), "time", "solve", "with OPENBLAS_CORETYPE")
    assert "is not shown" in quiet.text
    changed = only(verdict(records(forced_slower=0.4)), "time", "solve", "with OPENBLAS_CORETYPE")
    assert "no claim about speed, since the result differs" in changed.text
    one_block = only(verdict(records(forced_slower=0.4, blocks=1, **same)), "time", "solve", "with OPENBLAS")
    assert "at least two blocks" in one_block.text


def test_time_constant_and_single() -> None:
    frame = records()
    frame["duration"] = 2.0
    assert "no variance to divide" in only(verdict(frame), "time", "solve", "every value").text
    single = only(verdict(records(nodes=("node1",))), "time", "solve", "one node")
    assert not single.passed
    once = records(blocks=1, repetitions=1)
    assert "measured once" in only(verdict(once), "time", "solve", "measured once").text


# ---- data and limits


def test_rows_that_cannot_be_used_are_counted_and_said() -> None:
    frame = records()
    frame.loc[frame.index[:5], "status"] = ["failed", "failed", "lost", "lost", "cancelled"]
    said = only(verdict(frame), "data")
    assert said.text.startswith("5 of 96 rows could not be used: 1 cancelled, 2 failed, 2 lost")
    assert said.rows == 5


def test_a_node_without_any_usable_row_is_named() -> None:
    frame = records(nodes=("node1", "node2", "node3"))
    frame.loc[frame["node"] == "node3", "status"] = "lost"
    assert "No usable row is left of node3" in only(verdict(frame), "data").text


def test_duplicate_rows_count_once() -> None:
    frame = records()
    twice = verdict(pd.concat([frame, frame.head(7)]))
    assert "7 rows were exact copies" in only(twice, "data").text
    assert only(twice, "bits", "solve").rows == only(verdict(frame), "bits", "solve").rows


def test_rows_without_a_duration_keep_their_bits() -> None:
    frame = records()
    frame.loc[frame.index[:3], "duration"] = [float("nan"), float("inf"), -1.0]
    assert "3 rows had no positive duration" in only(verdict(frame), "data").text


def test_limits_name_how_many_more_nodes() -> None:
    said = only(verdict(records(slower=0.03)), "limits", part="known badly")
    # Nodes are tested over boots, so that is what is planned: two boots of each show no difference yet.
    assert "more nodes would show a difference like this with a chance of 90 %" in said.text
    general = only(verdict(records(operations=("solve",))), "limits", part="in general")
    assert "standard deviation of solve between nodes lies anywhere" in general.text
    assert "more nodes would narrow that to a factor of 2 with a chance of 90 %" in general.text


def test_limits_one_node_of_each_kind() -> None:
    assert only(verdict(records()), "limits", part="only node of its kind")
    pairs = records(nodes=("node1", "node2", "node3", "node4"))
    everywhere = PROOF | {"nodes": ["node1", "node2", "node3", "node4"]}
    assert not [s for s in verdict(pairs, everywhere).about("limits") if "only node" in s.text]


def test_limits_c_states_only_where_the_fingerprint_says_so() -> None:
    virtual = {"node1": {"virtual": True}, "node2": {"virtual": True}}
    assert (
        "cannot be tested on node1 and node2" in only(verdict(records(), hardware=virtual), "limits", part="C-st").text
    )
    bare = {"node1": {"virtual": False, "idle_states": []}, "node2": {"virtual": False, "idle_states": ["C1"]}}
    assert "cannot be tested on node1:" in only(verdict(records(), hardware=bare), "limits", part="C-states").text
    fine = {node: {"virtual": False, "idle_states": ["C1", "C6"]} for node in ("node1", "node2")}
    assert not [s for s in verdict(records(), hardware=fine).about("limits") if "C-states" in s.text]


# ---- the verdict itself


def test_plain_text_html_and_json() -> None:
    given = verdict(records())
    assert "agree once" in str(given).replace("\n    ", " ")
    assert repr(given) == str(given)
    bundle = given._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "<table" in bundle["text/html"]
    parsed = json.loads(json.dumps(given.to_dict(), allow_nan=False))
    assert len(parsed["sentences"]) == len(given.sentences)
    assert list(given.checks.columns) == ["about", "subject", "check", "passed", "rows"]
    assert len(given.table) == 4


def test_a_name_from_the_data_is_escaped_in_html() -> None:
    frame = records(operations=("<script>alert(1)</script>",), result=lambda *_: "x")
    assert "<script>" not in verdict(frame)._repr_mimebundle_()["text/html"]


def test_the_order_of_rows_does_not_matter() -> None:
    frame = records()
    shuffled = frame.sample(frac=1, random_state=3)
    assert [s.text for s in verdict(frame).sentences] == [s.text for s in verdict(shuffled).sentences]


def test_simulated_data_say_so() -> None:
    frame = records()
    frame.attrs["simulated"] = True
    given = verdict(frame)
    assert "simulated" in str(given)
    assert "simulated" in given._repr_mimebundle_()["text/html"]


def test_no_factors_at_all() -> None:
    given = explain_records(records(nodes=PAIRS, levels=("default",)), proof=EVERYWHERE)
    assert only(given, "bits", "solve").cause == "hardware"


def test_figure_needs_the_front_door() -> None:
    with pytest.raises(DataError, match="without figures"):
        verdict(records()).figure()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="duration"), "no column 'duration'"),
        (lambda f: f.drop(columns=FACTOR), f"no column '{FACTOR}'"),
        (lambda f: f.head(0), "no records"),
        (lambda f: f.assign(status="failed"), "None of 96 records is usable"),
        (lambda f: f.assign(duration="fast"), "durations are text"),
    ],
)
def test_bad_input(change: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        verdict(change(records()))


def test_forced_result_helper_matches_the_story() -> None:
    """The example itself: unforced the kinds differ, forced they agree, exp never does."""
    assert dispatched("solve", "node1", "default", 0) != dispatched("solve", "node2", "default", 0)
    assert dispatched("solve", "node1", "Nehalem", 0) == dispatched("solve", "node2", "Nehalem", 0)
    assert dispatched("exp", "node1", "Nehalem", 0) != dispatched("exp", "node2", "Nehalem", 0)
