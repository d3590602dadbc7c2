"""Who may import whom: the three leaves never meet, and only models knows a deep-learning library."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"procgen", "models", "mosaics", "experiments"}
DEEP = {"keras", "tensorflow", "jax", "torch"}
FORBIDDEN = {
    "procgen": {"models", "mosaics", "experiments", *DEEP},
    "mosaics": {"procgen", "models", "experiments", *DEEP},
    "models": {"procgen", "mosaics", "experiments"},
    "experiments": {"tensorflow", "jax", "torch", "tests", "benchmarks"},
}
BACKEND_FILES = {
    "models/_step_tensorflow.py": "tensorflow",
    "models/_forward_tensorflow.py": "tensorflow",
    "models/_step_jax.py": "jax",
    "models/_compiled_tensorflow.py": "tensorflow",
    "models/_compiled_jax.py": "jax",
    "experiments/devices.py": "jax",
}


def imported(source: str, package: str) -> set[str]:
    """The top-level packages that a module's source imports anywhere in it; relative ones count as `package`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0] if node.level == 0 else package)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            found |= {
                arg.value.split(".")[0]
                for arg in node.args[:1]
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
    return found


def modules():
    return [
        path
        for package in sorted(OURS)
        for path in sorted((ROOT / package).rglob("*.py*"))
        if path.suffix in (".py", ".pyi")
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_crossing(path):
    name = str(path.relative_to(ROOT))
    package = name.split("/")[0]
    crossed = imported(path.read_text(), package) & FORBIDDEN[package]
    assert crossed <= {BACKEND_FILES.get(name)}
    backends = imported(path.read_text(), package) & {"tensorflow", "jax"}
    assert backends <= {BACKEND_FILES.get(name)}


@pytest.mark.parametrize(
    "source",
    [
        "import keras",
        "from models import GAN",
        "def f():\n    import models.gan",
        "import importlib\nimportlib.import_module('models.gan')",
    ],
)
def test_a_crossing_would_be_seen(source):
    assert imported(source, "procgen") & FORBIDDEN["procgen"]
