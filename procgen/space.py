"""A space of pictures: which choices, with what weights, and how they drift."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .compositions import COMPOSITIONS, DEFAULT
from .contrasts import CONTRASTS, KEYS, PURITIES
from .domains import Integer, known
from .errors import ProcgenError
from .harmonies import SCHEMES
from .moments import FOLLOWS, Fields, Moment, hue_range, narrowed_fields, weights
from .palettes import Palette, mix
from .randomness import stream
from .recipe import GIVEN, RENDERER, Recipe
from .tomlwriter import one_line, pairs

Weights = Mapping[str, float] | Iterable[str]
TABLES: dict[str, Mapping[str, Any]] = {
    "compositions": COMPOSITIONS,
    "harmonies": SCHEMES,
    "contrasts": CONTRASTS,
    "keys": KEYS,
    "purities": PURITIES,
}
_FACTORS = {
    "compositions": "composition",
    "harmonies": "harmony",
    "contrasts": "contrast",
    "keys": "key",
    "purities": "purity",
}
_LAST_INDEX = 2**53
_STEPS = 16  # between two keyframes, for means over the drift


@dataclass(frozen=True)
class Space:
    """A closed world of pictures; each one is a pure function of (space, seed, index).

    The tables are given as names, all with weight 1, or as a mapping of names to weights, and are kept as the
    latter. Weights are relative; those of zero are dropped.

    Attributes:
        name: for people; two spaces that differ in name only are the same world.
        compositions: names in COMPOSITIONS.
        harmonies: names in SCHEMES.
        contrasts: names in CONTRASTS.
        keys: names in KEYS.
        purities: names in PURITIES.
        base_hue_deg: the range of base hues, [low, high], OKLCH, beyond 360 where it passes 0; or one hue; or
            "position", where each hue is that of the picture's position on its ring.
        fields: by composition and field: one value, [low, high], a list of names, or {anchors, concentration}.
        palettes: by name, '#rrggbb' lists; where there are any, pictures use these and none are mixed.
        keyframes: the world at some indices: {"index": i, ...} with any of the above but name and palettes; what one
            leaves out is as in the space itself. Between them everything changes evenly, outside them nothing does.
        repeat: whether the keyframes begin again after the last, so that the world drifts in a circle.
    """

    name: str = "custom"
    compositions: Weights = field(default_factory=lambda: dict.fromkeys(DEFAULT, 1.0))
    harmonies: Weights = field(default_factory=lambda: dict.fromkeys(SCHEMES, 1.0))
    contrasts: Weights = field(default_factory=lambda: dict.fromkeys(CONTRASTS, 1.0))
    keys: Weights = field(default_factory=lambda: dict.fromkeys(KEYS, 1.0))
    purities: Weights = field(default_factory=lambda: dict.fromkeys(PURITIES, 1.0))
    base_hue_deg: Any = (0.0, 360.0)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    palettes: Mapping[str, Iterable[str]] = field(default_factory=dict)
    keyframes: Iterable[Mapping[str, Any]] = ()
    repeat: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable():
            raise ProcgenError(f"The name of a space must be one line of text, not {self.name!r}.")
        if not isinstance(self.repeat, bool):
            raise ProcgenError(f"The repeat of a space must be true or false, not {self.repeat!r}.")
        base = _moment({key: getattr(self, key) for key in (*TABLES, "base_hue_deg", "fields")})
        for key, value in _plain(base).items():
            object.__setattr__(self, key, value)
        frames = _frames(self.keyframes, base)
        object.__setattr__(self, "keyframes", tuple(given for _, given, _ in frames))
        object.__setattr__(self, "palettes", {str(k): list(v) for k, v in _palettes(self.palettes)})
        object.__setattr__(self, "_course", [(index, moment) for index, _, moment in frames] or [(0, base)])
        used = {name for _, moment in self._course for name in moment.tables["compositions"]}
        origins = {name: COMPOSITIONS.origin(name) for name in sorted(used.difference(COMPOSITIONS.built_in))}
        object.__setattr__(self, "plugins", origins)
        if self.repeat and len(frames) < 2:
            raise ProcgenError("A space that repeats needs two keyframes at different indices: add them.")

    if TYPE_CHECKING:
        _course: ClassVar[list[tuple[int, Moment]]]  # the whole moment at each keyframe; derived, hence no field
        plugins: ClassVar[dict[str, str]]  # whose drawing code each composition of a third party has; derived as well

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """sha256 of everything that decides a picture: the choices, their weights, the versions of the drawing code."""
        code = "".join(f"{name}: {origin}\n" for name, origin in self.plugins.items())
        return sha256(f"{RENDERER}\n{code}{self._body()}".encode()).hexdigest()

    def sample(self, seed: int, index: int) -> Recipe:
        """The recipe of picture number index: independent of every other picture.

        Raises:
            ProcgenError: if seed or index is not a whole number, 0 or more.
        """
        for name, value in {"seed": seed, "index": index}.items():
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
                raise ProcgenError(f"The {name} must be a whole number, 0 or more, not {value!r}.")
        moment, choices = self.at(index), stream(seed, index, "choices")
        names = {factor: moment.pick(table, choices.random()) for table, factor in _FACTORS.items()}
        place = choices.random()
        composition = names.pop("composition")
        drawing = COMPOSITIONS[composition].sample(stream(seed, index, composition), moment.fields.get(composition))
        hue = moment.hue
        base = place * (hue.high - hue.low) + hue.low if hue else 360 * drawing.position  # type: ignore[attr-defined]
        base_hue_deg = round(base, 2) % 360
        palettes = list(self.palettes.values())
        if palettes:
            return Recipe.given(drawing, _roles(palettes[int(choices.integers(len(palettes)))]))
        palette = mix(**names, base_hue_deg=base_hue_deg, rng=stream(seed, index, "palette"))
        return Recipe(drawing, palette, **names, base_hue_deg=base_hue_deg)  # type: ignore[arg-type]

    def at(self, index: int) -> Moment:
        """What picture number index is chosen from."""
        frames = self._course
        first, last = frames[0][0], frames[-1][0]
        if self.repeat:
            index = first + (index - first) % (last - first)
        after = bisect_right(frames, index, key=lambda frame: frame[0])
        if after in (0, len(frames)):
            return frames[max(after - 1, 0)][1]
        (start, here), (stop, there) = frames[after - 1 : after + 1]
        return here.toward(there, (index - start) / (stop - start)) if index > start else here

    @property
    def drift(self) -> tuple[int, int] | None:
        """The indices between which the world changes, or None where it never does."""
        return (self._course[0][0], self._course[-1][0]) if len(self._course) > 1 else None

    def names(self, factor: str) -> list[str]:
        """The closed set of names of a factor (composition, harmony, contrast, mode...), the order of its labels."""
        if factor == "mode":
            return list(self.modes)
        table = next(table for table, each in _FACTORS.items() if each == factor)
        if self.palettes and factor != "composition":
            return [GIVEN]
        used = {name for _, moment in self._course for name in moment.tables[table]}
        return [name for name in TABLES[table] if name in used]

    @cached_property
    def modes(self) -> dict[str, float]:
        """The modes of the world and their shares, which sum to 1; of a drifting one, their mean over the drift."""
        found: dict[str, float] = {}
        for moment, part in self._moments():
            total = sum(moment.tables["compositions"].values())
            for composition, weight in moment.tables["compositions"].items():
                variants = COMPOSITIONS[composition].variant_shares(moment.fields.get(composition, {}))
                for mode, share in (variants or {composition: 1.0}).items():
                    found[mode] = found.get(mode, 0.0) + weight / total * share * part
        order = [kind for name, each in COMPOSITIONS.items() for kind in (each.variants or (name,))]
        return {mode: found[mode] for mode in order if found.get(mode, 0.0) > 0}

    def _moments(self) -> Iterator[tuple[Moment, float]]:
        """Moments of the drift and what part of it each stands for: the trapezoidal rule between keyframes."""
        if self.drift is None:
            yield self._course[0][1], 1.0
            return
        for (start, here), (stop, there) in pairwise(self._course):
            part = (stop - start) / (self.drift[1] - self.drift[0]) / _STEPS
            for step in range(_STEPS + 1):
                yield here.toward(there, step / _STEPS), part * (0.5 if step in (0, _STEPS) else 1.0)

    def to_toml(self) -> str:
        """The space as TOML; `from_toml` gives it back exactly."""
        return f"name = {one_line(self.name)}\n{self._body()}"

    @classmethod
    def from_toml(cls, text: str) -> "Space":
        """The space of a TOML text; what it leaves out is as in `Space()`.

        Raises:
            ProcgenError: if the text is not such a space, saying what is wrong with it.
        """
        try:
            values = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, TypeError, AttributeError, RecursionError) as error:
            raise ProcgenError(f"A space must be a TOML text: {error}.") from None
        for key in values:
            known("Key of a space", key, [each.name for each in fields(cls)])
        return cls(**values)

    def _body(self) -> str:
        """Everything but the name; lines of scalars come before tables, as TOML asks."""
        lines = ["repeat = true"] if self.repeat else []
        lines += _section("", {key: getattr(self, key) for key in (*TABLES, "base_hue_deg", "fields")})
        if self.palettes:
            lines += ["", "[palettes]", *pairs(self.palettes)]
        for frame in self.keyframes:
            lines += ["", "[[keyframes]]", f"index = {frame['index']}", *_section("keyframes.", frame)]
        return "\n".join(lines) + "\n"


def _moment(given: Mapping[str, Any]) -> Moment:
    moment = Moment(
        {key: weights(key, given[key], table) for key, table in TABLES.items()},
        hue_range(given["base_hue_deg"]),
        narrowed_fields(given["fields"]),
    )
    missing = [name for name in moment.tables["compositions"] if FOLLOWS not in COMPOSITIONS[name].domains]
    if moment.hue is None and missing:
        raise ProcgenError(
            f'The base_hue_deg is "{FOLLOWS}", but {missing[0]} has no position: give [low, high], or leave it out.'
        )
    return moment


def _plain(moment: Moment) -> dict[str, Any]:
    hue = moment.hue
    return {
        **moment.tables,
        "base_hue_deg": FOLLOWS if hue is None else (hue.low, hue.high),
        "fields": _plain_fields(moment.fields),
    }


def _plain_fields(given: Fields) -> dict[str, Any]:
    return {name: {key: each.to_plain() for key, each in asked.items()} for name, asked in given.items()}


def _frames(keyframes: Any, base: Moment) -> list[tuple[int, dict[str, Any], Moment]]:
    """(index, what was given, the whole moment) of each keyframe, checked."""
    if isinstance(keyframes, str | Mapping) or not isinstance(keyframes, Iterable):
        raise ProcgenError(f"The keyframes of a space must be a list of tables, not {keyframes!r}.")
    frames: list[tuple[int, dict[str, Any], Moment]] = []
    for given in keyframes:
        if not isinstance(given, Mapping) or "index" not in given:
            raise ProcgenError(f"A keyframe must be a table with an index, not {given!r}.")
        for key in given:
            known("Key of a keyframe", key, ("index", *TABLES, "base_hue_deg", "fields"))
        Integer(0, _LAST_INDEX).check("The index of a keyframe", given["index"])
        if frames and given["index"] <= frames[-1][0]:
            raise ProcgenError(f"The keyframes must come in order: {given['index']} is not after {frames[-1][0]}.")
        whole = {**_plain(base), **given}
        moment = _moment(whole)
        kept = {key: value for key, value in _plain(moment).items() if key in given}
        frames.append((given["index"], {"index": given["index"], **kept}, moment))
    return frames


def _palettes(given: Any) -> list[tuple[str, list[str]]]:
    if not isinstance(given, Mapping):
        raise ProcgenError(f"The palettes of a space must be a table of lists of colours, not {given!r}.")
    for name, colours in given.items():
        if isinstance(colours, str | Mapping) or not isinstance(colours, Iterable):
            raise ProcgenError(f"The palette {name!r} must be a list of '#rrggbb' colours, not {colours!r}.")
    pairs = [(name, list(colours)) for name, colours in given.items()]
    for _, colours in pairs:
        _roles(colours)
    return pairs


def _roles(colours: Iterable[str]) -> Palette:
    from .palette_files import with_roles

    return with_roles(colours)


def _section(prefix: str, values: Mapping[str, Any]) -> list[str]:
    lines = []
    if "base_hue_deg" in values and (prefix or values["base_hue_deg"] != (0.0, 360.0)):
        lines.append(f"base_hue_deg = {one_line(values['base_hue_deg'])}")
    for key in TABLES:
        if key in values:
            lines += ["", f"[{prefix}{key}]", *pairs(values[key])]
    for composition, asked in values.get("fields", {}).items():
        lines += ["", f"[{prefix}fields.{composition}]", *pairs(asked)]
    return lines
