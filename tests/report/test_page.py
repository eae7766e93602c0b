"""The report opened in a real browser with every way to a network shut, in light and dark, narrow and wide."""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sidus_lab.report import report_figures, write_report
from tests.analysis.records_example import FACTOR
from tests.browser.axe import violations
from tests.report import example

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = example.records()
    verdict = example.verdict(table)
    return write_report(
        tmp_path_factory.mktemp("report") / "new folder" / "report.html",
        title="Same image, two machines",
        proof=example.proof(),
        records=table,
        verdict=verdict,
        figures=report_figures(table, verdict, factors=[FACTOR], stages=example.stages()),
        facts={"site": "user@host:22"},
        experiment=example.experiment(),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is missing: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


class Opened:
    """A page without a network, with all that it asked for and all that went wrong."""

    def __init__(self, browser: Any, path: Path, scheme: str = "light", width: int = 1400) -> None:
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.goto(path.as_uri())

    def drawn(self) -> None:
        self.page.wait_for_function("document.documentElement.dataset.drawn === 'yes'", timeout=120_000)


@pytest.mark.browser
@pytest.mark.parametrize("width", [600, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_network(browser: Any, report: Path, scheme: str, width: int) -> None:
    opened = Opened(browser, report, scheme, width)
    opened.drawn()
    page = opened.page
    assert page.locator(".plot .main-svg").count() >= 4
    texts = " ".join(page.locator(".plot text").all_text_contents())
    for words in ("Which nodes computed the same bits", "solve: duration (s)", "share between the nodes", "ready"):
        assert words in texts
    assert [url for url in opened.asked if url != report.as_uri()] == []
    assert opened.errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The ground is dark in the dark and light in the light, and the text of page and figures stands out against it.
    ground, ink, drawn = page.evaluate(
        """() => {
            const grey = [...document.querySelectorAll('.plot text')].map(t => getComputedStyle(t).fill);
            return [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color,
                    grey.find(c => c !== 'rgb(255, 255, 255)' && c !== 'rgb(0, 0, 0)')];
        }"""
    )
    assert (lightness(ground) < 60) == (scheme == "dark")
    assert abs(lightness(ink) - lightness(ground)) > 150
    assert abs(lightness(drawn) - lightness(ground)) > 120
    opened.context.close()


def lightness(color: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3


@pytest.mark.browser
@pytest.mark.parametrize("width", [800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Any, report: Path, scheme: str, width: int) -> None:
    """By the rules of axe-core, of which none may be broken."""
    opened = Opened(browser, report, scheme, width)
    opened.drawn()
    assert violations(opened.page) == []
    assert opened.page.locator("figure").first.get_attribute("aria-label").startswith("Which nodes computed")
    opened.context.close()


@pytest.mark.browser
def test_the_data_inside_can_be_saved(browser: Any, report: Path) -> None:
    opened = Opened(browser, report)
    opened.drawn()
    with opened.page.expect_download() as saved:
        opened.page.get_by_text("records.csv").click()
    assert saved.value.suggested_filename == "records.csv"
    assert Path(saved.value.path()).read_bytes() == example.records().to_csv(index=False).encode()
    for kind, begin in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with opened.page.expect_download() as saved:
            opened.page.get_by_role("button", name=f"Save figure 2 as {kind}").click()
        assert saved.value.suggested_filename == f"figure-2-durations.{kind.lower()}"
        assert Path(saved.value.path()).read_bytes().startswith(begin)
    assert opened.errors == []
    opened.context.close()


@pytest.mark.browser
def test_a_figure_that_cannot_be_drawn_says_so(browser: Any, report: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text = report.read_text()
    packed = text.index('id="plotly">') + 2000
    broken.write_text(text[:packed] + "AAAA" + text[packed + 4 :])
    opened = Opened(browser, broken)
    opened.page.get_by_text("could not be drawn").first.wait_for(timeout=60_000)
    opened.context.close()


def test_what_it_says(report: Path) -> None:
    text = report.read_text()
    page = text[: text.index('id="plotly"')]
    assert "The software is proven the same on both nodes" in page
    assert (
        page.index("What can be said") < page.index("The proof:") < page.index(">Figures<") < page.index("How it was")
    )
    assert example.ROOT in page
    assert "model of node2" in page
    assert "seed</dt><dd>2013" in page
    assert "on the nodes</dt><dd>numpy 1.24.2" in page
    assert "sl.Design({&#34;OPENBLAS_CORETYPE&#34;: [&#34;default&#34;, &#34;Nehalem&#34;]}, repetitions=5" in page
    assert re.search(r"<td>default</td><td>Haswell</td><td>Nehalem</td>", page)
    assert report.stat().st_size < 3_000_000


def test_the_data_is_all_there(report: Path) -> None:
    address = re.search(r'download="records.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', report.read_text())
    assert address is not None
    table = pd.read_csv(io.BytesIO(base64.b64decode(address[1])))
    assert len(table) == len(example.records())


def test_nothing_it_is_given_becomes_markup(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><b onclick=x>"
    proof = example.proof()
    proof["nodes"][0]["name"] = proof["verdict"] = proof["nodes"][0]["claims"]["asked"]["text"] = evil
    proof["different"][0]["values"] = {evil: evil}
    table = example.records()
    table["operation"] = table["operation"].replace("exp", evil)
    verdict = example.verdict(table)
    figures = report_figures(table, verdict, factors=[FACTOR])
    path = write_report(
        tmp_path / "r.html",
        title=evil,
        proof=proof,
        records=table,
        verdict=verdict,
        figures=figures,
        facts={evil: evil},
    )
    text = path.read_text()
    assert "alert(1)</script>" not in text
    assert "<b onclick" not in text


def test_little_is_enough(tmp_path: Path) -> None:
    text = write_report(tmp_path / "r.html", title="Nothing yet").read_text()
    assert "Nothing yet" in text
    assert "<section" not in text
    assert "plotly" not in text
    assert len(text) < 20_000


def test_a_proof_that_failed(tmp_path: Path) -> None:
    proof = example.proof()
    proof |= {"same": False, "root_hash": "", "verdict": "Not proven for all.", "missing": {"node3": "it is off"}}
    proof["nodes"][1]["claims"]["enforced"] = {"state": "fails", "text": "/ does not stand on a verity device"}
    proof["nodes"][1]["claims"]["clean"] = {"state": "not-looked-at", "text": "no layer"}
    text = write_report(tmp_path / "r.html", title="t", proof=proof).read_text()
    assert "the nodes are not proven to run the same software" in text
    assert "failed: / does not stand on a verity device" in text
    assert "not looked at: no layer" in text  # as plainly as what passed
    assert "it is off" in text
    assert "✓ the same" not in text


def test_what_nobody_judged_is_not_looked_at(tmp_path: Path) -> None:
    """A proof from elsewhere has no judgements stored: what it does not say is not shown as proven."""
    proof = {"same": False, "root_hash": example.ROOT, "nodes": [{"name": "a", "asked": example.ROOT}, {"name": "b"}]}
    text = write_report(tmp_path / "r.html", title="t", proof=proof).read_text()
    assert re.findall(r'aria-label="(passed|failed|not looked at)"', text) == ["not looked at"] * 8


def test_alarms_and_limits_of_a_proof_are_shown(tmp_path: Path) -> None:
    proof = {**example.proof(), "limits": "Root on a node could."}
    proof["nodes"][0]["alarms"] = ["3 forged reports, from <b>"]
    text = write_report(tmp_path / "r.html", title="t", proof=proof).read_text()
    assert "3 forged reports, from &lt;b&gt;" in text
    assert "Root on a node could." in text


def test_simulated_data_is_labelled(tmp_path: Path) -> None:
    table = example.records()
    table.attrs["simulated"] = True
    verdict = example.verdict(table)
    text = write_report(tmp_path / "r.html", title="t", records=table, verdict=verdict).read_text()
    assert "Simulated data: no machine measured this." in text


def test_many_nodes(tmp_path: Path) -> None:
    """Nodes with the same value stand together in folded form."""
    proof = example.proof(tuple(f"node{i}" for i in range(1, 101)))
    proof["different"] = [{"field": "CPU model", "values": {f"node{i}": f"m{i // 51}" for i in range(1, 101)}}]
    text = write_report(tmp_path / "r.html", title="t", proof=proof).read_text()
    assert "node[1-50]" in text
    assert "node[51-100]" in text


def test_a_report_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    write_report(path, title="old")
    write_report(path, title="new")
    assert "new" in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_figures_only_where_there_is_data() -> None:
    table = example.records()
    verdict = example.verdict(table)
    assert list(report_figures(table, verdict, factors=[FACTOR], stages=example.stages())) == [
        "bits",
        "durations",
        "variance",
        "boot",
    ]
    bare = table.assign(result_hash=None)
    assert list(report_figures(bare, None, factors=[FACTOR])) == ["durations"]
