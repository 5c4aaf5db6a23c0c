"""What the trade learns: which ways to brush are hit, and how much of the hazard camouflage hides."""

import numpy as np
import pytest
from willing import willing_world

from sim import Market, World
from sim.state.beliefs import Experience, make_experience
from sim.state.today import Tally
from sim.state.ways import ways_to_brush
from sim.trade.experience import contrast, gain_experience, what_cover_hides


@pytest.fixture(scope="module")
def trunk() -> Market:
    """A small market in which all would brush, after 40 days."""
    return Market(willing_world(), None, seed=3).run(40)


def fresh(world: World) -> Experience:
    """Return the experience of a trade in which nobody was sanctioned yet."""
    weight = world.adaptation.prior_rate * world.market.n_shops
    return make_experience(ways_to_brush(world), weight, world.adaptation.hidden_share)


def live(market: Market, sanctioned: np.ndarray, traced: np.ndarray) -> Experience:
    """Let a trade that knows nothing live one day on which these shops, masks, were sanctioned."""
    state, today = market.state, market.today
    state.beliefs.experience = fresh(state.parameters)
    today.tally = Tally(sanctioned, traced)
    sold, terms = state.traces.genuine_30(), state.trade.adaptation
    gain_experience(today, state.shops, state.campaigns, sold, state.beliefs, terms)
    return state.beliefs.experience


def test_a_way_that_is_hit_more_than_its_exposure_is_held_more_dangerous() -> None:
    experience = fresh(World())
    assert np.all(experience.relative_hazard() == 1)
    experience.exposure[:] = 100.0
    experience.sanctions[5] = 50.0
    hazard = experience.relative_hazard()
    assert hazard[5] > 5 and np.all(np.delete(hazard, 5) < 1)


@pytest.mark.parametrize("way", [0, 5, 10])
def test_sanctions_count_against_the_way_of_those_that_are_hit(trunk: Market, way: int) -> None:
    market = trunk.branch()
    campaigns, day = market.state.campaigns, market.today.clock.day
    recent = np.flatnonzero(day - campaigns.last_brushed_day < 30)
    long_ago = np.flatnonzero(day - campaigns.last_brushed_day >= 30)
    assert recent.size > 10 and long_ago.size
    campaigns.way[:] = 7
    campaigns.way[recent[:10]] = way
    sanctioned = np.zeros(300, dtype=bool)
    sanctioned[recent[:10]] = sanctioned[long_ago] = True
    experience = live(market, sanctioned, sanctioned)
    assert experience.sanctions.tolist() == [10.0 if i == way else 0.0 for i in range(12)]
    assert experience.relative_hazard().argmax() == way


def test_exposure_is_that_of_todays_customers_as_far_as_cover_lets_it_be(trunk: Market) -> None:
    market = trunk.branch()
    state, day = market.state, market.today.clock.day
    campaigns, brushes = state.campaigns, market.today.tasks.count > 0
    cover = campaigns.cover[:] = np.random.default_rng(1).random(300)
    orders = state.traces.genuine_30() / np.clip(day - state.shops.opened_day, 1, 30)
    level = campaigns.ways.level[campaigns.way]
    ran = state.beliefs.parameters.hazard_concavity * level / (level + orders + 1) * brushes
    experience = live(market, np.zeros(300, dtype=bool), np.zeros(300, dtype=bool))
    assert brushes.any() and not brushes.all()
    blatant = ran * (1 - state.trade.adaptation.hidden_share * cover)
    assert experience.exposure == pytest.approx(np.bincount(campaigns.way, blatant, minlength=12))
    assert experience.hides == pytest.approx(state.trade.adaptation.hidden_share), "nobody was hit"


