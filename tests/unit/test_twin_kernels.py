"""The twin's compiled functions against the plain formulas that they stand for, over random inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr

from experiments.twin.demand import BEHIND, tabulate_positions
from experiments.twin.kernels import (
    choosing,
    elementary,
    learning,
    measuring,
    moving,
    ranking,
    screening,
    selling,
)
from experiments.twin.kernels.purchases import purchase_law
from experiments.twin.kernels.sentencing import sentence
from experiments.twin.population import Cells, Kinds, State, make_cells, make_state
from experiments.twin.sanctions import NO_COURT
from sim.config import World
from sim.demand import purchase_probabilities

pytestmark = pytest.mark.slow


SEEDS = range(5)
LEVELS = np.array([1.0, 3.0, 10.0])


def filled(kinds: int, rng: np.random.Generator) -> tuple[Kinds, Cells, State]:
    """Return a market of twice so many kinds, with shops in all states."""
    traits = np.exp(rng.normal(size=(6, 2 * kinds)))
    all_kinds = Kinds(np.log(traits[0]), 100 * traits[1], 0.4 * rng.random(2 * kinds) + 0.05, *traits[3:])
    cells = make_cells(kinds, kinds, LEVELS)
    state = make_state(all_kinds, cells, 0.01, 0.1)
    state.mass[:] = rng.dirichlet(np.ones(state.mass.size))
    state.shown[:] = state.mass * np.exp(2 * rng.normal(size=state.mass.size))
    state.fear[:] = 0.01 * rng.random(state.fear.shape)
    state.belief[:] = np.stack([0.6 + 0.8 * rng.random(kinds), 0.1 * rng.random(kinds)], axis=1)
    state.guilty[:] = rng.random(kinds)
    return all_kinds, cells, state


def some_sales(cells: Cells, rng: np.random.Generator) -> selling.Sales:
    ordinary = np.exp(1.5 * rng.normal(size=cells.kind.size))
    views = 60 * ordinary * np.exp(0.2 * rng.normal(size=ordinary.size))
    attention = rng.dirichlet(np.ones(ordinary.size))
    return selling.Sales(
        1.1 * ordinary, ordinary, ordinary, views, attention, rng.random(ordinary.size), 1.0, 1.0, 0.9
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_elementary_functions_are_those_of_the_library(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-700, 700, 1000)
    found = x.copy()
    elementary.exp_all(found)
    assert found == pytest.approx(np.exp(x), rel=1e-15)
    elementary.log_all(found)
    assert found == pytest.approx(x, rel=1e-14, abs=1e-15)
    near_one = 1 + x / 1e5
    found = near_one.copy()
    elementary.log_all(found)
    assert found == pytest.approx(np.log(near_one), rel=1e-13)
    z = x / 100
    found = z.copy()
    elementary.normal_all(found)
    assert found == pytest.approx(ndtr(z), rel=1e-13)
    tails = [elementary.upper_tail(abs(at), math.exp(-0.5 * at * at)) for at in z]
    assert np.log(tails) == pytest.approx(log_ndtr(-np.abs(z)), abs=1e-8)


@pytest.mark.parametrize("looks", [1, 2, 8, 30])
@pytest.mark.parametrize("spread", [0.3, 1.0, 2.0])
def test_the_law_of_choice_is_that_of_the_engine(looks: int, spread: float) -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        attention = rng.dirichlet(np.ones(300)) * rng.uniform(0.8, 1)
        utility = spread * rng.normal(size=(3, 300)) + rng.normal()
        outside = float(np.exp(2 * rng.normal()))
        exact = np.mean(
            [purchase_probabilities(attention, np.exp(row), outside, looks) for row in utility], axis=0
        )
        found = np.empty(300)
        purchase_law(attention, utility, outside, looks, found)
        assert found.sum() == pytest.approx(exact.sum(), rel=1e-7)
        assert found == pytest.approx(exact, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_attention_and_its_slope_are_those_of_the_law_of_scores(seed: int) -> None:
    rng, world = np.random.default_rng(seed), World()
    positions, noise = tabulate_positions(world), 0.3 + 0.5 * rng.random()
    score, mass = 1 + 1.5 * rng.normal(size=50), rng.dirichlet(np.ones(50)) * 0.95
    grid = ranking.LOWEST + ranking.STEP * np.arange(ranking.POINTS)
    place = (score - ranking.LOWEST) / ranking.STEP
    low = place.astype(int)
    at = np.zeros(grid.size)
    np.add.at(at, low, mass * (1 - place + low))
    np.add.at(at, low + 1, mass * (place - low))
    reach = math.ceil(5 * noise / ranking.STEP)
    kernel = np.diff(ndtr((np.arange(-reach, reach + 2) - 0.5) * ranking.STEP / noise))
    density = np.convolve(at, kernel / kernel.sum(), mode="same")
    behind = np.cumsum(density[::-1])[::-1] - density / 2
    ranked = np.interp(behind, np.linspace(0, 1, BEHIND) ** 2, positions.ranked)
    expected = np.interp(score, grid, np.convolve(ranked, kernel / kernel.sum(), mode="same"))
    n = positions.typical_logs.size
    quantiles = np.interp(
        1 - (np.arange(n) + 0.5) / n, np.cumsum(density) / density.sum(), grid + ranking.STEP / 2
    )
    slope = np.polyfit(quantiles, positions.typical_logs, 1)[0] + 0.1 / quantiles.var()
    found = np.empty(50)
    assert ranking.attend(score, mass, noise, 0.1, positions, found) == pytest.approx(slope, rel=1e-9)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_merchants_choose_by_the_nested_logit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds, cells, state = filled(4, rng)
    ordinary = np.exp(rng.normal(size=state.mass.size))
    offer = choosing.Offer(0.4, 0.2, 30.0, 0.05, 0.05, 1.0, 0.95, 20.0, 1.0, 5.0, 10.0, 60.0, 40.0, 0.5, 30.0)
    loss = choosing.Loss(30.0, 1000.0, 0.05, 300.0, 60.0, 1000.0, 5000.0, 0.8)
    ways, hazard = np.repeat(LEVELS, 2) * np.tile([1, 0.8], 3), np.array([0.5, 1.0, 1.5])
    records, chances = np.array([1.0, 1.5, 3.0]), np.array([0.8, 0.15, 0.05])
    out, wanted = np.empty((4, 3, 8)), np.empty(state.mass.size)
    choosing.choose(kinds, cells, state, ordinary, offer, loss, hazard, ways, records, chances, out, wanted)
    people = choosing.idle_merchants(kinds, cells, state, ordinary, offer)
    sums = np.zeros((4, 6, 8))
    for own, chance in zip(np.multiply.outer(records, people.rate), chances, strict=True):
        base = 1 + own * 30
        before = base**0.4
        appeal = (own * people.days + 10) / (0.2 * before * people.days + 10) * 0.2
        extra = appeal * ((base + 30 * ways[:, None]) ** 0.4 - before)
        profit = np.maximum(own * people.earned - 30, 0)
        owned = profit * 360 + 1000
        weighed = 5000 * ((1 + np.minimum(1000, owned) / 5000) ** 0.8 - 1) / 0.8
        lost = np.minimum(profit * (30 + 15) + weighed, owned)
        exposed = ways[:, None] / (ways[:, None] + own + 1)
        danger = people.risk / 30 * 0.5 * exposed * np.repeat(hazard, 2)[:, None]
        cost = ways[:, None] * people.order_cost + 10 + danger * lost
        for belief in people.belief:
            utility = (extra * belief * people.earned - cost) / 60
            inclusive = 60 / 40 * np.log(np.exp(utility).mean(axis=0))
            p = np.exp(utility) / np.exp(utility).sum(axis=0) / (1 + np.exp(-inclusive)) * chance / 3
            sums += [p, p * ways[:, None], p * extra, p * own]
    by_level = sums.reshape(4, 3, 2, 8).sum(axis=2)
    by_level[1:] /= by_level[0]
    assert out == pytest.approx(by_level, rel=1e-10)
    assert wanted[cells.level >= 0] == pytest.approx(by_level[1].T.ravel())


def plain_screening(
    sales: selling.Sales, brushed: np.ndarray, rule: screening.Rule, parcels: screening.Parcels,
    lifts: np.ndarray, usual: tuple[float, float, float],
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the share above the line in a month and the cases a day, written down formula by formula."""
    own, both = sales.ordinary, sales.ordinary + brushed
    week, month, shrunk = 7 * both, 30 * both, 30 * both + rule.pseudo
    seen = 7 * (sales.views + brushed * rule.brushed_views) * usual[0]
    tasks = 30 * (own * rule.genuine_tasks + brushed * rule.brushed_tasks) - usual[1] * month
    fixed = rule.intercept - rule.line + rule.conversion * np.log((week + 2) / (seen + 2))
    fixed = fixed + rule.task_like * tasks / shrunk
    weekly = (rule.growth + rule.conversion) ** 2 * 7 * own / (week + 2) ** 2 + 1e-6
    weekly = weekly + rule.conversion**2 * seen * usual[0] / (seen + 2) ** 2
    spread_tasks = rule.task_like**2 * rule.genuine_tasks * (1 - rule.genuine_tasks)

    def over(flag: float, fake: float) -> np.ndarray:
        return fixed + rule.parcels * (30 * (own * flag + brushed * fake) - usual[2] * month) / shrunk

    def noise(flag: float) -> np.ndarray:
        return 30 * own * (spread_tasks + rule.parcels**2 * flag * (1 - flag)) / shrunk**2

    mean_flag, mean_fake = parcels.chances @ parcels.flag, parcels.chances @ parcels.fake
    scatter = (rule.parcels * 30 * own / shrunk) ** 2 * (parcels.chances @ parcels.flag**2 - mean_flag**2)
    in_burst = np.zeros(own.size)
    for lift in lifts:
        added = 7 * own * lift / (1 + lift * sales.attention)
        rise = rule.conversion * np.log((week + added + 2) / (week + 2))
        rise = rise + rule.growth * np.log(
            (week + added + 2.1) / (week + 2.1) * (month + 9) / (month + added + 9)
        )
        variance = (weekly + noise(mean_flag) + scatter) * shrunk / (shrunk + added)
        in_burst += ndtr((over(mean_flag, mean_fake) + rise) / np.sqrt(variance)) / lifts.size
    by_burst, above, flags = rule.burst_rate * in_burst, np.zeros(own.size), np.zeros(own.size)
    for flag, fake, chance in zip(*parcels, strict=True):
        variance = weekly + noise(flag)
        x = over(flag, fake) / np.sqrt(variance)
        x = np.minimum(x, 8)  # beyond, nobody is below and numbers underflow
        crossing = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
        crossing = crossing * np.sqrt((weekly / 7 + noise(flag) / 30) / variance / math.pi)
        below = ndtr(-x)
        cases = crossing / (rule.cooldown * crossing + below**2)
        never = below * np.exp(-30 * crossing / below) * (1 - np.minimum(30 * by_burst, 1))
        above += chance * (1 - never)
        flags += chance * (cases + by_burst * np.maximum(1 - rule.cooldown * cases, 0))
    return above, flags


