"""Take a finished run out of a study, as if it had never ended."""

from pathlib import Path

from experiments.files.shards import write_shard
from experiments.studies.store import PART, Store, records_of, remove_shard


def lose(folder: Path, key: str) -> None:
    """Remove all that a study has stored of one run."""
    store = Store(folder)
    (store.place / f"{key}{PART}").unlink(missing_ok=True)
    for shard in store.found_shards():
        if key in shard.places:
            write_shard(store.place, [record for record in records_of(shard) if record.key != key])
            remove_shard(shard)
