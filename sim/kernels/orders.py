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
    price_slope, returned, placed, reviews, complaints, flagged,
):  # fmt: skip
    """Let buyers experience their orders (n,), in the order given; return sums of quality and surplus.

    ``promised`` and ``trust_weight`` have shape (S,): the shown rating, and what displayed sales
    add to it at full trust. Surplus, in units of log price, is the ``advantage`` (n,) at which a
    buyer chose, corrected to true quality (``correction``, (S,)) and rid of what displayed sales
    promised (``sales_utility``, (S,)), over the marginal utility ``price_slope`` of its segment.
    ``placed`` (S,) counts orders, ``reviews`` (S,) sums experience in thousandths, so that the sum is
    exact in any order; ``returned`` (n,), ``complaints`` and ``flagged`` (S,) are filled too.
    """
    bought, surplus = 0.0, 0.0
    for i in range(buyer.size):
        b, s = uint64(buyer[i]), uint64(shop[i])
        placed[s] += 1
        root = mix(uint64(key) + (b * uint64(VISITS) + uint64(number[i])) * uint64(0x9E3779B97F4A7C15))
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


@njit(cache=True, error_model="numpy")
def flag_brushed(luck, tasks, cover, parcel_flag, blatant, flagged):
    """Fill how many parcels of brushed orders are recognised (S,): a share of ``tasks``, rounded by ``luck``.

    ``cover`` moves the share from ``blatant`` towards that of the shop's genuine parcels.
    """
    for s in range(tasks.size):
        if tasks[s] > 0:
            share = blatant + cover[s] * min(parcel_flag[s] - blatant, 0.0)
            flagged[s] = int(tasks[s] * share + luck[s])


@njit(cache=True, error_model="numpy")
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
        recent_orders[uint64(accounts[i])] += 1
    for i in range(accounts.size):
        b, s = uint64(accounts[i]), uint64(shops[i])
        recent = recent_orders[b]
        task_like[s] += (recent >= least) & (recent >= ratio * past_orders[b] * past_scale)
        repeats[s] += (last_shop[b] == shops[i]) & (day - last_day[b] <= 30)
        last_shop[b] = shops[i]
        last_day[b] = day
    for i in range(accounts.size):
        past_orders[uint64(accounts[i])] += past_step / past_scale


@njit(cache=True)
def forget_accounts(accounts, recent_orders):
    """Take the orders (n,) of 30 days ago out of the accounts' recent counts."""
    for i in range(accounts.size):
        recent_orders[uint64(accounts[i])] -= 1


@njit
def roll(fresh, now, over, days, sums):
    """Let ``fresh`` (S,) into its place ``now`` of ``days`` (30, S) and into ``sums`` (windows, S)."""
    for w in range(len(over)):
        gone, total = days[over[w]], sums[w + 1]
        for s in range(fresh.size):
            total[s] += fresh[s] - gone[s]
    kept, last = days[now], sums[0]
    for s in range(fresh.size):
        kept[s] = fresh[s]
        last[s] = fresh[s]


@njit(cache=True)
def roll_windows(today, now, over, ring, turnover, sums):
    """Let ``today``, an array (S,) a quantity, into the ``sums`` (windows, quantities, S) and their days.

    ``ring`` (30, quantities − 1, S) holds the days of all quantities but the last, ``turnover`` (30, S)
    those of that. The first window is the day itself; the day at each place of ``over`` leaves a further
    one, and one of these may be the place ``now`` that today takes.
    """
    for q in range(ring.shape[1]):
        roll(today[q], now, over, ring[:, q], sums[:, q])
    roll(today[-1], now, over, turnover, sums[:, -1])


@njit(cache=True, error_model="numpy")
def count_views(looks, attention, noise, task_views, out):
    """Fill page views (S,): buyers' ``looks`` (C,) by attention, with ``noise``, and ``task_views``."""
    per_category = attention.size // looks.size
    for s in range(attention.size):
        mean = looks[s // per_category] * attention[s]
        out[s] = int(max(np.rint(mean + np.sqrt(mean) * noise[s]), 0.0) + task_views[s])
