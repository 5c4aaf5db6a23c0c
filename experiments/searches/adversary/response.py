"""A response: what brushers and organisers do otherwise from the day of a package on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.runs.replication import Branch
from experiments.settings.schema import RunConfig, digest, own_numbers, run_key
from sim.market import Market
from sim.parameters import ConfigError, Parameters, check_world
from sim.state.ways import ways_to_brush

Response = Mapping[str, Any]
"""Values of parameters of the world, by their paths; empty: they go on as before."""


@dataclass(frozen=True)
class AnsweredBranch(Branch):
    """A package that is answered: on the day on which it begins, the trade changes its ways."""

    response: tuple[tuple[str, Any], ...] = ()

    def on(self, trunk: Market) -> Market:
        """Return a market of the branch's own in which the response is in force."""
        market = trunk.branch()
        respond(market, dict(self.response))
        return market


def respond(market: Market, response: Response) -> None:
    """Let brushers and organisers of a market follow a response from today on.

    What is under way (campaigns, what was learnt of each way to brush) stays; a way keeps its number.

    Raises
    ------
    ConfigError : a path is none of the world's, a value is out of range, or the number of levels changes
    """
    state = market.state
    before = len(state.parameters.brushing.levels)
    set_values(state.parameters, response)
    if len(state.parameters.brushing.levels) != before:
        raise ConfigError(f"brushing.levels: a response keeps the number of levels, {before}")
    state.campaigns.ways = ways_to_brush(state.parameters)


def set_values(parameters: Parameters, response: Response) -> None:
    """Set parameters of a world in place, and check it."""
    for path, value in response.items():
        part, _, name = path.partition(".")
        own = getattr(parameters, part, None)
        if own is None or not hasattr(own, name):
            raise ConfigError(f"a response cannot set {path!r}: the world has no such parameter")
        setattr(own, name, value)
    check_world(parameters)


def branch_of(config: RunConfig, package: dict[str, Any], response: Response, seed: int) -> Branch:
    """Return a package that is met by a response, as a branch; without one it is the package's own run."""
    key = run_key(config, package, seed)
    if not response:
        return Branch(key, package)
    own = tuple(sorted(own_numbers(dict(response)).items()))
    return AnsweredBranch(digest([key, "answered", own])[:20], package, response=own)
