"""Markets that unit tests start from."""

import pytest

from sim import Market, World


@pytest.fixture
def small_market() -> Market:
    """A market of 300 shops after twenty days without any institution."""
    world = World()
    world.market.n_shops = 300
    return Market(world, None, seed=4).run(20)
