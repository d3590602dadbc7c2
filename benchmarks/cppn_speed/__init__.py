"""What benchmarks/cppn.py is made of."""
