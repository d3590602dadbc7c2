"""Where a run computes, chosen once at its start: on how many devices of JAX, and where JAX keeps what it compiled."""

import os
import shutil
import tempfile
from pathlib import Path

from procgen import ProcgenError
from procgen.caching import users_cache

from .errors import ExperimentsError

# Compiling what takes less is as fast as reading it back.
LEAST_SECONDS = 0.5
LEAST_FREE_BYTES = 2**28
# Threads of JAX's processor for each of its devices. Each waits in a thread of its own for the others, in one for every
# sum over the devices that is under way; with fewer threads than waits they wait for one another, for ever.
THREADS = 64


def start_devices(count: int | None = None, *, batch: int | None = None) -> None:
    """Share every batch of this process between the first `count` devices of JAX, and keep what JAX compiles.

    To be called before any network is built: variables are laid out over the devices as they are made. The weights
    are on every device, each batch is cut into `count` equal parts, and what is taken over a batch (a loss, a batch
    norm's statistics) is still taken over the whole of it: `count` devices train what one would, up to the order in
    which float32 sums are taken. Without a count nothing is shared, on either backend.

    Args:
        count: how many devices; None leaves one.
        batch: pictures of a step, where they are known.

    Raises:
        ExperimentsError: fewer devices than asked for, another backend than JAX, a batch that cannot be cut evenly.
    """
    import keras

    backend = keras.backend.backend()
    if backend == "jax":
        keep_compiled()
    if count is None:
        return
    if count < 1:
        raise ExperimentsError(f"expected 1 device or more, got {count}")
    if backend != "jax":
        raise ExperimentsError(
            f"expected the JAX backend to train on {count} devices, got {backend}: set KERAS_BACKEND=jax"
        )
    if batch is not None and batch % count:
        raise ExperimentsError(
            f"expected a batch that {count} devices can share evenly, got train.batch={batch}: "
            f"try {max(1, batch // count) * count}"
        )
    os.environ.setdefault("NPROC", str(max(os.cpu_count() or 1, THREADS * count)))  # JAX reads it when it starts
    found = keras.distribution.list_devices()
    if count > len(found):
        raise ExperimentsError(
            f"expected {count} devices, got {len(found)} ({', '.join(found)}): ask for as many as there are, or split "
            f"the CPU to try it out with XLA_FLAGS=--xla_force_host_platform_device_count={count}"
        )
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=found[:count]))


def keep_compiled(folder: Path | None = None) -> Path | None:
    """Let JAX keep what it compiles for later processes; returns where, or None where nothing can be kept.

    A folder that JAX was told of already (JAX_COMPILATION_CACHE_DIR) stays. One that cannot be written to, or a disk
    that is nearly full, is left alone: training compiles anew, and loses seconds, not work.

    Args:
        folder: where to; if none is given, synchromy/jax in XDG_CACHE_HOME, else in ~/.cache.
    """
    import jax

    if jax.config.jax_compilation_cache_dir:
        return Path(jax.config.jax_compilation_cache_dir)
    folder = folder or _users_folder()
    if folder is None or not _takes_files(folder):
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", LEAST_SECONDS)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    return folder


def _users_folder() -> Path | None:
    try:
        return users_cache() / "jax"
    except ProcgenError:  # there is no home
        return None


def _takes_files(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return shutil.disk_usage(folder).free >= LEAST_FREE_BYTES
    except OSError:
        return False
