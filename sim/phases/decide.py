"""Decide: merchants weigh what each way to brush, bought of whom, would bring, against its cost and risk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.chance import Stream, uniforms
from sim.kernels import decide as kernels
from sim.kernels import offers as offering
from sim.state.beliefs import Beliefs
from sim.state.campaigns import Campaigns, stop_campaigns
from sim.state.fears import fears
from sim.state.mechanisms import SwitchedOff
from sim.state.merchants import Merchants
from sim.state.shops import Shops
from sim.state.today import Today
from sim.state.traces import Traces

OFFERS = offering.OFFERS

NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Scene:
    """A morning, and all that merchants look at; ``sold`` (n_shops,) are genuine orders of 30 days."""

    today: Today
    shops: Shops
    merchants: Merchants
    campaigns: Campaigns
    beliefs: Beliefs
    sold: np.ndarray

    def luck(self, slots: np.ndarray, k: int) -> np.ndarray:
        """Return draw ``k`` of the merchants of ``slots`` (n,)."""
        return uniforms(self.today.clock.key(Stream.DECIDE), self.shops.identity[slots], k)


@dataclass(frozen=True)
class Inquiry:
    """Whom merchants ask: their ``slots`` (n,), and, arrays (n, 3), organisers, their quotes and signs.

    ``quote`` is the cut asked, a share of value; ``sign`` is 1 where it is above the organiser's own, else 0.
    """

    slots: np.ndarray
    organiser: np.ndarray
    sign: np.ndarray
    quote: np.ndarray


@dataclass(frozen=True)
class Prospect:
    """What brushing promises the merchants who decide today, RMB a day.

    ``gain``, ``extra_orders`` a day and the camouflage ``wanted`` are by way (n, n_ways). The ``cover`` that
    is sold, ``cost`` and the expected loss ``risk`` are by option (n, n_ways · 3): ways, in each the offers.
    """

    gain: np.ndarray
    extra_orders: np.ndarray
    wanted: np.ndarray
    cover: np.ndarray
    cost: np.ndarray
    risk: np.ndarray

    @property
    def net(self) -> np.ndarray:
        """Gain less cost less expected loss, by option."""
        return self.gain.repeat(OFFERS, axis=1) - self.cost - self.risk


def decide(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    beliefs: Beliefs,
    traces: Traces,
    off: SwitchedOff,
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end campaigns; return the slots whose merchants begin one today, and what came of quotes.

    The second, (2, 2, organisers), are merchants who compared an offer of each organiser and what it will
    earn of them, RMB a day, by sign of the quote.
    """
    scene = Scene(today, *owners, campaigns, beliefs, traces.genuine_30())
    end_campaigns(scene)
    asked = np.zeros((2, 2, today.offers.n))
    if not today.offers.is_open.any():
        return NOBODY, asked
    struck, slots, shares = who_is_to_decide(scene)
    if struck.size and not off.deterrence:
        reconsider(scene, inquire(scene, struck, shares))
    if slots.size:
        slots = take_turns(scene, inquire(scene, slots, shares), asked)
    return slots, asked


def end_campaigns(scene: Scene) -> None:
    """End campaigns that are over; what they brought teaches their merchants."""
    shops, campaigns, brushing = scene.shops, scene.campaigns, scene.campaigns.parameters
    learning = 1 - 0.5 ** (1 / brushing.learning_half_life), float(brushing.learning)
    columns = kernels.campaign_columns(campaigns), kernels.standing_columns(shops)
    day, belief = scene.today.clock.day, scene.merchants.gain_belief
    kernels.end_campaigns(shops.n, day, learning, *columns, scene.sold, belief)


