"""The main job from start to finish: one image, two machines, the proof, the experiment, the verdict."""

from __future__ import annotations

import contextlib
import importlib.resources
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from sidus_lab.actions import Action
from sidus_lab.demo.say import lines
from sidus_lab.embedded import Embedded, default_machines
from sidus_lab.embedded.memory import PeakMemory
from sidus_lab.errors import SidusError
from sidus_lab.experiments.design import Design
from sidus_lab.experiments.runs import Run, run
from sidus_lab.experiments.workloads import numpy_workload
from sidus_lab.sidus.images import Image
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.versions import Published
from sidus_lab.sidusctl import files
from sidus_lab.study import Study
from sidus_lab.terminal import Step, Steps

T = TypeVar("T")

NODESET = "node[1-2]"
FACTOR = {"OPENBLAS_CORETYPE": ["default", "Nehalem"]}
CANCEL_LIMIT = 60.0  # seconds that an action gets to end after Ctrl-C
STEPS = 7
LEAST_REPETITIONS = 2


@dataclass(frozen=True)
class Options:
    """What can be chosen for a demo: where results go, and how much is done."""

    out: Path = Path("out")
    home: Path | None = None
    rebuild: bool = False
    keep: bool = False
    repetitions: int = 5
    aa: int = 4
    boots: int = 1
    seed: int = 2013


def demo(options: Options, steps: Steps | None = None) -> None:
    """Do the main job and write its results to `options.out`; everything is taken down again, whatever happens.

    Its lines are in the language of `words.language`. Raises `SidusError` with what to do next, or `KeyboardInterrupt`
    after Ctrl-C (or SIGTERM).
    """
    if options.repetitions < LEAST_REPETITIONS:
        raise SidusError(lines().too_few(LEAST_REPETITIONS), hint="--repetitions 5")
    steps = steps or Steps(STEPS)
    embedded = Embedded(options.home)
    if embedded.stays_up:
        steps.say(lines().up_already())
        options = replace(options, keep=True)
    with _terminate_is_interrupt(), _taken_down(embedded, options, steps):
        _Demo(options, steps, embedded).work()


