"""The names that are confused easily, each with a type of its own: to run they are text, to a type checker they differ.

A value gets its type where text is read: a body's field, a path, a query, a token, a policy file, an item of a table,
an id made by hashing or drawing. Elsewhere a value is handed on and never converted.
"""

from __future__ import annotations

from typing import NewType

PersonToken = NewType("PersonToken", str)
"""A person's pseudonym: `prs_` and 32 hexadecimal digits, made from the identity number with the registry's key."""
