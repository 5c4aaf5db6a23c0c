"""Every parameter of the world: default, unit, range, source (ids of ``docs/evidence.csv``)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from sim.parameters import ConfigError, check_parameters, parameter


@dataclass
class MarketConfig:
    """Size of the market. Shares and rates must not depend on it."""

    n_shops: int = parameter(2000, "shops", 2, 10_000_000, "assumption", "shop slots of the platform")
    shops_per_category: int = parameter(
        100, "shops", 2, 10_000, "assumption", "shops that compete in one ranking; divides n_shops"
    )
    buyers_per_shop: float = parameter(29, "buyers", 1, 60, "taobao_2013", "buyers for each shop slot")


@dataclass
class DemandConfig:
    """How buyers arrive, look and choose."""

    cohort: int = parameter(
        0, "accounts", 0, 100, "assumption", "0: every buyer is simulated; n: counted by class, 1 in n kept"
    )
    orders_per_buyer: float = parameter(
        49, "1/year", 20, 80, "taobao_2013", "genuine orders of a mean buyer in an ordinary year"
    )
    purchase_probability: float = parameter(
        0.17, "1/visit", 0.01, 0.5, "taobao_2017", "visits that end in an order (8 views at 2.25 %)"
    )
    looks: int = parameter(8, "shops", 1, 40, "taobao_2017", "shops looked at in a visit, with repeats (K)")
    quality_weight: float = parameter(1.0, "-", 0, 5, "assumption", "weight of the rating in utility")
    sales_weight: float = parameter(
        0.06001, "per log1p(sales)", 0, 0.5, "cai_2009", "weight of displayed sales in utility at full trust"
    )
    price_sensitivity: float = parameter(
        0.8, "per log RMB", 0, 4, "assumption", "weight of log price in utility, middle segment of buyers"
    )
    price_sensitivity_spread: float = parameter(
        0.4, "per log RMB", 0, 2, "assumption", "outer segments of buyers differ by this much"
    )
    visit_rate_sd: float = parameter(0.5, "log", 0, 1.5, "assumption", "log-normal spread of visit rates")
    trust_loss: float = parameter(
        0.15, "share", 0, 1, "assumption", "trust in displayed sales lost in a bad surprise"
    )
    trust_half_life: float = parameter(90, "days", 1, 3650, "assumption", "time restores trust in sales")
    platform_trust_loss: float = parameter(
        0.02, "share", 0, 1, "assumption", "visit rate lost in a bad surprise"
    )
    platform_trust_half_life: float = parameter(60, "days", 1, 3650, "assumption", "time restores visits")
    surprise: float = parameter(
        0.6, "quality", 0, 5, "assumption", "shortfall of experience against promise that disappoints"
    )
    return_rate: float = parameter(
        0.02, "share", 0, 0.5, "assumption", "orders returned without a bad surprise"
    )
    surprise_return_rate: float = parameter(0.15, "share", 0, 1, "assumption", "orders returned after one")
    complaint_rate: float = parameter(
        0.25, "share", 0, 1, "assumption", "bad surprises that are complained of"
    )
    season_amplitude: float = parameter(
        0.0, "share", 0, 0.9, "assumption", "yearly swing of the visit rate (cosine, peak on day 0 of a year)"
    )
    festival_days: list[int] = parameter([], "day of year", 0, 364, "assumption", "shopping festivals")
    festival_multiple: float = parameter(4.0, "-", 1, 10, "assumption", "visit rate on a festival day")


@dataclass
class RankingConfig:
    """How displayed sales, rating and freshness become positions and attention."""

    sales_weight: float = parameter(
        1.0, "-", 0, 5, "assumption", "weight of log1p(displayed sales) in the score"
    )
    rating_weight: float = parameter(1.0, "-", 0, 5, "assumption", "weight of the rating in the score")
    freshness_weight: float = parameter(0.4033, "-", 0, 10, "assumption", "weight of freshness in the score")
    freshness_days: float = parameter(30, "days", 1, 365, "assumption", "e-folding time of freshness")
    noise: float = parameter(0.3, "score", 0, 3, "assumption", "weekly noise in the score")
    position_exponent: float = parameter(
        0.6592, "-", 0, 3, "position_curve", "attention falls with position to this power (eta)"
    )
    direct_share: float = parameter(
        0.2145, "share", 0, 1, "assumption", "attention by custom, advertising and chance, not by rank"
    )
    following_sd: float = parameter(
        0.3, "log", 0, 2, "assumption", "log-normal spread of shops in direct attention"
    )
    displayed_half_life: float = parameter(30, "days", 1, 3650, "assumption", "half-life of displayed sales")
    cumulative_sales: bool = parameter(
        False,
        "-",
        None,
        None,
        "assumption",
        "displayed sales never fade (the half-life then only sets horizons)",
    )


@dataclass
class ShopConfig:
    """What shops and their owners are made of."""

    quality_sd: float = parameter(0.2155, "quality", 0, 2, "assumption", "spread of true quality over shops")
    experience_sd: float = parameter(0.4, "quality", 0, 3, "assumption", "spread of one order's experience")
    rating_prior: float = parameter(5, "reviews", 0.1, 1000, "assumption", "weight of the mean in a rating")
    rating_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "half-life of a review in a rating"
    )
    order_value: float = parameter(136, "RMB", 60, 200, "taobao_2013", "mean value of a genuine order")
    order_value_sd_shops: float = parameter(0.5, "log", 0, 2, "assumption", "spread of prices between shops")
    order_value_sd_within: float = parameter(
        0.85, "log", 0, 2, "assumption", "spread of orders within a shop"
    )
    margin_low: float = parameter(0.10, "share", 0, 1, "assumption", "lowest gross margin")
    margin_high: float = parameter(0.45, "share", 0, 1, "assumption", "highest gross margin")
    margin_mean: float = parameter(0.25, "share", 0, 1, "assumption", "mean gross margin (beta-distributed)")
    commission: float = parameter(
        0.02436, "share", 0, 0.05, "assumption", "platform's share of an order's value"
    )
    fixed_cost: float = parameter(3, "RMB/day", 0, 1000, "assumption", "cost of keeping a shop open")
    deposit: float = parameter(1000, "RMB", 0, 100_000, "assumption", "deposit held by the platform")
    cash_days: float = parameter(
        90, "days", 0, 3650, "assumption", "profit that a merchant keeps in the firm; the rest is drawn"
    )
    leave_rate: float = parameter(
        0.17, "1/year", 0, 1, "xu_2015_exit", "shops that leave for reasons of their own"
    )
    losing_days: float = parameter(
        90, "days", 1, 3650, "assumption", "days of losses, cash used up, after which a shop leaves"
    )
    entrant_rate: float = parameter(
        0.30, "1/year", 0, 5, "assumption", "potential entrants a shop slot; they wait for a free one"
    )
    entrant_patience: float = parameter(
        90, "days", 1, 3650, "assumption", "an entrant waits at most this long"
    )
    burst_rate: float = parameter(2, "1/year", 0, 6, "assumption", "genuine bursts of a shop")
    burst_multiple_low: float = parameter(3, "-", 1, 100, "assumption", "smallest burst (log-uniform)")
    burst_multiple_high: float = parameter(20, "-", 1, 100, "assumption", "largest burst")
    burst_days_low: int = parameter(1, "days", 1, 60, "assumption", "shortest burst")
    burst_days_high: int = parameter(10, "days", 1, 60, "assumption", "longest burst")


@dataclass
class BrushingConfig:
    """Why and how a merchant brushes."""

    opportunist_share: float = parameter(
        0.2081, "share", 0, 1, "assumption", "merchants who would brush at all"
    )
    moral_cost: float = parameter(
        0.03331, "share of value", 0, 10, "assumption", "median moral cost of an opportunist"
    )
    moral_cost_sd: float = parameter(1.0, "log", 0, 3, "assumption", "log-normal spread of moral cost")
    decision_days: int = parameter(7, "days", 1, 365, "assumption", "days between two reconsiderations")
    campaign_days_low: int = parameter(30, "days", 1, 365, "assumption", "shortest campaign")
    campaign_days_high: int = parameter(90, "days", 1, 365, "assumption", "longest campaign")
    levels: list[int] = parameter([1, 2, 5, 10, 20, 50], "orders/day", 1, 10_000, "assumption", "intensities")
    choice_scale: float = parameter(3.882, "RMB/day", 0.1, 100, "assumption", "logit scale: to brush or not")
    level_scale: float = parameter(3.882, "RMB/day", 0.1, 100, "assumption", "logit scale: how much")
    value_ratio: float = parameter(
        0.713, "share", 0.1, 1, "xu_2015_value", "value of a brushed order to the shop's mean genuine one"
    )
    parcel_cost: float = parameter(2, "RMB", 0, 6, "press_parcel", "price of an empty parcel")
    campaign_cost: float = parameter(2, "RMB/day", 0, 100, "assumption", "own work in a campaign")
    rating: float = parameter(
        0.1475, "sd of quality", 0, 3.3, "assumption", "rating that a brushed order leaves, above the mean"
    )
    learning: float = parameter(
        0.1,
        "share",
        0,
        1,
        "assumption",
        "weight of a merchant's own last campaign in its belief about the gain",
    )
    learning_half_life: float = parameter(
        180,
        "days",
        1,
        3650,
        "assumption",
        "a merchant's belief about the gain returns to what the rule promises",
    )
    fine_scale: float = parameter(1000, "RMB", 1, 1e6, "assumption", "fines below this weigh as they are")
    fine_concavity: float = parameter(
        0.7, "-", 0.05, 1, "nagin_2013", "exponent of the weight on larger fines (certainty over severity)"
    )
    discount_rate: float = parameter(0.15, "1/year", 0, 2, "assumption", "merchants' discount rate")
    shop_value_days: float = parameter(365, "days", 0, 3650, "assumption", "profit that a shop is worth")


@dataclass
class BeliefConfig:
    """How perceived risk moves; it is not the true risk."""

    prior: float = parameter(
        0.003602, "per 30 days", 0, 1, "assumption", "perceived risk at reference intensity"
    )
    own: float = parameter(0.3, "share", 0, 1, "deterrence_learning", "step towards 1 after an own sanction")
    peer: float = parameter(0.05, "share", 0, 1, "deterrence_learning", "step after a neighbour's sanction")
    announcement: float = parameter(0.01, "share", 0, 1, "deterrence_learning", "step at a published list")
    neighbours: int = parameter(
        10, "merchants", 0, 100, "assumption", "neighbours whose sanctions one hears of"
    )
    half_life: float = parameter(45, "days", 1, 3650, "assumption", "decay towards the prior")
    memory_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "memory of what sanctions brought and how common they are"
    )
    reference_rate: float = parameter(
        0.002, "1/shop-year", 1e-6, 1, "assumption",
        "sanctions in the market at which the prior keeps its full size; with none it fades to zero",
    )  # fmt: skip
    severity_prior_rate: float = parameter(
        0.01, "1/shop", 1e-6, 10, "assumption", "weight of prior beliefs about severity, in sanctions a shop"
    )
    demotion_prior: float = parameter(30, "days", 0, 365, "demotion_days", "demotion expected of a sanction")
    fine_prior: float = parameter(500, "RMB", 0, 1e7, "assumption", "fine expected of a sanction")
    closure_prior: float = parameter(
        0.05, "probability", 0, 1, "assumption", "closure expected of a sanction"
    )
    hazard_concavity: float = parameter(
        1.5,
        "-",
        0,
        10,
        "assumption",
        "hazard = risk x this x n / (n + own orders + 1), n brushed orders a day",
    )


@dataclass
class TradeConfig:
    """Organisers, their fees, workers, assets and what becomes of them."""

    organisers_per_100k: float = parameter(
        100,
        "per 100,000 opportunists",
        1,
        1000,
        "organisers_known",
        "real organisers",
    )
    min_organisers: int = parameter(6, "organisers", 1, 1000, "assumption", "simulated organisers at least")
    fee: float = parameter(0.08275, "share of value", 0.05, 0.12, "shatui_fee", "all-in fee at normal use")
    fee_low: float = parameter(0.05, "share of value", 0.01, 0.12, "shatui_fee", "lowest all-in fee")
    fee_high: float = parameter(0.12, "share of value", 0.05, 0.5, "shatui_fee", "highest all-in fee")
    fee_adjustment: float = parameter(0.05, "1/day", 0, 1, "assumption", "speed at which the fee clears")
    cut: float = parameter(0.0136, "share of value", 0.01, 0.025, "shatui_fee", "organiser's own cut")
    membership_fee: float = parameter(5, "RMB", 0, 1000, "assumption", "paid at the start of a campaign")
    accounts_per_customer: float = parameter(
        1.4, "accounts", 1, 3, "shatui_accounts", "workers that an organiser keeps for each customer at least"
    )
    tasks_per_account: float = parameter(15, "orders/month", 5, 30, "press_tasks", "most tasks of an account")
    recruit_rate: float = parameter(0.07, "1/day", 0, 1, "assumption", "gap in the pool closed in a day")
    worker_quit_rate: float = parameter(1.5, "1/year", 0, 50, "assumption", "workers who leave the trade")
    reviews_per_staff: float = parameter(
        500, "orders/day", 1, 100_000, "assumption", "orders that one member of staff can check"
    )
    staff_cost: float = parameter(100, "RMB/day", 0, 10_000, "assumption", "real cost of one member of staff")
    founding_assets: float = parameter(20_000, "RMB", 0, 1e7, "assumption", "real assets at founding")
    payout_days: float = parameter(
        200,
        "days",
        1,
        3650,
        "assumption",
        "an organiser's founder draws assets above the founding sum this slowly",
    )
    reopen_probability: float = parameter(0.75, "probability", 0, 1, "vu_2025", "reopens under a new name")
    reopen_days: float = parameter(2, "days", 1, 60, "vu_2025", "mean lag until it does")
    kept_customers: float = parameter(0.15, "share", 0, 1, "vu_2025", "customers that a reopened site keeps")
    survivor_exponent: float = parameter(
        1.5, "-", 0, 5, "elbahrawy_2020", "the displaced choose organisers by size to this power"
    )
    return_days: float = parameter(
        365, "days", 1, 3650, "assumption", "mean time until a newcomer replaces an organiser that gave up"
    )
    seized_share: float = parameter(0.5, "share", 0, 1, "assumption", "assets seized in a raid")
    ledger_completeness: float = parameter(
        0.6, "share", 0, 1, "assumption", "customers named in a seized ledger"
    )
    ledger_error: float = parameter(0.005, "share", 0, 0.05, "assumption", "names in a ledger that are wrong")
    ledger_days: int = parameter(30, "days", 1, 365, "assumption", "raid to the platform having the names")
    ledger_window: float = parameter(
        180, "days", 1, 3650, "assumption", "customers of this long are in the ledger"
    )


@dataclass
class AdaptationConfig:
    """How the trade learns to evade."""

    camouflage_price: float = parameter(
        14.46, "RMB/order", 0, 50, "camouflage_price",
        "full camouflage (search, browse, chat; rotated accounts; better parcels); c of it costs (c + c²)/2",
    )  # fmt: skip
    hidden_share: float = parameter(
        0.9252, "share", 0, 1, "assumption", "of what sets a brushed order apart, hidden by full camouflage"
    )
    rotation: float = parameter(
        4, "-", 1, 30, "assumption", "times as many accounts share the tasks where all of that is hidden"
    )
    camouflage_days: float = parameter(
        30, "days", 1, 3650, "assumption", "time in which organisers move to the camouflage that they want"
    )
    lost_half_life: float = parameter(
        60, "days", 1, 3650, "assumption", "the trade's memory of customers lost to sanctions"
    )
    gradual_days: int = parameter(
        30, "days", 1, 90, "assumption", "a gradual start reaches its level after so many days"
    )
    memory_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "the trade's memory of which way of brushing was sanctioned"
    )
    prior_rate: float = parameter(
        0.002, "1/shop", 1e-6, 10, "assumption",
        "weight of prior beliefs about each way of brushing, in sanctions a shop of the market",
    )  # fmt: skip


@dataclass
class TraceConfig:
    """What orders leave behind, as the platform can see it."""

    task_like_orders: int = parameter(
        10, "orders/30 days", 1, 1000, "assumption", "orders from which an account is task-like (m)"
    )
    task_like_ratio: float = parameter(
        1.5, "-", 1, 100, "assumption", "and that many times its own past rate (r)"
    )
    account_half_life: float = parameter(
        360, "days", 1, 3650, "assumption", "half-life of an account's own past rate"
    )
    genuine_parcel_flag: float = parameter(
        0.05, "share", 0, 1, "assumption", "genuine parcels with unlinked tracking, mean over shops"
    )
    genuine_parcel_sd: float = parameter(0.6, "log", 0, 3, "assumption", "spread of that over shops")
    brushed_parcel_flag: float = parameter(
        0.5, "share", 0, 1, "assumption", "empty parcels recognised as unlinked"
    )
    views_per_task: float = parameter(
        8, "views", 0, 100, "xu_2015_evasion", "views a worker makes before a task"
    )


@dataclass
class AppealConfig:
    """Who appeals against a sanction."""

    innocent_rate: float = parameter(0.6, "share", 0, 1, "assumption", "innocent shops that appeal")
    guilty_rate: float = parameter(0.1, "share", 0, 1, "assumption", "guilty shops that appeal")
    delay: int = parameter(3, "days", 1, 365, "assumption", "mean time until an appeal is filed")


@dataclass
class World:
    """All that is true of a market before any policy: one scenario."""

    market: MarketConfig = field(default_factory=MarketConfig)
    demand: DemandConfig = field(default_factory=DemandConfig)
    ranking: RankingConfig = field(default_factory=RankingConfig)
    shops: ShopConfig = field(default_factory=ShopConfig)
    brushing: BrushingConfig = field(default_factory=BrushingConfig)
    beliefs: BeliefConfig = field(default_factory=BeliefConfig)
    trade: TradeConfig = field(default_factory=TradeConfig)
    adaptation: AdaptationConfig = field(default_factory=AdaptationConfig)
    traces: TraceConfig = field(default_factory=TraceConfig)
    appeals: AppealConfig = field(default_factory=AppealConfig)


def check_world(world: World) -> None:
    """Raise `ConfigError` for a value out of range or for values that contradict each other."""
    for part in fields(world):
        check_parameters(getattr(world, part.name), part.name)
    market, shops, trade = world.market, world.shops, world.trade
    if market.n_shops % market.shops_per_category:
        raise ConfigError(
            f"market.shops_per_category must divide n_shops; got {market.shops_per_category} "
            f"and {market.n_shops}"
        )
    ordered = [
        ("shops.margin", shops.margin_low, shops.margin_mean, shops.margin_high),
        ("shops.burst_multiple", shops.burst_multiple_low, shops.burst_multiple_high),
        ("shops.burst_days", shops.burst_days_low, shops.burst_days_high),
        ("brushing.campaign_days", world.brushing.campaign_days_low, world.brushing.campaign_days_high),
        ("trade.fee", trade.fee_low, trade.fee, trade.fee_high),
    ]
    for name, *values in ordered:
        if values != sorted(values):
            raise ConfigError(f"{name}: low, mean and high must not decrease; got {values}")
    if not world.brushing.levels or world.brushing.levels != sorted(set(world.brushing.levels)):
        raise ConfigError(f"brushing.levels must increase; got {world.brushing.levels}")
