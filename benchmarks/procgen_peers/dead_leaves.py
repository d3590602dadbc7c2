"""dead_leaves of learning_with_noise: python dead_leaves.py CHECKOUT SIZE COUNT FOLDER, by its own generate_dataset."""

import os
import runpy
import sys
from pathlib import Path

from common import told

checkout, size, count, folder = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
home = checkout / "generate_datasets"
os.chdir(home)  # it asks for that
sys.path.insert(0, str(home))
theirs = runpy.run_path(str(home / "dead_leaves" / "generate_dataset.py"), run_name="peer")


def make(name: str, pictures: int) -> None:
    theirs["generate_dataset"]("mixed", f"{folder}/{name}", resolution=size, parallel=False, N_samples=pictures)


make("warm", 1)
told(count, lambda: make("timed", count))
