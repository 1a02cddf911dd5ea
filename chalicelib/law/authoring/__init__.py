"""Policy files: the path from a policy officer's text to the canonical bundle that decides claims."""

from chalicelib.law.authoring.compiler import CompiledBundle, compile_files, compile_policies, read_directory
from chalicelib.law.authoring.findings import PolicyFileError, describe

__all__ = ["CompiledBundle", "PolicyFileError", "compile_files", "compile_policies", "describe", "read_directory"]
