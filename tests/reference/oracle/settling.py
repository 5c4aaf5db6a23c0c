"""Settle: money moves, every fen from somebody to somebody (7.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle.deciding import cover_price
from oracle.merchant import NEVER, Merchant
from oracle.organiser import Organiser

if TYPE_CHECKING:
    from oracle.buying import Order
    from oracle.model import AgentMarket
    from oracle.shop import Shop

FEN = 100
Party = Merchant | Organiser | str


class Ledger:
    """Balances in fen: merchants and organisers hold their own ``cash``, the others are here."""

    def __init__(self) -> None:
        names = ("buyers", "platform", "suppliers", "workers", "state", "owners", "services", "deposits")
        self.others = dict.fromkeys(names, 0)

    def move(self, payer: Party, payee: Party, fen: int) -> None:
        """Move ``fen`` from one party to another."""
        for party, amount in ((payer, -fen), (payee, fen)):
            if isinstance(party, str):
                self.others[party] += amount
            else:
                party.cash += amount


@dataclass
class Settled:
    """What a day's trade came to, fen."""

    platform_revenue: int = 0
    organiser_profit: int = 0


def settle(market: AgentMarket, orders: list[Order], started: list[Shop]) -> Settled:
    """Move the money of a day, in the order of the table (7.9)."""
    settled, config = Settled(), market.world.shops
    for order in orders:
        if not order.returned:
            order.shop.today.standing += 1
            order.shop.today.turnover += order.value
    for shop in market.shops:
        settle_genuine(market, shop, settled)
    for shop in market.shops:
        if shop.open:
            market.ledger.move(shop.merchant, "suppliers", round(config.fixed_cost * FEN))
    settle_brushing(market, started, settled)
    for shop in market.shops:
        pay_debts(market, shop)
        shop.merchant.note_debts()
        shop.merchant.note_profit()
    withdraw(market)
    return settled


def settle_genuine(market: AgentMarket, shop: Shop, settled: Settled) -> None:
    """Pay a merchant for orders that stand, the platform and the suppliers (7.9)."""
    ledger, turnover = market.ledger, shop.today.turnover
    commission = round(turnover * market.world.shops.commission)
    ledger.move("buyers", shop.merchant, turnover)
    ledger.move(shop.merchant, "platform", commission)
    ledger.move(shop.merchant, "suppliers", round(turnover * (1 - shop.margin)))
    settled.platform_revenue += commission


def settle_brushing(market: AgentMarket, started: list[Shop], settled: Settled) -> None:
    """Pay for brushed orders, memberships and staff (7.9)."""
    trade, ledger = market.world.trade, market.ledger
    checked = dict.fromkeys(market.organisers, 0)
    for service in market.trade.services:
        checked[service.organiser] += service.orders
        pay_for_service(market, service.shop, service.organiser, settled)
    membership = round(trade.membership_fee * FEN)
    for shop in started:
        joined = shop.merchant.organiser
        if joined is not None:
            ledger.move(shop.merchant, joined, membership)
            joined.founder.gains += membership
            settled.organiser_profit += membership
    for organiser, orders in checked.items():
        wages = round(orders / trade.reviews_per_staff * trade.staff_cost * FEN)
        ledger.move(organiser, "services", wages)
        settled.organiser_profit -= wages


def pay_for_service(market: AgentMarket, shop: Shop, organiser: Organiser, settled: Settled) -> None:
    """Pay for the brushed orders of one shop; their value itself comes back to it (7.9)."""
    world, ledger, today = market.world, market.ledger, shop.today
    value, price = today.brushed_value, cover_price(market, shop.merchant.cover)
    cut, commission = round(value * shop.merchant.quote), round(value * world.shops.commission)
    workers = round(value * max(organiser.fee - world.trade.cut, 0.0)) + round(today.brushed * price * FEN)
    parcels = round(today.brushed * world.brushing.parcel_cost * FEN)
    ledger.move(shop.merchant, organiser, cut)
    ledger.move(shop.merchant, "workers", workers)
    ledger.move(shop.merchant, "platform", commission)
    ledger.move(shop.merchant, "suppliers", parcels)
    today.brushing_cost = cut + workers + commission + parcels
    organiser.founder.gains += cut
    organiser.founder.turnover += value
    settled.platform_revenue += commission
    settled.organiser_profit += cut


