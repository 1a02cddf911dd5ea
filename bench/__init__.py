"""Benchmarks: how the work grows, as ratios within one run. Single times belong to the machine they were taken on."""
