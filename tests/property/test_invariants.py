"""What must hold in every run, over seeds and packages (section numbers of docs/odd.md)."""

import copy

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market
from sim.contract import Act
from sim.phases.rank import rank
from sim.state import State
from sim.state.units import NEVER

SEEDS = [1, 2, 3]
PACKAGES = ["no_enforcement", "status_quo_2015", "threshold_only", "threshold_fine_suit"]


def market_under(package: str, seed: int, *overrides: str, threads: int = 1) -> Market:
    """Return a small market under a package (by name), before its first day."""
    config = load_config(["market=small", f"package={package}", *overrides])
    return Market(config.world, build_package(config.package), seed=seed, threads=threads)


class Burns:
    """A package that looks at everything, draws a lot and does nothing."""

    name = "burns"

    def reset(self) -> None:
        """Remember nothing."""

    def act(self, observation) -> list[Act]:
        """Draw and discard."""
        observation.luck("detection", observation.identity)
        observation.traces.orders[:] = -1
        observation.identity[:] = 0
        return []


def assert_debts_are_claims(state: State) -> None:
    """Assert that nobody owes less than nothing, deposits are at most whole, and the vacant owe nothing."""
    merchants, whole = state.merchants, round(state.parameters.shops.deposit * 100)
    owed = merchants.owed_platform + merchants.owed_state
    assert min(merchants.owed_platform.min(), merchants.owed_state.min(), merchants.deposit.min()) >= 0
    assert merchants.deposit.max() <= whole
    vacant = state.shops.owner[state.shops.identity < 0]
    assert not (owed[vacant].any() or merchants.deposit[vacant].any() or merchants.drawn[vacant].any())


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_day_money_and_orders_add_up_and_sanctions_bite(package, seed):
    market = market_under(package, seed)
    state, shops, traces = market.state, market.state.shops, market.state.traces
    for _ in range(120):
        closed = ~shops.open & (shops.identity >= 0)
        identity = shops.identity.copy()
        banned = state.buyers.banned_until > market.day
        market.step()
        assert state.money.total(state.merchants, state.trade) == 0
        assert_debts_are_claims(state)
        row = market.rows[-1]
        placed = traces.sums[0, 0] - market.today.tasks.count
        assert placed.sum() == row["genuine_orders"] + row["returned_orders"]
        still_closed = closed & (shops.identity == identity)
        assert traces.sums[0, 0][still_closed].sum() == 0
        assert not banned[np.concatenate(traces.accounts[(market.day - 1) % 30])].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sanction_has_an_event_and_every_event_an_actor(seed):
    market = market_under("threshold_fine_suit", seed).run(200)
    events, shops = market.events(), market.state.shops
    assert (events["actor"] != "").all() and (events["policy"] != "").all()
    sanctioned = np.flatnonzero((shops.sanction_days != NEVER).any(axis=1) & shops.open)
    verbs = events["verb"].isin(["warn", "remove_sales", "demote", "fine", "close"])
    verbs &= events["target_kind"] == "shop"
    assert sanctioned.size and set(shops.identity[sanctioned]) <= set(events.loc[verbs, "identity"])
    assert set(events.loc[verbs, "case"]) <= set(market.case_table()["case"])
    hits = market.case_table()["hit_day"].notna().sum()
    assert hits == market.daily()[["hits_innocent", "hits_guilty"]].to_numpy().sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hidden_shop_gets_no_search_attention(seed):
    state = market_under("no_enforcement", seed).run(5).state
    (platform,), shops = state.platforms, state.shops
    shops.hidden_until[[3, 50, 120]] = 99
    direct = platform.ranking.direct_share
    attention = rank(state.clock, platform, shops)
    weights = shops.following * shops.burst * shops.open
    for slot in (3, 50, 120):
        block = slice(slot // 100 * 100, slot // 100 * 100 + 100)
        assert attention.share[slot] == pytest.approx(direct * weights[slot] / weights[block].sum())
    assert attention.share.sum() == pytest.approx(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_opportunists_there_is_no_brushed_order(seed):
    market = market_under("status_quo_2015", seed, "brushing.opportunist_share=0").run(60)
    assert market.daily()["brushed_orders"].sum() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_above_a_threshold_of_one_there_is_no_case(seed):
    market = market_under("threshold_only", seed, "package.detection.threshold=1.01").run(90)
    assert market.daily()["cases"].sum() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_policy_that_only_looks_changes_nothing(seed):
    world = load_config(["market=small"]).world
    alone, watched = Market(world, None, seed).run(90), Market(world, Burns(), seed).run(90)
    assert alone.hash() == watched.hash()
    assert alone.daily().equals(watched.daily())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_suit_without_award_publicity_or_ruin_costs_only_its_cost(seed):
    suits = [
        f"package.civil_suits.{key}"
        for key in ("award_ratio=0.05", "collectability=0", "publicity=0", "ruin=0")
    ]
    raids = ["package.regulator.raids_per_year=8", "package.civil_suits.filing_delay_days=5"]
    soon = ["package.civil_suits.judgment_delay_days=10"]
    with_suits = market_under("threshold_fine_suit", seed, *suits, *raids, *soon).run(120)
    without = market_under("threshold_fine_suit", seed, *raids, "package.civil_suits.who=never").run(120)
    a, b = with_suits.daily(), without.daily()
    assert a["suits"].sum() > 0
    same = [c for c in a if c not in ("suits", "enforcement_cost_rmb")]
    assert a[same].equals(b[same])
    assert a["enforcement_cost_rmb"].sum() > b["enforcement_cost_rmb"].sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_one_thread_and_two_give_the_same_bits(seed):
    one, two = (market_under("threshold_fine_suit", seed, threads=t).run(90) for t in (1, 2))
    assert one.hash() == two.hash() and one.daily().equals(two.daily())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_branch_goes_on_as_the_market_would_have(seed):
    straight = market_under("status_quo_2015", seed).run(120)
    trunk = market_under("status_quo_2015", seed).run(70)
    branch = trunk.branch()
    trunk.run(50)
    assert branch.run(50).hash() == straight.hash() == trunk.hash()
    assert branch.daily().equals(straight.daily())


@pytest.mark.parametrize("seed", SEEDS)
def test_packages_share_everything_before_their_first_difference(seed):
    trunk = market_under("status_quo_2015", seed).run(40)
    late = load_config(["market=small", "package=threshold_only", "package.detection.start=20"])
    branches = [trunk.branch().adopt(build_package(late.package)).run(30), trunk.branch().adopt(None).run(30)]
    tables = [branch.daily().query("day < 20").drop(columns=["appeals"]) for branch in branches]
    assert tables[0].equals(tables[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_permuting_shops_and_merchants_with_their_identities_permutes_the_results(seed):
    straight = market_under("threshold_only", seed)
    permuted = market_under("threshold_only", seed)
    rng = np.random.default_rng(seed)
    order = np.concatenate([100 * c + rng.permutation(100) for c in range(3)])
    owners = rng.permutation(300)
    state = permuted.state
    for struct, rows in ((state.shops, order), (state.campaigns, order), (state.merchants, owners)):
        for name, value in vars(struct).items():
            if isinstance(value, np.ndarray):
                setattr(struct, name, value[rows].copy())
    state.shops.category = straight.state.shops.category.copy()
    state.shops.owner = np.argsort(owners)[state.shops.owner].astype(np.int32)
    straight.run(60), permuted.run(60)
    (one, here), (other, there) = (
        (m.state, np.argsort(m.state.shops.identity)[(m.state.shops.identity < 0).sum() :])
        for m in (straight, permuted)
    )
    for name in ("identity", "opened_day", "hidden_until", "last_case_day"):
        a, b = getattr(one.shops, name), getattr(other.shops, name)
        assert np.array_equal(a[here], b[there]), name
    assert np.array_equal(one.traces.sums[2, 0][here], other.traces.sums[2, 0][there])


def test_adopting_a_package_does_not_touch_the_one_before():
    market = market_under("status_quo_2015", 1).run(10)
    before = copy.deepcopy(market.rows)
    market.adopt(None).run(5)
    assert market.rows[:10] == before
