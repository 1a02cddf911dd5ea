"""Checks policy files and makes them the bundle that claims are decided by.

Nothing is published that is not proven: the files are compiled, every decision cell is proven to be decided once, every
article is accounted for. Two officers may do this at the same time; the pointer moves for one of them, and the other is
told what is current now, since that may say otherwise than the bundle they started from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.application.paging import Key, read_page
from chalicelib.application.ports import BundleStore, Clock
from chalicelib.application.publications import Compiled, PolicyCompiler, Publication
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.times import instant
from chalicelib.domain.access import Action, Principal, Resource, require
from chalicelib.domain.bundle import open_bundle
from chalicelib.domain.coverage import Coverage, Standing, cover
from chalicelib.domain.errors import Conflict, Finding, Invalid, VersionConflict
from chalicelib.domain.policy import Bundle
from chalicelib.domain.proof import Failure, Proof, prove
from chalicelib.domain.texts import Text


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a policy officer hands in: the files by path, and the bundle they were edited from.

    `based_on` None: whatever is current when the request arrives. `publish` False keeps the bundle for comparison and
    simulation without making it the current one.
    """

    files: Mapping[str, bytes]
    based_on: str | None = None
    publish: bool = True


@dataclass(frozen=True, slots=True)
class CheckedPolicies:
    """A compiled set that holds: proven and covered."""

    compiled: Compiled
    bundle: Bundle
    proof: Proof
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What became of a draft. `publication` is None where it was only kept; `created` False where it already was the
    current one.
    """

    checked: CheckedPolicies
    publication: Publication | None
    created: bool


def check_policies(compiler: PolicyCompiler, files: Mapping[str, bytes]) -> CheckedPolicies:
    """Compile, prove and cover. Raises `Invalid` with everything that does not hold, each by file and line."""
    compiled = compiler(files)
    bundle = open_bundle(compiled.content, compiled.hash)
    proof, coverage = prove(bundle), cover(bundle, compiled.articles)
    wrong = [*(_of_failure(failure, compiled) for failure in proof.failures), *_of_coverage(coverage)]
    if wrong:
        raise Invalid(wrong)
    return CheckedPolicies(compiled, bundle, proof, coverage)


@dataclass(frozen=True, slots=True)
class PublishPolicies:
    compiler: PolicyCompiler
    bundles: BundleStore
    clock: Clock

    def __call__(self, principal: Principal, draft: PolicyDraft) -> PublishOutcome:
        """Check, keep under the hash once and signed, then move the pointer.

        Publishing what is current changes nothing. Raises `Invalid` with everything wrong with the files, and
        `Conflict` where the pointer is not, or no longer, where the draft started from.

            read pointer ──> check the files ──> keep bundle and signature ──> move pointer, if it still stands there
        """
        require(principal, Action.POLICY_PUBLISH, Resource("policy"))
        standing = self.bundles.pointer()
        if draft.publish:
            _refuse_foreign_base(draft, standing)
        checked = check_policies(self.compiler, draft.files)
        bundle_hash = self.bundles.put(checked.compiled.content)
        if not draft.publish:
            return PublishOutcome(checked, None, created=True)
        if standing is not None and standing.bundle == bundle_hash:
            return PublishOutcome(checked, standing, created=False)
        publication = Publication(
            number=1 if standing is None else standing.number + 1,
            bundle=bundle_hash,
            previous=None if standing is None else standing.bundle,
            published_at=instant(self.clock.now()),
            published_by=principal.actor,
        )
        try:
            self.bundles.move_pointer(publication)
        except VersionConflict as error:
            raise Conflict([_overtaken(self.bundles.pointer())]) from error
        return PublishOutcome(checked, publication, created=True)


@dataclass(frozen=True, slots=True)
class ListPublications:
    bundles: BundleStore

    def __call__(self, principal: Principal, page: PageRequest) -> Page[Publication]:
        """Every publication, the one in force first. Raises `Malformed` for a foreign cursor."""
        require(principal, Action.POLICY_READ, Resource("policy"))

        def read(_: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, Publication]], Key | None]:
            newest = self.bundles.pointer()
            highest = 0 if newest is None else newest.number
            if after is not None and after[0].isdecimal():
                highest = min(highest, int(after[0]) - 1)
            numbers = range(highest, max(0, highest - limit), -1)
            found = [each for number in numbers if (each := self.bundles.publication(number)) is not None]
            items: list[tuple[Key, Publication]] = [((str(each.number),), each) for each in found]
            return items, items[-1][0] if items and items[-1][1].number > 1 else None

        return read_page(("publications",), page, read)


def _refuse_foreign_base(draft: PolicyDraft, standing: Publication | None) -> None:
    if draft.based_on is not None and (standing is None or standing.bundle != draft.based_on):
        raise Conflict([_overtaken(standing)])


def _overtaken(standing: Publication | None) -> Finding:
    if standing is None:
        return Finding("not-current", "previous", Text("尚未发布任何政策包。", "No bundle is published yet."))
    when, current = standing.published_at, standing.bundle
    return Finding(
        "not-current",
        "previous",
        Text(
            f"现行政策包已是 {current}（第 {standing.number} 次发布，{when}）；请先比较，再以它为基础发布。",
            f"Bundle {current} is current now (publication {standing.number}, {when}); compare with it, then publish "
            "again with it as `previous`.",
        ),
    )


def _of_failure(failure: Failure, compiled: Compiled) -> Finding:
    """A failure of the proof at the first provision's line, with the smallest cell that shows it."""
    cited = ", ".join(failure.provisions)
    cell = ", ".join([*(f"{name}={value}" for name, value in failure.cell.items()), *_places(failure), *_days(failure)])
    first = failure.provisions[0] if failure.provisions else None
    text = failure.text
    return Finding(
        f"proof-{failure.fault.value}",
        compiled.places.get(first or "", failure.slot.value),
        Text(
            f"{text.zh}情形：{cell or '全部'}。条款：{cited or '无'}。",
            f"{text.en} Cell: {cell or 'any'}. Provisions: {cited or 'none'}.",
        ),
        first,
    )


def _places(failure: Failure) -> Iterator[str]:
    if failure.treatment:
        yield f"treated in {failure.treatment}"
    if failure.insured:
        yield f"insured in {failure.insured}"


def _days(failure: Failure) -> Iterator[str]:
    for anchor, interval in failure.days.items():
        yield f"{anchor.value} {interval.from_on or '…'} to {interval.to_on or '…'}"


def _of_coverage(coverage: Coverage) -> Iterator[Finding]:
    for row in coverage.faults:
        if row.fault is not None:
            yield Finding(f"article-{row.standing.value}", f"articles.yaml: {row.article.id}", row.fault)


def articles_by_standing(coverage: Coverage) -> dict[str, int]:
    """How many rows of articles.yaml stand how."""
    return {standing.value: coverage.count(standing) for standing in Standing}
