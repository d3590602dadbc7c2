"""Time and memory of the distances of features, a process for each size: python benchmarks/distances.py [N ...].

Features are as wide as the probe's, 384. The peak is of the whole process, both sets of features included.
"""

import subprocess
import sys

SIZES = (2_048, 10_000, 50_000)
MEASURE = """
import resource, sys, time
import numpy as np
from experiments.distances import expected_coverage, feature_distances
n, rng = int(sys.argv[1]), np.random.default_rng(0)
real, fake = (rng.standard_normal((n, 384), dtype=np.float32) for _ in range(2))
start, used = time.perf_counter(), time.process_time()
found = feature_distances(real, fake)
took, used = time.perf_counter() - start, time.process_time() - used
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
table = 4 * n * n / 1e6
print(f"{n:7,d} {took:8.1f} s {used:8.1f} s {peak:8.0f} MB {table:12,.0f} MB   "
      f"{found.coverage:.3f} ({expected_coverage(n, n):.3f})", flush=True)
"""


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    print("  rows      time        CPU        peak   table of pairs   coverage (expected)")
    for size in sizes:
        subprocess.run([sys.executable, "-c", MEASURE, str(size)], check=True)


if __name__ == "__main__":
    main()
