"""Compositions of third parties, offered through the entry point group `synchromy.compositions`.

A plug-in is looked for when the table is asked for more than what is built in, and imported when it is used. What is
wrong with it is said in one sentence by whatever uses it; nothing else is touched.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from .domains import Choice, Integer, Real, known
from .errors import ProcgenError
from .randomness import stream

if TYPE_CHECKING:
    from .compositions import Composition

GROUP = "synchromy.compositions"


@dataclass(frozen=True)
class Plugin:
    """A composition that an installed distribution offers.

    Attributes:
        name: in COMPOSITIONS, unless a built-in one has it.
        origin: the distribution and its version, "synchromy-rosettes 0.1.0": its drawing code.
        kind: the composition; of a broken plug-in one that says what is wrong whenever it is used.
        problem: what is wrong with it, in a few words, or "".
    """

    name: str
    origin: str
    kind: "type[Composition]"
    problem: str = ""


class Compositions(Mapping[str, "type[Composition]"]):
    """Names to compositions: first those built in, then those of plug-ins, which cannot replace them."""

    def __init__(self, built_in: Mapping[str, "type[Composition]"]) -> None:
        self.built_in = built_in

    def __getitem__(self, name: str) -> "type[Composition]":
        return self.built_in[name] if name in self.built_in else plugin(name).kind

    def __contains__(self, name: object) -> bool:
        return name in self.built_in or name in _offered()

    def __iter__(self) -> Iterator[str]:
        yield from self.built_in
        yield from (name for name in _offered() if name not in self.built_in)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def name_of(self, kind: "type[Composition]") -> str:
        """The name of a composition.

        Raises:
            ProcgenError: if it is in no table.
        """
        for names in (self.built_in, _offered()):
            for name in names:
                if self[name] is kind:
                    return name
        raise ProcgenError(f"{kind.__name__} is no composition of COMPOSITIONS: install a plug-in that offers it.")

    def origin(self, name: str) -> str:
        """Whose drawing code a composition has: "" if it is built in, else a distribution and its version.

        Raises:
            ProcgenError: if the plug-in is broken.
        """
        if name in self.built_in:
            return ""
        found = plugin(name)
        if found.problem:
            found.kind()
        return found.origin

    def check_origin(self, name: str, wanted: str) -> None:
        """Raise ProcgenError unless the composition `name` is drawn here by the code that `origin` gave elsewhere."""
        if wanted and isinstance(name, str) and name not in self:
            raise ProcgenError(f"The composition {name!r} is drawn by the plug-in {wanted}: install it.")
        known("Composition", name, self)
        if (here := self.origin(name)) != wanted:
            raise ProcgenError(
                f"The composition {name!r} was drawn by {wanted or 'synchromy itself'}, here by "
                f"{here or 'synchromy itself'}: the picture would differ; install the one that made it."
            )


def list_plugins() -> list[Plugin]:
    """Every plug-in that is installed, by name, the broken ones with what is wrong with them."""
    return [plugin(name) for name in _offered()]


def origin_of(kind: type) -> str:
    """The distribution, and its version, whose composition this is, or "" where no plug-in offers it."""
    return next((each.origin for each in list_plugins() if each.kind is kind), "")


@cache
def plugin(name: str) -> Plugin:
    """The plug-in of a name, imported and checked.

    Raises:
        KeyError: if there is none.
    """
    entries = _offered()[name]
    origin = " and ".join(sorted({f"{entry.dist.name} {entry.dist.version}" for entry in entries}))
    try:
        kind = entries[0].load()
        problem = _problem(name, kind, len(entries))
    except (Exception, SystemExit) as error:  # whatever a third party's module does when it is imported
        problem = f"importing it fails: {type(error).__name__}: {error}".splitlines()[0].rstrip(": .")
    return Plugin(name, origin, _broken(name, origin, problem), problem) if problem else Plugin(name, origin, kind)


@cache
def _offered() -> dict[str, list[Any]]:
    """The entry points of each name, in the order of names."""
    from importlib.metadata import entry_points  # as slow to import as all of this package

    offered: dict[str, list[Any]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        offered.setdefault(entry.name, []).append(entry)
    return offered


def _problem(name: str, kind: Any, offers: int) -> str:
    """What is wrong with what a plug-in offers, in a few words, or ""."""
    from .compositions import BUILT_IN

    if name in BUILT_IN:
        return "a built-in composition has its name"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return "its name is not of small letters, digits and _"
    if offers > 1:
        return "more than one plug-in has its name"
    return composition_problem(kind)


def composition_problem(kind: Any) -> str:
    """Why something cannot be a composition, in a few words, or ""."""
    from .compositions import Composition

    if not (isinstance(kind, type) and issubclass(kind, Composition)):
        return f"it is {kind!r}, not a subclass of procgen.Composition"
    if kind.draw is Composition.draw:
        return "it has no draw"
    if not kind.domains.keys() <= {field.name for field in fields(kind)}:
        return "it is not a frozen dataclass"
    return _domain_problem(kind)


def _domain_problem(kind: "type[Composition]") -> str:
    for field in fields(kind):
        if not isinstance(kind.domains.get(field.name), Integer | Real | Choice):
            return f"its field {field.name} has no domain: annotate it as Annotated[type, domain]"
    try:
        kind.sample(stream(0, 0, "plug-in"))
    except Exception as error:  # a domain whose ends are not numbers, or the wrong way round, fails in any way it likes
        return f"its fields cannot be drawn from their domains: {error}"
    return ""


def _broken(name: str, origin: str, problem: str) -> "type[Composition]":
    """A composition that raises ProcgenError whenever it is used."""
    from .compositions import Composition

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ProcgenError(f"The composition {name!r} of {origin} cannot be used ({problem}): mend or uninstall it.")

    uses = dict.fromkeys(("__init__", "draw", "vectors"), refuse)
    makers = {method: classmethod(refuse) for method in ("sample", "from_dict", "narrowed")}
    return type("BrokenPlugin", (Composition,), {**uses, **makers, "__doc__": f"{name}: {problem}."})
