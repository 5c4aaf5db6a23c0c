"""How the trade evades: what it learns of the ways to brush, and the camouflage that organisers buy."""

from __future__ import annotations

from sim.kernels.compiling import inner, kernel
from sim.kernels.decisions import days_on_record, exposure, fear


@kernel
def meet_customers(
    orders, organiser, cover, way, level, day, concavity, fears, sold, opened_day, profit, cash, deposit,
    exposed, customers,
):  # fmt: skip
    """Add up over those that brush today, ``orders`` (S,); return how many, those under camouflage in part.

    ``exposed`` (ways,) gets the exposure of the merchants of each way, at its ``level`` (ways,), and
    ``customers`` (3, organisers) their number, their orders, and what one sanction on each would cost, RMB.
    Both are zero before; the other arrays have shape (S,), ``cover`` is the share of traces that is hidden.
    """
    blatant = 0.0
    for s in range(orders.size):
        if orders[s] == 0:
            continue
        own_orders = sold[s] / days_on_record(day, opened_day[s])
        exposed[way[s]] += exposure(concavity, level[way[s]], own_orders)
        customers[0, organiser[s]] += 1
        customers[1, organiser[s]] += orders[s]
        customers[2, organiser[s]] += fear(profit[s], cash[s], deposit[s], fears)
        blatant += 1.0 - cover[s]
    return blatant


@kernel
def remember(since, keep, sanctioned, last_brushed_day, way, exposed, sanctions, exposures):
    """Add a day's sanctions and exposure to what the trade remembers of ways, (ways,); return how many hit.

    What is older fades to the share ``keep``. A sanction counts against the way of a merchant that has
    brushed after day ``since``; ``exposed`` (ways,) is the day's exposure, other arrays have shape (S,).
    """
    for w in range(sanctions.size):
        sanctions[w] *= keep
        exposures[w] = exposures[w] * keep + exposed[w]
    hits = 0
    for s in range(sanctioned.size):
        if sanctioned[s] and last_brushed_day[s] > since:
            sanctions[way[s]] += 1
            hits += 1
    return hits


@inner
def wanted_camouflage(hazard, orders, loss, hidden_share, full_price):
    """Return the camouflage, in [0, 1], that serves customers best.

    With ``orders`` a day they pay orders·k·(c + c²)/2 for camouflage c, k being ``full_price``, and lose
    ``loss`` RMB at the rate hazard·(1 − e·c) a day, e being the share of the traces that full camouflage
    hides. The sum is least where orders·k·(1 + 2c)/2 = e·hazard·loss.
    """
    saved = hidden_share * hazard * loss / max(orders * full_price, 1e-9)
    return min(max(saved - 0.5, 0.0), 1.0)


@kernel
def buy_camouflage(hazard, customers, hidden_share, full_price, days, camouflage):
    """Move each organiser's ``camouflage`` (organisers,) towards what is wanted, 1/``days`` of the way.

    ``customers`` (3, organisers) are those of `meet_customers`; an organiser without any stays as it is.
    """
    for o in range(camouflage.size):
        number, orders, loss = customers[0, o], customers[1, o], customers[2, o]
        if number > 0:
            wanted = wanted_camouflage(hazard, orders / number, loss / number, hidden_share, full_price)
            camouflage[o] += (wanted - camouflage[o]) / days
