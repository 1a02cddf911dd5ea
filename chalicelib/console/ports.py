"""What the console needs of the world: where people sign in."""

from __future__ import annotations

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class SignIn:
    """The public client of an OIDC provider; every part is empty where none is configured."""

    client_id: str = ""
    authorize_url: str = ""
    token_url: str = ""
