"""Outcomes once more, in plain loops over a diary, the daily rows, the events and the file of cases.

Written from `docs/odd.md`, section 9; it shares no line with `sim/metrics.py` and `sim/losses.py`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from diary import Diary, Evening, Shop, is_sanction

Row = dict[str, Any]


def outcomes_again(diary: Diary) -> dict[str, float | None]:
    """Return every outcome of the diary's market."""
    market = diary.market
    rows = market.daily().to_dict("records")
    period = [row for row in rows if row["day"] >= 0]
    n_last = max(90, math.floor(len(period) / 2))
    if market.state.parameters.demand.festival_days:
        n_last = max(365, n_last - n_last % 365)
    end, evenings = period[-n_last:], diary.period[-n_last:]
    return {
        **brushing(diary, end, evenings),
        **who_is_hit(diary),
        **the_detector(diary),
        **money(diary, period),
        "camouflage": mean(row["camouflage"] for row in end),
        "perceived_risk": mean(perceived(evening) for evening in evenings),
        "fee": mean(row["fee"] for row in end),
        "mean_quality_bought": mean(row["mean_quality_bought"] for row in period),
        "effect_half_life_days": half_way(rows, "brushed_share"),
        "evasion_half_life_days": half_way(rows, "camouflage"),
    }


def over(top: float, bottom: float) -> float | None:
    return top / bottom if bottom else None


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the numbers among ``values``."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    return sum(known) / len(known) if known else None


def perceived(evening: Evening) -> float:
    """Return the risk that open opportunists perceive, on average."""
    return mean(shop.fear for shop in evening.shops.values() if shop.open and not shop.honest) or 0.0


def half_way(rows: list[Row], column: str) -> float | None:
    """Return the first policy day on which the mean of 28 days has gone half of its way."""
    if sum(row["day"] >= 0 for row in rows) < 180:
        return None
    smooth = {}
    for i, row in enumerate(rows):
        known = [r[column] for r in rows[max(i - 27, 0) : i + 1] if not math.isnan(r[column])]
        smooth[row["day"]] = sum(known) / len(known) if len(known) >= 7 else math.nan
    start, end = smooth.get(-1), mean(row[column] for row in rows[-90:])
    if start is None or end is None:
        return None
    for day in range(rows[-1]["day"] + 1):
        gone = smooth[day] - (start + end) / 2
        if (gone >= 0 and end > start) or (gone <= 0 and end < start):
            return day
    return None


GROUPS: dict[str, Callable[[Shop, int], bool]] = {
    "new": lambda shop, genuine: shop.age < 365,
    "old": lambda shop, genuine: shop.age >= 365,
    "small": lambda shop, genuine: genuine <= 50,
    "large": lambda shop, genuine: genuine > 50,
    "good": lambda shop, genuine: shop.quality > 0,
    "bad": lambda shop, genuine: shop.quality <= 0,
}


def brushing(diary: Diary, end: list[Row], evenings: list[Evening]) -> dict[str, float | None]:
    """Return how much is brushed at the end, by whom, and how dangerous that is."""
    groups, at_it = dict.fromkeys(GROUPS, 0), dict.fromkeys(GROUPS, 0)
    orders = shop_days = brushers = struck_brushers = 0
    shares, struck = [], heard_of(diary)
    for evening in evenings:
        open_shops = {who: shop for who, shop in evening.shops.items() if shop.open}
        shop_days += len(open_shops)
        orders += sum(shop.brushed for shop in evening.shops.values())
        shares.append(sum(shop.brushed > 0 for shop in evening.shops.values()) / len(open_shops))
        for who, shop in open_shops.items():
            lately = diary.bought(who, evening.day - 29, evening.day)
            brushers += lately > 0
            struck_brushers += lately > 0 and who in struck[evening.day]
            for name, belongs in GROUPS.items():
                groups[name] += belongs(shop, shop.orders_30 - lately)
                at_it[name] += belongs(shop, shop.orders_30 - lately) and shop.brushed > 0
    brushed, genuine = (sum(getattr(e.trade, kind) for e in evenings) for kind in ("brushed", "genuine"))
    return {
        "brushed_share": mean(
            row["brushed_orders"] / (row["brushed_orders"] + row["genuine_orders"]) for row in end
        ),
        "brushed_turnover_share": over(brushed, brushed + genuine),
        "brushing_shop_share": mean(shares),
        **{f"brushing_shop_share_{name}": over(at_it[name], groups[name]) for name in GROUPS},
        "brushed_orders_per_shop_day": over(orders, shop_days),
        "true_risk": over(30 * struck_brushers, brushers),
    }


