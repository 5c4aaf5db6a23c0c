"""What merchants believe: of what brushing adds to their hazard, of what hits anybody, of severity."""

from collections.abc import Callable

import numpy as np
import pytest

from sim import Market
from sim.parameters import BeliefParameters
from sim.phases.learn import learn, remember, talk_of
from sim.state.beliefs import Beliefs, Talk, draw_neighbours, make_experience, make_severity, make_talk
from sim.state.mechanisms import SwitchedOff
from sim.state.today import Tally
from sim.state.units import NEVER

CONFIG = BeliefParameters()
N, CATEGORY = 300, 100
EVER = 1e9


def beliefs_of(market: Market, config: BeliefParameters = CONFIG, n_shops: int = N) -> Beliefs:
    """Return what is believed in a market of this size before anything happened."""
    experience = make_experience(market.state.campaigns.ways, 1.0, 0.9)
    offsets = draw_neighbours(config.neighbours, CATEGORY, seed=1)
    return Beliefs(config, make_severity(config, n_shops), make_talk(config, n_shops), experience, offsets)


def nobody(n: int = N) -> np.ndarray:
    return np.zeros(n, dtype=bool)


def only(*slots: int) -> np.ndarray:
    """Return the mask of these shops."""
    mask = nobody()
    mask[list(slots)] = True
    return mask


def tally_of(sanctioned: np.ndarray, **sums: float) -> Tally:
    """Return a day on which these were sanctioned."""
    return Tally(sanctioned, sanctioned.copy(), **sums)


def teach(market: Market, beliefs: Beliefs, tally: Tally, off: SwitchedOff | None = None) -> None:
    """Let merchants learn one day's lessons."""
    state, market.today.tally = market.state, tally
    people = state.shops, state.merchants, state.campaigns
    learn(market.today, people, state.traces, beliefs, state.trade, off or SwitchedOff())


def let_brush(market: Market, brushers: np.ndarray) -> np.ndarray:
    """Let these shops (a mask), and no others, be guilty and brush today; return everybody's exposure."""
    state, day = market.state, market.today.clock.day
    rng, campaigns, count = np.random.default_rng(5), state.campaigns, market.today.tasks.count
    campaigns.last_brushed_day[:], count[:] = np.where(brushers, day, NEVER), brushers
    campaigns.way[:], campaigns.cover[:] = rng.integers(0, campaigns.ways.n, N), rng.random(N)
    level = campaigns.ways.level[campaigns.way]
    own_orders = state.traces.genuine_30() / np.clip(day - state.shops.opened_day, 1, 30)
    return CONFIG.hazard_concavity * level / (level + own_orders + 1) * (1 - 0.9 * campaigns.cover) * count


