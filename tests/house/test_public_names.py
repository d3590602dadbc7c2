"""Every public name is there, says what it is, and is not hidden by a module of the same name."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("procgen", "models", "mosaics", "experiments")


def public(package: str) -> list[str]:
    tree = ast.parse((ROOT / package / "__init__.pyi").read_text())
    return [alias.asname for node in tree.body for alias in node.names]


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_importable_and_documented(package):
    module = importlib.import_module(package)
    names = public(package)
    assert sorted(names) == sorted(set(names)) == sorted(module.__all__)
    for name in names:
        thing = getattr(module, name)
        if callable(thing):
            assert thing.__doc__, f"{package}.{name} says nothing"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_hides_a_public_name(package):
    modules = {path.stem for path in (ROOT / package).glob("*.py")} | {
        p.name for p in (ROOT / package).iterdir() if p.is_dir()
    }
    # Only callables can be confused: COMPOSITIONS lives in compositions/, but is not spelled like it.
    assert not modules & set(public(package))


def test_presets_are_valid_and_explained():
    from experiments import preset
    from models import PRESETS

    for name, values in PRESETS.items():
        assert preset(name).preset == name
        assert values["about"]