def heard_of(diary: Diary) -> dict[int, set[int]]:
    """Return, by day, of whose cases is heard for the first time: of all sanctions but fines of nothing.

    That closures, demotions and the removal of sales take something is left to the market's invariants.
    """
    struck, first = defaultdict(set), {}
    for evening in diary.evenings:
        for act in filter(is_sanction, evening.acts):
            amounts = getattr(act, "amount", [math.inf] * act.targets.size)
            for who, case, rmb in zip(evening.who(act), act.cases.tolist(), amounts, strict=True):
                if rmb * 100 > 0.5 and first.setdefault(case, evening.day) == evening.day:
                    struck[evening.day].add(who)
    return struck


def shop_years(diary: Diary, counts: Callable[[int, Shop, int], bool]) -> float:
    """Return the years lived by the open shops of the period that ``counts`` takes on the day."""
    return sum(
        shop.open and counts(who, shop, evening.day)
        for evening in diary.period
        for who, shop in evening.shops.items()
    ) / 365  # fmt: skip


def years_at_risk(diary: Diary) -> dict[str, float]:
    """Return the shop-years of the innocent, of the honest, and of all shops."""
    return {
        "innocent": shop_years(diary, lambda who, shop, day: diary.innocent(who, day)),
        "honest": shop_years(diary, lambda who, shop, day: shop.honest),
        "all": shop_years(diary, lambda who, shop, day: True),
    }


def who_is_hit(diary: Diary) -> dict[str, float | None]:
    """Return who is accused and hit, rightly or not."""
    table, events, years = diary.market.case_table(), diary.market.events(), years_at_risk(diary)
    cases = table[table["day"] >= 0]
    hit = cases[cases["hit_day"].notna()]
    won = events[(events["verb"] == "reinstate") & (events["day"] >= 0) & events["case"].isin(cases["case"])]
    flagged = cases[cases["source"] == "detector"]
    days = zip(flagged["identity"], flagged["day"] + diary.market.state.clock.policy_start, strict=True)
    guilty = sum(not diary.innocent(who, day) for who, day in days)
    return {
        "innocent_hits_per_1000_shop_years": over(1000 * int(hit["innocent"].sum()), years["innocent"]),
        "honest_hits_per_1000_shop_years": over(1000 * int(hit["honest"].sum()), years["honest"]),
        "guilty_hits_per_1000_shop_years": over(1000 * int((~hit["innocent"]).sum()), years["all"]),
        "cases_per_1000_shop_years": over(1000 * len(cases), years["all"]),
        "overturned_share": over(len(won), len(hit)),
        "precision": over(guilty, len(flagged)),
        "innocent_days_lost_per_1000_shop_years": over(
            1000 * sum(harm_again(diary)["days_lost"].values()), years["innocent"]
        ),
    }


def screened_months(diary: Diary) -> list[tuple[int, int, int, int, int]]:
    """Return last day, brushers, those of them above the threshold, innocents, those above, by month."""
    period, months = diary.period, []
    for i in range(29, len(period), 30):
        evening, days = period[i], period[i - 29 : i + 1]
        screens = [(day, act) for day in days for act in day.acts if act.verb == "screen"]
        if not screens:
            continue
        above = {who for day, act in screens for who in day.who(act)}
        shops = {who: shop for who, shop in evening.shops.items() if shop.open}
        brushers = {who for who in shops if diary.bought(who, evening.day - 29, evening.day) >= 5}
        clean = {w for w, shop in shops.items() if shop.age >= 30 and diary.innocent(w, evening.day)}
        months.append((i, len(brushers), len(brushers & above), len(clean), len(clean & above)))
    return months


