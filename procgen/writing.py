"""From a space to a dataset on disk: planned, spread over processes, resumed after any interruption."""

import os
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import BrokenExecutor, Executor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import process_time
from typing import Any

from .card import CARD, card_files
from .errors import ProcgenError
from .files import UNFINISHED, is_remote, locked, names, place, reason, remove_unfinished, replacing, sha256_of
from .manifest import (
    Manifest,
    differences,
    listed,
    new_manifest,
    read_manifest,
    shard_count,
    shard_path,
    write_manifest,
)
from .shards import fault, weight_of, write_shard
from .sizes import Size
from .space import Space
from .worlds import World

Progress = Callable[[int, int], None]
Records = Generator[dict[str, Any], None, None]
_SAMPLED = 24  # pictures made for an estimate


def plan_dataset(space: Space | World, *, count: int, size: Size, seed: int) -> dict[str, Any]:
    """What `write_dataset` would make, with nothing written.

    Bytes and seconds are extrapolated from a few pictures, evenly spread, that are made as a shard's are; the seconds
    are those that one worker computes.

    Raises:
        ProcgenError: if count, size or seed cannot be, saying what can.
    """
    manifest = new_manifest(space, count=count, size=size, seed=seed)
    indices = sorted({(2 * part + 1) * count // (2 * _SAMPLED) for part in range(_SAMPLED)})
    world = _other(space)
    weight_of(manifest, indices[:1], world)  # what is imported and cached at first use is not counted below
    frame, opening = _measured(manifest, [], world)
    weight, seconds = _measured(manifest, indices, world)
    shards = shard_count(manifest)
    seconds = max(seconds - opening, 0.0) / len(indices) * count + shards * opening
    plan = {key: manifest[key] for key in ("count", "size", "seed", "space_digest", "codec", "columns")}
    return plan | {
        "shards": shards,
        "estimated_bytes": round((weight - frame) / len(indices) * count + shards * frame),
        "estimated_seconds": float(f"{seconds:.3g}"),
        "estimated_core_hours": float(f"{seconds / 3600:.3g}"),
    }


def _measured(manifest: Manifest, indices: list[int], world: World | None) -> tuple[int, float]:
    """Bytes of a shard of these pictures, and the seconds this process computes to make it."""
    start = process_time()
    return weight_of(manifest, indices, world), process_time() - start


def _other(space: Space | World) -> World | None:
    """The world, if it is no Space, which any worker reads from the manifest."""
    return None if isinstance(space, Space) else space


def write_dataset(  # the settings of a dataset, then how it is made: one flat call reads best
    space: Space | World,
    folder: str | Path,
    *,
    count: int,
    size: Size,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Manifest:
    """Draw the first pictures of a space into a folder of Parquet shards; the same call again resumes or does nothing.

    The bytes depend on neither the number of workers nor interruptions. A shard holds 1,000 pictures, or an eighth of
    a smaller dataset. Workers are spawned, so a script calls this below `if __name__ == "__main__":`.

    Args:
        space: what to draw from; what is no Space is drawn in this process alone.
        folder: a new or empty folder, or that of the same dataset; or such a place at a URL that fsspec knows.
        count: number of pictures.
        size: pixels, the side of a square or (width, height).
        seed: root seed, 0 or more.
        workers: processes.
        progress: called with (pictures done, pictures in all) after each shard.
        executor: where to run instead of on own processes, such as `dask_executor`: one task a shard, each seeing
            the same folder.

    Returns:
        The manifest, as in manifest.json.

    Raises:
        ProcgenError: if the folder holds anything else or cannot be written, or a worker was killed.
    """
    folder, progress = place(folder), progress or (lambda done, total: None)
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ProcgenError(f"The workers must be a whole number, 1 or more, not {workers!r}.")
    if str(folder).startswith("memory:") and workers > 1:
        raise ProcgenError(f"{folder} is the memory of one process: write it with 1 worker, or give a folder.")
    manifest, world = new_manifest(space, count=count, size=size, seed=seed), _other(space)
    if world and (workers > 1 or executor):
        raise ProcgenError(f"Pictures of {world.kind} are drawn in one process: write them with 1 worker.")
    with _explained(folder):
        found = _found(folder, manifest)
        if found and _sound(folder, found):
            _describe(folder, found, set(CARD) - names(folder), world)
            progress(count, count)
            return found
        _make(folder)
        with locked(folder):
            return _fill(folder, manifest, lambda tasks: _records(tasks, workers, executor, world), progress, world)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """What keeps a dataset from being written, as one sentence."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise ProcgenError(
            f"The dataset {folder} cannot be written, as a file is there or on the way: give a new or empty folder."
        ) from error
    except OSError as error:
        remedy = "see that the store answers" if is_remote(folder) else "give it room on a disk that can be written"
        raise ProcgenError(
            f"The dataset {folder} cannot be written ({reason(error)}): {remedy}, and run the same command again; "
            "finished shards are kept."
        ) from error
    except BrokenExecutor as error:
        raise ProcgenError(
            f"A worker of the dataset {folder} was ended from outside, perhaps for want of memory: run the same "
            "command again, with fewer workers if need be; a script must call it below `if __name__ == '__main__':`."
        ) from error


def _fill(
    folder: Path,
    manifest: Manifest,
    run: Callable[[list[tuple]], Records],
    progress: Progress,
    world: World | None,
) -> Manifest:
    """Make the missing shards of a folder that this process holds."""
    found = _found(folder, manifest)  # again: another process may have been here before the lock was ours
    remove_unfinished(folder)
    if found is None:
        write_manifest(folder, manifest)
    elif found["versions"] != manifest["versions"]:
        raise ProcgenError(
            f"The dataset {folder} was begun with {listed(found['versions'])}, this is "
            f"{listed(manifest['versions'])}, and its bytes would differ: install those, or give another folder."
        )
    manifest = found or manifest
    _make(folder / "data")
    remove_unfinished(folder / "data")
    done, records = 0, {}
    told = manifest | {"shards": []}  # what a task needs of it, however many shards there are
    tasks = [(str(folder), told, number) for number in range(shard_count(manifest))]
    try:
        with closing(run(tasks)) as finished:
            for record in finished:
                records[record["file"]] = record
                done += record["rows"]
                progress(done, manifest["count"])
    finally:
        remove_unfinished(folder / "data")
    manifest = manifest | {"complete": True, "shards": [records[name] for name in sorted(records)]}
    _describe(folder, manifest, set(CARD), world)
    write_manifest(folder, manifest)  # last: a finished dataset has all its files
    return manifest


def _describe(folder: Path, manifest: Manifest, wanted: set[str], world: World | None) -> None:
    """Write those files of the card that are wanted."""
    if wanted:
        for name, data in card_files(manifest, world).items():
            if name in wanted:
                with replacing(folder / name) as file:
                    file.write(data)


def _found(folder: Path, wanted: Manifest) -> Manifest | None:
    """The manifest of the same dataset, begun or finished, or None where a new one can begin."""
    there = {name for name in names(folder) if not name.startswith(".")}
    if "manifest.json" not in there:
        if not all(name.startswith("manifest.json.") and name.endswith(UNFINISHED) for name in there):
            raise ProcgenError(f"The folder {folder} holds other files: give a new or empty folder.")
        return None
    found = read_manifest(folder)
    if other := differences(found, wanted):
        raise ProcgenError(f"The folder {folder} holds another dataset ({other}): give another folder.")
    return found


def _sound(folder: Path, manifest: Manifest) -> bool:
    """Whether the dataset is finished and each shard is what the manifest says, to the last byte."""
    if not manifest["complete"]:
        return False
    paths = [shard_path(folder, manifest, number) for number in range(shard_count(manifest))]
    if any(fault(path, manifest, number) for number, path in enumerate(paths)):  # at once, where one is missing
        return False
    return all(sha256_of(path) == shard["sha256"] for path, shard in zip(paths, manifest["shards"], strict=True))


def _make(folder: Path) -> None:
    if not is_remote(folder):  # a store has no folders
        folder.mkdir(parents=True, exist_ok=True)


def _records(tasks: list[tuple], workers: int, executor: Executor | None, world: World | None) -> Records:
    """What `write_shard` returns for each task, as they end."""
    if executor is not None:
        yield from _submitted(executor, tasks)
    elif workers == 1:
        yield from (write_shard(place, told, number, world) for place, told, number in tasks)
    else:
        with _processes(min(workers, len(tasks))) as pool:
            yield from _submitted(pool, tasks)


def _submitted(executor: Executor, tasks: list[tuple]) -> Records:
    futures = [executor.submit(write_shard, *task) for task in tasks]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Worker processes that end with this one, however it ends; spawned, as a forked TensorFlow would hang."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    with theirs, ours:
        pool = ProcessPoolExecutor(workers, context, initializer=_follow, initargs=(theirs,))
        try:
            yield pool
            pool.shutdown()
        finally:
            ours.close()
            pool.shutdown(cancel_futures=True)


def _follow(parent: Any) -> None:
    """End this worker when the other end of the pipe is closed; an interrupt is the parent's business."""

    def watch() -> None:
        parent.poll(None)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=watch, daemon=True).start()
