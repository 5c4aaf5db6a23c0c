"""Policies that climb out of what they are handed fail the check, and get nothing useful when they run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sim.chance
from policies import Dated, Package
from sim import Market, World
from sim.chance import Stream, day_key, uniforms
from sim.contract import Act, ContractError, View, check_policy
from sim.contract.rehearsal import example_observation
from sim.state import State


class Cheat:
    """Name opportunists, or find the state of the market, by one trick; remember what came of it."""

    reads: tuple[str, ...] = ("identity",)
    actor = "platform"

    def __init__(self) -> None:
        self.got: list[Any] = []

    def reset(self) -> None:
        """Forget nothing, not even what it got."""

    def act(self, observation: Any) -> list[Act]:
        """Try, and keep quiet about what went wrong."""
        try:
            self.got.append(self.trick(observation))
        except Exception:
            self.got.append(None)
        return []

    def trick(self, observation: Any) -> Any:
        """Return something useful."""


class ByLuck(Cheat):
    """Draw what merchants are born with, from the seed that luck was made of."""

    def trick(self, observation: Any) -> Any:
        luck = observation.luck
        seed = getattr(luck, "_seed", None) or luck._key
        return sim.chance.uniforms(sim.chance.day_key(seed, Stream.TRAITS, 0), observation.identity, 5)


class ByFrames(Cheat):
    """Look at the variables of whoever calls."""

    def trick(self, observation: Any) -> Any:
        frame: Any = sys._getframe()
        while frame is not None:
            for value in frame.f_locals.values():
                if isinstance(value, State):
                    return value
            frame = frame.f_back
        return None


class ByException(Cheat):
    """Get at a frame by an exception of one's own."""

    def trick(self, observation: Any) -> Any:
        try:
            raise ValueError
        except ValueError as error:
            frame: Any = error.__traceback__.tb_frame  # type: ignore[union-attr]
        while frame is not None:
            if "state" in frame.f_locals:
                return frame.f_locals["state"]
            frame = frame.f_back
        return None


class ByMemory(Cheat):
    """Look through all objects that there are."""

    def trick(self, observation: Any) -> Any:
        return next(thing for thing in gc.get_objects() if isinstance(thing, State))


class ByReferrers(Cheat):
    """Look who refers to what it was handed."""

    def trick(self, observation: Any) -> Any:
        return gc.get_referrers(observation.identity)


class ByView(Cheat):
    """Look for more than was declared in what it was handed."""

    def trick(self, observation: Any) -> Any:
        return vars(observation)["organisers"]


TRICKS = [ByLuck, ByFrames, ByException, ByMemory, ByReferrers]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda cls: cls.__name__)
def test_a_trick_fails_the_check(trick: type[Cheat]) -> None:
    with pytest.raises(ContractError, match=f"^{trick.__name__} peeks: it (reads|uses)"):
        check_policy(trick())
    with pytest.raises(ContractError, match="peeks"):
        check_policy(Package("p", [Dated(trick(), "trick")]))


def run_with(cheat: Cheat) -> Market:
    """Run a market for two days with a cheat; a refusal ends it."""
    world = World()
    world.market.n_shops = 300
    market = Market(world, Package("p", [Dated(cheat, "cheat")]), seed=5)
    try:
        market.run(2)
    except ContractError as error:
        assert "cheat: it looks behind the observation" in str(error)
        assert cheat.got == [None], "it was stopped at the first try"
    return market


@pytest.mark.parametrize("trick", [*TRICKS[1:], ByView], ids=lambda cls: cls.__name__)
def test_a_trick_gets_nothing_when_it_runs(trick: type[Cheat]) -> None:
    cheat = trick()
    run_with(cheat)
    assert cheat.got and not any(got is not None for got in cheat.got)


def test_luck_does_not_lead_to_the_seed() -> None:
    cheat = ByLuck()
    market = run_with(cheat)
    state = market.state
    truth = state.merchants.opportunist[state.shops.owner]
    born = uniforms(day_key(5, Stream.TRAITS, 0), state.shops.identity, 5)
    share = state.parameters.brushing.opportunist_share
    assert ((born < share) == truth).mean() > 0.97, "who has the seed can name them"
    for guess in cheat.got:
        assert not np.isclose(guess, born).any()
        named = guess < share
        # An independent guess is right about p² + (1 − p)² of the time.
        right = share**2 + (1 - share) ** 2
        assert abs((named == truth).mean() - right) < 4.5 * np.sqrt(right * (1 - right) / truth.size)


def test_what_a_policy_holds_is_what_it_declared() -> None:
    view = View(example_observation(), ("price",), 0.5)
    assert set(vars(view)) == {"price", "day", "n_shops", "luck", "ramp"} and view.ramp == 0.5
    with pytest.raises(ContractError, match="reads 'rating' but does not declare it"):
        _ = view.rating
    inner = View(view, ("price", "rating"))
    assert set(vars(inner)) == set(vars(view))


def harmless(size: int) -> Callable[[np.ndarray], float]:
    """Return a function with a variable of its own, as honest code has them."""
    return lambda x: float(x[:size].sum())


class Honest(Cheat):
    """Use closures, private attributes of its own, and NumPy."""

    def __init__(self) -> None:
        self._memory = 0.0

    def act(self, observation: Any) -> list[Act]:
        self._memory = harmless(3)(observation.identity) + np.asarray(observation.luck("x", [1])).__len__()
        return []


def test_honest_code_passes() -> None:
    check_policy(Honest())
    world = World()
    world.market.n_shops = 300
    Market(world, Package("p", [Dated(Honest(), "honest")])).run(1)
