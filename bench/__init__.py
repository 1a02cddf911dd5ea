"""Benchmarks: growth of the work, as ratios within a run. Single times belong to the machine they were taken on."""
