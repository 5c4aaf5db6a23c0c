"""Organisers, and how the trade evades."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class TradeParameters:
    """Organisers, their fees, workers, assets and what becomes of them."""

    organisers_per_100k: float = parameter(
        100,
        "per 100,000 opportunists",
        1,
        1000,
        "organisers_known",
        "real organisers",
    )
    min_organisers: int = parameter(40, "organisers", 1, 1000, "assumption", "simulated organisers at least")
    size_sd: float = parameter(
        1.0, "log", 0, 3, "assumption", "log-normal spread of how well organisers are known to merchants"
    )
    fee: float = parameter(0.08275, "share of value", 0.05, 0.12, "shatui_fee", "all-in fee at normal use")
    fee_low: float = parameter(0.05, "share of value", 0.01, 0.12, "shatui_fee", "lowest all-in fee")
    fee_high: float = parameter(0.12, "share of value", 0.05, 0.5, "shatui_fee", "highest all-in fee")
    fee_adjustment: float = parameter(0.05, "1/day", 0, 1, "assumption", "speed at which the fee clears")
    cut: float = parameter(0.0136, "share of value", 0.01, 0.025, "shatui_fee", "organiser's own cut")
    cut_low: float = parameter(0.01, "share of value", 0, 0.5, "organiser_margins", "lowest cut")
    cut_high: float = parameter(0.0375, "share of value", 0, 0.5, "organiser_margins", "highest cut")
    quote_spread: float = parameter(
        0.1, "share", 0, 1, "assumption", "an organiser tries prices so far above and below its own"
    )
    quote_half_life: float = parameter(
        60, "days", 1, 3650, "assumption", "an organiser's memory of what came of its quotes"
    )
    quote_prior: float = parameter(
        10, "merchants", 0.1, 1000, "assumption", "weight against chance in comparing quotes, in callers"
    )
    cut_adjustment: float = parameter(
        0.02, "1/day", 0, 1, "assumption", "speed at which an organiser moves its cut uphill on its income"
    )
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
    exit_rate: float = parameter(
        0.35, "1/year", 0, 10, "organiser_lives", "organisers that give up for reasons of their own"
    )
    return_days: float = parameter(
        90, "days", 1, 3650, "assumption", "mean time until a newcomer replaces an organiser that gave up"
    )
    founder_found: float = parameter(
        0.7, "share", 0, 1, "assumption", "founders who have left the trade whom fines and suits still reach"
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
class AdaptationParameters:
    """How the trade learns to evade."""

    camouflage_price: float = parameter(
        5.5,
        "RMB/order",
        0,
        50,
        "camouflage_price",
        "full camouflage (search, browse, chat; rotated accounts; better parcels); c of it costs (c + c²)/2",
    )
    hidden_share: float = parameter(
        0.7, "share", 0, 1, "assumption", "of what sets a brushed order apart, hidden by full camouflage"
    )
    rotation: float = parameter(
        4, "-", 1, 30, "assumption", "times as many accounts share the tasks where all of that is hidden"
    )
    camouflage_days: float = parameter(
        30, "days", 1, 3650, "assumption", "time in which organisers move to what customers want"
    )
    gradual_days: int = parameter(
        30, "days", 1, 90, "assumption", "a gradual start reaches its level after so many days"
    )
    memory_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "the trade's memory of which way of brushing was sanctioned"
    )
    prior_rate: float = parameter(
        0.002,
        "1/shop",
        1e-6,
        10,
        "assumption",
        "weight of prior beliefs about each way of brushing, in sanctions a shop of the market",
    )
