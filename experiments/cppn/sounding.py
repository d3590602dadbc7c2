"""Sounds of CPPNs: a network of time alone, with an output for each ear; or a picture, as in `terrain`.

A network of time is told where on a circle the moment is, which comes round once in all, and where in its turn each of
a few tones is. In a loop every tone turns a whole number of times, so that there is no seam: the sound is periodic.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from models import cppn_values
from mosaics.saving import check_ending
from mosaics.whole import remove_leftovers, write_whole

from ..errors import ExperimentsError
from ..wav import BITS, wav_bytes
from .colouring import evened, spread_of
from .drawing import Report
from .origins import source_type_of
from .recipe import CPPNRecipe, weights_of
from .terrain import light_passed

if TYPE_CHECKING:
    from ..original import Original

RATES = (44_100, 48_000)
CALM: dict[str, Any] = {"width": 24, "depth": 4, "inputs": ("x", "y"), "low": -2.0, "high": 2.0, "channels": 2}
"""What a preset is changed by where nobody says a network."""
_FINER = 4  # samples computed for each that is kept, so that what turns faster than can be heard does not fold back
_LOWEST, _HIGHEST = 16.0, 5000.0  # Hz of a tone
_HEARD = 20.0  # Hz, below which all is taken out
_LOUDEST = 0.89  # of full scale: 1 dB below it
_FADE = 0.01  # seconds
_AT_ONCE = 1 << 19
_MOST_TONES = 16
Voice = Callable[[np.ndarray], np.ndarray]
"""Moments (N,) in 0..1 to what both ears hear, float32 (N, 2)."""
_NOTE = re.compile(r"([A-Ga-g])([#b]?)(\d)")
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}


@dataclass(frozen=True)
class SoundAsked:
    """What is to be heard.

    Attributes:
        recipe: a network with two outputs, told x and y; low..high is how far the slow circle reaches. Or a picture.
        tones: Hz; in a loop each is moved to the nearest that fits.
        seconds: how long.
        rate: a number of `RATES`, samples a second.
        bits: of a sample.
        loop: whether the end leads into the beginning; else it fades in and out.

    Raises:
        ExperimentsError: a value that is none of these.
    """

    recipe: CPPNRecipe
    tones: tuple[float, ...] = (110.0, 164.81, 220.0)
    seconds: float = 8.0
    rate: int = 48_000
    bits: int = 16
    loop: bool = True

    def __post_init__(self) -> None:
        if self.rate not in RATES or self.bits not in BITS:
            raise ExperimentsError(
                f"expected {' or '.join(map(str, RATES))} samples a second of {' or '.join(map(str, BITS))} bits, "
                f"got {self.rate} of {self.bits}"
            )
        if not 0.1 <= self.seconds <= 120:
            raise ExperimentsError(f"expected a sound of 0.1 to 120 seconds, got {self.seconds:g}")
        if not 1 <= len(self.tones) <= _MOST_TONES or not all(_LOWEST <= tone <= _HIGHEST for tone in self.tones):
            raise ExperimentsError(
                f"expected 1 to {_MOST_TONES} tones of {_LOWEST:g} to {_HIGHEST:g} Hz, "
                f"got {', '.join(f'{tone:g}' for tone in self.tones) or 'none'}"
            )
        config = self.recipe.config
        if config.channels == 2 and (config.inputs != ("x", "y") or self.recipe.origin):
            raise ExperimentsError(
                "expected a network of a seed, told x and y, where there are 2 outputs, one for each ear, got "
                f"{', '.join(config.inputs)}{' of a bred one' if self.recipe.origin else ''}: give --inputs x,y, or a "
                "picture"
            )

    @property
    def count(self) -> int:
        """Samples of each ear."""
        return round(self.seconds * self.rate)

    @property
    def turns(self) -> tuple[float, ...]:
        """How often each tone turns in all."""
        length = self.count / self.rate
        return tuple(max(1.0, round(tone * length)) if self.loop else tone * length for tone in self.tones)

    def facts(self) -> dict[str, Any]:
        """What the record of a file says of it."""
        heard = {"tones_hz": list(self.tones), "sound_seconds": self.seconds, "rate_hz": self.rate}
        return {"cppn": self.recipe.to_json(), **heard, "bits": self.bits, "loop": self.loop}

    @classmethod
    def from_facts(cls, made: dict[str, Any]) -> "SoundAsked":
        """What `facts` says."""
        recipe, tones = CPPNRecipe.from_json(made["cppn"]), tuple(made["tones_hz"])
        return cls(recipe, tones, made["sound_seconds"], made["rate_hz"], made["bits"], made["loop"])


def sound_of(asked: SoundAsked, *, report: Report = lambda *_: None) -> np.ndarray:
    """Samples float32 (count, 2) in -1..1, as loud as they may be.

    Raises:
        ExperimentsError or ModelsError: silence, or values that are no numbers.
    """
    many, voice = asked.count * _FINER, (_of_time if asked.recipe.config.channels == 2 else _of_picture)(asked)
    values = np.empty((many, 2), np.float32)
    for start in range(0, many, _AT_ONCE):
        some = np.arange(start, min(start + _AT_ONCE, many))
        report("sounding", int(some[-1]) + 1, many)
        values[some] = voice(some / many)
    heard = _kept(values, asked)
    peak = np.abs(heard).max()
    if peak < 1e-6:
        raise ExperimentsError("expected a network that is heard, got silence: take another seed or more layers")
    return _faded(heard, asked) * np.float32(_LOUDEST / peak)


def seam_of(samples: np.ndarray) -> dict[str, float]:
    """How large steps from sample to sample are, of full scale: the largest, and that from the last to the first.

    "bend" says the same of how much the step changes from one sample to the next, which is what clicks.
    """
    around = np.concatenate([samples, samples[:2]])
    steps = np.abs(np.diff(around, axis=0)).max(axis=1)
    bends = np.abs(np.diff(around, 2, axis=0)).max(axis=1)
    found = {"step_max": steps[:-2].max(), "step_last_to_first": steps[-2]}
    found |= {"bend_max": bends[:-2].max(), "bend_at_seam": bends[-2:].max()}
    return {name: round(float(value), 6) for name, value in found.items()}


def save_sound(
    asked: SoundAsked,
    out: Path,
    *,
    spectrogram: Path | None = None,
    force: bool = False,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Compute a sound, write it as WAV, and its spectrogram as a picture where one is asked for.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be computed or written.
    """
    from .spectrogram import save_spectrogram

    _check(out, spectrogram)
    for path in (out, *([spectrogram] if spectrogram else [])):
        mosaics.check_new(path, force=force)
    samples = sound_of(asked, report=report)
    remove_leftovers(out.parent, escape(out.name))
    write_whole(out, lambda file: file.write(_bytes(asked, samples)))
    if spectrogram:
        save_spectrogram(asked, samples, spectrogram, force=force)
    seam = seam_of(samples) if asked.loop else {}
    return {"out": out, "spectrogram": spectrogram, "kind": "cppn sound", **asked.facts(), **seam}


