"""Two spellings of one name are one name, and two names stay two."""

from __future__ import annotations

import pytest

from chalicelib.kernel.persons.names import fold_name

UYGHUR = "阿不都·热依木"


@pytest.mark.parametrize(
    "spelling",
    ["阿不都热依木", "阿不都•热依木", "阿不都‧热依木", "阿不都・热依木", "阿不都･热依木", "阿不都．热依木",
     "阿不都.热依木", "阿不都 热依木", "　阿不都·热依木 ", "阿不都∙热依木", "阿不都⋅热依木", "阿不都\u200b·热依木"],
)  # fmt: skip
def test_a_middle_dot_has_many_shapes_and_none_is_part_of_the_name(spelling: str) -> None:
    assert fold_name(spelling) == fold_name(UYGHUR)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("JONES MARY", "jones  mary"),
        ("JONES MARY", "ＪＯＮＥＳ　ＭＡＲＹ"),
        ("JONES<<MARY", "Jones, Mary"),
        ("O'NEIL ANNE-MARIE", "ONEIL ANNE MARIE"),
        ("MÜLLER JOSÉ", "MULLER JOSE"),
        ("刘䶮", "刘\ue863"),
        ("龵", "\ue826"),
        ("葛城", "葛\U000e0100城"),
        ("\uf9b5", "例"),
    ],
)
def test_one_name_in_two_spellings_is_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例甲", "示例乙"),
        ("王芳", "王方"),
        ("张\ue000", "张"),
        ("が", "か"),
        ("李", "李李"),
        ("·", "··"),
        ("陈", "陳"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_folding_twice_is_folding_once() -> None:
    for name in (UYGHUR, "O'NEIL José", "刘\ue863", "김 철수", "ﬁß", "·"):
        assert fold_name(fold_name(name)) == fold_name(name)