@pytest.mark.parametrize("seed", SEEDS)
def test_the_detector_sees_what_the_formulas_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, cells, state = filled(60, rng)
    sales, brushed = some_sales(cells, rng), cells.orders * rng.random(cells.kind.size)
    rule = screening.Rule(-3.3, 0.5, 1.8, 8.0, 26.0, rng.normal(), 30.0, 0.005, 6.0, 0.03, 0.8, 20.0)
    flag = np.array([0.02, 0.05, 0.1])
    parcels = screening.Parcels(flag, np.full(3, 0.3), np.array([0.25, 0.5, 0.25]))
    lifts, out = np.array([1.0, 4.0, 12.0]), np.empty((2, cells.kind.size))
    screening.screen(cells, state, sales, brushed, rule, parcels, lifts, out)
    kept = np.flatnonzero((state.mass > 1e-7) & (cells.stage < 2))
    usual = screening.usual(kept, state.mass, sales, brushed, rule, parcels)
    month, flags = plain_screening(sales, brushed, rule, parcels, lifts, usual)
    assert out[0][kept] == pytest.approx(month[kept], abs=2e-8)
    assert out[1][kept] == pytest.approx(flags[kept], abs=2e-9)
    assert (np.delete(out, kept, axis=1) == 0).all()


def test_shops_far_above_the_line_are_flagged_once_a_cooldown_and_those_far_below_never() -> None:
    cells = make_cells(1, 0, LEVELS)
    state = make_state(Kinds(*np.ones((6, 1))), cells, 0.0, 1.0)
    state.mass[:] = 1e-4, 1.0, 0.0
    sales = some_sales(cells, np.random.default_rng(0))
    sales.genuine[:], sales.ordinary[:], sales.views[:] = 5.0, 5.0, 250.0
    parcels = screening.Parcels(np.array([0.05]), np.array([0.5]), np.ones(1))
    rule = screening.Rule(-3.3, 0.5, 1.8, 8.0, 26.0, 0.0, 30.0, 0.0, 6.0, 0.03, 1.0, 5.0)
    brushed, out = np.array([5.0, 0.0, 0.0]), np.empty((2, 3))
    screening.screen(cells, state, sales, brushed, rule, parcels, np.ones(1), out)
    assert out[:, 0] == pytest.approx([1, 1 / 30], rel=1e-6)
    assert out[:, 1:] == pytest.approx(np.zeros((2, 2)), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_top_tenth_is_that_of_sorted_shops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders, mass = np.exp(2 * rng.normal(size=500)), rng.dirichlet(np.ones(500))
    orders[:200:7], mass[100:150] = 3.0, 0.0
    order = np.argsort(-orders)
    held, sold = np.cumsum(mass[order]), np.cumsum((orders * mass)[order])
    expected = np.interp(0.1 * held[-1], held, sold) / sold[-1]
    assert measuring.concentration(orders, mass, 0.1) == pytest.approx(expected, rel=1e-12)
    same = np.full(500, 2.0)
    assert measuring.concentration(same, mass, 0.1) == pytest.approx(0.1)
    assert measuring.concentration(0 * orders, mass, 0.1) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_flows_of_a_short_while_are_rates_times_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds, cells, state = filled(5, rng)
    sales, days, half = some_sales(cells, rng), 1e-6, 1 + LEVELS.size
    start, hits = 0.2 * rng.random((3, 10)), 0.01 * rng.random((2, cells.kind.size))
    fate = np.tile([0.5, 0.2, 0.2, 0.3, 1 / 30], (10, 1))
    pace, books = moving.Pace(days, 1 / 20, 1 / 40, 1e-3, 7.0, 0.5), selling.Books(0.05, 30.0, 1000.0, 60.0)
    before = state.mass.copy()
    profit = sales.standing * kinds.price[cells.kind] * (kinds.margin[cells.kind] - 0.05) - 30
    leave, struck = 1e-3 + np.maximum(-profit, 0) / 1000, hits.sum(axis=0)
    rate = np.zeros((before.size, before.size))
    for c, (k, stage, level) in enumerate(zip(cells.kind, cells.stage, cells.level, strict=True)):
        own = half if k >= 5 else 1
        idle = cells.start[k] + stage * own
        rate[c, cells.start[k + 1] - 1] += 0.5 * struck[c]
        rate[c, cells.newcomer[k]] += 0.2 * struck[c] + (stage == 2) / 30
        rate[c, idle] += 0.2 * struck[c] + (level >= 0) / 20
        rate[c, c - own] += (stage == 1) / 40
        if k >= 5 and stage < 2 and level < 0:
            chances = start[:, 2 * (k - 5) + stage]
            wait = 7 / chances.sum() - 4
            rate[c, c + 1 : c + half] += chances / chances.sum() / wait
    np.fill_diagonal(rate, 0)
    away = rate.sum(axis=1) + 0.1 * struck + leave
    left, closed, rebuild = moving.move(kinds, cells, state, sales, books, start, hits, fate, pace)
    assert left == pytest.approx(days * (leave @ before), rel=1e-4)
    assert closed == pytest.approx(days * 0.1 * (struck @ before), rel=1e-4)
    assert rebuild == pytest.approx(state.mass[cells.stage == 1].sum())
    assert (state.mass - before) / days == pytest.approx(before @ rate - before * away, abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_of_a_day_are_those_of_its_shops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, cells, state = filled(20, rng)
    mass, n = state.mass, cells.kind.size
    genuine, brushed, late = np.exp(rng.normal(size=n)), cells.orders * rng.random(n), rng.random(n)
    screened, hits = rng.random((2, n)), 0.01 * rng.random((2, n))
    guilty = np.where(cells.level >= 0, 1.0, np.append(state.guilty, np.zeros(20))[cells.kind - 20])
    flagged, honest, busy = screened[1] * guilty + late, cells.kind < 20, 30 * brushed >= 30
    recent = np.where(brushed > 0, 1, late / flagged) * ~honest
    found = measuring.add_up(cells, state, genuine, brushed, screened, late, hits, 30.0)
    expected = {
        "brushed": brushed @ mass, "open_shops": mass.sum(), "innocent": (1 - guilty) @ mass,
        "honest": mass[honest].sum(), "busy": mass[busy].sum(), "hits_innocent": hits[0] @ mass,
        "hits_guilty": hits[1] @ mass, "hits_honest": hits[0][honest] @ mass[honest],
        "busy_above": screened[0][busy] @ mass[busy], "innocent_above": (screened[0] * (1 - guilty)) @ mass,
        "guilty_cases": flagged[~honest] @ mass[~honest], "campaigning": mass[brushed > 0].sum(),
        "recent_hits": (hits[1] * recent) @ mass, "opportunists": mass[~honest].sum(),
        "fear": state.fear[20:].sum(),
    }  # fmt: skip
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_sanctions_are_those_of_the_ladder_and_of_the_ledger(seed: int) -> None:
    """A ladder of one rung, so that a share of cases is hidden and fined whatever the strikes are."""
    rng = np.random.default_rng(seed)
    kinds, cells, state = filled(6, rng)
    n, mass = cells.kind.size, state.mass
    sales, flags = some_sales(cells, rng), rng.random(n)
    court = NO_COURT._replace(
        acted=0.5, room=0.1, guilty=0.9, innocent=0.2, named=0.01, days=30.0, fine=500.0, named_close=1.0,
        wins_innocent=0.4, wins_guilty=0.1, wait=12.0, referred=100.0,
    )  # fmt: skip
    rung, books = np.array([[1.0, 0.0, 1.0, 1.0, 1.0]]), selling.Books(0.05, 30.0, 1000.0, 60.0)
    late, hits, fate, by_level = np.empty(n), np.empty((2, n)), np.empty((12, 5)), np.empty(3)
    cases, lessons = sentence(
        kinds, cells, state, sales, books, rung, court, flags, 0.4, 7.0, late, hits, fate, by_level
    )
    guilty = np.where(cells.level >= 0, 1.0, np.append(state.guilty, np.zeros(6))[cells.kind - 6])
    acted = 0.5 * min(0.1 / (0.5 * cases), 1)
    named = 0.01 * guilty * (cells.stage < 2)
    assert cases == pytest.approx((flags + late) @ mass)
    assert (late * mass).sum() == pytest.approx(0.4 * (flags * mass)[cells.level >= 0].sum())
    assert hits[0] == pytest.approx(acted * 0.2 * flags * (1 - guilty))
    assert hits[1] == pytest.approx(acted * 0.9 * (flags * guilty + late) + named)
    both = hits.sum(axis=0) * mass
    by_kind, of_named = (np.bincount(cells.kind, x) for x in (both, named * mass))
    closed, lifted = of_named / by_kind, np.bincount(cells.kind, hits[0] * mass) / by_kind * 0.3 + 0.1
    assert lessons.sanctions == pytest.approx(both.sum())
    assert lessons.closures == pytest.approx(of_named.sum())
    assert lessons.demotion_days == pytest.approx((by_kind * (1 - closed) ** 2 * 30).sum())
    assert fate[:, 0] == pytest.approx(np.minimum(1 - closed, 1 - closed * (1 - lifted)))
    assert fate[:, 3] == pytest.approx(1 - (1 - closed) * (1 - lifted))
    assert by_level == pytest.approx([both[cells.level == level].sum() for level in range(3)])
    profit = sales.standing * kinds.price[cells.kind] * (kinds.margin[cells.kind] - 0.05) - 30
    owned = 1000 + 60 * np.maximum(profit, 0)
    fined = np.minimum(500 * (1 - closed)[cells.kind] + 100, owned)
    assert lessons.fines == pytest.approx(both @ fined)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_learnt_of_a_day_is_summed_over_campaigns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds, cells, state = filled(6, rng)
    sales, brushed, exposure = some_sales(cells, rng), cells.orders * rng.random(cells.kind.size), np.empty(3)
    books, mass, on = selling.Books(0.05, 30.0, 1000.0, 60.0), state.mass, cells.level >= 0
    loss = choosing.Loss(30.0, 1000.0, 0.05, 300.0, 60.0, 1000.0, 5000.0, 0.8)
    held, fear = np.add.reduceat(mass, cells.start[:-1]).sum(), state.fear.sum()
    seen = learning.learn(kinds, cells, state, sales, brushed, books, loss, 0.5, 0.03, 0.9, exposure)
    profit = (sales.standing * kinds.price[cells.kind] * (kinds.margin[cells.kind] - 0.05) - 30)[on]
    lost = np.array([choosing.perceived_loss(x, loss) for x in profit])
    assert seen == pytest.approx(
        [sales.genuine @ mass, (sales.genuine * sales.disappointed) @ mass, mass[on].sum(),
         (brushed * mass).sum(), lost @ mass[on]]
    )  # fmt: skip
    shares = 0.5 * cells.orders / (cells.orders + sales.genuine + 1) * mass
    assert exposure == pytest.approx([shares[cells.level == level].sum() for level in range(3)])
    assert state.fear.sum() == pytest.approx(0.1 * 0.03 * held + 0.9 * fear)
