"""E5. At the beliefs held nobody acts against his own interest: neither who buys cover nor who sells it.

Every merchant that decides within a fortnight of a crackdown is looked at: what it was offered, and what it
made of it, are taken down as it decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from arms import Place, arm, places, trunk

from sim import Market
from sim.phases import decide

PLACES = places(1)
CRACKDOWN, FORTNIGHT = 45, 14
GRID = np.linspace(0, 1, 201)


@dataclass
class Morning:
    """What merchants (n,) weighed: by option (n, options) level, gain, cover, and net value at any cover.

    ``place`` is the organiser of the option and ``most`` the camouflage that it delivers. ``bare_cost`` and
    ``hazard`` are cost and expected loss without any cover, RMB a day; ``price`` is that of full camouflage
    and ``hides`` what it is believed to hide. ``income`` is what an option brings its organiser, RMB a day.
    """

    level: np.ndarray
    place: np.ndarray
    most: np.ndarray
    gain: np.ndarray
    cover: np.ndarray
    net: np.ndarray
    bare_cost: np.ndarray
    hazard: np.ndarray
    income: np.ndarray
    price: float
    hides: float
    scales: tuple[float, float]

    def worth(self, cover: np.ndarray | float) -> np.ndarray:
        """Return the net value of every option at some ``cover``."""
        paid = self.level * self.price * (cover + np.square(cover)) / 2
        return self.gain - self.bare_cost - paid - self.hazard * (1 - self.hides * cover)

    def incomes(self, net: np.ndarray, n: int) -> np.ndarray:
        """Return what each of ``n`` organisers may expect of these merchants, RMB a day (n,)."""
        within, whether = self.scales
        scaled = net / within
        top = scaled.max(axis=1, keepdims=True)
        weight = np.exp(scaled - top)
        inclusive = within * (top[:, 0] + np.log(weight.mean(axis=1)))
        brushes = 1 / (1 + np.exp(-np.clip(inclusive / whether, -700, 700)))
        chance = brushes[:, None] * weight / weight.sum(axis=1, keepdims=True)
        return np.bincount(self.place.ravel(), (chance * self.income).ravel(), n)


def taken_down(scene, inquiry, prospect) -> Morning:
    """Return what a call of `weigh` was about."""
    ways, offers, brushing = scene.campaigns.ways, scene.today.offers, scene.campaigns.parameters
    n_offers, hides = inquiry.organiser.shape[1], float(scene.beliefs.experience.hides)
    level = np.repeat(ways.mean_level, n_offers)[None, :]
    place, quote = np.tile(inquiry.organiser, ways.n), np.tile(inquiry.quote, ways.n)
    cover, price = prospect.cover, float(offers.camouflage_price)
    value = brushing.value_ratio * scene.shops.price[inquiry.slots][:, None]
    return Morning(
        level=level, place=place, most=offers.most[place].copy(), cover=cover, net=prospect.net, hides=hides,
        gain=np.repeat(prospect.gain, n_offers, axis=1), price=price, income=quote * value * level,
        bare_cost=prospect.cost - level * price * (cover + cover**2) / 2,
        hazard=prospect.risk / np.maximum(1 - hides * cover, 1e-9),
        scales=(float(brushing.level_scale), float(brushing.choice_scale)),
    )  # fmt: skip


@pytest.fixture(scope="module", params=PLACES, ids=str)
def mornings(request: pytest.FixtureRequest) -> Iterator[tuple[Market, list[Morning]]]:
    place: Place = request.param
    market, seen, weigh = arm(trunk(place), "all_cases", CRACKDOWN), [], decide.weigh

    def spied(scene, inquiry):
        prospect = weigh(scene, inquiry)
        # What the struck would have done with what they knew before is weighed too, and bought by nobody.
        if scene.merchants is market.state.merchants:
            seen.append(taken_down(scene, inquiry, prospect))
        return prospect

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decide, "weigh", spied)
        market.run(FORTNIGHT)
    return market, seen


def test_cover_is_bought(mornings: tuple[Market, list[Morning]]) -> None:
    _, seen = mornings
    assert sum(morning.net.shape[0] for morning in seen) > 50, "merchants decided"
    assert max(morning.cover.max() for morning in seen) > 0


def test_no_other_cover_on_offer_is_worth_more(mornings: tuple[Market, list[Morning]]) -> None:
    for morning in mornings[1]:
        assert (morning.cover <= morning.most).all() and (morning.cover >= 0).all()
        assert np.allclose(morning.worth(morning.cover), morning.net)
        for share in GRID:
            assert (morning.worth(share * morning.most) <= morning.net + 1e-9).all()


def test_the_best_option_is_worth_at_least_the_best_without_cover(
    mornings: tuple[Market, list[Morning]],
) -> None:
    for morning in mornings[1]:
        assert (morning.net.max(axis=1) >= morning.worth(0).max(axis=1) - 1e-9).all()


def test_camouflage_on_offer_lowers_no_organisers_expected_income(
    mornings: tuple[Market, list[Morning]],
) -> None:
    """Of all who ask within the fortnight, whatever the others offer."""
    market, seen = mornings
    n = market.state.trade.n
    offered = sum(morning.incomes(morning.net, n) for morning in seen)
    gained = np.zeros(n)
    for o in range(n):
        withdrawn = sum(
            morning.incomes(np.where(morning.place == o, morning.worth(0), morning.net), n)[o]
            for morning in seen
        )
        gained[o] = offered[o] - withdrawn
    assert (gained >= -1e-9 * (1 + offered)).all(), gained
    assert gained.max() > 0


def test_what_is_bought_is_what_was_weighed(mornings: tuple[Market, list[Morning]]) -> None:
    campaigns, trade = mornings[0].state.campaigns, mornings[0].state.trade
    now = (campaigns.level > 0) & (campaigns.start == mornings[0].day - 1) & (campaigns.organiser >= 0)
    covers = np.unique(np.concatenate([morning.cover.ravel() for morning in mornings[1]]))
    assert np.isin(campaigns.cover[now], covers).all()
    assert (campaigns.quote[now] >= trade.parameters.cut_low).all()
