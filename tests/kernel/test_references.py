"""A bank's reference in an id."""

from __future__ import annotations

from chalicelib.kernel.words.references import reference_key


def test_a_reference_stands_in_an_id_by_its_hash_and_its_office() -> None:
    key = reference_key("530100", "371002190005010134")
    assert key == reference_key("530100", "371002190005010134")
    assert key not in {reference_key("530000", "371002190005010134"), reference_key("530100", "B-1")}
    assert "371002190005010134" not in key
    assert len(key) == 32
