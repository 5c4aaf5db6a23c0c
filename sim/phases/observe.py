"""Observe: the institutions' view of the market is built."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.contract import NONE, Appeals, Findings, Ledgers, Observation, Raids, Referrals
from sim.kernels.observe import count_days_since
from sim.state import State
from sim.state.today import Tally
from sim.state.units import NEVER

NOTHING_FOUND = Findings(np.zeros(0, dtype="U6"), NONE, NONE, np.zeros(0, dtype=bool), np.zeros(0))
NO_APPEALS = Appeals(NONE, NONE)
NO_REFERRALS = Referrals(NONE, NONE, np.zeros(0, dtype="U9"))
NO_RAIDS = Raids(NONE, np.zeros(0), np.zeros(0), np.zeros(0))
NO_LEDGERS = Ledgers(NONE, NONE, NONE, NONE)


def observe(state: State, actor: str | None = None) -> Observation:
    """Return what institutions can know this evening; arrays are copies, looking changes nothing.

    Each knows organisers of its own: those of ``actor`` are shown, or by institution what each knows.
    """
    shops, clock = state.shops, state.clock
    seen = Observation(
        day=clock.policy_day,
        ramp=1.0,
        n_shops=shops.n,
        identity=shops.identity.copy(),
        category=shops.category.copy(),
        age=shops.age(clock.day),
        open=shops.open.copy(),
        demoted=shops.hidden_until > clock.day,
        rating=shops.rating.copy(),
        price=shops.price.copy(),
        displayed_sales=shops.displayed.copy(),
        traces=state.traces.counts(),
        days_since_case=since(shops.last_case_day, clock.day),
        days_since_sanction=since(shops.sanction_days, clock.day),
        findings=deliver_findings(state),
        appeals=deliver_appeals(state),
        referrals=deliver_referrals(state),
        ledgers=deliver_ledgers(state),
        raids=deliver_raids(state),
        organisers=NONE,
        luck=Luck(policy_key(clock.seed), clock.day),
        known=who_is_known(state),
    )
    return seen if actor is None else seen.as_seen_by(actor)


def who_is_known(state: State) -> dict[str, np.ndarray]:
    """Return by institution the names that it knows, of organisers that are open now."""
    is_open = state.trade.is_open
    return {
        name: state.names.open_and_known(institution.number, is_open)
        for name, institution in state.institutions.items()
    }


def clear_delivered(state: State, tally: Tally) -> None:
    """Take what was delivered this evening out of the inbox, before today's acts fill it."""
    day = state.clock.day
    tally.appeals += deliver_appeals(state).shop.size
    for due, _, identities, _ in state.inbox.ledgers:
        if due <= day:
            state.cases.named.update(dict.fromkeys(identities.tolist(), day))
    state.inbox.clear_delivered(day)


def since(days: np.ndarray, today: int) -> np.ndarray:
    """Return days since events, infinite where they never happened."""
    out = np.empty(days.shape, dtype=np.float32)
    count_days_since(days.ravel(), today, NEVER, out.ravel())
    return out


class Luck:
    """A policy's draws on one day, keyed by purpose and identity, never by the policy's name.

    ``key`` stands for the run; the seed that all other draws are made of cannot be computed from it.
    """

    __slots__ = ("_day", "_key")

    def __init__(self, key: int, day: int) -> None:
        self._key, self._day = key, day

    def __call__(self, purpose: str, who: np.ndarray, k: int = 0) -> np.ndarray:
        """Return draw ``k`` in (0, 1) for each identity of ``who``."""
        if len(who) == 0:
            return np.zeros(0)
        return uniforms(day_key(self._key, policy_stream(purpose), self._day), who, k)


def policy_key(seed: int) -> int:
    """Return what policies' draws are made of in place of the seed: 8 bytes of a one-way digest of it."""
    digest = hashlib.blake2b(seed.to_bytes(8, "big"), digest_size=8, person=b"policy").digest()
    return int.from_bytes(digest, "big")


@cache
def policy_stream(purpose: str) -> int:
    """Return the stream that draws for ``purpose`` come from."""
    digest = hashlib.blake2b(purpose.encode(), digest_size=6).digest()
    return Stream.POLICY + (int.from_bytes(digest, "big") << 8)


def deliver_findings(state: State) -> Findings:
    """Return what was found since yesterday, by today's slots."""
    entries = state.inbox.findings
    if not entries:
        return NOTHING_FOUND
    kinds, cases, slots, identities, guilty, counted = zip(*entries, strict=True)
    return Findings(
        kind=np.repeat(np.array(kinds), [c.size for c in cases]),
        case=np.concatenate(cases),
        shop=state.shops.still_there(np.concatenate(slots), np.concatenate(identities)),
        guilty=np.concatenate(guilty),
        intensity=np.concatenate(counted),
    )


def deliver_appeals(state: State) -> Appeals:
    """Return appeals that are filed today, of shops that still have their slot."""
    due = [entry for entry in state.inbox.appeals if entry[0] <= state.clock.day]
    if not due:
        return NO_APPEALS
    _, case, slots, identities = np.array(due, dtype=np.int64).T
    shop = state.shops.still_there(slots, identities)
    return Appeals(case[shop >= 0], shop[shop >= 0])


def deliver_referrals(state: State) -> Referrals:
    """Return what was shared yesterday."""
    entries = state.inbox.referrals
    if not entries:
        return NO_REFERRALS
    shops, cases, senders = zip(*entries, strict=True)
    sender = np.repeat(np.array(senders), [s.size for s in shops])
    return Referrals(np.concatenate(shops), np.concatenate(cases), sender)


def deliver_raids(state: State) -> Raids:
    """Return yesterday's raids."""
    if not state.inbox.raids:
        return NO_RAIDS
    columns = np.array(state.inbox.raids, dtype=float).T
    return Raids(columns[0].astype(np.int64), *columns[1:])


def deliver_ledgers(state: State) -> Ledgers:
    """Return names from seized ledgers that reach the platform today, of shops still there."""
    due = [entry for entry in state.inbox.ledgers if entry[0] <= state.clock.day]
    if not due:
        return NO_LEDGERS
    slots = [state.shops.slots_of(identities) for _, _, identities, _ in due]
    shops = [s[s >= 0] for s in slots]
    return Ledgers(
        organiser=np.repeat(np.array([o for _, o, _, _ in due], dtype=np.int64), [s.size for s in shops]),
        shop=np.concatenate([NONE, *shops]),
        account=np.concatenate([NONE, *(a.astype(np.int64) for _, _, _, a in due)]),
        account_organiser=np.repeat(
            np.array([o for _, o, _, _ in due], dtype=np.int64), [a.size for _, _, _, a in due]
        ),
    )