def pay_debts(market: AgentMarket, shop: Shop) -> None:
    """Pay fines owed out of cash, and make the deposit of an open shop whole again (7.9)."""
    merchant = shop.merchant
    for payee, owed in merchant.owed.items():
        pay_owed(market, merchant, payee, min(max(merchant.cash, 0), owed), merchant)
    if shop.open:
        top_up(market, merchant, min(max(merchant.cash, 0), merchant.missing), merchant)


def pay_owed(market: AgentMarket, merchant: Merchant, payee: str, fen: int, payer: Party) -> None:
    """Let ``payer`` pay ``fen`` of the fines that a merchant owes: they are collected today (7.9, 9)."""
    market.ledger.move(payer, payee, fen)
    merchant.owed[payee] -= fen
    market.acts_today.fines += fen


def top_up(market: AgentMarket, merchant: Merchant, fen: int, payer: Party) -> None:
    """Let ``payer`` add to a merchant's deposit (7.9)."""
    market.ledger.move(payer, "deposits", fen)
    merchant.deposit += fen


def withdraw(market: AgentMarket) -> None:
    """Let owners draw what the firm does not need (7.9)."""
    for shop in market.shops:
        merchant = shop.merchant
        buffer = round(max(merchant.profit, 0.0) * market.world.shops.cash_days * FEN)
        if shop.open and not (any(merchant.owed.values()) or merchant.missing):
            drawn = max(merchant.cash - buffer, 0) // 30
            market.ledger.move(merchant, "owners", drawn)
            merchant.drawn += drawn
    for organiser in market.organisers:
        surplus = organiser.cash - organiser.founding_assets
        if surplus > 0:
            market.ledger.move(organiser, "owners", int(surplus / market.world.trade.payout_days))


def fund(market: AgentMarket, merchant: Merchant) -> None:
    """Give a new merchant its deposit and as much again in cash, from its owner (5, 7.1)."""
    deposit = round(market.world.shops.deposit * FEN)
    market.ledger.move("owners", merchant, deposit)
    market.ledger.move("owners", "deposits", deposit)
    merchant.deposit = deposit


def pay_in(market: AgentMarket, merchant: Merchant) -> None:
    """Let the owner of an insolvent shop that is worth it pay what is owed and missing (7.1)."""
    merchant.drawn -= sum(merchant.owed.values()) + merchant.missing
    for payee, owed in merchant.owed.items():
        pay_owed(market, merchant, payee, owed, "owners")
    top_up(market, merchant, merchant.missing, "owners")
    merchant.short_since = NEVER


def pay_out(market: AgentMarket, merchant: Merchant) -> None:
    """Pay cash and deposit of a merchant who leaves to its owner; debts are written off (7.1)."""
    market.ledger.move(merchant, "owners", merchant.cash)
    market.ledger.move("deposits", "owners", merchant.deposit)
    merchant.deposit = 0
    merchant.owed = dict.fromkeys(merchant.owed, 0)


def take_fine(market: AgentMarket, merchant: Merchant, fen: int, payee: str) -> int:
    """Take a fine from cash, deposit, owner; the rest is owed; return what came, fen (7.8)."""
    from_cash = min(max(merchant.cash, 0), fen)
    from_deposit = min(merchant.deposit, fen - from_cash)
    from_owner = min(merchant.within_reach, fen - from_cash - from_deposit)
    for payer, part in ((merchant, from_cash), ("deposits", from_deposit), ("owners", from_owner)):
        market.ledger.move(payer, payee, part)
    merchant.deposit -= from_deposit
    merchant.drawn -= from_owner
    collected = from_cash + from_deposit + from_owner
    merchant.owed[payee] += fen - collected
    return collected
