"""The parts of benchmarks/procgen.py."""
