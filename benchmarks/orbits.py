"""Games with known orbits through our own step, read by the tracker: python benchmarks/orbits.py [BACKEND ...]

A line a case: theory, what was seen, and how far off; periods in steps, growth of the logarithm a step.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from experiments import oscillation
from tests.support.exact import Case, cases, orbits


def row(case: Case) -> str:
    found = oscillation(case.read, settle=0, unit="steps")
    if found.period is None or found.growth is None:
        return f"{case.name:24s} {case.period:10.4f} {'-':>10s} {'-':>8s}  {case.growth:+9.6f} {'':21s}{found.kind}"
    return (
        f"{case.name:24s} {case.period:10.4f} {found.period:10.4f} {found.period / case.period - 1:+8.3%}  "
        f"{case.growth:+9.6f} {found.growth:+9.6f} {found.growth - case.growth:+9.6f}  {found.kind}"
    )


def main() -> None:
    for backend in sys.argv[1:] or ("tensorflow", "jax"):
        print(
            f"\n{backend:24s} {'period':>10s} {'seen':>10s} {'off by':>8s}  {'growth':>9s} {'seen':>9s} {'off by':>9s}"
        )
        for case in cases(orbits(backend)):
            print(row(case), flush=True)


if __name__ == "__main__":
    main()
