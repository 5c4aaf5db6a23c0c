"""Where unit tests enter a market's day: its ranking, its morning, an evening ready for acts, the night."""

from sim import Market
from sim.contract import Act
from sim.phases.decide import Scene
from sim.phases.enforce import enforce
from sim.phases.rank import rank
from sim.state.today import Attention, Today
from sim.trade.business import offer


def attention_of(market: Market) -> Attention:
    """Return where buyers would look today."""
    return rank(market.state.clock, market.state.platforms[0], market.state.shops)


def at_evening(market: Market) -> Market:
    """Return the market on an evening of its next day, of which only the clock is known."""
    market.today = Today(market.state.clock, market.state.shops.n)
    return market


def carry_out(market: Market, *acts: Act) -> None:
    """Let acts take effect this evening."""
    enforce(market.state, market.today, list(acts))


def sleep(market: Market) -> None:
    """Let a night pass, and nothing else."""
    market.state.clock = market.state.clock._replace(day=market.day + 1)


def scene(market: Market) -> Scene:
    """Return the morning of the market's next day, on which organisers offer what they do."""
    state, today = market.state, at_evening(market).today
    today.attention, today.offers = attention_of(market), offer(state.trade)
    sold = state.traces.genuine_30()
    return Scene(today, state.shops, state.merchants, state.campaigns, state.beliefs, sold)
