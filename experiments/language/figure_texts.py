"""Titles, axes, footnotes and notes of the figures of studies and runs."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.language.words import humanise, plural

BARS = "Bars: 95\u00a0% intervals over replications."
HALVES = "±: half of the 95\u00a0% interval over replications. Grey and hatched: cannot be told apart from"
IS_ZERO = "the 95\u00a0% interval of the paired difference (simultaneous over all cells) contains 0."

BRUSHING_AXIS = "Brushing remaining, % of paid orders"
HITS_AXIS = "Innocent shops hit, per 1,000 shop-years"

TRADE_OFF = "Less brushing, or fewer innocent shops hit?"
HARM_AXES = "What does less brushing cost?"
HEAT_MAP = "Both levers together"
PATHS = "Brushing over time"
CHANNELS = "Why does it work?"
RISK = "Perceived and true risk"
DETERRED = "Who stops brushing?"
HARM = "Which innocent shops are hit?"
CAPACITY = "How often were all reviewers busy?"
WORLDS = "In other worlds"
RUN = "One run, week by week"

LOST_AXIS = "Sales lost, RMB per innocent shop-year"
PRICE_AXES = (
    "Innocent shops hit,\nper 1,000 innocent shop-years",
    "Sales lost by innocents,\nRMB per innocent shop-year",
    "Hours of reviewers,\nper 1,000 shops and year",
)
WORLD_AXES = ("Brushing, percentage points of paid orders", HITS_AXIS)
CHANNELS_AXIS = "Change of brushing, percentage points of paid orders   (← less)"
DETERRED_AXIS = "Change of the share of shops that brush, %   (← fewer)"
CAPACITY_AXIS = "Policy days on which review capacity bound, %"
RISK_LINES = ("perceived by merchants who would brush", "true")
CAMOUFLAGE_AXIS = "Camouflage of brushed orders, %"
HARM_ROWS, HARM_COLUMNS = "Age of the shop", "Size of the shop (orders in the last 30 days)"

NO_MUTES = "This study mutes no channels, so there is nothing to split."
NO_KINDS = "This study did not count who brushes."
NO_PAIRS = "Nothing to show: no package can be compared with the baseline."
NO_HARM = "Nothing to show: the study holds no table of harm for its packages."
NO_PRICES = "This study lacks one of the three prices, or its baseline."
NO_PRICED = "Nothing to show: no package has brushing and one of the three prices."
NO_GRID = "This study has no grid, so there is no heat map."
NO_GRID_RUN = "Nothing to show: no run of the grid has finished."
NO_PATHS = "Nothing to show: the study holds no paths of its packages."
NO_TRUE_RISK = "The paths of this study hold no true risk."
NO_RISK = "Nothing to show: no risk was measured, perceived or true."
NO_PLANE = "Nothing to show: no package has both outcomes of the trade-off plane."
NO_WORLDS = "This study was not held in other worlds."
NO_WORLD = "Nothing to show: no package was compared in other worlds."
NEVER_BOUND = "Review capacity never bound: no case waited because all reviewers were busy."
NO_DAILY = "Nothing to show: the run wrote no daily table."


def failed(why: str) -> str:
    """Say in its place that a figure could not be drawn."""
    return f"This figure could not be drawn ({why})."


def no_run_of(name: str) -> str:
    """Say that nothing of a block has finished."""
    return f"Nothing to show: no run of {name} has finished."


def combinations(name: str) -> str:
    """Return the title of the map of a block."""
    return f"Combinations: {name}"


def channels_note(coverage: str) -> str:
    """Say what the parts of an effect are."""
    return (
        "Shapley values: what a channel adds, averaged over all orders of adding channels; they add up to "
        "all channels. Against the same package with every channel as it was on the last day of the "
        "warm-up. Before adaptation: nobody evades. Lines: 95\u00a0% intervals; thick: each alone, thin: "
        f"all of a package together (Bonferroni). {coverage}"
    )


def combinations_note(baseline: str, outlined: bool, coverage: str) -> str:
    """Say what outline, hatching and half-widths of a map of combinations mean."""
    outline = " Outlined: the baseline itself." if outlined else ""
    return f"{HALVES} {humanise(baseline)}: {IS_ZERO}{outline} {coverage}"


def heat_map_note(reference: Sequence[str], coverage: str) -> str:
    """Say what outline, hatching and half-widths of a grid mean; by the outlined cell's levels."""
    return f"{HALVES} the outlined cell ({' and '.join(reference)}): {IS_ZERO} {coverage}"