def plan_sound(asked: SoundAsked, out: Path, spectrogram: Path | None = None) -> dict[str, Any]:
    """What `save_sound` would say, with its "bytes", and "seconds" from the beginning of it."""
    _check(out, spectrogram)
    short = replace(asked, seconds=min(asked.seconds, 0.5))
    sound_of(short)  # what is compiled at first use is not counted
    start = perf_counter()
    samples = sound_of(short)
    seconds = (perf_counter() - start) * asked.seconds / short.seconds
    head = len(_bytes(short, samples)) - short.count * 2 * short.bits // 8
    size = head + asked.count * 2 * asked.bits // 8 + (200_000 if spectrogram else 0)
    planned = {"out": out, "spectrogram": spectrogram, "kind": "cppn sound", **asked.facts()}
    return {**planned, "bytes": size, "seconds": round(seconds + (3.0 if spectrogram else 0.0), 1)}


def sound_again(original: "Original") -> bytes:
    """A sound from its record, as the bytes of its file."""
    asked = SoundAsked.from_facts(original.made)
    return _bytes(asked, sound_of(asked, report=original.report))


def read_tones(text: str) -> tuple[float, ...]:
    """Hz of "110,165,220" or of "A2,E3,A3", in equal temperament with A4 at 440 Hz.

    Raises:
        ExperimentsError: it is neither.
    """
    return tuple(_tone(word.strip()) for word in text.split(",") if word.strip())


