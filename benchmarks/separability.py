"""Can the compositions be told apart? Train a probe on the default world and list which it confuses.

usage: python benchmarks/separability.py [--size 64] [--per-mode 1000] [--steps-per-mode 300] [--only NAME ...]

Two compositions that a probe confuses in more than 2 of 100 pictures are the same picture: change one.
"""

import argparse
from time import perf_counter

import numpy as np

import models
from procgen import Space, load_space, render_uint8


def pictures(space: Space, count: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As many pictures of each composition, uint8, and the number of its composition."""
    names = list(space.compositions)
    labels = np.arange(count * len(names)) % len(names)
    worlds = [Space(compositions=[name]) for name in names]
    images = np.stack(
        [render_uint8(worlds[label].sample(seed, index), size) for index, label in enumerate(labels.tolist())]
    )
    return images, labels


def confusions(read: np.ndarray, true: np.ndarray, names: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """(share of its pictures, composition, what it was read as), the worst first."""
    table = np.zeros((len(names), len(names)))
    np.add.at(table, (true, read), 1)
    table /= table.sum(1, keepdims=True)
    np.fill_diagonal(table, 0)
    order = np.argsort(-table, axis=None)[:20]
    return [(float(table.flat[k]), names[k // len(names)], names[k % len(names)]) for k in order if table.flat[k] > 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--per-mode", type=int, default=1000)
    parser.add_argument("--steps-per-mode", type=int, default=300)
    parser.add_argument("--only", nargs="*")
    args = parser.parse_args()
    space = Space(compositions=args.only) if args.only else load_space("default")
    names = tuple(space.compositions)
    start = perf_counter()
    images, labels = pictures(space, args.per_mode, args.size, 1)
    print(f"{len(images):,} pictures of {len(names)} compositions at {args.size} px in {perf_counter() - start:.0f} s")
    start = perf_counter()
    probe = models.train_probe(images, labels, names, steps=args.steps_per_mode * len(names))
    print(f"probe trained in {perf_counter() - start:.0f} s")
    images, labels = pictures(space, 200, args.size, 2)
    nearest = probe.read(images).nearest
    right = nearest == labels
    print(f"accuracy on fresh pictures {right.mean():.2%}")
    for label in np.argsort([right[labels == k].mean() for k in range(len(names))])[:8]:
        print(f"  {names[label]:<18} {right[labels == label].mean():.1%}")
    print("most confused, share of the first's pictures read as the second")
    for share, one, other in confusions(nearest, labels, names):
        print(f"  {share:.1%}  {one} as {other}")


if __name__ == "__main__":
    main()