def one_factor_note(coverage: str) -> str:
    """Say what the bars of a block of one factor are."""
    return f"{BARS} {coverage}"


def capacity_note(coverage: str) -> str:
    """Say what the lines of a bar are."""
    return f"Lines: 95\u00a0% intervals over replications. {coverage}"


def paths_note(coverage: str) -> str:
    """Say what the bands of paths are."""
    return f"Bands: 95\u00a0% intervals of the mean over replications. {coverage}"


def deterred_note(baseline: str, coverage: str) -> str:
    """Say what the kinds of shops are, and what is compared."""
    return (
        f"Change of the share of shops that brush against {humanise(baseline)}, in % of its share. "
        "New: open for less than a year; small: at most 50 genuine orders in 30 days; good: quality above "
        "the mean. Lines: 95\u00a0% intervals (Fieller), each alone; an open one has none. "
        f"{coverage}"
    )


def harm_note(coverage: str) -> str:
    """Say what numbers and bounds of the tables of harm mean."""
    return (
        "Large: innocent shops hit per 1,000 innocent shop-years; small: how many hits, all replications "
        "together. <: no hit was seen; 95\u00a0% upper bound (rule of three); too few: no hit in fewer than "
        f"3 shop-years. {coverage}"
    )


def harm_axes_note(combinations: bool, coverage: str) -> str:
    """Say what the marks of the three planes are."""
    dots = " Grey dots: combinations of factors." if combinations else ""
    return f"{BARS}{dots} Lower and further left is better. {coverage}"


def risk_note(weeks: int, camouflage: bool, coverage: str) -> str:
    """Say how the lines of risks are made."""
    hidden = " Camouflage: 0, none of what can be hidden is; 100, all of it." if camouflage else ""
    return (
        "Means over replications; bands: 95\u00a0% intervals. Perceived: at the reference "
        "intensity of brushing. True: sanctions of shops that brushed in the last 30 "
        f"days, as a hazard per 30 days over the {weeks} weeks before. Gaps: nobody brushed."
        f"{hidden} {coverage}"
    )


def plane_caption(better: Sequence[tuple[int, int, str]]) -> str:
    """Say which way is better: of each axis its place (0: x), sense, and name, the last one first."""
    words = {(0, -1): "Further left", (0, 1): "Further right", (1, -1): "Lower", (1, 1): "Higher"}
    told = [f" {words[place, sense]}: {name.lower()} is better." for place, sense, name in better if sense]
    return "Each mark is a package." + "".join(reversed(told))


def plane_note(marks: frozenset[str], crossed: bool, coverage: str) -> str:
    """Say what the marks of the plane mean.

    ``marks`` are what it shows of "bars", "bound" (where no hit was seen), "frontier" and "dots";
    ``crossed`` tells whether dots are combinations of factors.
    """
    line = " Dashed: frontier; no other package has better means on both." if "frontier" in marks else ""
    what = "combinations of factors" if crossed else "the combinations of the grid"
    dots = f" Grey dots: {what}." if "dots" in marks else ""
    bars = BARS if "bars" in marks else ""
    none = " Where no hit was seen: 95\u00a0% bound (rule of three)." if "bound" in marks else ""
    return f"{bars}{none}{line}{dots} {coverage}".strip()


def worlds_note(n_worlds: int, baseline: str) -> str:
    """Say what the marks of other worlds are."""
    return (
        f"A mark is one of {plural(n_worlds, 'calibrated world')}, by size of the difference "
        f"from {humanise(baseline)} there; lines: 95\u00a0% intervals, simultaneous over the "
        "packages of a world. Filled: the interval leaves out 0."
    )


def run_note(whole: bool) -> str:
    """Say what a run's weeks are made of; ``whole`` tells whether any week has all of its days."""
    note = "Weekly means (brushing, organisers, fee) and weekly sums (cases, hits). One run: no interval."
    return note if whole else f"{note} No week is whole: means and sums of its days alone."


def missing_fonts(shown: str, n_more: int) -> str:
    """Say which characters no font here has, and what to do about it."""
    more = f" and {n_more} more" if n_more > 0 else ""
    return (
        f"no font here has {shown}{more}: the page leaves them to the reader's browser, "
        "PNG files show boxes; install a font that has them (Debian and Ubuntu: fonts-noto-cjk for "
        "Chinese, Japanese and Korean)"
    )
