"""Two people are asked for in many places; whether two names are one person's is said in one."""

from __future__ import annotations

import pytest

from chalicelib.kernel.persons.acts import is_same_person


@pytest.mark.parametrize("other", ["li", "Li", "LI", " li ", "ｌｉ", "ＬＩ\u3000"])
def test_an_actor_is_known_whatever_case_width_and_space_the_name_is_written_in(other: str) -> None:
    assert is_same_person("li", other)


def test_another_name_is_another_person() -> None:
    assert not is_same_person("li", "liu")
