"""Frozen dataclasses behave as those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar

import pytest

from chalicelib.kernel.frozen import dataclass

FORMS: dict[str, Any] = {"ours": dataclass, "library": dataclasses.dataclass}


def made(form: str) -> tuple[Any, Any]:
    """The same two classes, by either decorator."""
    frozen = FORMS[form]

    @frozen(frozen=True, slots=True)
    class Base:
        KIND: ClassVar[str] = "base"
        name: str
        counts: tuple[int, ...] = ()
        notes: list[str] = field(default_factory=list)
        seen: int = field(default=0, compare=False, repr=False)

        def __post_init__(self) -> None:
            if not self.name:
                raise ValueError(self.name)

    @frozen(frozen=True, slots=True)
    class Child(Base):
        extra: str = "more"

    return Base, Child


@pytest.mark.parametrize("form", FORMS)
def test_a_value_is_built_compared_shown_and_changed_by_replacing(form: str) -> None:
    base, child = made(form)
    value = base("a", counts=(1, 2))
    assert value == base("a", (1, 2), [], 9)
    assert value != base("b", (1, 2))
    assert (value == child("a", (1, 2)), value.__eq__(5)) == (False, NotImplemented)
    assert repr(child("a")).endswith("Child(name='a', counts=(), notes=[], extra='more')")
    assert dataclasses.replace(value, name="b") == base("b", (1, 2))
    assert dataclasses.asdict(child("a")) == {"name": "a", "counts": (), "notes": [], "seen": 0, "extra": "more"}
    assert base("a").notes is not base("a").notes
    assert base.__match_args__ == ("name", "counts", "notes", "seen")
    assert child.__slots__ == ("extra",)
    assert list(inspect.signature(child).parameters) == ["name", "counts", "notes", "seen", "extra"]
    with pytest.raises(ValueError, match=r"^$"):
        base("")
    with pytest.raises(TypeError):
        base()


@pytest.mark.parametrize("form", FORMS)
def test_a_value_refuses_to_be_changed_and_is_copied_whole(form: str) -> None:
    base, child = made(form)
    for value in (base("a"), child("a")):
        with pytest.raises(FrozenInstanceError):
            value.name = "b"
        with pytest.raises(FrozenInstanceError):
            del value.name
        with pytest.raises((FrozenInstanceError, TypeError)):  # what the library says of a child's other names
            value.other = 1
        assert copy.deepcopy(value) == value
        assert copy.copy(value) == value
        assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("form", FORMS)
def test_equal_values_have_one_hash_and_a_class_may_have_its_own(form: str) -> None:
    @FORMS[form](frozen=True, slots=True)
    class Point:
        x: int
        label: str = field(default="", compare=False)

    @FORMS[form](frozen=True, slots=True)
    class Own:
        x: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 7

    point: Any = Point
    own: Any = Own
    assert {point(1), point(1, "a"), point(2)} == {point(2), point(1)}
    assert hash(point(1)) == hash((1,))
    assert (own(1) == 3, repr(own(1)), hash(own(1))) == (True, "own", 7)


@dataclass(frozen=True, slots=True)
class Kept:
    x: int
    y: tuple[str, ...] = ()


def test_a_value_passes_between_processes() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, ("a",)))) == Kept(1, ("a",))


def test_a_value_without_fields_equals_its_like() -> None:
    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert (Nothing() == Nothing(), hash(Nothing())) == (True, hash(()))


def test_what_is_not_frozen_with_slots_is_the_librarys() -> None:
    @dataclass
    class Open:
        x: int

    value = Open(1)
    value.x = 2
    assert value == Open(2)


def test_the_library_extends_a_value_as_a_frozen_one() -> None:
    base, child = made("ours")

    @dataclasses.dataclass(frozen=True, slots=True)
    class Extended(child):  # type: ignore[misc, valid-type]  # the class is made above
        added: int = 0

    assert Extended("a", added=1).added == 1
    with pytest.raises(TypeError):
        dataclasses.make_dataclass("Thawed", [("added", int)], bases=(base,))


def test_a_class_is_compiled_when_it_is_first_used() -> None:
    """A subclass or a signature that comes first finds the same method."""

    @dataclass(frozen=True, slots=True)
    class Unused:
        x: int

    kept = vars(Unused)["__init__"]
    assert not inspect.isfunction(kept)
    assert Unused(1).x == 1
    assert inspect.isfunction(vars(Unused)["__init__"])
    assert [each.type for each in dataclasses.fields(Unused)] == ["int"]
    assert Unused.__annotations__ == {"x": "int"}
