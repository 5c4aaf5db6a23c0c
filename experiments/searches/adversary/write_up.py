"""What a stress test leaves in words: a page, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.whole import write_bytes
from experiments.language import stress as texts
from experiments.language.outcomes import told
from experiments.searches.adversary.effects import EFFECTS, NONE, Stressed
from experiments.searches.adversary.plan import StressPlan
from experiments.searches.calibration.write_up import markdown
from experiments.settings.schema import SCHEMA_VERSION


def summary(plan: StressPlan, found: Stressed) -> dict[str, Any]:
    """Return what a stress test found, with the sentence that says it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "sentence": sentence(plan, found),
        "package": plan.config.package_name,
        "best_response": dict(found.responses.get(found.best, {})),
        "best_response_text": response(plan, found),
        "effects": found.effects.to_dict("records"),
        "how": effort(plan, found),
    }


def sentence(plan: StressPlan, found: Stressed) -> str:
    """Say what the package achieves at first, after adaptation and against the best response."""
    if found.best == NONE:
        return texts.unanswered(plan.config.package_name)
    rows = {name: found.effect(name) for name in EFFECTS}
    return texts.sentence(plan.config.package_name, rows, response(plan, found))


def response(plan: StressPlan, found: Stressed) -> str:
    """Say what the best response is."""
    return texts.response_text(found.responses.get(found.best, {}), plan.own())


def effects_shown(plan: StressPlan, found: Stressed) -> pd.DataFrame:
    """Return the effects against the best response as readers see them."""
    own = found.effects[found.effects["response"] == found.best]
    rows = [
        {"brushed share, difference": texts.NAMES[name], "pp": texts.points(found.effect(name)), "n": n}
        for name, n in zip(own["effect"], own["n"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["brushed share, difference", "pp", "n"])


def effort(plan: StressPlan, found: Stressed) -> str:
    """Say how hard was searched."""
    config, own = plan.config, plan.effort
    lasted = {
        "shops": config.world.market.n_shops,
        "warmup": config.warmup,
        "days": config.days,
        "failed": int((~found.trials["ok"]).sum()),
        "candidates": len(found.responses),
    }
    numbers = {name: getattr(own, name) for name in ("trials", "replications", "fresh")}
    paths = [one.path for one in plan.dimensions]
    return texts.effort_text(numbers, lasted, told(plan.objective).name.lower(), paths)


def write_up(file: Path, plan: StressPlan, found: Stressed) -> None:
    """Write the page."""
    parts = [
        f"# {plan.title}",
        sentence(plan, found),
        "![Brushing with and without a response](figures/stress.svg)",
        "## Effects on brushing",
        markdown(effects_shown(plan, found)),
        "## All responses that were run again",
        markdown(found.effects),
        *(
            f"Response {number}: {texts.response_text(own, plan.own())}."
            for number, own in found.responses.items()
        ),
        "## How it was searched",
        effort(plan, found),
    ]
    write_bytes(file, ("\n\n".join(parts) + "\n").encode())
