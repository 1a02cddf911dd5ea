"""The whole system in one process: moto for the services, the project's own handlers for the functions.

Each patch of moto stands in a module of its own, says which version it mends, and has a test in tests/infra
that fails when moto changes underneath it.
"""

MOTO_VERSION = "5.2.5"
"""The moto the patches here were written against."""
