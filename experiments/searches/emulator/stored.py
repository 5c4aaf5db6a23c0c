"""An emulator on disk: plain arrays and a text of JSON, so that reading one runs no code of anybody's."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.point_noise import Noise
from experiments.files.whole import plain, write_bytes
from experiments.searches.emulator.emulator import Emulator, Key
from experiments.searches.emulator.process import Process
from experiments.searches.explored import read_dimensions
from sim.parameters import ConfigError

FILE = "emulator.npz"
FORM = 1
"""Version of the file's layout."""

SHIPPED = Path(__file__).parent
"""Where the emulators lie that come with the package."""


def shipped() -> dict[str, Path]:
    """Return the files of the emulators that come with the package, by name."""
    return {file.stem: file for file in sorted(SHIPPED.glob("*.npz"))}


def save_emulator(file: Path, emulator: Emulator) -> None:
    """Write an emulator; the same one gives the same bytes."""
    arrays: dict[str, np.ndarray] = {}
    listed = []
    for number, (key, process) in enumerate(emulator.processes.items()):
        arrays |= {f"{number}_{name}": array for name, array in parts_of(process).items()}
        listed.append([*key, process.noise.replications])
    content = {
        "form": FORM,
        "dimensions": [asdict(one) for one in emulator.dimensions],
        "packages": emulator.packages,
        "baseline": emulator.baseline,
        "processes": listed,
        "quality": emulator.quality.to_dict("list"),
        "about": emulator.about,
    }
    text = json.dumps(plain(content), ensure_ascii=False, allow_nan=False)
    write_bytes(file, packed(arrays | {"content": np.frombuffer(text.encode(), dtype=np.uint8)}))


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """Return arrays as the bytes of an ``npz`` file without the time of day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def parts_of(process: Process) -> dict[str, np.ndarray]:
    """Return a process as arrays."""
    numbers = np.array([process.noise.shared, process.width])
    return {
        "features": process.features,
        "means": process.means,
        "slopes": process.noise.slopes,
        "theta": process.theta,
        "numbers": numbers,
    }


def read_emulator(file: Path) -> Emulator:
    """Read an emulator that `save_emulator` wrote.

    Raises
    ------
    ConfigError : there is none, or the file is something else
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            content = json.loads(bytes(arrays["content"]).decode())
            if content["form"] != FORM:
                raise ConfigError(f"{file} is an emulator of another version; fit it again")
            processes = dict(read_process(arrays, i, entry) for i, entry in enumerate(content["processes"]))
    except FileNotFoundError:
        raise ConfigError(f"there is no emulator {file}; `antibrush emulate FOLDER` fits one") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{file} is no emulator: {' '.join(str(error).split())}") from None
    return Emulator(
        read_dimensions(content["dimensions"]),
        tuple(content["packages"]),
        content["baseline"],
        processes,
        pd.DataFrame(content["quality"]),
        content["about"],
    )


def read_process(arrays: Any, number: int, entry: list[Any]) -> tuple[Key, Process]:
    """Return one process and what it is of."""
    what, package, outcome, replications = entry
    own = {name: arrays[f"{number}_{name}"] for name in ("features", "means", "slopes", "theta", "numbers")}
    shared, width = map(float, own["numbers"])
    noise = Noise(shared, own["slopes"], int(replications))
    return (what, package, outcome), Process(own["features"], own["means"], noise, own["theta"], width)
