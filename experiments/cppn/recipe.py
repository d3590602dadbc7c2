"""The whole description of one picture of a CPPN, which draws it again at any size."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from models import CPPNConfig, cppn_latent
from models.cppn import Weights
from procgen.color import srgb_from_hex

from ..errors import ExperimentsError
from .origins import weights_from

COLOURS = ("rgb", "grey", "oklch", "palette")
"""What the outputs of a network mean: see `colouring`."""

_DRAWABLE = (1, 3)


@dataclass(frozen=True)
class CPPNRecipe:
    """One picture: a network, its weights, its latent, and what its outputs mean.

    Attributes:
        config: the network, all but its weights.
        seed: of the weights where there is no origin, and of the latent where it is None.
        latent: config.latent numbers, the same for all pixels; None for those of the seed.
        colour: a name of `COLOURS`.
        palette: hex colours from one end to the other, where `colour` is "palette"; none elsewhere.
        hues: degrees, from and to, where `colour` is "oklch".
        origin: how weights came about that are not those of the seed: a row of `ORIGINS`, as JSON holds it; or None.

    Raises:
        ExperimentsError or ProcgenError: a value that is none of these.
    """

    config: CPPNConfig
    seed: int = 0
    latent: tuple[float, ...] | None = None
    colour: str = "rgb"
    palette: tuple[str, ...] = ()
    hues: tuple[float, float] = (0.0, 360.0)
    origin: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.seed, int) or self.seed < 0:
            raise ExperimentsError(f"expected a seed of 0 or more, got {self.seed}")
        if self.colour not in COLOURS:
            raise ExperimentsError(f"expected a colour of {', '.join(COLOURS)}, got {self.colour}")
        if self.palette and self.colour != "palette":
            raise ExperimentsError(f"expected a palette with colour palette alone, got one with {self.colour}")
        if self.colour == "palette" and len(self.palette) < 2:
            raise ExperimentsError(
                f"expected a palette of two colours or more, got {', '.join(self.palette) or 'none'}: "
                "give --palette '#20242c,#f4efe6', or a file"
            )
        for colour in self.palette:
            srgb_from_hex(colour)
        if not np.isfinite(self.hues).all():
            raise ExperimentsError(f"expected hues in degrees, got {self.hues[0]} to {self.hues[1]}")
        if self.latent is not None:
            self._check_latent(self.latent)

    def _check_latent(self, latent: tuple[float, ...]) -> None:
        if len(latent) != self.config.latent or not np.isfinite(latent).all():
            raise ExperimentsError(
                f"expected a latent of {self.config.latent} numbers, got "
                f"{', '.join(f'{each:g}' for each in latent) or 'none'}; --latent says how many"
            )

    @property
    def z(self) -> np.ndarray:
        """The latent, float32 (config.latent,), given or of the seed."""
        if self.latent is None:
            return cppn_latent(self.config, self.seed)
        return np.array(self.latent, np.float32)

    def at(self, latent: np.ndarray) -> "CPPNRecipe":
        """The same network with another latent."""
        return replace(self, latent=tuple(np.asarray(latent, np.float32).tolist()))

    def to_json(self) -> dict[str, Any]:
        """The recipe as JSON holds it; `from_json` gives it back exactly."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> "CPPNRecipe":
        """The recipe of `to_json`.

        Raises:
            ExperimentsError, ModelsError or ProcgenError: it is none.
        """
        try:
            config = CPPNConfig(**_tuples(made["config"]))
            return cls(**{**_tuples(made), "config": config})
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise ExperimentsError(f"expected the recipe of a CPPN, got something else ({error})") from None


def weights_of(recipe: CPPNRecipe) -> Weights:
    """Kernel and bias of each layer: those of the seed, or what its origin made of others."""
    return weights_from(recipe)


def check_drawable(config: CPPNConfig) -> None:
    """Raise ExperimentsError unless the outputs of a network can be colours."""
    if config.channels not in _DRAWABLE:
        raise ExperimentsError(
            f"expected 1 channel or 3 in a picture, got {config.channels}, which `remap` takes for places; "
            "give --channels 3"
        )


def _tuples(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in made.items()}