def mean_risks(
    market: Market, beliefs: Beliefs, days: int, draw: Callable[[int], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return both risks that each merchant perceives (n_shops,), means over the second half of the days."""
    merchants, sums = market.state.merchants, np.zeros((2, N))
    for day in range(days):
        teach(market, beliefs, tally_of(draw(day)))
        if day >= days // 2:
            sums += merchants.risk, merchants.blameless_risk
    added, anyway = sums[:, market.state.shops.owner] / (days - days // 2)
    return added, anyway


def test_an_own_sanction_moves_risk_most_a_neighbour_s_less_a_list_least(small_market: Market) -> None:
    merchants = small_market.state.merchants
    let_brush(small_market, only(50))
    teach(small_market, beliefs_of(small_market), tally_of(only(50), announcements=1))
    risk = merchants.risk
    neighbours = np.flatnonzero((risk > np.median(risk) + 1e-9) & ~only(50))
    assert risk[50] > risk[neighbours].max() > np.median(risk) > CONFIG.prior
    assert neighbours.size == CONFIG.neighbours
    assert np.all(neighbours // CATEGORY == 0), "neighbours are in the same category"


def test_who_is_innocent_and_sanctioned_learns_that_the_blameless_are_hit(small_market: Market) -> None:
    merchants, (added, anyway) = small_market.state.merchants, np.zeros((2, 2))
    for case, guilty in enumerate([True, False]):
        let_brush(small_market, only(50) & guilty)
        merchants.risk[:], merchants.blameless_risk[:] = 0.01, 0.01
        teach(small_market, beliefs_of(small_market), tally_of(only(50)))
        added[case], anyway[case] = merchants.risk[50], merchants.blameless_risk[50]
    assert added[1] < 0.01 < added[0] and anyway[0] < anyway[1]
    assert added[0] + anyway[0] == pytest.approx(added[1] + anyway[1], abs=1e-3), "a sanction weighs as much"
    assert anyway[1] == pytest.approx(0.01 + CONFIG.own, rel=0.03)


def test_risk_returns_to_the_prior_with_its_half_life(small_market: Market) -> None:
    config = BeliefParameters(memory_half_life=EVER, prior=0.2, peer=0.0)
    merchants, beliefs = small_market.state.merchants, beliefs_of(small_market, config)
    let_brush(small_market, nobody())
    merchants.risk[:] = 0.5
    for _ in range(round(config.half_life)):
        teach(small_market, beliefs, tally_of(nobody()))
    assert merchants.risk[0] == pytest.approx(0.2 + (0.5 - 0.2) / 2, rel=0.01)


def test_without_any_sanction_perceived_risk_fades_to_nothing(small_market: Market) -> None:
    beliefs, merchants = beliefs_of(small_market), small_market.state.merchants
    for _ in range(2000):
        teach(small_market, beliefs, tally_of(nobody()))
    assert merchants.risk.max() < CONFIG.prior / 100
    assert beliefs.newcomer_blameless_risk() < beliefs.newcomer_risk() < CONFIG.prior / 100


@pytest.mark.parametrize("hazard", [0.01, 0.03])
def test_who_brushes_learns_the_hazard_that_it_runs_over_its_exposure(
    small_market: Market, hazard: float
) -> None:
    """Nobody hears of others, and nothing is forgotten; those who are covered are hit no less."""
    rng, brushers = np.random.default_rng(1), np.arange(N) % 3 == 0
    exposed = let_brush(small_market, brushers)
    config = BeliefParameters(peer=0.0, blameless_prior=0.0, half_life=EVER)
    days = 3000
    small_market.state.merchants.blameless_risk[:] = 0.0
    small_market.state.merchants.risk[:] = 0.05
    beliefs = beliefs_of(small_market, config)
    lots = rng.random((days, N)) < hazard * brushers * exposed
    added, _ = mean_risks(small_market, beliefs, days, lambda day: lots[day])
    assert np.average(added[brushers], weights=exposed[brushers]) == pytest.approx(30 * hazard, rel=0.08)


def test_own_sanctions_leave_right_beliefs_where_they_are(small_market: Market) -> None:
    """Whoever brushes, a little or a lot, and knows both hazards that it runs, goes on to believe in them."""
    rng, brushers, anyway, added = np.random.default_rng(4), np.arange(N) % 3 > 0, 0.01, 0.01
    merchants, exposed = small_market.state.merchants, let_brush(small_market, brushers)
    beliefs = beliefs_of(small_market, BeliefParameters(peer=0.0, half_life=EVER, own=0.02))
    merchants.risk[:], merchants.blameless_risk[:] = 30 * added, 30 * anyway
    lots = rng.random((4000, N)) < anyway + added * exposed
    risk, blameless_risk = mean_risks(small_market, beliefs, 4000, lambda day: lots[day])
    assert np.std(exposed[brushers]) > 0.25
    for group in (brushers & (exposed < 0.5), brushers & (exposed > 0.7)):
        assert risk[group].mean() == pytest.approx(30 * added, rel=0.08)
        assert blameless_risk[group].mean() == pytest.approx(30 * anyway, rel=0.08)


def test_merchants_learn_from_peers_both_hazards_that_these_run(small_market: Market) -> None:
    """Those who never brush and are never hit themselves learn what brushing adds, and what it does not."""
    rng, brushers, anyway, added = np.random.default_rng(2), np.arange(N) % 5 == 0, 0.003, 0.02
    let_brush(small_market, brushers)
    config = BeliefParameters(own=0.0, half_life=EVER)
    beliefs = beliefs_of(small_market, config)
    lots = rng.random((4000, N)) < anyway + added * brushers
    risk, blameless_risk = mean_risks(small_market, beliefs, 4000, lambda day: lots[day])
    assert beliefs.talk.brushers == pytest.approx(0.2, rel=0.01)
    assert risk[~brushers].mean() == pytest.approx(30 * added, rel=0.08)
    assert blameless_risk[~brushers].mean() == pytest.approx(30 * anyway, rel=0.08)


def test_sanctions_by_lot_are_no_reason_not_to_brush(small_market: Market) -> None:
    """Every day another three shops are sanctioned, brushers as often as others."""
    config, brushers = BeliefParameters(memory_half_life=3650), np.arange(N) % 5 == 0
    let_brush(small_market, brushers)
    beliefs, merchants = beliefs_of(small_market, config), small_market.state.merchants
    before, beliefs.talk.brushers = beliefs.talk.brought_about(), brushers.mean()
    # 7 has no factor in common with 300, so that in a hundred days each is hit once, and far from the others.
    draws = (np.arange(3) * CATEGORY + 7 * np.arange(2000)[:, None]) % N
    risk, blameless_risk = mean_risks(small_market, beliefs, 2000, lambda day: only(*draws[day]))
    assert beliefs.talk.brought_about() < 0.01 < before
    assert risk[~brushers].mean() < config.prior
    assert risk[brushers].mean() < config.prior
    hazard = 30 / 100
    assert 0.4 * hazard < blameless_risk.mean() < hazard
    assert merchants.risk.mean() < 0.05 * merchants.blameless_risk.mean()


@pytest.mark.parametrize("linked", [False, True])
def test_the_guilty_blame_brushing_where_sanctions_are_said_to_follow_it(
    small_market: Market, linked: bool
) -> None:
    let_brush(small_market, ~nobody())
    beliefs, merchants = beliefs_of(small_market), small_market.state.merchants
    told_by(beliefs.talk, heard=1000, guilty=900 if linked else 205)
    before = merchants.risk[0]
    teach(small_market, beliefs, tally_of(only(0)))
    more = merchants.risk[0] - before
    assert more > 0.1 if linked else more < 0.001
    assert merchants.blameless_risk[0] > 0


def told_by(talk: Talk, heard: int, guilty: int) -> None:
    """Let so many have been heard of in a market of which a fifth brushes."""
    talk.heard, talk.guilty, talk.brushers = heard, guilty, 0.2
    talk.expected, talk.variance = heard * 0.2, heard * 0.16


def test_lots_teach_nothing_of_what_sanctions_for_brushing_bring(small_market: Market) -> None:
    beliefs, rng = beliefs_of(small_market), np.random.default_rng(5)
    told_by(beliefs.talk, heard=10_000, guilty=2000)
    before = beliefs.severity.closure
    for _ in range(30):
        sanctioned = rng.random(N) < 0.1
        tally = tally_of(sanctioned, closures=int(sanctioned.sum()))
        remember(beliefs, tally, np.arange(N) % 5 == 0, ~nobody())
        assert beliefs.talk.brought_about() < 1e-3
    assert beliefs.severity.closure == pytest.approx(before, rel=0.02)


def test_when_sanctions_on_brushers_end_risk_falls_back_to_its_prior(small_market: Market) -> None:
    rng, brushers = np.random.default_rng(3), np.arange(N) % 5 == 0
    let_brush(small_market, brushers)
    beliefs, merchants = beliefs_of(small_market), small_market.state.merchants
    for day in range(600):
        teach(small_market, beliefs, tally_of((rng.random(N) < 0.02 * brushers) & (day < 200)))
        if day == 199:
            high = merchants.risk.mean()
            assert high > 10 * CONFIG.prior
    assert merchants.risk.max() < high / 10
    assert merchants.risk.mean() == pytest.approx(beliefs.newcomer_risk(), rel=0.3)


def test_the_muted_learn_nothing_but_return(small_market: Market) -> None:
    beliefs, merchants = beliefs_of(small_market), small_market.state.merchants
    merchants.risk[:], merchants.blameless_risk[:] = 0.5, 0.4
    off = SwitchedOff(deterrence=True, risk=0.1)
    for _ in range(round(CONFIG.half_life)):
        teach(small_market, beliefs, tally_of(~nobody(), imposed=10**9), off)
    assert merchants.risk == pytest.approx(0.3) and np.all(merchants.blameless_risk == 0.4)
    fresh = beliefs_of(small_market)
    assert beliefs.talk == fresh.talk and beliefs.severity.rate == fresh.severity.rate
    assert beliefs.severity.fine == CONFIG.fine_prior


@pytest.mark.parametrize("brushers", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("hazards", [(0.01, 0.0), (0.01, 0.03), (0.0, 0.02)])
def test_talk_tells_what_brushing_brought_about(brushers: float, hazards: tuple[float, float]) -> None:
    anyway, added = hazards
    years = 1e6  # enough that nothing is put down to chance
    heard, guilty = years * (anyway + brushers * added), years * brushers * (anyway + added)
    by_lot = {"expected": heard * brushers, "variance": heard * brushers * (1 - brushers)}
    talk = Talk(0.0, 0.9, brushers, 2.0, heard=heard, guilty=guilty, **by_lot)
    if talk.heard:
        assert talk.brought_about() == pytest.approx(years * brushers * added / talk.heard)


@pytest.mark.parametrize(
    ("errors", "believed"), [(-1.0, 0.0), (1.9, 0.0), (3.0, 0.5), (4.1, 1.0), (20.0, 1.0)]
)
def test_an_excess_is_believed_as_far_as_it_is_beyond_chance(errors: float, believed: float) -> None:
    talk = Talk(0.0, 0.9, 0.2, 2.0, heard=1000, expected=200, variance=160, guilty=200 + errors * 160**0.5)
    assert talk.trusted() == pytest.approx(believed, abs=1e-3)
    assert talk.brought_about() == pytest.approx(believed * max(errors, 0.0) * 160**0.5 / 800, abs=1e-3)


@pytest.mark.parametrize("n", [600, 20_000])
@pytest.mark.parametrize("ends", [(0.1, 0.1), (0.05, 0.15), (0.15, 0.05)])
def test_talk_is_not_deceived_by_lots_whatever_becomes_of_brushing(n: int, ends: tuple[float, float]) -> None:
    """Four lots a shop and year for two years, in the course of which brushing grows or falls (E1)."""
    rng, trusted, days = np.random.default_rng(8), [], 730
    for _ in range(10):
        talk, luck = make_talk(CONFIG, n), rng.random(n)
        for day, brushers in enumerate(np.linspace(*ends, days)):
            talk_of(talk, rng.random(n) < 4 / 365, luck < brushers, np.full(n, True), 0.5 ** (1 / 180))
            if day >= days // 2:  # prejudice takes a while to go
                trusted.append(talk.trusted())
    assert np.mean(trusted) < 0.08


@pytest.mark.parametrize("n", [600, 20_000])
def test_talk_hears_of_enforcement_though_brushing_falls(n: int) -> None:
    """Targeted sanctions begin beside lots, and two thirds of brushers stop."""
    rng, talk, luck = np.random.default_rng(8), make_talk(CONFIG, n), np.random.default_rng(9).random(n)
    for brushers in np.linspace(0.15, 0.05, 365):
        guilty = luck < brushers
        talk_of(
            talk, rng.random(n) < 0.25 / 365 + 1.0 / 365 * guilty, guilty, np.full(n, True), 0.5 ** (1 / 180)
        )
    assert talk.brought_about() == pytest.approx(0.08 / (0.25 + 0.08), abs=0.15) and talk.trusted() > 0.5


def test_severity_is_learnt_from_what_was_imposed(small_market: Market) -> None:
    n = 1000
    beliefs, sanctioned = beliefs_of(small_market, n_shops=n), nobody(n)
    sanctioned[:20] = True
    for _ in range(300):
        tally = tally_of(
            sanctioned, demotion_days=5 * 40, demotions=5, imposed=10 * 1_000_000, fined=10, closures=4
        )
        remember(beliefs, tally, sanctioned, ~nobody(n))
    severity = beliefs.severity
    assert severity.demotion == pytest.approx(10, rel=0.02)
    assert severity.fine == pytest.approx(5000, rel=0.02)
    assert severity.closure == pytest.approx(0.2, rel=0.02)
    assert (severity.demoted, severity.fined) == pytest.approx((0.25, 0.5), rel=0.02)


def test_beliefs_about_severity_do_not_depend_on_the_size_of_the_market(small_market: Market) -> None:
    found = []
    for n in (1000, 10_000):
        beliefs, sanctioned = beliefs_of(small_market, n_shops=n), nobody(n)
        sanctioned[: n // 100] = True
        remember(beliefs, tally_of(sanctioned, imposed=n // 100 * 900_000), sanctioned, ~nobody(n))
        found.append((beliefs.severity.fine, beliefs.severity.rate, beliefs.talk.brought_about()))
    assert found[0] == pytest.approx(found[1])


def test_nobody_has_ever_is_long_before_every_window() -> None:
    assert NEVER < -10 * 365
