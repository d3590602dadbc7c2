"""Recorded factors of colour against those measured from pixels: python benchmarks/factors.py [PICTURES] [--size 256].

Every line: in how many pictures of the default space the factor is defined, how far the two are apart, and the share
of pictures within the tolerance, which should be 95% or more.
"""

import argparse
from math import inf, isnan

import numpy as np

from procgen import load_space, render_uint8
from procgen.agreement import off, tolerance
from procgen.measure import measured_factors


def errors(pictures: int, size: int, space: str = "default", seed: int = 5) -> dict[str, list[float]]:
    """For each factor, how far it is off in each picture where it is defined."""
    world = load_space(space)
    found: dict[str, list[float]] = {}
    for index in range(pictures):
        recipe = world.sample(seed, index)
        measured = measured_factors(render_uint8(recipe, size), recipe.palette)
        for name, value in recipe.factors().items():
            if not isinstance(value, str):
                found.setdefault(name, [])
                if not isnan(value):
                    found[name].append(off(name, value, measured.get(name, inf)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="?", type=int, default=1000)
    parser.add_argument("--size", type=int, default=256, help="pixels a side")
    arguments = parser.parse_args()
    print(f"{arguments.pictures} pictures of {arguments.size} px\n")
    print("factor                    defined  median     95%  tolerance  within")
    for name, values in errors(arguments.pictures, arguments.size).items():
        far, most = np.array(values), tolerance(name)
        print(
            f"{name:25s} {len(far) / arguments.pictures:6.1%} {np.median(far):8.4f} {np.quantile(far, 0.95):7.4f}"
            f" {most:10g} {np.mean(far <= most):7.1%}"
        )


if __name__ == "__main__":
    main()
