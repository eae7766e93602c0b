"""The panel's HTML: pure functions from what the model decided to escaped text, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from sidus_lab import html, palette
from sidus_lab.panels.action_view import ActionView
from sidus_lab.panels.model import NodeCard
from sidus_lab.panels.style import STYLE
from sidus_lab.sidus.damage import Damaged
from sidus_lab.words import duration


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
        '<div class="sr-row"><span class="sr-title" role="heading" aria-level="2">SIDUS control room</span>'
        '<span class="sr-muted">{}</span></div>{}'
    ).format(site, live(muted(words)))


def as_of(clock: str, what: str) -> Markup:
    """What shows itself when a panel has become a picture of the past (see `style`): of when it is, and what to do."""
    return Markup(
        '<div class="sr-old"><b>As of {}.</b><span class="sr-gone"> The kernel behind this panel was restarted: '
        "nothing in it moves any more. {} Run this cell again for a new panel.</span></div>"
    ).format(clock, what)


def heading(text: str) -> Markup:
    """The head of one part of the room."""
    return Markup('<span class="sr-heading" role="heading" aria-level="3">{}</span>').format(text)


def card_head(card: NodeCard) -> Markup:
    """A node's name and state."""
    return live(Markup('<span class="sr-state">{} {}</span>&ensp;{}').format(state(card.word), card.name, card.word))


def card_detail(card: NodeCard) -> Markup:
    """What a node does now, or why it does not come up."""
    return live(Markup('<span class="sr-muted">{}</span>').format(card.detail) if card.detail else "")


def card_body(card: NodeCard) -> Markup:
    """What else there is to say of a node: how far its boot is, what it boots, what to do next."""
    parts: list[object] = []
    if card.word in ("booting", "slow"):
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
    return Markup(
        '<div class="sr-log" role="group" aria-label="nodes" tabindex="0"><div class="sidus sr-table">{}{}</div></div>'
    ).format(html.STYLE, table)


def jobs(rows: Sequence[Sequence[object]], total: int) -> Markup:
    """Jobs as a table, and how many more there are."""
    if not rows:
        return muted("No job has been started at this site.")
    table = html.table(rows, ["job", "of", "state", "started", "took", "last line"])
    more = muted(f"and {total - len(rows)} older") if total > len(rows) else ""
    return Markup('<div class="sidus sr-table" role="group" aria-label="jobs" tabindex="0">{}{}{}</div>').format(
        html.STYLE, table, more
    )


def damaged(found: Sequence[Damaged]) -> Markup:
    """What the site holds and cannot believe, each with what to do about it."""
    rows = [Markup("<li><b>damaged {}</b> {}: {} {}</li>").format(e.what, e.where, e.why, muted(e.hint)) for e in found]
    return (
        Markup('<div class="sr-note" role="status"><ul>{}</ul></div>').format(html.join(rows)) if rows else Markup("")
    )


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


def contained(inner: str) -> Markup:
    """What a value shows of itself (escaped by `html`), in a box that the keyboard reaches."""
    box = '<div class="sidus sr-table" role="group" aria-label="what differs" tabindex="0">{}</div>'
    return Markup(box).format(Markup(inner))  # noqa: S704


def looked(inner: str, at: str) -> Markup:
    """What a look found (escaped by `html`), and when it was."""
    box = '<div class="sidus sr-table" role="group" aria-label="versions" tabindex="0">{}</div>{}'
    return Markup(box).format(Markup(inner), muted(f"As looked at {at}."))  # noqa: S704


def note(text: str) -> Markup:
    """Something worth saying that is no error."""
    return Markup('<div class="sr-note" role="status">{}</div>').format(text)


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
    return Markup('<div class="sr-code"><pre role="group" aria-label="code" tabindex="0">{}</pre></div>').format(text)


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Short facts in one line."""
    parts = (
        Markup('<span><span class="sr-muted">{}</span>&ensp;<code>{}</code></span>').format(name, value)
        for name, value in pairs
    )
    return Markup('<div class="sr-row" style="justify-content:flex-start">{}</div>').format(html.join(parts))
