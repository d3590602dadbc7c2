"""Studies: a plan that is committed before its runs, the runs, one statistic a run, and what may be said of it."""
