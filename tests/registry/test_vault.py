"""The vault: sealed items that open only for the person and the tenant they were sealed for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.kernel.errors import IntegrityError, NotFound, Unavailable
from chalicelib.kernel.words.ids import PersonRequestId, PersonToken
from chalicelib.registry.domain.identity_documents import Document, DocumentType
from chalicelib.registry.vault import Identity, KmsPersonVault

TABLE, TENANT = "vault", "tenant-a"
PERSON, OTHER = PersonToken("prs_" + "a" * 32), PersonToken("prs_" + "b" * 32)
SAMPLE = Identity("identity-card", "CHN", "530102190001010019", "示例甲")
CARD = Document(DocumentType.IDENTITY_CARD, "CHN", SAMPLE.id_no)


class World:
    """A vault table and a key in moto, and vaults over them."""

    def __init__(self) -> None:
        session = boto3.Session("local", "local", region_name="cn-north-1")
        self.dynamodb: Any = session.client("dynamodb")
        self.kms: Any = session.client("kms")
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]
        self.dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )

    def vault(self, tenant: str = TENANT, table: str = TABLE, key: str | None = None) -> KmsPersonVault:
        return KmsPersonVault(self.dynamodb, self.kms, table, key or self.key, tenant)

    def sealed(self, person: PersonToken) -> bytes:
        item: bytes = self.dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": person}})["Item"]["sealed"]["B"]
        return item

    def put(self, person: PersonToken, sealed: bytes) -> None:
        self.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": person}, "sealed": {"B": sealed}})


@pytest.fixture(name="world")
def fixture_world(bare_moto: None) -> Iterator[World]:
    world = World()
    yield world
    # Inside a session that already runs a stack, moto's state is shared and outlives this test.
    world.dynamodb.delete_table(TableName=TABLE)


def test_what_is_kept_can_be_revealed(world: World) -> None:
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    assert world.vault().reveal(PERSON) == SAMPLE


def test_the_newest_name_wins(world: World) -> None:
    world.vault().keep(PERSON, CARD, "示例乙")
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    assert world.vault().reveal(PERSON) == SAMPLE


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_not_theirs_is_sealed_and_sent_and_not_kept(world: World, *, is_known: bool) -> None:
    """Keys and store get the same requests, so that nobody can time whether a person is known."""
    vault = world.vault()
    if is_known:
        vault.keep(PERSON, CARD, SAMPLE.name)
    asked: list[str] = []
    for client in (world.dynamodb, world.kms):
        client.meta.events.register("before-call", lambda model, **_: asked.append(model.name))
    vault.keep(PERSON, CARD, "示例乙", is_theirs=False)
    refused = asked.copy()
    asked.clear()
    vault.keep(OTHER, CARD, SAMPLE.name)
    assert refused == asked == ["GenerateDataKey", "PutItem"]
    kept = world.dynamodb.scan(TableName=TABLE)["Items"]
    assert {item["pk"]["S"] for item in kept} == ({PERSON, OTHER} if is_known else {OTHER})
    if is_known:
        assert world.vault().reveal(PERSON) == SAMPLE


def test_neither_number_nor_name_stands_in_the_table(world: World) -> None:
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    (item,) = world.dynamodb.scan(TableName=TABLE)["Items"]
    assert set(item) == {"pk", "sealed"}
    assert item["pk"] == {"S": PERSON}
    assert SAMPLE.id_no.encode() not in item["sealed"]["B"]
    assert SAMPLE.name.encode() not in item["sealed"]["B"]


def test_every_item_has_a_data_key_of_its_own(world: World) -> None:
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    first = world.sealed(PERSON)
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    assert world.sealed(PERSON) != first


def test_a_person_who_was_never_kept_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.vault().reveal(PERSON)


def test_an_item_moved_under_another_person_does_not_open(world: World) -> None:
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    world.put(OTHER, world.sealed(PERSON))
    with pytest.raises(IntegrityError):
        world.vault().reveal(OTHER)


def test_an_item_of_another_tenant_does_not_open(world: World) -> None:
    world.vault(tenant="tenant-b").keep(PERSON, CARD, SAMPLE.name)
    with pytest.raises(IntegrityError):
        world.vault().reveal(PERSON)


@pytest.mark.parametrize("position", [0, 40, -120, -1])
def test_an_item_that_was_changed_does_not_open(world: World, position: int) -> None:
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    changed = bytearray(world.sealed(PERSON))
    changed[position] ^= 1
    world.put(PERSON, bytes(changed))
    with pytest.raises(IntegrityError):
        world.vault().reveal(PERSON)


@pytest.mark.parametrize("sealed", [b"\x00", b"{}", b"\x02" * 100])
def test_an_item_that_is_no_ciphertext_does_not_open(world: World, sealed: bytes) -> None:
    world.put(PERSON, sealed)
    with pytest.raises(IntegrityError):
        world.vault().reveal(PERSON)


def test_a_key_or_table_that_cannot_be_used_is_an_unavailable_dependency(world: World) -> None:
    with pytest.raises(Unavailable):
        world.vault(table="none").keep(PERSON, CARD, SAMPLE.name)
    with pytest.raises(Unavailable):
        world.vault(table="none").reveal(PERSON)
    world.vault().keep(PERSON, CARD, SAMPLE.name)
    unknown = world.key[:-4] + "0000"
    with pytest.raises(Unavailable):
        world.vault(key=unknown).keep(PERSON, CARD, SAMPLE.name)
    with pytest.raises(Unavailable):
        world.vault(key=unknown).reveal(PERSON)


def test_an_identity_does_not_print_itself() -> None:
    assert SAMPLE.id_no not in f"{SAMPLE!r} {SAMPLE}"
    assert SAMPLE.name not in f"{SAMPLE!r} {SAMPLE}"


def test_functions_that_never_open_the_vault_do_not_pay_for_its_library() -> None:
    program = "import sys, chalicelib.registry.vault; sys.exit('aws_encryption_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_name_that_waits_takes_the_old_ones_place_once_and_is_forgotten(world: World) -> None:
    vault = world.vault()
    vault.keep(PERSON, CARD, SAMPLE.name)
    vault.keep_pending(PersonRequestId("prq_1"), "示例正")
    vault.rename(PERSON, PersonRequestId("prq_1"))
    vault.rename(PERSON, PersonRequestId("prq_1"))
    assert (vault.reveal_person(PERSON).name, vault.reveal_person(PERSON).id_no) == ("示例正", SAMPLE.id_no)
    with pytest.raises(NotFound):
        vault.reveal(PersonToken("prq_1"))


def test_a_person_who_was_erased_is_not_there_and_is_not_made_anew_by_a_name(world: World) -> None:
    vault = world.vault()
    vault.keep(PERSON, CARD, SAMPLE.name)
    vault.keep_pending(PersonRequestId("prq_1"), "示例正")
    vault.erase(PERSON)
    vault.erase(PERSON)
    vault.rename(PERSON, PersonRequestId("prq_1"))
    with pytest.raises(NotFound):
        vault.reveal_person(PERSON)
