"""Lists of runs: a partition for every choice of filters, so that a list reads no run of another list.

A run stands in the first index among the runs of any status, in the second among those of its status. The run's own
item is in the list of all; a copy for each choice of what the run is about (its bundle, its area) is in the list of
that choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from chalicelib.platform.aws.table import places_in

_COPY = "LIST#"


def list_of(name: str, about: Mapping[str, str | None]) -> str:
    """Return the partition of the list of runs about some things; a None names nothing."""
    return "#".join((name, *(f"{of}={value}" for of, value in sorted(about.items()) if value is not None)))


def listed_copies(
    name: str, pk: str, about: Mapping[str, str | None], status: str, at: str
) -> Iterator[dict[str, str]]:
    """Yield the keys of a run's copies, one for each choice of what the run is about. `about` never changes."""
    said = [of for of, value in sorted(about.items()) if value is not None]
    for size in range(1, len(said) + 1):
        for chosen in combinations(said, size):
            found = list_of(name, {of: about[of] for of in chosen})
            yield {"pk": pk, "sk": f"{_COPY}{'#'.join(chosen)}", **places_in(found, status, at)}
