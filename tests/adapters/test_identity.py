"""Person tokens under a KMS HMAC key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.identity import KmsPersonTokens
from chalicelib.domain.errors import Unavailable

SAMPLE, OTHER, WITH_X = "530102190001010019", "530102190001020022", "53010219000104004X"


@pytest.fixture(name="kms")
def fixture_kms() -> Iterator[Any]:
    with mock_aws():
        yield boto3.Session("local", "local", region_name="cn-north-1").client("kms")


def hmac_key(kms: Any) -> str:
    key: str = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    return key


def test_a_person_has_one_token_and_two_persons_have_two(kms: Any) -> None:
    tokens = KmsPersonTokens(kms, hmac_key(kms))
    assert tokens.token(SAMPLE) == tokens.token(SAMPLE)
    assert tokens.token(SAMPLE) != tokens.token(OTHER)


def test_a_token_is_thirty_two_hexadecimal_digits_and_shows_nothing_of_the_number(kms: Any) -> None:
    token = KmsPersonTokens(kms, hmac_key(kms)).token(SAMPLE)
    assert re.fullmatch(r"prs_[0-9a-f]{32}", token)
    assert SAMPLE not in token


def test_a_small_x_as_check_digit_is_the_same_person(kms: Any) -> None:
    tokens = KmsPersonTokens(kms, hmac_key(kms))
    assert tokens.token(WITH_X.lower()) == tokens.token(WITH_X)


def test_another_key_gives_another_token_so_a_table_alone_cannot_be_searched(kms: Any) -> None:
    assert KmsPersonTokens(kms, hmac_key(kms)).token(SAMPLE) != KmsPersonTokens(kms, hmac_key(kms)).token(SAMPLE)


def test_a_key_that_cannot_be_used_is_an_unavailable_dependency_and_names_nobody(kms: Any) -> None:
    with pytest.raises(Unavailable) as caught:
        KmsPersonTokens(kms, "alias/none").token(SAMPLE)
    assert SAMPLE not in str(caught.value) + str(caught.value.__cause__)
