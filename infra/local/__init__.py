"""The whole system in a single process: moto for the services, the project's own handlers for the functions.

Each patch of moto stands in a module of its own, names the version it mends, and has a test in tests/infra that fails
when moto changes underneath.
"""

from infra.local.absent import leave_services_out

MOTO_VERSION = "5.2.5"
"""The moto version that the patches here were written against."""

leave_services_out()