class _Demo:
    """One demo under way: what a step gives, the next ones need."""

    def __init__(self, options: Options, steps: Steps, embedded: Embedded) -> None:
        self._options = options
        self._steps = steps
        self._embedded = embedded

    def work(self) -> None:
        memory = PeakMemory(self._embedded.processes)
        try:
            lab = self._site()
            published = self._image(lab)
            nodes = self._boot(lab, published)
            self._proof(nodes)
            study = self._experiment(nodes)
        finally:
            peak = memory.stop()
        self._verdict(lab, study, peak)

    def _site(self) -> Lab:
        with self._steps.step(lines().site(), 5) as step:

            def say(line: str) -> None:
                step.line = line

            machines = None if self._embedded.stays_up else default_machines()
            lab = self._embedded.up(machines, owner="" if self._options.keep else "demo", say=say)
            step.result = lines().site_result(lab.server.name)
        return lab

    def _image(self, lab: Lab) -> Published:
        recipe = importlib.resources.files("sidus_lab.embedded").joinpath("recipes/debian12-numpy.toml").read_bytes()
        with self._steps.step(lines().build(), 60) as step:
            image: Image = _follow(lab.build(recipe, force=self._options.rebuild), step)
            version = image.newest
            step.result = lines().build_result(f"{image.name}@{version.name}", version.packages)
        with self._steps.step(lines().publish(), 20) as step:
            published: Published = _follow(image.publish(), step)
            step.result = lines().publish_result(published.root_hash[:16])
        return published

    def _boot(self, lab: Lab, published: Published) -> Nodes:
        with self._steps.step(lines().boot(NODESET), 60) as step:
            nodes = lab.nodes(NODESET).assign(published, scrub=True)
            _follow(nodes.boot(), step)
            step.result = lines().boot_result()
        return lab.nodes(NODESET)  # once more: the inventory now says when they were powered on

    def _proof(self, nodes: Nodes) -> None:
        with self._steps.step(lines().proof(), 5) as step:
            step.line = lines().proof_reading()
            proof = nodes.prove()
            step.result = lines().proof_result(proof.same)
        self._steps.say(_indented(str(proof)))

    def _experiment(self, nodes: Nodes) -> Study:
        options = self._options
        design = Design(FACTOR, repetitions=options.repetitions, aa=options.aa, boots=options.boots, seed=options.seed)
        count = design.executions_per_node * len(nodes)
        with self._steps.step(lines().experiment(count), 90) as step:
            folder = options.out / "runs" / time.strftime("%Y%m%d-%H%M%S")
            done: Run = _follow(run(design, numpy_workload(), nodes, folder), step)
            records = done.records()
            good = int((records["status"] == "ok").sum())
            step.result = lines().experiment_result(good, len(records))
        return Study(done, title=lines().title())

    def _verdict(self, lab: Lab, study: Study, peak: int) -> None:
        mebibytes = round(peak / 2**20)
        with self._steps.step(lines().verdict(), 5) as step:
            step.line = lines().verdict_loading()
            verdict = study.explain()
            step.line = lines().verdict_writing()
            facts = {lines().memory(): f"{mebibytes} MiB", "site": lab.server.name}
            self._write(study, facts)
            step.result = str(self._options.out / "report.html")
        self._steps.say(_indented(str(verdict)))
        self._steps.say(f"    {lines().memory_line(mebibytes)}")

    def _write(self, study: Study, facts: Mapping[str, str]) -> None:
        out, folder = self._options.out, study.run.folder
        kept = {"records.parquet": "", "records.csv": "", "experiment.json": "", "proof.json": "proof-before.json"}
        for name, source in kept.items():
            files.write(out / name, (folder / (source or name)).read_bytes())
        study.report(out / "report.html", facts=facts)


def _follow(action: Action[T], step: Step) -> T:
    """Wait for an action and show its progress; on Ctrl-C cancel it, and wait until it has ended."""
    try:
        while True:
            step.line, step.fraction = action.line, action.fraction
            with contextlib.suppress(TimeoutError):
                return action.result(timeout=0.2)
            if action.state != "running":
                return action.result()
    except KeyboardInterrupt:
        step.line = lines().cancelling()
        action.cancel()
        with contextlib.suppress(SidusError, TimeoutError):
            action.result(timeout=CANCEL_LIMIT)
        raise


@contextlib.contextmanager
def _taken_down(embedded: Embedded, options: Options, steps: Steps) -> Iterator[None]:
    """Take the site down at the end, unless it is to be kept; Ctrl-C while doing so does not stop it."""
    try:
        yield
    except BaseException:
        _down(embedded, steps)
        raise
    if options.keep:
        steps.say(lines().stays_up("sidus_lab.embedded.Embedded().connect()"))
        steps.say(lines().next_command("sidus-lab lab down"))
    else:
        _down(embedded, steps)


def _down(embedded: Embedded, steps: Steps) -> None:
    with _deaf():
        steps.say(lines().taking_down())
        embedded.down()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C and SIGTERM for the time of the clean-up (it takes a few seconds, and must be whole)."""
    with _handlers({signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: signal.SIG_IGN, signal.SIGHUP: signal.SIG_IGN}):
        yield


@contextlib.contextmanager
def _terminate_is_interrupt() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does: with everything taken down.

    SIGINT is set too: a shell that starts a program in the background has it ignored, and Python leaves it so.
    """

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    with _handlers({signal.SIGINT: interrupt, signal.SIGTERM: interrupt, signal.SIGHUP: interrupt}):
        yield


@contextlib.contextmanager
def _handlers(wanted: Mapping[signal.Signals, Callable[[int, Any], Any] | signal.Handlers]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _indented(text: str) -> str:
    return "\n" + "\n".join("    " + line for line in text.splitlines()) + "\n"
