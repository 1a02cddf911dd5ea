"""The local issuer: its key, and the tokens `make -s token` prints."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Unauthenticated
from chalicelib.platform.http.bearer import FixedKeys, TokenVerifier
from infra.local.issuer import AUDIENCE, NAME, Issuer

ROOT = Path(__file__).resolve().parents[2]


def verifier(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(NAME, AUDIENCE, FixedKeys(issuer.jwks))


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local.token", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_token_of_the_local_issuer_is_accepted_until_it_ends() -> None:
    issuer = Issuer.new()
    token = issuer.token("agency", "530100", "night-shift")
    assert verifier(issuer).principal(f"Bearer {token}") == Principal("night-shift", Role.AGENCY, "530100")
    with pytest.raises(Unauthenticated):
        verifier(issuer).principal(f"Bearer {issuer.token('agency', '530100', lifetime_s=-60)}")


def test_a_token_of_another_checkouts_issuer_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        verifier(Issuer.new()).principal(f"Bearer {Issuer.new().token('agency', '530100')}")


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "issuer.pem"
    assert Issuer.kept(path).jwks == Issuer.kept(path).jwks
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_two_roles_or_subjects_have_two_actors() -> None:
    issuer = Issuer.new()
    actors = {
        verifier(issuer).principal(f"Bearer {issuer.token(role, subject)}").actor
        for role, subject in [("agency", "530100"), ("agency", "530000"), ("finance", "530100")]
    }
    assert len(actors) == 3


def test_the_command_prints_a_token_and_nothing_else() -> None:
    run = command("--role", "hospital", "--subject", "H53010200001")
    principal = verifier(Issuer.kept()).principal(f"Bearer {run.stdout.removesuffix(chr(10))}")
    assert (principal.role, principal.subject, run.stderr) == (Role.HOSPITAL, "H53010200001", "")


@pytest.mark.parametrize("arguments", [[], ["--role", "root", "--subject", "000000"], ["--role", "agency"]])
def test_the_command_prints_no_token_for_nobody(arguments: list[str]) -> None:
    run = command(*arguments)
    assert run.returncode != 0
    assert run.stdout == ""
