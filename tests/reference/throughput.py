"""Orders a second of plain Mesa agents and of the engine on one market, one thread, demand only.

Run ``python tests/reference/throughput.py [overrides]`` from the root of the repository, with it on the
path; ``market=base`` unless told otherwise. Both face the same morning: attention is drawn up, buyers
arrive, look, choose or leave; nobody brushes and nothing is delivered. Processor time is counted, so that
other work on the machine matters little; the best of several repetitions is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time

from oracle import AgentMarket

from experiments import load_config
from sim import Market
from sim.phases.buy import place_orders
from sim.phases.rank import rank

REPEATS = 7


def buy_with_agents(market: AgentMarket) -> int:
    """Rank and buy with agents; return the orders."""
    market.rank()
    return len(market.buy())


def buy_with_engine(market: Market) -> int:
    """Rank and buy with the engine; return the orders."""
    state, (platform,) = market.state, market.state.platforms
    attention = rank(state.clock, platform, state.shops)
    orders = place_orders(state.clock, platform, attention, state.shops, state.buyers)
    return int(orders.n)


def orders_a_second(buy: Callable[[], int]) -> tuple[int, float]:
    """Return the orders of the morning, and how many a second at best."""
    orders, best = buy(), 0.0
    for _ in range(REPEATS):
        start = process_time()
        assert buy() == orders
        best = max(best, orders / (process_time() - start))
    return orders, best


def main(overrides: list[str]) -> None:
    """Measure both and print what came out."""
    world = load_config(overrides or ["market=base"]).world
    agents, engine = AgentMarket(world, None, seed=1), Market(world, None, seed=1)
    n, by_agents = orders_a_second(lambda: buy_with_agents(agents))
    m, by_engine = orders_a_second(lambda: buy_with_engine(engine))
    assert n == m, f"the agents place {n} orders, the engine {m}"
    print(f"{world.market.n_shops} shops, {len(agents.buyers)} buyers, {n} orders a day")
    print(f"agents  {by_agents:12,.0f} orders a second of processor time")
    print(f"engine  {by_engine:12,.0f} orders a second, {by_engine / by_agents:.1f} times as many")


if __name__ == "__main__":
    main(sys.argv[1:])
