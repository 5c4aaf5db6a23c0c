"""A world in which every merchant would brush, so that a small market has much of it."""

from sim import World


def willing_world(n_shops: int = 300) -> World:
    """Return a small world whose merchants are all opportunists without scruples."""
    world = World()
    world.market.n_shops = n_shops
    world.brushing.opportunist_share, world.brushing.moral_cost = 1.0, 0.0
    return world
