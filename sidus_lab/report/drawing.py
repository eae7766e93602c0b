"""The figures of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab.report import say

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from sidus_lab.explanation import Verdict

_KINDS = ("bits", "durations", "variance", "boot")


def report_figures(
    records: pd.DataFrame, verdict: Verdict | None, *, factors: Sequence[str] = (), stages: pd.DataFrame | None = None
) -> dict[str, go.Figure]:
    """Return the usual figures of a report: bits, durations, variance by operation, boot; those with data for them.

    `stages` is the frame of `figures.boot_waterfall`: node, stage, seconds since power-on.
    """
    from sidus_lab import figures

    drawn: dict[str, go.Figure] = {}
    good = records[records["status"] == "ok"]
    main = good[good["phase"] == "main"] if "phase" in good.columns else good
    if good["result_hash"].notna().any():
        drawn["bits"] = figures.bit_agreement(good, setting=list(factors))
        # The caption says what the subtitle says, and at any width: take that line away.
        drawn["bits"].update_layout(
            title_subtitle_text="", margin_t=70, height=drawn["bits"].layout.height - drawn["bits"].layout.margin.t + 70
        )
    panels = main["operation"].nunique() if len(main) else 0
    if 0 < panels <= 6:
        colour = factors[0] if len(factors) == 1 else None
        title = "Every duration"
        drawn["durations"] = figures.strips(main, by="node", color=colour, panel="operation", unit="s", title=title)
        drawn["durations"].update_xaxes(title_font_size=12)
    data: Mapping[str, Any] = verdict.data if verdict is not None else {}
    components = data.get("components")
    if components is not None and len(components):
        drawn["variance"] = _shares(components)
    if stages is not None and len(stages):
        drawn["boot"] = figures.boot_waterfall(stages)
    return drawn


def _shares(components: pd.DataFrame) -> go.Figure:
    """Draw the share of the variance between nodes, one line for each operation and setting."""
    from sidus_lab import figures

    shares = components[components["component"] == "node"].copy()
    for name in ("share", "low", "high"):
        shares[name] *= 100
    alone = shares["setting"].nunique() == 1
    shares["name"] = shares["response"] if alone else shares["response"] + ", " + shares["setting"]
    drawn = figures.intervals(
        shares,
        value="share",
        label="share between the nodes",
        unit="%",
        title="How much of the variance lies between the nodes",
        subtitle="",
    )
    drawn.update_xaxes(range=[-2, 102])
    return drawn


def words(name: str, figure: go.Figure) -> tuple[str, str]:
    """Give a figure's caption and its text alternative."""
    drawn = embedded(name, figure)
    return str(drawn["caption"] or drawn["label"]), str(drawn["label"])


def embedded(name: str, figure: go.Figure) -> dict[str, object]:
    """Give a figure as JSON that may stand inside a page."""
    word = next((word for word in _KINDS if word in name), "")
    from sidus_lab.figures import alternative

    text = figure.to_json().replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    title = alternative(figure) if figure.layout.title.text else name
    height = int(figure.layout.height or 400)
    # Inside a script element only `</script>` could end it, and no `<` is left.
    return {"json": Markup(text), "caption": say.caption(word), "label": title, "height": height, "kind": word}  # noqa: S704