def the_detector(diary: Diary) -> dict[str, float | None]:
    """Return how many brushers, and how many innocents, were above the threshold within a month."""
    n_days, months = len(diary.period), screened_months(diary)

    def recall(first: int, last: int) -> float | None:
        own = [month for month in months if first <= month[0] <= last]
        return over(sum(month[2] for month in own), sum(month[1] for month in own))

    return {
        "recall": recall(0, n_days),
        "recall_first_90": recall(0, 89),
        "recall_last_90": recall(n_days - 90, n_days),
        "false_positive_rate": over(sum(m[4] for m in months), sum(m[3] for m in months)),
    }


def cost_again(act: Any, findings: Any) -> float:
    """Return what an act costs: the world sets the price of findings, an investigation is paid for once."""
    if act.verb in ("review", "hear"):
        price = findings.review_cost if act.verb == "review" else findings.hearing_cost
        return float(act.effort * price * act.targets.size)
    return float(act.cost * (1 if act.verb == "investigate" else act.targets.size))


def money(diary: Diary, period: list[Row]) -> dict[str, float | None]:
    """Return sums of the period: of the days' trade, of acts and of events."""
    events, weight = diary.market.events(), diary.market.state.trade.weight
    events = events[events["day"] >= 0]
    real = events["target_kind"] == "organiser"  # the trade is a sample of organisers, whose money is real
    paid = (events["amount_rmb"] / real.map({True: weight, False: 1.0})).groupby(events["verb"]).sum()
    taken = paid.get("raid", 0.0) + paid.get("try_suit", 0.0) + paid_by_organisers(events) / weight
    days = [evening.trade for evening in diary.period]
    acts = [act for evening in diary.period for act in evening.acts]
    bound = [any(act.verb == "bound" for act in evening.acts) for evening in diary.period]
    findings = diary.market.state.parameters.findings
    cost = sum(cost_again(act, findings) / (weight if hasattr(act, "organisers") else 1) for act in acts)
    return {
        "consumer_surplus_per_buyer_rmb": over(
            sum(day.surplus for day in days), sum(day.visits for day in days)
        ),
        "honest_sales_rmb": sum(honest_sales(evening) for evening in diary.period),
        "platform_revenue_rmb": sum(day.revenue for day in days),
        "organiser_profit_rmb": sum(day.profit for day in days) - taken,
        "innocent_sales_lost_rmb": sum(harm_again(diary)["sales_lost_rmb"].values()),
        "fines_rmb": paid.get("fine", 0.0) + sum(day.late_fines for day in days),
        "damages_rmb": paid.get("try_suit", 0.0),
        "enforcement_cost_rmb": cost,
        "reviews": sum(act.targets.size for act in acts if act.verb == "review"),
        "raids": sum(row["raids"] for row in period),
        "suits": sum(act.targets.size for act in acts if act.verb == "sue"),
        "capacity_bound_day_share": mean(bound),
    }


def honest_sales(evening: Evening) -> float:
    """Return what merchants of honest type sold to genuine buyers on one day, RMB."""
    return sum(shop.turnover for shop in evening.shops.values() if shop.honest) / 100


def paid_by_organisers(events: pd.DataFrame) -> float:
    """Return the fines that organisers paid, in real RMB."""
    fines = (events["verb"] == "fine") & (events["target_kind"] == "organiser")
    return float(events.loc[fines, "amount_rmb"].sum())


AGES = {"< 90 days": 90, "90 days – 1 year": 365, "1 – 3 years": 1095, "> 3 years": math.inf}
SIZES = {"0 – 10 orders": 10, "11 – 50 orders": 50, "51 – 200 orders": 200, "> 200 orders": math.inf}
Band = tuple[str, str]


def band(shop: Shop) -> Band:
    """Return the names of a shop's bands of age and size."""
    age = next(name for name, end in AGES.items() if shop.age < end)
    return age, next(name for name, most in SIZES.items() if shop.orders_30 <= most)


