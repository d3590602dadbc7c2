"""WAV files that say how they were made and where they loop, written by hand: no library does both.

Sources: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0" (1991) for RIFF, WAVE and
INFO; the same, revision 3 (1994), for the chunk "smpl", by which samplers know a loop.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

import mosaics
from mosaics.provenance import record_text

from .errors import ExperimentsError
from .files import said_plainly

BITS = (16, 24)
_MOST = 2**31  # bytes of a file that every program reads


def wav_bytes(samples: np.ndarray, rate: int, bits: int, *, loop: bool, facts: dict[str, Any], source: str) -> bytes:
    """A whole file: samples float (N, channels) in -1..1 as PCM, with its record in "ICMT".

    Raises:
        ExperimentsError or MosaicsError: other bits, too many samples, or a record that JSON cannot hold.
    """
    if bits not in BITS:
        raise ExperimentsError(f"expected {' or '.join(map(str, BITS))} bits a sample, got {bits}")
    count, channels = samples.shape
    frame = channels * bits // 8
    if count * frame > _MOST:
        raise ExperimentsError(f"expected up to {_MOST / 1e9:.1f} GB of sound, got {count * frame / 1e9:.1f} GB")
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, bits)
    info = b"INFO" + _chunk(b"ICMT", record_text(facts, source).encode() + b"\0")
    parts = [_chunk(b"fmt ", form), *([_chunk(b"smpl", _loop(count, rate))] if loop else [])]
    parts += [_chunk(b"LIST", info), _chunk(b"data", _pcm(samples, bits))]
    return _chunk(b"RIFF", b"WAVE" + b"".join(parts))


def read_wav(path: Path) -> dict[str, Any]:
    """What a sound says of itself; MosaicsError or ExperimentsError if it is none of ours."""
    import json

    with said_plainly(path, "read"), path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            raise mosaics.MosaicsError(f"expected a WAV, but {path} is none; give one that synchromy saved")
        for kind, data in _chunks(file):
            if kind == b"LIST" and data[:8] == b"INFOICMT":
                length = int.from_bytes(data[8:12], "little")
                try:
                    return dict(json.loads(data[12 : 12 + length].rstrip(b"\0")))
                except (ValueError, TypeError):
                    break
    raise mosaics.MosaicsError(
        f"expected a sound that says how it was made, but {path} does not; give one that synchromy saved"
    )


def _pcm(samples: np.ndarray, bits: int) -> bytes:
    most = 2 ** (bits - 1) - 1
    whole = np.rint(np.clip(samples, -1, 1) * most).astype("<i4")
    if bits == 16:
        return whole.astype("<i2").tobytes()
    return whole.view(np.uint8).reshape(*whole.shape, 4)[..., :3].tobytes()


def _loop(count: int, rate: int) -> bytes:
    """All of it, forwards, for ever; middle C as the note on which it sounds as it is."""
    head = struct.pack("<9I", 0, 0, round(1e9 / rate), 60, 0, 0, 0, 1, 0)
    return head + struct.pack("<6I", 0, 0, 0, count - 1, 0, 0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        if kind == b"data":
            file.seek(length + length % 2, 1)
        else:
            yield kind, file.read(length + length % 2)
