"""E6. A campaign that got no orders teaches nothing about orders, and a hidden shop begins none.

What a merchant believes of the gain then changes as fading alone would change it, to the last digit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from arms import Place, opened, places, trunk

from policies import Dated, Package
from sim import Market
from sim.contract import Act, Demote, Observation, case_number

PLACES = places(1)
MONTH = 30


@dataclass
class HideSome:
    """Hide a third of the shops, drawn by lot, for two months from the first evening on."""

    actor: str = "platform"
    reads: tuple[str, ...] = ("identity", "open")

    def reset(self) -> None:
        """Have nothing to forget."""

    def act(self, observation: Observation) -> list[Act]:
        if observation.day:
            return []
        luck = observation.luck("economics.hide", observation.identity)
        shops = np.flatnonzero(observation.open & (luck < 1 / 3))
        return [Demote(shops, case_number(0, observation.identity[shops]), 2 * MONTH)]


@dataclass
class Lesson:
    """What a day taught of the gain, by slot (n_shops,): the belief over what fading alone would have left.

    ``ended`` and ``begun`` are slots whose campaign ended or began, ``hidden`` those whose shop was hidden
    within a month before, ``unseen`` those whose shop is hidden today.
    """

    taught: np.ndarray
    ended: np.ndarray
    hidden: np.ndarray
    unseen: np.ndarray
    begun: np.ndarray


def leave(market: Market) -> None:
    """Leave the market as it is."""


def days(market: Market, n: int, each_morning: Callable[[Market], None] = leave) -> Iterator[Lesson]:
    """Live ``n`` days, and yield what each taught; slots that change hands teach nothing."""
    shops, merchants, campaigns = market.state.shops, market.state.merchants, market.state.campaigns
    keep = 0.5 ** (1 / campaigns.parameters.learning_half_life)
    for _ in range(n):
        each_morning(market)
        identity, today = shops.identity.copy(), market.day
        faded = 1 - (1 - merchants.gain_belief[shops.owner]) * keep
        ended = (campaigns.level > 0) & (campaigns.until <= today)
        hidden, unseen = shops.hidden_until > today - MONTH, shops.hidden_until > today
        market.run(1)
        stayed = shops.identity == identity
        taught = np.where(stayed, merchants.gain_belief[shops.owner] / faded - 1, 0)
        begun = np.isin(np.arange(shops.n), market.today.started) & stayed
        yield Lesson(taught, ended & stayed, hidden, unseen, begun)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_campaign_without_orders_teaches_nothing(place: Place) -> None:
    market, ended = opened(place, "trade.recruit_rate=0"), 0
    for lesson in days(market, 150):
        ended += lesson.ended.sum()
        assert np.abs(lesson.taught).max() < 1e-12
    assert market.daily()["brushed_orders"].sum() == 0, "organisers have no workers"
    assert ended > 20, "campaigns were begun, and ended"


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_campaigns_with_orders_teach(place: Place) -> None:
    lessons = list(days(trunk(place).branch(), 60))
    assert sum(np.count_nonzero(lesson.taught[lesson.ended]) for lesson in lessons) > 20


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_shop_hidden_begins_no_campaign_and_learns_nothing(place: Place) -> None:
    market = trunk(place).branch().adopt(Package("hide", [Dated(HideSome(), "hide")]))
    ended = 0
    for lesson in days(market, 2 * MONTH):
        assert not (lesson.begun & lesson.unseen).any()
        ended += (lesson.ended & lesson.hidden).sum()
        assert np.abs(lesson.taught[lesson.ended & lesson.hidden]).max(initial=0) < 1e-12
    assert ended > 0, "campaigns of hidden shops ended"


def shut(market: Market) -> None:
    """Keep every organiser shut."""
    market.state.trade.is_open[:] = False
    market.state.trade.reopen_day[:] = market.day + 1000


def test_organisers_that_are_shut_teach_no_more_against_brushing_than_open_ones() -> None:
    """Over the campaigns that end within two months; beyond two standard errors."""
    open_ones, shut_ones = (
        np.concatenate([
            lesson.taught[lesson.ended]
            for place in PLACES
            for lesson in days(trunk(place).branch(), 2 * MONTH, what)
        ])
        for what in (leave, shut)
    )  # fmt: skip
    noise = 2 * np.sqrt(open_ones.var() / open_ones.size + shut_ones.var() / shut_ones.size)
    assert shut_ones.size > 50
    assert shut_ones.mean() > open_ones.mean() - noise, (shut_ones.mean(), open_ones.mean(), noise)