def harm_again(diary: Diary) -> dict[str, dict[Band, float]]:
    """Return shop-years, hits, days and sales lost of innocents by the band that they were hit in."""
    table = diary.market.case_table()
    start, harm = diary.market.state.clock.policy_start, {name: defaultdict(float) for name in HARM}
    for evening in diary.period:
        for who, shop in evening.shops.items():
            if shop.open and diary.innocent(who, evening.day):
                harm["innocent_shop_years"][band(shop)] += 1 / 365
    for row in table[table["innocent"] & (table["hit_day"] >= 0)].to_dict("records"):
        evening = next(e for e in diary.period if e.day == row["hit_day"] + start)
        harm["hits"][band(evening.shops[row["identity"]])] += 1
    innocent = {(row.day >= 0, row.case): row.innocent for row in table.itertuples()}
    Watch(innocent, harm).follow(diary.evenings)
    return harm


HARM = ("innocent_shop_years", "hits", "days_lost", "sales_lost_rmb")


class Watch:
    """Innocent shops under sanction, by identity: until when, in which band; who is hidden or closed."""

    def __init__(self, innocent: dict[tuple[bool, int], bool], harm: dict[str, dict[Band, float]]) -> None:
        self.innocent, self.harm = innocent, harm
        self.until: dict[int, int] = {}
        self.band: dict[int, Band] = {}
        self.hidden: dict[int, int] = {}
        self.closed: set[int] = set()

    def follow(self, evenings: list[Evening]) -> None:
        """Go through all evenings; what is lost counts in the policy period."""
        before: Evening | None = None
        for evening in evenings:
            for who in [who for who in self.until if who not in evening.shops]:
                self.leaves(who, before, evening)
            for who in self.watched(evening.day):
                shop = evening.shops[who]
                self.lose("sales_lost_rmb", who, evening, (shop.expected - shop.placed) * shop.price)
            for act in evening.acts:
                self.act(evening, act)
            for who in self.watched(evening.day):
                if who in self.closed or self.hidden.get(who, 0) > evening.day + 1:
                    self.lose("days_lost", who, evening, 1)
            before = evening

    def watched(self, day: int) -> list[int]:
        return [who for who, until in self.until.items() if until > day]

    def lose(self, what: str, who: int, evening: Evening, how_much: float) -> None:
        if evening.in_period:
            self.harm[what][self.band[who]] += how_much

    def leaves(self, who: int, before: Evening | None, evening: Evening) -> None:
        """Count a year of sales, less the thirty days that were counted, for who was closed and leaves."""
        assert before is not None
        if who in self.closed and self.until[who] > evening.day:
            shop = before.shops[who]
            self.lose("sales_lost_rmb", who, evening, (365 - 30 + 1) * shop.expected * shop.price)
        del self.until[who]

    def act(self, evening: Evening, act: Any) -> None:
        """Let one act change who is hidden, closed and watched."""
        if not hasattr(act, "cases"):
            return
        for who, case in zip(evening.who(act), act.cases.tolist(), strict=True):
            if act.verb == "demote":
                self.hidden[who] = max(self.hidden.get(who, 0), evening.day + 1 + act.days)
            if act.verb == "close":
                self.closed.add(who)
            if act.verb == "reinstate":
                self.reinstated(who, evening.day)
            hits = is_sanction(act) and act.verb != "warn"
            if hits and self.innocent[evening.in_period, case]:
                self.watch(who, evening)

    def reinstated(self, who: int, day: int) -> None:
        self.hidden[who] = min(self.hidden.get(who, 0), day + 1)
        self.closed.discard(who)
        if self.until.get(who, 0) > day:
            self.until[who] = day + 30

    def watch(self, who: int, evening: Evening) -> None:
        day = evening.day
        if self.until.get(who, 0) <= day:
            self.band[who] = band(evening.shops[who])
        end = day + 365 if who in self.closed else max(self.hidden.get(who, 0), day) + 30
        self.until[who] = max(self.until.get(who, 0), end)


def harm_table(diary: Diary) -> pd.DataFrame:
    """Return the harm in the order of the market's own table."""
    harm = harm_again(diary)
    rows = [(age, size, *(harm[name][age, size] for name in HARM)) for age in AGES for size in SIZES]
    return pd.DataFrame(rows, columns=["age_band", "size_band", *HARM])
