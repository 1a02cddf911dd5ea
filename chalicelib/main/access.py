"""Access to the caller's own identity: open to everybody."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

ME_READ = Action("me:read", dict.fromkeys(Role, Scope.ANY))