def who_is_to_decide(scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the slots of merchants who were struck, of those whose turn it is, and whom all of these meet.

    The last are cumulative shares of organisers (organisers,), as campaigns are before anybody decides.
    """
    campaigns, day = scene.campaigns, scene.today.clock.day
    columns, until = kernels.standing_columns(scene.shops), campaigns.until
    struck = kernels.who_reconsiders(day, columns, until, campaigns.struck)
    every, opportunist = campaigns.parameters.decision_days, scene.merchants.opportunist
    slots = kernels.who_decides(day, every, columns, opportunist, until)
    if struck.size + slots.size == 0:
        return struck, slots, np.zeros(0)
    organisers = offering.offer_columns(scene.today.offers)
    return struck, slots, offering.shares_of(day, until, campaigns.organiser, organisers)


def inquire(scene: Scene, slots: np.ndarray, shares: np.ndarray) -> Inquiry:
    """Return whom merchants (``slots``, (n,)) ask, by the ``shares`` (organisers,), and what these ask."""
    offers, shape = scene.today.offers, (slots.size, OFFERS)
    organiser, sign, quote = np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty(shape)
    offering.meet(
        scene.today.clock.key(Stream.DECIDE),
        scene.shops.identity[slots],
        scene.campaigns.organiser[slots],
        shares,
        offering.offer_columns(offers),
        offering.quote_terms(offers.parameters),
        (organiser, sign, quote),
    )
    return Inquiry(slots, organiser, sign, quote)


def weigh(scene: Scene, inquiry: Inquiry) -> Prospect:
    """Return gain, cost and expected loss of every way to brush with every offer.

    The gain is what the ranking rule promises, not what public sales suggest: genuine sales grow
    with displayed sales D as (1 + D)^θ, θ = w_sales·κ + trust·β_sales, κ being the slope of log
    attention on score in the category. The expected loss is hazard × loss, the hazard concave in
    the share of brushed orders, corrected by what the trade has learnt of each way and lowered by cover, the
    loss bounded by what the merchant owns. Of cover each buys what costs it least.
    """
    today, shops, offers = scene.today, scene.shops, scene.today.offers
    brushing, ways, beliefs = scene.campaigns.parameters, scene.campaigns.ways, scene.beliefs
    learnt = beliefs.experience.relative_hazard(), float(beliefs.parameters.hazard_concavity)
    reach, horizon = shops.parameters.owner_reach, today.attention.horizon
    dread = float(beliefs.experience.hides), fears(beliefs.severity, horizon, brushing, reach)
    seen = today.clock.day, horizon, scene.sold, today.attention.elasticity
    rates = shops.parameters.commission, brushing.value_ratio, brushing.parcel_cost, brushing.campaign_cost
    asked = map(float, (*rates, offers.camouflage_price, offers.parameters.cut))
    costs = (*asked, offers.fee, offers.least, offers.most)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(scene.merchants)
    n, callers = inquiry.slots.size, (inquiry.slots, inquiry.organiser, inquiry.quote)
    found = [np.empty((n, width)) for width in (ways.n,) * 3 + (ways.n * OFFERS,) * 3]
    kernels.weigh(n, callers, (*seen, ways.mean_level, *learnt, *dread), costs, *columns, tuple(found))
    return Prospect(*found)


def probability_to_brush(net: np.ndarray, campaigns: Campaigns) -> np.ndarray:
    """Return how probable it is that each merchant brushes (n,): a nested logit on ``net`` (n, options).

    The inclusive value is averaged over options, so that offering more of them is no reason to brush.
    """
    chance, brushing = np.empty(net.shape[0]), campaigns.parameters
    kernels.probabilities_to_brush(net, float(brushing.level_scale), float(brushing.choice_scale), chance)
    return chance


def choose_option(net: np.ndarray, chance: np.ndarray, lucks: np.ndarray, campaigns: Campaigns) -> np.ndarray:
    """Return the chosen option (n,), −1 for not brushing, by ``net`` (n, options).

    ``chance`` (n,) is the probability to brush; ``lucks`` (2, n) decide whether to, and how.
    """
    option, rows = np.full(net.shape[0], -1, dtype=np.int64), np.flatnonzero(lucks[0] < chance)
    picked = np.empty(rows.size, dtype=np.int64)
    kernels.pick_options(net[rows], lucks[1, rows], float(campaigns.parameters.level_scale), picked)
    option[rows] = picked
    return option


def reconsider(scene: Scene, inquiry: Inquiry) -> None:
    """Let merchants who were sanctioned in a campaign end it, or go on with the cover that they want now.

    Each weighs what it has come to fear since it began: a sanction that changes no belief stops nobody.
    """
    campaigns, offers, prospect = scene.campaigns, scene.today.offers, weigh(scene, inquiry)
    unmoved = weigh(before_they_learnt(scene, inquiry.slots), inquiry)
    chance, at_first = (probability_to_brush(seen.net, campaigns) for seen in (prospect, unmoved))
    goes_on = campaigns.resolve[inquiry.slots] * at_first < chance
    stop_campaigns(campaigns, inquiry.slots[~goes_on])
    slots = inquiry.slots[goes_on]
    by, wanted = campaigns.organiser[slots], prospect.wanted[goes_on, campaigns.way[slots]]
    sold = offering.on_sale.py_func(wanted, offers.least[by], offers.most[by])
    campaigns.cover[slots] = np.where(by >= 0, sold, wanted)


def before_they_learnt(scene: Scene, slots: np.ndarray) -> Scene:
    """Return today's scene with the risks that merchants of ``slots`` (n,) perceived when they began."""
    risk = scene.merchants.risk.copy()
    risk[scene.shops.owner[slots]] = scene.campaigns.feared[slots]
    return replace(scene, merchants=replace(scene.merchants, risk=risk))


def take_turns(scene: Scene, inquiry: Inquiry, asked: np.ndarray) -> np.ndarray:
    """Let merchants choose; return the slots that begin a campaign. ``asked`` is as `decide` returns it."""
    prospect, campaigns = weigh(scene, inquiry), scene.campaigns
    lucks = np.stack([scene.luck(inquiry.slots, 0), scene.luck(inquiry.slots, 1)])
    chance = probability_to_brush(prospect.net, campaigns)
    option = choose_option(prospect.net, chance, lucks, campaigns)
    note_quotes(scene, inquiry, option, asked)
    rows = np.flatnonzero(option >= 0)
    if rows.size:
        sign_on(scene, inquiry, prospect, rows, option[rows])
        slots = inquiry.slots[rows]
        campaigns.resolve[slots] = lucks[0, rows] / chance[rows]
        campaigns.feared[slots] = scene.merchants.risk[scene.shops.owner[slots]]
        begin(scene, slots, option[rows] // OFFERS)
    return inquiry.slots[rows]


def sign_on(scene: Scene, inquiry: Inquiry, prospect: Prospect, rows: np.ndarray, option: np.ndarray) -> None:
    """Note of whom those in ``rows`` (n,) of an inquiry buy, at what terms, by their ``option`` (n,)."""
    campaigns, slots = scene.campaigns, inquiry.slots[rows]
    way, offer = np.divmod(option, OFFERS)
    campaigns.organiser[slots] = inquiry.organiser[rows, offer]
    campaigns.quote[slots] = inquiry.quote[rows, offer]
    campaigns.cover[slots] = prospect.cover[rows, option]
    campaigns.expected_gain[slots] = prospect.extra_orders[rows, way]


def begin(scene: Scene, slots: np.ndarray, way: np.ndarray) -> None:
    """Begin campaigns of a drawn length in ``slots`` (n,), each in its ``way`` (n,)."""
    campaigns, day, length = scene.campaigns, scene.today.clock.day, scene.luck(slots, 2)
    low, high = campaigns.parameters.campaign_days_low, campaigns.parameters.campaign_days_high
    campaigns.way[slots] = way
    campaigns.level[slots] = campaigns.ways.level[way]
    campaigns.start[slots] = day
    campaigns.until[slots] = day + low + (length * (high - low + 1)).astype(np.int64)
    days = kernels.days_on_record.py_func(day, scene.shops.opened_day[slots])
    campaigns.sales_before[slots] = scene.sold[slots] / days
    campaigns.ordered[slots] = campaigns.served[slots] = 0
    campaigns.struck[slots] = False


def note_quotes(scene: Scene, inquiry: Inquiry, option: np.ndarray, asked: np.ndarray) -> None:
    """Count who compared each organiser's quotes, and what taken ones earn, in ``asked``, zero before."""
    np.add.at(asked[0], (inquiry.sign, inquiry.organiser), 1.0)
    rows, campaigns = np.flatnonzero(option >= 0), scene.campaigns
    way, offer = np.divmod(option[rows], OFFERS)
    value = campaigns.parameters.value_ratio * scene.shops.price[inquiry.slots[rows]]
    earned = inquiry.quote[rows, offer] * value * campaigns.ways.mean_level[way]
    np.add.at(asked[1], (inquiry.sign[rows, offer], inquiry.organiser[rows, offer]), earned)
