"""The environment: read once, and missing values are named all at once."""

from __future__ import annotations

from dataclasses import fields

import pytest

from chalicelib.main.config import ConfigurationError, from_environment
from chalicelib.platform.aws.cloud import Config

NAMES = [field.name for field in fields(Config) if not field.name.startswith("jwks")]
COMPLETE = {f"QUEBAO_{name.upper()}": f"the {name}" for name in NAMES} | {"QUEBAO_JWKS": "{}", "QUEBAO_JWKS_URL": ""}


def test_a_complete_environment_becomes_a_configuration() -> None:
    config = from_environment(COMPLETE)
    assert {name: getattr(config, name) for name in NAMES} == {name: f"the {name}" for name in NAMES}
    assert (config.jwks, config.jwks_url) == ("{}", None)


def test_everything_missing_is_named_at_once_and_an_empty_value_is_missing() -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment({**COMPLETE, "QUEBAO_TENANT": "", "QUEBAO_BUCKET": ""})
    assert "QUEBAO_TENANT" in str(caught.value)
    assert "QUEBAO_BUCKET" in str(caught.value)
    assert "QUEBAO_POLICY_BUCKET" not in str(caught.value)


@pytest.mark.parametrize("keys", [{"QUEBAO_JWKS": ""}, {"QUEBAO_JWKS_URL": "https://issuer.test/jwks.json"}])
def test_the_issuers_keys_come_from_exactly_one_place(keys: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="exactly one"):
        from_environment({**COMPLETE, **keys})
