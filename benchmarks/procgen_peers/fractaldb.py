"""FractalDB: python fractaldb.py CHECKOUT SIZE COUNT DRAWN POINTS FOLDER, by its ifs_function on its own categories.

Its script asks numpy for what numpy 1.24 dropped, so the loop over categories is here. A picture is one render, which
it saves in four orientations.
"""

import sys
from pathlib import Path

import numpy as np
from common import told

checkout, size, count = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
drawn, points, folder = sys.argv[4], int(sys.argv[5]), Path(sys.argv[6])
sys.path.insert(0, str(checkout / "fractal_renderer"))
from ifs_function import ifs_function  # noqa: E402

PADDING = 6
categories = sorted((checkout / "data" / "csv_rate0.2_category1000").glob("*/*.csv"))
weights = np.genfromtxt(checkout / "fractal_renderer" / "weights" / "weights_0.4.csv", delimiter=",")


def render(number: int, points: int) -> None:
    path, weight = categories[number * len(categories) // count], weights[number % len(weights)]
    (folder / path.stem).mkdir(exist_ok=True)
    fractal = ifs_function(0.0, 0.0, str(folder), path.stem, f"{number:02d}")
    scales = {f"weight_{letter}": float(value) for letter, value in zip("abcdef", weight, strict=True)}
    for row in np.genfromtxt(path, delimiter=","):
        fractal.set_param(*map(float, row), **scales)
    fractal.calculate(points)
    kind, colour = drawn.split("_")
    (fractal.draw_point if kind == "point" else fractal.draw_patch)(size, size, PADDING, PADDING, colour, 0)


def make() -> None:
    for number in range(count):
        render(number, points)


render(0, 1000)
told(count, make)