def _tone(word: str) -> float:
    found = _NOTE.fullmatch(word)
    if found:
        sharp = {"#": 1, "b": -1, "": 0}[found[2]]
        above = _SEMITONES[found[1].lower()] + sharp + 12 * (int(found[3]) - 4) - _SEMITONES["a"]
        return round(440 * 2 ** (above / 12), 3)
    try:
        return float(word)
    except ValueError:
        raise ExperimentsError(f"expected tones in Hz or as notes, as 110,165.5 or A2,C#3,E3, got {word!r}") from None


def _of_time(asked: SoundAsked) -> Voice:
    """The voice of a network that is told the moment, and of each tone where it is."""
    config = replace(asked.recipe.config, latent=asked.recipe.config.latent + 2 * len(asked.tones))
    weights = weights_of(replace(asked.recipe, config=config, latent=None))
    spread = spread_of(*weights[-1])
    return lambda moments: evened(cppn_values(config, weights, _told(asked, moments)).T, spread)


def _of_picture(asked: SoundAsked) -> Voice:
    weights = weights_of(asked.recipe)
    return lambda moments: light_passed(asked.recipe, weights, *_angles(asked, moments))


def _angles(asked: SoundAsked, moments: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """(radians of the slow circle, and of the turns of each tone) at moments in 0..1."""
    turn = 2 * np.pi * moments
    slow = turn if asked.loop else turn / 2  # a sound that ends goes half of the way round
    return slow, [turns * turn for turns in asked.turns]


def _told(asked: SoundAsked, moments: np.ndarray) -> np.ndarray:
    """What the network is told at moments in 0..1, float32 (2 + 2 tones + latent, N)."""
    config = asked.recipe.config
    middle, radius = (config.low + config.high) / 2, (config.high - config.low) / 2
    slow, turns = _angles(asked, moments)
    rows = [middle + radius * np.cos(slow), middle + radius * np.sin(slow)]
    for turn in turns:
        rows += [np.cos(turn), np.sin(turn)]
    rows += [np.full(len(moments), number) for number in asked.recipe.z]
    return np.stack(rows).astype(np.float32)


def _kept(values: np.ndarray, asked: SoundAsked) -> np.ndarray:
    """Of the finer samples those that are kept, with what is too low or too high to be heard taken out by Fourier.

    The transform takes a sound for periodic, which a loop is.
    """
    from scipy import fft

    spectrum = fft.rfft(values, axis=0)[: asked.count // 2 + 1]
    spectrum[: int(np.ceil(_HEARD * asked.count / asked.rate))] = 0
    if asked.count % 2 == 0:
        spectrum[-1] = 0
    return fft.irfft(spectrum, asked.count, axis=0)


def _faded(samples: np.ndarray, asked: SoundAsked) -> np.ndarray:
    if asked.loop:
        return samples
    length = min(round(_FADE * asked.rate), asked.count // 2)
    rise = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)[:, None]
    ends = np.ones((asked.count, 1), np.float32)
    ends[:length], ends[-length:] = rise, rise[::-1]
    return samples * ends


def _bytes(asked: SoundAsked, samples: np.ndarray) -> bytes:
    facts = {"kind": "cppn sound", **asked.facts()}
    return wav_bytes(samples, asked.rate, asked.bits, loop=asked.loop, facts=facts, source=source_type_of(asked.recipe))


def _check(out: Path, spectrogram: Path | None) -> None:
    if out.suffix.lower() != ".wav":
        raise ExperimentsError(f"expected a sound with a name that ends in .wav, got {out}")
    if spectrogram:
        check_ending(spectrogram)


def tones_in_words(tones: Sequence[float]) -> str:
    """ "110, 165 and 220 Hz"."""
    words = [f"{tone:.4g}" for tone in tones]
    return (", ".join(words[:-1]) + " and " if words[1:] else "") + f"{words[-1]} Hz"
