"""The options by which a CPPN is said, which several verbs take: written once, put into the signature of each."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from .. import console

if TYPE_CHECKING:
    from experiments.cppn.recipe import CPPNRecipe

What = typer.Argument(help="silk, silk-z, steel, ha or warp; a picture of ours; or a cell of a sheet as sheet.png:7.")

_NETWORK = "The network"
_SETTINGS: dict[str, tuple[type, str, str]] = {
    "seed": (int, "", "Of the weights, and of the latent where --z does not say it; 0 for a preset."),
    "width": (int, "", "Units of each hidden layer."),
    "depth": (int, "", "Dense layers, the last one among them."),
    "activation": (str, "", "tanh, sin, tan, sign, softplus, relu, gauss, sigmoid; a,b,c in turn, a+b within a layer."),
    "inputs": (str, "", "Of x, y and r, as x,y,r."),
    "low": (float, "", "The least coordinate on the shorter side."),
    "high": (float, "", "The greatest."),
    "grid": (str, "", "Where pixels lie between them: left, ends or centres."),
    "latent": (int, "", "How many numbers z has."),
    "latent_low": (float, "--z-low", "z is drawn from this ..."),
    "latent_high": (float, "--z-high", "... up to this."),
    "z": (str, "", "The latent itself, as 0.1,-0.4,2."),
    "channels": (int, "", "3, or 1 for grey."),
    "init": (str, "", "Law of first weights: normal, normal-kernels or glorot."),
    "symmetry": (str, "", "none, x, y, both or rotational."),
    "folds": (int, "", "How often a rotational picture repeats in a turn."),
    "colour": (str, "", "rgb as the network says, grey, oklch, or palette."),
    "palette": (str, "", "Colours: '#f4efe6,#20242c,#c8402f', a .gpl, an .ase, or a picture."),
    "hues": (str, "", "Of oklch: degrees from and to, as 20,140."),
}


def with_settings(verb: Callable[..., None]) -> Callable[..., None]:
    """A verb whose parameter `changes` becomes the options above; it is given those that were used, as a dict.

    An option that the verb has itself stays its own.
    """
    signature = inspect.signature(verb)
    hints = get_type_hints(verb)
    settings = {name: setting for name, setting in _SETTINGS.items() if name not in signature.parameters}

    @wraps(verb)
    def called(**values: Any) -> None:
        given = {name: values.pop(name) for name in settings}
        verb(**values, changes={name: value for name, value in given.items() if value is not None})

    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=typer.Option(None, *([flag] if flag else []), help=words, rich_help_panel=_NETWORK),
            annotation=kind,
        )
        for name, (kind, flag, words) in settings.items()
    ]
    own = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for each in signature.parameters.values()
        if each.name != "changes"
    ]
    called.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    called.__annotations__ = {**hints, **{name: kind for name, (kind, _, _) in settings.items()}}
    called.__annotations__.pop("changes")
    del called.__wrapped__
    return called


def warn(recipe: "CPPNRecipe", name: str = "") -> bool:
    """Whether roundings decide the picture of a network, said on standard error with its name where it has one."""
    from experiments.cppn.drawing import warning_of

    warning = warning_of(recipe)
    if warning:
        console.say(f"warning: {name}: {warning}" if name else f"warning: {warning}")
    return warning is not None
