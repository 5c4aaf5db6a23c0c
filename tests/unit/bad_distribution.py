"""A tiny distribution of policies that misbehave, installed by writing it on a path."""

from pathlib import Path

MODULE = '''
import os, signal, time
from dataclasses import dataclass
import numpy as np
from sim.contract import Fine, case_number

@dataclass
class Bad:
    """Behaves until one day."""
    how: str = "raises"
    on_day: int = 40
    actor = "platform"
    reads = ("identity",)

    def reset(self):
        pass

    def act(self, observation):
        return getattr(self, self.how)(observation) if observation.day == self.on_day else []

    def raises(self, observation):
        raise RuntimeError("broken on purpose")

    def answers_nan(self, observation):
        cases = case_number(observation.day, observation.identity[:1])
        return [Fine(np.array([0]), cases, np.array([np.nan]))]

    def dies(self, observation):
        os.kill(os.getpid(), signal.SIGKILL)

    def exits(self, observation):
        os._exit(0)

    def hangs(self, observation):
        while True:
            time.sleep(60)

    def is_slow(self, observation):
        time.sleep(1)
        return []
'''

ENTRY_POINTS = "[antibrush.policies]\nbad = bad_policies:Bad\n"
METADATA = "Metadata-Version: 2.1\nName: bad-policies\nVersion: 1.0\n"


def install(folder: Path) -> tuple[Path, Path]:
    """Write the distribution and a package for each way to misbehave; return their folders."""
    site, configs = folder / "site", folder / "configs"
    info = site / "bad_policies-1.0.dist-info"
    info.mkdir(parents=True)
    (configs / "package").mkdir(parents=True)
    (site / "bad_policies.py").write_text(MODULE)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    for how in ("raises", "answers_nan", "dies", "exits", "hangs", "is_slow"):
        text = f"name: {how}\nbad: {{policy: bad, how: {how}, on_day: 40}}\n"
        (configs / "package" / f"{how}.yaml").write_text(text)
    return site, configs
