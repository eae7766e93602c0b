"""A study as one thing: the run with its design, the proofs of its nodes, their image and hardware, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from sidus_lab import html, words
from sidus_lab.errors import SidusError
from sidus_lab.experiments.design import Design
from sidus_lab.experiments.evidence import Proofs
from sidus_lab.experiments.origins import BootedImage
from sidus_lab.experiments.runs import Run
from sidus_lab.report.paper import Image, Paper
from sidus_lab.sidus.proof import Proof

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.explanation import Verdict

TITLE = "Same image, several machines"


class Study:
    """Everything that belongs to one experiment, read from its run folder: in a new kernel too, and without the nodes.

    Parameters
    ----------
    run : Run, or path
        A run, or the folder that holds it.
    title : str
        Heading of the report.
    authors : sequence of str
        Who answers for it, for the report and for how it is cited.
    licence : str
        That of the data, such as ``CC-BY-4.0``.

    Raises `RunError` when the folder holds no run.

    Examples
    --------
    >>> import sidus_lab as sl
    >>> sl.Study("no/such/folder")
    Traceback (most recent call last):
    ...
    sidus_lab.experiments.journal.RunError: There is no run in no/such/folder: experiment.json is missing.
    Next: start one with run(...)
    """

    def __init__(
        self, run: Run | Path | str, *, title: str = TITLE, authors: Sequence[str] = (), licence: str = ""
    ) -> None:
        self.run = run if isinstance(run, Run) else Run(run)
        self.title = title
        self.authors = (authors,) if isinstance(authors, str) else tuple(authors)
        self.licence = licence

    @property
    def design(self) -> Design:
        """The design that was carried out."""
        return self.run.design

    @property
    def proofs(self) -> Proofs:
        """The proofs of the nodes, in the order in which they were taken."""
        return self.run.proofs

    @property
    def proof(self) -> Proof | None:
        """The last proof; None when the machines are no nodes of a site."""
        return self.proofs.taken[-1].proof if self.proofs.taken else None

    @property
    def hardware(self) -> dict[str, dict[str, object]]:
        """What each node's hardware says of itself: virtual or not, its idle states."""
        return self.proofs.hardware

    @property
    def images(self) -> Mapping[str, BootedImage]:
        """The images that the nodes booted, by root hash: ``image``, ``version``, ``recipe`` and ``lock`` of each."""
        return self.run.origin.images

    def records(self) -> pd.DataFrame:
        """Return the records, one row per measured execution and operation."""
        return self.run.records()

    def explain(self, *, level: float = 0.95, language: str | None = None) -> Verdict:
        """Say where the differences come from, in `language` (``en``, ``fr``), else the one that `sl.language` chose.

        Raises `DataError` when nothing was measured.
        """
        return self.run.explain(level=level, language=language)

    def together(self, *others: Run | Study, level: float = 0.95, language: str | None = None) -> Verdict:
        """Say what the bits of this and other experiments on the same workload show together.

        An experiment knows only what it forced: it may put down to hardware what another one shows to be a library's
        choice. Raises `DataError` for runs that cannot be read together, and when nothing was measured.

        >>> sl.Study(folder).together(sl.Run(folder))
        Traceback (most recent call last):
        ...
        sidus_lab.errors.DataError: There is one run only.
        Next: give another run of the same workload, or use study.explain()
        """
        from sidus_lab import together

        runs = [each.run if isinstance(each, Study) else each for each in others]
        return together.read([self.run, *runs], level=level, language=language)

    def report(
        self, path: Path | str, *, facts: Mapping[str, object] | None = None, language: str | None = None
    ) -> Path:
        """Write the report of this study for a paper, as one file that needs no other, and return its path.

        Its ending chooses the form: ``.html``, ``.md`` (figures in words), or ``.pdf`` (where Chromium is installed).
        Raises `DataError` when nothing was measured or for another ending, `SidusError` where no PDF can be printed,
        OSError when the file cannot be written.

        Parameters
        ----------
        facts : mapping
            More things to say on how it was done: names and short values.
        language : str
            ``en`` or ``fr``; else the one that `sl.language` chose.
        """
        with words.spoken_in(language):
            return self._report(Path(path), facts or {})

    def _report(self, path: Path, facts: Mapping[str, object]) -> Path:
        import pandas as pd

        from sidus_lab.report import report_figures, say, write_report

        records, verdict, proof = self.records(), self.explain(), self.proof
        stages = pd.DataFrame(self.run.origin.stages, columns=["node", "stage", "seconds"])
        images = ", ".join(map(str, self.images.values()))
        return write_report(
            path,
            title=self.title,
            proof=proof.to_dict() if proof is not None else None,
            records=records,
            verdict=verdict,
            figures=report_figures(records, verdict, factors=list(self.design.names), stages=stages),
            facts={**({say.text("image"): images} if images else {}), **self._taken(records), **facts},
            experiment=self.run.about,
            paper=self._paper(),
        )

    def _paper(self) -> Paper:
        """Give what a paper needs beside the results."""
        images = tuple(
            Image(str(each), each.recipe, tuple((p.name, p.version, p.sha256) for p in each.lock))
            for each in self.images.values()
        )
        return Paper(
            self.authors, self.licence, images, self.run.workload.code, str(self.run.about.get("recorded", ""))
        )

    def _taken(self, records: pd.DataFrame) -> dict[str, str]:
        """Say when the proofs were taken, and what of the records they do not cover."""
        from sidus_lab.report import say

        if not self.proofs.taken:
            return {}
        said = {say.text("proofs taken"): ", ".join(f"{each.moment} ({each.when})" for each in self.proofs.taken)}
        gaps = self.proofs.gaps(records)
        return said | (
            {say.text("not covered"): "; ".join(f"{n}: {'; '.join(map(str, why))}" for n, why in gaps.items())}
            if gaps
            else {}
        )

    def _summary(self) -> dict[str, str]:
        run = self.run
        return {
            "executions": f"{run.done} of {run.planned} done",
            "nodes": ", ".join(run.nodes),
            "factors": "; ".join(f"{f.name} ({', '.join(f.levels)})" for f in self.design.factors) or "none",
            "image": ", ".join(map(str, self.images.values())) or "not known",
            "proofs": self._covered(),
            "folder": str(run.folder),
            "verdict": "study.explain()",
        }

    def _covered(self) -> str:
        """Say which proofs there are, and whether they cover every row; to show a study must never fail."""
        try:
            proofs = self.proofs
            gaps = proofs.gaps(self.records()) if proofs.taken else {}
        except SidusError as error:
            return error.message
        if not proofs.taken:
            return "none"
        said = ", ".join(each.moment for each in proofs.taken)
        return said + (f"; rows of {', '.join(gaps)} are not covered" if gaps else "; every row is covered")

    def __repr__(self) -> str:
        return f"Study of run {self.run.id}\n" + "\n".join(
            f"  {name}: {said}" for name, said in self._summary().items()
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        title = Markup('<p class="title">Study of run {}</p>').format(self.run.id)
        return html.mimebundle(repr(self), title, html.definitions(self._summary()))
