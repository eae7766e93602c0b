"""The panel's style: JupyterLab's own colours, with fallbacks; what is seen when the kernel behind a panel is gone.

Two things tell that a panel shows the past, and both work in the page alone. JupyterLab marks every widget whose kernel
was restarted with a class; and where nothing new came for `OLD` seconds (the kernel was killed, the network is gone),
an animation that each look at the site would have started anew ends and lets the time of the last look appear.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

#: Seconds without news after which a panel says of when it is.
OLD: Final = 45

#: Words that buttons show where they are many; their full names ("Boot node1") are for those who do not see them.
SHORT: Final = ("On", "Off", "Power on", "Power off", "Boot", "Cancel", "Follow", "log", "code")


def short_class(word: str) -> str:
    """Return the class of a button that shows only `word` of its name."""
    return f"sr-says-{word.lower().replace(' ', '-')}"


def _short(word: str) -> str:
    # The second form gives the word no part in the button's name; browsers that do not know it keep the first.
    rule = f".sidus-room .jupyter-button.sr-short.{short_class(word)}::after"
    return f'{rule}{{content:"{word}";content:"{word}" / ""}}\n'


STALE: Final = f"""
.sidus-room .sr-old{{visibility:hidden;max-height:0;overflow:hidden;animation:sidus-old 1ms linear {OLD}s forwards;
border-left:3px solid #E69F00;padding:0 10px;margin:4px 0 0}}
@keyframes sidus-old{{to{{visibility:visible;max-height:9em;padding:4px 10px}}}}
.sidus-room .sr-old .sr-gone{{display:none}}
.sidus-room.jupyter-widgets-disconnected .sr-old{{visibility:visible;max-height:9em;padding:4px 10px;animation:none}}
.sidus-room.jupyter-widgets-disconnected .sr-old .sr-gone{{display:inline}}
.sidus-room.jupyter-widgets-disconnected .sr-card .sr-old{{display:none}}
.sidus-room.jupyter-widgets-disconnected::before,
.sidus-room.jupyter-widgets-disconnected .jupyter-widgets-disconnected::before{{display:none!important}}
.sidus-room.jupyter-widgets-disconnected .jupyter-button,
.sidus-room.jupyter-widgets-disconnected .widget-text,
.sidus-room.jupyter-widgets-disconnected .widget-dropdown,
.sidus-room.jupyter-widgets-disconnected .widget-checkbox{{display:none}}
.sidus-room.jupyter-widgets-disconnected .sr-bar{{filter:grayscale(1);opacity:.6}}
.sidus-room.jupyter-widgets-disconnected .sr-bar>i{{animation:none}}
.sidus-room.jupyter-widgets-disconnected .sr-shape{{filter:grayscale(1)}}
"""

#: Style of the widgets inside ``sidus-room``; the fallbacks serve front ends without JupyterLab's variables.
STYLE: Final = Markup(  # noqa: S704 - all of it is written here
    """<style>
.sidus-room{--sr-line:var(--jp-border-color2,#d0d0d0);--sr-muted:var(--jp-ui-font-color2,#666);
--sr-ink:var(--jp-ui-font-color1,#222);--sr-soft:var(--jp-layout-color2,#f3f3f3);--sr-page:var(--jp-layout-color1,#fff);
--sr-ring:#0072B2;
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
.sidus-room .jupyter-button.mod-warning{background:#B34E00;color:#fff;border-color:transparent}
.sidus-room .jupyter-button:disabled{opacity:.45}
.sidus-room .jupyter-button.sr-short{font-size:0}
.sidus-room .jupyter-button.sr-short::after,.sidus-room .jupyter-button.sr-short>i{font-size:12.5px}
.sidus-room .jupyter-button:focus-visible,
.sidus-room [tabindex]:focus-visible,.sidus-room select:focus-visible,.sidus-room input:focus-visible{
outline:2px solid var(--sr-ring)!important;outline-offset:1px}
.sidus-room .jupyter-button.sr-quiet{background:none;border-color:transparent;color:var(--sr-muted)}
.sidus-room .jupyter-button.sr-quiet.mod-active{background:var(--sr-soft);color:var(--sr-ink);box-shadow:none}
.sidus-room .widget-dropdown,.sidus-room .widget-text,.sidus-room .widget-checkbox{margin:1px 0;height:28px}
.sidus-room .widget-inline-hbox .widget-label{color:var(--sr-muted)}
.sidus-room .widget-dropdown>select{appearance:auto;background-image:none;border-radius:4px;padding:0 6px}
.sidus-room .widget-text>input{border-radius:4px}
body[data-jp-theme-light="false"] .sidus-room{color-scheme:dark;--sr-ring:#56B4E9}
.sidus-room .widget-checkbox{display:flex;align-items:center}
.sidus-room .widget-checkbox label{display:flex;align-items:center;line-height:1.3}
.sidus-room .widget-checkbox input[type=checkbox]{margin:0 6px 0 0}
.sidus-room .sr-table table{border-collapse:collapse}
"""
    + STALE
    + "".join(_short(word) for word in SHORT)
    + "</style>"
)
