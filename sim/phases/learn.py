"""Learn: what is said of sanctions moves what each merchant fears of brushing, and of not brushing."""

from __future__ import annotations

import numpy as np

from sim.kernels import learn as kernels
from sim.state.beliefs import SEVERITIES, Beliefs, Severity, Talk
from sim.state.campaigns import Campaigns
from sim.state.mechanisms import SwitchedOff
from sim.state.merchants import Merchants
from sim.state.shops import Shops
from sim.state.today import Tally, Today
from sim.state.traces import Traces
from sim.state.trade import Trade
from sim.state.truth import guilty_shops
from sim.state.units import FEN

NOBODY = np.zeros(0, dtype=np.int64)
YEAR, MONTH = 365, 30
FADE = 1 / YEAR


def learn(
    today: Today,
    people: tuple[Shops, Merchants, Campaigns],
    traces: Traces,
    beliefs: Beliefs,
    trade: Trade,
    off: SwitchedOff,
) -> None:
    """Update by one day perceived risks and severity, and what the trade remembers of its income.

    ``people`` are the shops, whose they are, and what their merchants buy.
    """
    shops, merchants, campaigns = people
    if off.deterrence:
        forget(merchants, off.risk, beliefs.parameters.half_life)
    else:
        guilty = guilty_shops(campaigns, today.clock.day)
        remember(beliefs, today.tally, guilty, shops.open)
        update_risks(today, people, traces, beliefs, guilty)
    trade.income += (today.accounts.organiser_profit - trade.income) * FADE
    trade.sanctions += (today.tally.organiser_sanctions - trade.sanctions) * FADE


def forget(merchants: Merchants, risk: float, half_life: float) -> None:
    """Let perceived risk return to ``risk`` by one day, whatever happens (deterrence is switched off)."""
    merchants.risk[:] = risk + (merchants.risk - risk) * 0.5 ** (1 / half_life)


def remember(beliefs: Beliefs, tally: Tally, guilty: np.ndarray, is_open: np.ndarray) -> None:
    """Let what is known of sanctions fade and take in those of today.

    ``guilty`` and ``is_open`` (n_shops,) tell which shops are. Beliefs about severity fade towards nothing
    known, and follow what was imposed by sanctions that brushing brought about.
    """
    config, severity, sanctioned = beliefs.parameters, beliefs.severity, tally.sanctioned
    n, keep = float(np.count_nonzero(sanctioned)), 0.5 ** (1 / config.memory_half_life)
    talk_of(beliefs.talk, sanctioned, guilty, is_open, keep)
    fruit = beliefs.talk.brought_about()
    frequency = YEAR * fruit * n / sanctioned.size
    severity.rate = severity.rate * keep + (1 - keep) * frequency
    floor = 0.1 * config.severity_prior_rate * sanctioned.size
    fade = max(keep, min(1.0, floor / severity.weight))
    today = tally.demotion_days, tally.imposed / FEN, tally.closures
    shares = tally.demotions, tally.fined, tally.removals
    sums = [old * fade + fruit * new for old, new in zip(severity.sums.tolist(), today + shares, strict=True)]
    severity.sums[:] = sums
    severity.weight = severity.weight * fade + fruit * n
    for name, total in zip(SEVERITIES, sums, strict=True):
        setattr(severity, name, total / severity.weight)
    for name, value, weight in tally.announced:
        believe(severity, name, value, weight)


def talk_of(talk: Talk, sanctioned: np.ndarray, guilty: np.ndarray, is_open: np.ndarray, keep: float) -> None:
    """Let it be said how many were ``sanctioned`` and guilty today, and how many brush; the rest fades."""
    heard = int(np.count_nonzero(sanctioned))
    brushers = int(np.count_nonzero(guilty & is_open)) / max(int(np.count_nonzero(is_open)), 1)
    talk.heard = talk.heard * keep + heard
    talk.guilty = talk.guilty * keep + int(np.count_nonzero(sanctioned & guilty))
    talk.expected = talk.expected * keep + heard * brushers
    talk.variance = talk.variance * keep**2 + heard * brushers * (1.0 - brushers)
    talk.brushers = talk.brushers * keep + (1 - keep) * brushers


def believe(severity: Severity, name: str, value: float, weight: float) -> None:
    """Let an announced severity weigh beside what was learnt."""
    setattr(severity, name, (1 - weight) * getattr(severity, name) + weight * value)
    severity.sums[SEVERITIES.index(name)] = getattr(severity, name) * severity.weight


def update_risks(
    today: Today,
    people: tuple[Shops, Merchants, Campaigns],
    traces: Traces,
    beliefs: Beliefs,
    guilty: np.ndarray,
) -> None:
    """Move both perceived risks by what was heard of today's sanctions, and towards the priors."""
    shops, merchants, campaigns = people
    sanctioned, heard = today.tally.sanctioned, NOBODY
    slots = np.flatnonzero(sanctioned)
    if slots.size:
        per_category = shops.n // today.attention.elasticity.size
        heard = hear(slots, beliefs.neighbours, today.attention.direct_shop, per_category)
    kernels.move_risks(
        shops.n,
        lessons_of(beliefs, today.tally.announcements),
        (today.clock.day, float(beliefs.parameters.hazard_concavity), beliefs.experience.hides),
        (shops.owner, shops.opened_day, today.tasks.count, traces.genuine_30()),
        kernels.campaign_columns(campaigns),
        (sanctioned, guilty, heard),
        (merchants.risk, merchants.blameless_risk),
    )


def lessons_of(beliefs: Beliefs, announcements: float) -> tuple[float, ...]:
    """Return what a day teaches everybody (`sim.kernels.learn.Lessons`)."""
    config, fruit = beliefs.parameters, beliefs.talk.brought_about()
    others = config.peer * beliefs.neighbours.size / MONTH
    return (
        float(config.own),
        float(max(1.0 - others * beliefs.talk.brushers, 0.0)),
        float(max(1.0 - others, 0.0)),
        float(config.peer * fruit),
        float(config.peer * (1.0 - fruit)),
        float(config.announcement * fruit * announcements),
        float(beliefs.newcomer_risk()),
        float(beliefs.newcomer_blameless_risk()),
        0.5 ** (1 / config.half_life),
        beliefs.talk.trusted(),
    )


def hear(
    sanctioned: np.ndarray, offsets: np.ndarray, by_identity: np.ndarray, per_category: int
) -> np.ndarray:
    """Return how many of its neighbours are among the ``sanctioned`` (slots), for each slot (n_shops,).

    Who hears of whom follows the order of identities in a category, of which ``by_identity`` lists the slots.
    """
    neighbours = by_identity.reshape(-1, per_category)[sanctioned // per_category]
    place = (neighbours == sanctioned[:, None]).argmax(axis=1)[:, None]
    hearers = np.take_along_axis(neighbours, (place - offsets) % per_category, axis=1)
    return np.bincount(hearers.ravel(), minlength=by_identity.size)
