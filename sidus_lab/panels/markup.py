"""The panel's HTML: pure functions from what the model decided to escaped text, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from sidus_lab import html, palette
from sidus_lab.panels.model import ActionView, NodeCard
from sidus_lab.words import duration

#: Style of the widgets inside ``sidus-room``; the fallbacks serve front ends without JupyterLab's variables.
STYLE = Markup("""<style>
.sidus-room{--sr-line:var(--jp-border-color2,#d0d0d0);--sr-muted:var(--jp-ui-font-color2,#666);
--sr-ink:var(--jp-ui-font-color1,#222);--sr-soft:var(--jp-layout-color2,#f3f3f3);--sr-page:var(--jp-layout-color1,#fff);
color:var(--sr-ink);font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;max-width:68em;
border:1px solid var(--sr-line);border-radius:8px;padding:12px 16px 14px;
overflow:hidden;box-sizing:border-box;margin:4px 0}
.sidus-room .widget-html-content,.sidus-room .jupyter-widgets.widget-html{line-height:1.45;font-size:13px;height:auto}
.sidus-room .widget-html{margin:0;min-width:0}
.sidus-room .sr-title{font-size:16px;font-weight:650;line-height:1.3}
.sidus-room .sr-muted{color:var(--sr-muted)}
.sidus-room .sr-heading{font-weight:600;letter-spacing:.01em}
.sidus-room .sr-section{border-top:1px solid var(--sr-line);padding-top:9px;margin-top:9px;overflow:visible}
.sidus-room .sr-card{border:1px solid var(--sr-line);border-radius:7px;padding:6px 10px;background:var(--sr-page);
margin:0;overflow:hidden}
.sidus-room .sr-state{font-size:15px;font-weight:600}
.sidus-room .sr-shape{display:inline-block;width:1.15em;text-align:center}
.sidus-room .sr-bar{height:8px;border-radius:4px;background:var(--sr-soft);overflow:hidden;margin:5px 0 3px;
border:1px solid var(--sr-line)}
.sidus-room .sr-bar>i{display:block;height:100%;background:#0072B2;border-radius:3px;transition:width .5s linear}
.sidus-room .sr-bar.unknown>i{width:30%;animation:sidus-slide 1.6s ease-in-out infinite alternate}
@keyframes sidus-slide{from{margin-left:0}to{margin-left:70%}}
@media (prefers-reduced-motion:reduce){.sidus-room .sr-bar>i{transition:none;animation:none!important}}
.sidus-room .sr-row{display:flex;justify-content:space-between;gap:0 1.2em;flex-wrap:wrap}
.sidus-room code,.sidus-room .sr-mono{font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:12px;
background:none;color:inherit;padding:0}
.sidus-room .sr-log{display:flex;flex-direction:column-reverse;max-height:15em;overflow:auto;border-radius:6px;
border:1px solid var(--sr-line);background:var(--jp-cell-editor-background,var(--sr-soft))}
.sidus-room .sr-log pre{flex:none;margin:0;padding:6px 10px;white-space:pre-wrap;overflow-wrap:anywhere;background:none;
color:var(--sr-ink);line-height:1.4;font:11.5px/1.4 var(--jp-code-font-family,ui-monospace,monospace)}
.sidus-room .sr-code pre{margin:2px 0 0;padding:7px 10px;border-left:3px solid #0072B2;border-radius:0 4px 4px 0;
background:var(--jp-cell-editor-background,var(--sr-soft));color:var(--sr-ink);overflow:auto;
font:12px/1.5 var(--jp-code-font-family,ui-monospace,monospace)}
.sidus-room .sr-error{border-left:3px solid #D55E00;padding:4px 10px;margin:4px 0;white-space:pre-line;
overflow-wrap:anywhere}
.sidus-room .sr-note{color:var(--sr-ink)}
.sidus-room .sr-note::before{content:"→ ";color:var(--sr-muted)}
.sidus-room .jupyter-button{width:auto;height:26px;line-height:24px;padding:0 10px;border-radius:5px;margin:1px 0;
border:1px solid var(--sr-line);color:var(--sr-ink);background:var(--sr-soft);font-size:12.5px}
.sidus-room .jupyter-button.mod-primary{background:#0072B2;color:#fff;border-color:transparent}
.sidus-room .jupyter-button.mod-warning{background:#D55E00;color:#fff;border-color:transparent}
.sidus-room .jupyter-button:disabled{opacity:.45}
.sidus-room .jupyter-button:focus-visible,
.sidus-room .sr-log:focus-visible{outline:2px solid #56B4E9;outline-offset:1px}
.sidus-room .jupyter-button.sr-quiet{background:none;border-color:transparent;color:var(--sr-muted)}
.sidus-room .jupyter-button.sr-quiet.mod-active{background:var(--sr-soft);color:var(--sr-ink);box-shadow:none}
.sidus-room .widget-dropdown,.sidus-room .widget-text,.sidus-room .widget-checkbox{margin:1px 0;height:28px}
.sidus-room .widget-inline-hbox .widget-label{color:var(--sr-muted)}
.sidus-room .widget-dropdown>select{appearance:auto;background-image:none;border-radius:4px;padding:0 6px}
.sidus-room .widget-text>input{border-radius:4px}
body[data-jp-theme-light="false"] .sidus-room{color-scheme:dark}
.sidus-room .widget-checkbox{display:flex;align-items:center}
.sidus-room .widget-checkbox label{display:flex;align-items:center;line-height:1.3}
.sidus-room .widget-checkbox input[type=checkbox]{margin:0 6px 0 0}
.sidus-room .sr-table table{border-collapse:collapse}
</style>""")


def style() -> Markup:
    """The panel's style as one block."""
    return STYLE


def state(word: str) -> Markup:
    """A state's shape in its colour."""
    known = palette.state("running" if word == "cancelling" else word)
    return Markup('<span class="sr-shape" aria-hidden="true" style="color:{}">{}</span>').format(
        known.color, known.shape
    )


def live(content: object) -> Markup:
    """A line that screen readers tell when it changes, without interrupting."""
    return Markup('<div role="status" aria-live="polite">{}</div>').format(content)


def bar(fraction: float | None, label: str) -> Markup:
    """A progress bar; one that only moves where nobody knows how far it is."""
    if fraction is None:
        return Markup('<div class="sr-bar unknown" role="progressbar" aria-label="{}"><i></i></div>').format(label)
    percent = round(100 * fraction)
    return Markup(
        '<div class="sr-bar" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="100" '
        'aria-valuenow="{}"><i style="width:{}%"></i></div>'
    ).format(label, percent, percent)


def title(site: str, words: str) -> Markup:
    """The head of the room: what it is, of which site, and all nodes in one sentence."""
    return Markup(
        '<div class="sr-row"><span class="sr-title">SIDUS control room</span><span class="sr-muted">{}</span></div>{}'
    ).format(site, live(muted(words)))


def heading(text: str) -> Markup:
    """The head of one part of the room."""
    return Markup('<span class="sr-heading">{}</span>').format(text)


def card_head(card: NodeCard) -> Markup:
    """A node's name and state."""
    return live(Markup('<span class="sr-state">{} {}</span>&ensp;{}').format(state(card.word), card.name, card.word))


def card_detail(card: NodeCard) -> Markup:
    """What a node does now, or why it does not come up."""
    return live(Markup('<span class="sr-muted">{}</span>').format(card.detail) if card.detail else "")


def card_body(card: NodeCard) -> Markup:
    """What else there is to say of a node: how far its boot is, what it boots, what to do next."""
    parts: list[object] = []
    if card.word == "booting":
        parts.append(bar(card.fraction, f"boot of {card.name}"))
    since = f"for {duration(card.seconds)}" if card.seconds is not None else ""
    boots = Markup('<span class="sr-muted">boots</span> <code title="{}">{}</code>').format(card.root_hash, card.boots)
    parts.append(
        Markup('<div class="sr-row"><span>{}</span><span class="sr-muted">{}</span></div>').format(boots, since)
    )
    if card.note:
        parts.append(Markup('<div class="sr-note">{}</div>').format(card.note))
    return html.join(parts)


def cards_table(cards: Iterable[NodeCard]) -> Markup:
    """Many nodes as one table."""
    rows = [[c.name, html.state(c.word, c.detail), c.boots, c.root_hash[:12], c.note] for c in cards]
    table = html.table(rows, ["node", "state", "boots", "root hash", "next"])
    return Markup('<div class="sr-log"><div class="sidus sr-table">{}{}</div></div>').format(html.STYLE, table)


def action_head(view: ActionView) -> Markup:
    """An action's name and state."""
    return live(Markup("<b>{} {}</b>&ensp;{}").format(state(view.word), view.name, view.word))


def action_body(view: ActionView) -> Markup:
    """How far an action is and what it does now, or why it failed; nothing when it went well."""
    parts: list[object] = []
    if view.word in ("running", "cancelling"):
        parts.append(bar(view.fraction, view.name))
    if view.line:
        parts.append(Markup('<span class="sr-mono">{}</span>').format(view.line))
    if view.error:
        parts.append(error(view.error))
    return html.join(parts)


def proof(shown: str, at: str) -> Markup:
    """A proof's own HTML (escaped by `html`), and when it was asked for."""
    return Markup("{}{}").format(Markup(shown), muted(f"As asked at {at}. A later boot or change needs a new proof."))  # noqa: S704


def error(text: str) -> Markup:
    """An error's few lines."""
    return (Markup('<div class="sr-error" role="alert">{}</div>').format(text)) if text else Markup("")


def muted(text: str) -> Markup:
    """Something said quietly."""
    return Markup('<span class="sr-muted">{}</span>').format(text)


def log(text: str, label: str) -> Markup:
    """The tail of a log; it stays at its end (the column is drawn from below)."""
    return Markup(
        '<div class="sr-log" role="log" aria-live="off" aria-label="{}" tabindex="0"><pre>{}</pre></div>'
    ).format(label, text or "nothing yet")


def code(text: str) -> Markup:
    """Python lines to copy."""
    return Markup('<div class="sr-code"><pre>{}</pre></div>').format(text)


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Short facts in one line."""
    parts = (
        Markup('<span><span class="sr-muted">{}</span>&ensp;<code>{}</code></span>').format(name, value)
        for name, value in pairs
    )
    return Markup('<div class="sr-row" style="justify-content:flex-start">{}</div>').format(html.join(parts))
