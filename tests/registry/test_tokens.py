"""Person tokens under a KMS HMAC key."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest

from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.registry.domain.identity_documents import Document, DocumentType
from chalicelib.registry.tokens import KmsClaimIds, KmsPersonTokens

NUMBER = "530102190001010019"
SAMPLE = Document(DocumentType.IDENTITY_CARD, "CHN", NUMBER)
OTHER = Document(DocumentType.IDENTITY_CARD, "CHN", "530102190001020022")
FROM_USA, FROM_BRITAIN = (Document(DocumentType.PASSPORT, issuer, "512345678") for issuer in ("USA", "GBR"))


@pytest.fixture(name="kms")
def fixture_kms(bare_moto: None) -> Any:
    return boto3.Session("local", "local", region_name="cn-north-1").client("kms")


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
    assert NUMBER not in token


def test_the_same_number_of_two_countries_is_two_persons(kms: Any) -> None:
    tokens = KmsPersonTokens(kms, hmac_key(kms))
    assert tokens.token(FROM_USA) != tokens.token(FROM_BRITAIN)


def test_another_key_gives_another_token_so_a_table_alone_cannot_be_searched(kms: Any) -> None:
    assert KmsPersonTokens(kms, hmac_key(kms)).token(SAMPLE) != KmsPersonTokens(kms, hmac_key(kms)).token(SAMPLE)


def test_a_key_that_cannot_be_used_is_an_unavailable_dependency_and_names_nobody(kms: Any) -> None:
    with pytest.raises(Unavailable) as caught:
        KmsPersonTokens(kms, "alias/none").token(SAMPLE)
    assert NUMBER not in str(caught.value) + str(caught.value.__cause__)


def test_a_claims_id_is_the_same_for_the_same_number_and_version_and_nobody_elses(kms: Any) -> None:
    key = hmac_key(kms)
    ids = KmsClaimIds(kms, key)
    one = ids.claim_id(InstitutionCode("H53010200001"), "YN-0001", 1)
    assert re.fullmatch(r"clm_[a-z2-7]{26}", one)
    assert one == KmsClaimIds(kms, key).claim_id(InstitutionCode("H53010200001"), "YN-0001", 1)
    here, there = InstitutionCode("H53010200001"), InstitutionCode("H53010200003")
    others = [(here, "YN-0001", 2), (there, "YN-0001", 1), (here, "YN-0002", 1)]
    assert len({one, *(ids.claim_id(*other) for other in others)}) == 4
    assert one != KmsClaimIds(kms, hmac_key(kms)).claim_id(InstitutionCode("H53010200001"), "YN-0001", 1), (
        "the key makes it"
    )


def test_a_process_asks_kms_once_for_what_makes_ids_and_again_only_where_it_got_no_answer(kms: Any) -> None:
    key, asked = hmac_key(kms), []
    kms.meta.events.register("before-call.kms.GenerateMac", lambda **call: asked.append(call))
    ids, unreachable = KmsClaimIds(kms, key), KmsClaimIds(kms, "alias/none")
    for number in ("YN-0001", "YN-0002", "YN-0003"):
        ids.claim_id(InstitutionCode("H53010200001"), number, 1)
    assert len(asked) == 1
    for _ in range(2):
        with pytest.raises(Unavailable):
            unreachable.claim_id(InstitutionCode("H53010200001"), "YN-0001", 1)
    assert len(asked) == 3