def test_who_is_named_in_a_ledger_says_nothing_of_cover_but_that_it_is_no_help(trunk: Market) -> None:
    market = trunk.branch()
    campaigns = market.state.campaigns
    hit = np.flatnonzero(market.today.clock.day - campaigns.last_brushed_day < 30)[:10]
    campaigns.cover[:] = 0.25
    sanctioned, traced = np.zeros((2, 300), dtype=bool)
    sanctioned[hit], traced[hit[:4]] = True, True
    experience = live(market, sanctioned, traced)
    assert experience.traced == 4.0 and experience.named == 6.0
    assert experience.contrast == pytest.approx([0.0, 0.0], abs=1e-9), "all have the same cover"
    share = (experience.weight + 4) / (experience.weight + 10)
    assert experience.hides == pytest.approx(market.state.trade.adaptation.hidden_share * share)


def a_day(rng: np.random.Generator, hides: float, hazard: float, mean_cover: float) -> np.ndarray:
    """Return the contrast of a day on which 2,000 customers of such mean cover run such a hazard."""
    ran, cover = rng.uniform(0.2, 1.5, 2_000), rng.beta(3 * mean_cover, 3 * (1 - mean_cover), 2_000)
    hit = rng.random(ran.size) < hazard * ran * (1 - hides * cover)
    sums = np.array([(ran * cover**k).sum() for k in range(3)])
    return contrast(sums, np.array([hit.sum(), cover[hit].sum()]))


@pytest.mark.parametrize("hides", [0.0, 0.4, 0.9])
def test_what_camouflage_hides_is_found_from_who_is_hit(hides: float) -> None:
    """Customers of any cover are hit in proportion to their exposure and to what is not hidden."""
    rng, experience = np.random.default_rng(7), fresh(World())
    experience.contrast = sum(a_day(rng, hides, 0.05, 0.35) for _ in range(100))
    assert what_cover_hides(experience, 0.6) == pytest.approx(hides, abs=0.06)


@pytest.mark.parametrize("hides", [0.3, 0.7])
def test_a_crackdown_does_not_teach_that_cover_is_no_help(hides: float) -> None:
    """The hazard rises twentyfold and cover with it; taken together, the hit have more cover than others."""
    rng, experience = np.random.default_rng(7), fresh(World())
    days = [(0.005, 0.1)] * 60 + [(0.1, 0.6)] * 60
    experience.contrast = sum(a_day(rng, hides, *day) for day in days)
    assert what_cover_hides(experience, 0.6) == pytest.approx(hides, abs=0.06)


def test_where_all_have_the_same_cover_nothing_is_learnt_of_it() -> None:
    experience = fresh(World())
    experience.contrast = contrast(np.array([800.0, 400.0, 200.0]), np.array([20.0, 10.0]))
    assert what_cover_hides(experience, 0.6) == pytest.approx(0.6)


def test_one_merchant_that_is_hit_does_not_teach_that_cover_is_no_help() -> None:
    """Of a hundred customers, one has cover and is hit."""
    experience = fresh(World())
    experience.contrast = contrast(np.array([100.0, 0.5, 0.25]), np.array([1.0, 0.5]))
    assert 0.5 < what_cover_hides(experience, 0.6) < 0.6


def test_a_day_without_customers_teaches_nothing_of_cover() -> None:
    assert contrast(np.zeros(3), np.array([5.0, 2.0])).tolist() == [0.0, 0.0]


def test_what_the_trade_knows_fades(trunk: Market) -> None:
    market, nobody = trunk.branch(), np.zeros(300, dtype=bool)
    state, today = market.state, market.today
    experience = live(market, nobody, nobody)
    experience.sanctions[:], experience.contrast[:] = 8.0, [3.0, 6.0]
    experience.traced, experience.named = 4.0, 2.0
    today.tasks.count[:] = 0
    terms, sold = state.trade.adaptation, state.traces.genuine_30()
    exposed = experience.exposure.copy()
    for _ in range(round(terms.memory_half_life)):
        gain_experience(today, state.shops, state.campaigns, sold, state.beliefs, terms)
    assert experience.sanctions == pytest.approx(4.0) and experience.traced == pytest.approx(2.0)
    assert experience.named == pytest.approx(1.0)
    assert experience.exposure == pytest.approx(exposed / 2)
    assert experience.contrast == pytest.approx([1.5, 3.0])
