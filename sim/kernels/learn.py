"""Perceived risk, merchant by merchant."""

from __future__ import annotations

from sim.kernels.threads import shared


@shared
def move_risk(first, last, spared, everywhere, prior, fade, risk):
    """Let sanctions raise perceived ``risk`` (S,), and a day's forgetting move it towards ``prior``.

    What a sanction that a merchant hears of leaves of its confidence, 1 − risk, is multiplied into ``spared``
    (S,), which is empty if there was none; what published lists leave is the number ``everywhere``.
    """
    for s in range(first, last):
        caution = 1.0 - risk[s]
        if spared.size > 0:
            caution *= spared[s]
        caution *= everywhere
        risk[s] = prior + (1.0 - caution - prior) * fade
