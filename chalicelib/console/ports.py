"""Ports of the console: the sign-in endpoints, and the origin of files."""

from __future__ import annotations

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """The public client of an OIDC provider; every part is empty where no provider is configured."""

    client_id: str = ""
    authorize_url: str = ""
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class FilesOrigin:
    """The origin (scheme and host) of the bucket to which pages upload copies; empty where the API's own origin takes
    them or no page uploads.
    """

    origin: str = ""
