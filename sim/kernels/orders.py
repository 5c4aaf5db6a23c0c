"""What becomes of orders: experience, returns, complaints, and the traces that accounts leave."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from sim.chance import mix, unit
from sim.kernels.choice import VISITS, draw


@njit(cache=True, error_model="numpy")
def deliver(
    key, buyer, shop, number, quality, promised, noise, surprise, return_rate, surprise_return_rate,
    complaint_rate, parcel_flag, sales_mistrust, sales_scale, sales_loss, platform_mistrust,
    platform_scale, platform_loss, trust_weight, advantage, segment, correction, sales_utility, trust_levels,
    price_slope, returned, reviews, complaints, flagged,
):  # fmt: skip
    """Let buyers experience their orders (n,), in the order given; return sums of quality and surplus.

    ``promised`` and ``trust_weight`` have shape (S,): the shown rating, and what displayed sales
    add to it at full trust. Surplus, in units of log price, is the ``advantage`` (n,) at which a
    buyer chose, corrected to true quality (``correction``, (S,)) and rid of what displayed sales
    promised (``sales_utility``, (S,)), over the marginal utility ``price_slope`` of its segment.
    ``reviews`` (S,) sums experience in thousandths, so that the sum is exact in any order;
    ``returned`` (n,), ``complaints`` and ``flagged`` (S,) are filled too.
    """
    bought, surplus = 0.0, 0.0
    for i in range(buyer.size):
        b, s = buyer[i], shop[i]
        root = mix(uint64(key) + uint64(b * VISITS + number[i]) * uint64(0x9E3779B97F4A7C15))
        experience = quality[s] + noise[draw(root, 0) >> uint64(54)]
        reviews[s] += int(np.floor(experience * 1000.0 + 0.5))
        bought += quality[s]
        trust = 1.0 - sales_mistrust[b] * sales_scale
        acted_on = int(trust * (trust_levels - 1) + 0.5) / (trust_levels - 1)
        surplus += (advantage[i] + correction[s] - acted_on * sales_utility[s]) / price_slope[segment[b]]
        disappointed = experience < promised[s] + trust * trust_weight[s] - surprise
        u = unit(draw(root, 1))
        if disappointed:
            returned[i] = u < surprise_return_rate
            complaints[s] += unit(draw(root, 2)) < complaint_rate
            old = sales_mistrust[b] * sales_scale
            sales_mistrust[b] = (old + sales_loss * (1.0 - old)) / sales_scale
            old = platform_mistrust[b] * platform_scale
            platform_mistrust[b] = (old + platform_loss * (1.0 - old)) / platform_scale
        else:
            returned[i] = u < return_rate
        flagged[s] += unit(draw(root, 3)) < parcel_flag[s]
    return bought, surplus


@njit(cache=True)
def count_accounts(
    accounts, shops, day, least, ratio, past_orders, past_scale, past_step, recent_orders, last_shop,
    last_day, task_like, repeats,
):  # fmt: skip
    """Enter a day's orders (n,) into the accounts' records, then mark task-like and repeated ones.

    ``recent_orders`` (B,) counts 30 days, ``past_orders`` (B,) is the account's own past rate per
    30 days; ``task_like`` and ``repeats`` (S,) are filled. A repeat is an order at the shop where
    the account ordered last, at most 30 days ago.
    """
    for i in range(accounts.size):
        recent_orders[accounts[i]] += 1
    for i in range(accounts.size):
        b, s = accounts[i], shops[i]
        recent = recent_orders[b]
        task_like[s] += recent >= least and recent >= ratio * past_orders[b] * past_scale
        repeats[s] += last_shop[b] == s and day - last_day[b] <= 30
        last_shop[b] = s
        last_day[b] = day
    for i in range(accounts.size):
        past_orders[accounts[i]] += past_step / past_scale


@njit(cache=True)
def forget_accounts(accounts, recent_orders):
    """Take the orders (n,) of 30 days ago out of the accounts' recent counts."""
    for i in range(accounts.size):
        recent_orders[accounts[i]] -= 1
