"""Access to institutions, the registers and policies, and the officers who put law in force."""

from __future__ import annotations

from chalicelib.kernel.access import MONEY_READERS, Action, Role, Scope

INSTITUTION_READ = Action("institutions:read", MONEY_READERS)
POLICY_READ = Action("policies:read", dict.fromkeys(Role, Scope.ANY))
REGISTER_READ = Action("register:read", dict.fromkeys(Role, Scope.ANY))
POLICY_KEEP = Action("policies:keep", {Role.POLICY: Scope.ANY})
REGISTRY_IMPORT = Action("registry:import", {Role.AGENCY: Scope.AREA, Role.POLICY: Scope.ANY})
POLICY_PUBLISH = Action("policies:publish", {Role.POLICY: Scope.ANY}, another_person=True)
