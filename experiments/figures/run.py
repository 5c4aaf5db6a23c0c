"""One run at a glance: brushing, organisers and their fee, cases and hits, with what happened when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from experiments.figures import style
from experiments.figures.labels import spread
from experiments.figures.paths import tick_step
from experiments.figures.style import rows
from experiments.files.whole import read_table
from experiments.language import figure_texts as texts
from experiments.runs.weeks import weeks, whole_weeks
from experiments.studies.results import column

BLUE, RED, GREEN = "#0072B2", "#D55E00", "#009E73"

EVENTS = {
    "raid": ("raids", RED),
    "shut": ("organisers shut", "#A8557F"),
    "try_suit": ("suits tried", BLUE),
    "announce": ("announcements", GREEN),
}
PERCENT = ("brushed_share", "fee")


def prepare(folder: Path) -> pd.DataFrame:
    """Return one row a week (means and sums) and one row a day and kind of event of a run folder."""
    daily = read_table(folder / "daily.parquet")
    if daily.empty:
        return style.note_table(texts.NO_DAILY)
    table = pd.concat(
        [week_rows(daily), happenings(read_table(folder / "events.parquet"))], ignore_index=True
    )
    return style.with_footnote(table, texts.run_note(bool(whole_weeks(daily).any())))


def week_rows(daily: pd.DataFrame) -> pd.DataFrame:
    """Return one row a week, in the middle of which it is drawn; shares in percent."""
    table = weeks(daily)
    for name in PERCENT:
        table[name] = 100 * table[name]
    table = table.rename_axis("week").reset_index()
    return table.assign(kind="week", text="", day=lambda t: 7 * t["week"] + 3)


def happenings(events: pd.DataFrame) -> pd.DataFrame:
    """Count raids, suits and announcements by day."""
    chosen = events[column(events, "verb").isin(list(EVENTS))]
    if chosen.empty:
        return pd.DataFrame()
    counts = chosen.groupby(["verb", "day"], observed=True).size().rename("n").reset_index()
    return counts.rename(columns={"verb": "text"}).astype({"text": str}).assign(kind="event")


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw panels over one time axis."""
    week, events = rows(table, "week"), rows(table, "event")
    kinds = [verb for verb in EVENTS if (events["text"] == verb).any()]
    heights = [0.16 * len(kinds) + 0.05] * bool(kinds) + [1.5, 0.9, 0.9, 1.3]
    bottom = 0.55 + style.footnote_height(table)
    figure = style.new_figure(sum(heights) + 0.24 * (len(heights) - 1) + bottom + 0.5)
    panels = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    style.margins(figure, 0.95, 1.3, bottom, 0.5, hspace=0.24 * len(heights) / sum(heights))
    panels[0].set_title(texts.RUN, pad=22 if not kinds else 10)
    if kinds:
        draw_events(panels.pop(0), events, kinds)
    draw_panels(panels, week)
    set_days(panels, week)
    style.draw_footnote(figure, table)
    return figure


def draw_events(axes: Axes, events: pd.DataFrame, kinds: list[str]) -> None:
    """Draw one row of ticks for each kind of event."""
    for place, verb in enumerate(reversed(kinds)):
        days = events.loc[events["text"] == verb, "day"]
        name, shade = EVENTS[verb]
        axes.vlines(days, place - 0.36, place + 0.36, color=shade, linewidth=1.4, gid=f"event:{verb}")
        axes.text(
            1.01, place, name, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=shade
        )
    axes.set_ylim(-0.5, len(kinds) - 0.5)
    axes.set_yticks([])
    axes.tick_params(length=0, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw_panels(panels: list[Axes], week: pd.DataFrame) -> None:
    """Draw the four panels of lines."""
    line(panels[0], week, {"brushed_share": ("", style.INK)}, "Brushed orders,\n% of paid")
    line(panels[1], week, {"organisers_open": ("", style.INK)}, "Organisers\nopen")
    line(panels[2], week, {"fee": ("", style.INK)}, "Fee, % of\norder value")
    shown = {
        "cases": ("cases", style.SOFT),
        "hits_guilty": ("brushers hit", BLUE),
        "hits_innocent": ("innocents hit", RED),
    }
    line(panels[3], week, shown, "Cases and hits\na week")


def line(axes: Axes, week: pd.DataFrame, shown: dict[str, tuple[str, str]], label: str) -> None:
    """Draw columns against time from zero, named at their ends."""
    top = style.highest(week[list(shown)])
    axes.set_ylim(0, 1.15 * top if top > 0 else 1)
    for name, (_, shade) in shown.items():
        dot = style.dot_for(week[name])
        axes.plot(week["day"], week[name], color=shade, marker=dot, linewidth=1.5, gid=name)
    named = [name for name, (text, _) in shown.items() if text]
    name_ends(axes, week, {name: shown[name] for name in reversed(named)})
    axes.set_ylabel(label, fontsize=9.5)
    axes.yaxis.set_label_coords(-0.5 / (style.WIDTH - 2.25), 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=top > 2))
    style.light_grid(axes)


def name_ends(axes: Axes, week: pd.DataFrame, shown: dict[str, tuple[str, str]]) -> None:
    """Name lines behind their ends, apart from each other."""
    low, high = axes.get_ylim()
    ends = [float(np.nan_to_num(week[name].iloc[-1])) for name in shown]
    places = spread(ends, 0.17 * (high - low) / 1.3, low + 0.03 * high, high)
    for (text, shade), y in zip(shown.values(), places, strict=True):
        axes.text(1.01, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=shade)


def set_days(panels: list[Axes], week: pd.DataFrame) -> None:
    """Set the common time axis and shade the warm-up."""
    first, last = float(week["day"].min()) - 3, float(week["day"].max()) + 4
    for axes in panels:
        axes.set_xlim(first, last)
        if first < 0 < last:
            axes.axvspan(first, 0, color="#efefef", zorder=0, linewidth=0)
    if first < 0 < last:
        panels[0].annotate(
            "warm-up",
            (first, 1),
            xycoords=panels[0].get_xaxis_transform(),
            xytext=(3, -10),
            textcoords="offset points",
            fontsize=8.5,
            color=style.SOFT,
        )
    panels[-1].xaxis.set_major_locator(MultipleLocator(tick_step(last - first)))
    panels[-1].set_xlabel("Day of policy (0: the package begins)")
