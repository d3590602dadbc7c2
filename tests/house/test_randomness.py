"""No hidden randomness: every draw comes from a generator whose seed somebody passed in."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = {"Generator", "PCG64", "SeedSequence", "default_rng"}
NUMPY = ("np.random", "numpy.random")
BANNED = {
    "random": "the standard library's generator is global: another draw elsewhere changes yours",
    "secrets": "not reproducible by design",
    "uuid": "differs from run to run",
}


def hidden(source: str) -> list[str]:
    """What in `source` draws from a global or unseeded generator, with the reason it may not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [f"import {a.name}: {BANNED[a.name]}" for a in node.names if a.name in BANNED]
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in BANNED:
            found.append(f"from {node.module}: {BANNED[node.module]}")
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in NUMPY and node.attr not in ALLOWED:
            found.append(f"np.random.{node.attr}: numpy's global generator")
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.endswith("default_rng") and not node.args and not node.keywords:
                found.append("default_rng(): seeded by the clock")
            if name.endswith("set_random_seed"):
                found.append("set_random_seed: changes everybody's draws")
            if name.startswith("keras.random.") and not any(k.arg == "seed" for k in node.keywords):
                found.append(f"{name}: needs seed=")
    return found


@pytest.mark.parametrize(
    "path",
    [
        p
        for package in ("procgen", "models", "mosaics", "experiments", "benchmarks")
        for p in sorted((ROOT / package).rglob("*.py"))
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_hidden_randomness(path):
    assert hidden(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "np.random.rand(3)",
        "rng = np.random.default_rng()",
        "keras.utils.set_random_seed(1)",
        "keras.random.normal((2,))",
    ],
)
def test_hidden_randomness_would_be_seen(source):
    assert hidden(source)
