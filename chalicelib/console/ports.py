"""Port of the console: the sign-in endpoints."""

from __future__ import annotations

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """The public client of an OIDC provider; every part is empty where no provider is configured."""

    client_id: str = ""
    authorize_url: str = ""
    token_url: str = ""
