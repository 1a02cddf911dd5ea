"""What a write is made of: parts that happen together or not at all, each under a condition of its own.

When any condition fails, or another writer is at the same records, nothing is written and `VersionConflict` is raised:
the use case reads again and decides again. A capability declares its parts and their translation, nothing else.
"""

from __future__ import annotations


class Part:
    """One thing of a write, with its own condition."""

    __slots__ = ()
