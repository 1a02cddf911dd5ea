"""Publishing: policy files are checked and become the bundle that claims are decided by.

Nothing is published unproven: the files are compiled, every decision cell is proven to be decided once, every article
is accounted for. The officer who hands the files in does not put them in force: another officer decides. Two officers
may decide at the same time; the pointer moves for one of them, and the other is told the current bundle, since that may
say otherwise than the bundle they started from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Key, Page, PageRequest, read_page
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Revise
from chalicelib.law.access import POLICY_KEEP, POLICY_PUBLISH, POLICY_READ
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.coverage import Coverage, Standing, cover
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.proof import Failure, Proof, prove
from chalicelib.law.domain.publication import (
    Compiled,
    KeptBundle,
    KeptBundles,
    KeptStatus,
    PolicyCompiler,
    Publication,
    newest_first,
)
from chalicelib.law.ports import BundleStore


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy officer's files by path, and the bundle they were edited from.

    `based_on` None: whatever bundle is current when the request arrives.
    """

    files: Mapping[str, bytes]
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedPolicies:
    """A compiled set that is proven and covered."""

    compiled: Compiled
    bundle: Bundle
    proof: Proof
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class KeepOutcome:
    """The outcome of a draft. `kept` is None where the draft is in force already, as `publication` then says; `created`
    is False where the draft was in force or kept before.
    """

    checked: CheckedPolicies
    kept: KeptBundle | None
    publication: Publication | None
    created: bool


def check_policies(compiler: PolicyCompiler, files: Mapping[str, bytes]) -> CheckedPolicies:
    """Compile, prove and cover. Raises `Invalid` with every fault, each by file and line."""
    compiled = compiler(files)
    bundle = open_file(compiled)
    proof, coverage = prove(bundle), cover(bundle, compiled.articles)
    wrong = [*(_of_failure(failure, compiled) for failure in proof.failures), *_of_coverage(coverage)]
    if wrong:
        raise Invalid(wrong)
    return CheckedPolicies(compiled, bundle, proof, coverage)


@dataclass(frozen=True, slots=True)
class KeepPolicies:
    compiler: PolicyCompiler
    bundles: BundleStore
    drafts: KeptBundles
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self, principal: Principal, draft: PolicyDraft) -> KeepOutcome:
        """Check a draft, keep it under the hash once and signed, and let it wait for another officer.

        A draft that is current or waits already changes nothing. Raises `Invalid` with every fault of the files, and
        `Conflict` where the pointer is not where the draft started from.
        """
        require(principal, POLICY_KEEP, Resource("policy"))
        standing = self.bundles.pointer()
        if draft.based_on is not None:
            _refuse_other_base(draft.based_on, standing)
        checked = check_policies(self.compiler, draft.files)
        bundle = self.bundles.put(checked.compiled)
        if standing is not None and standing.bundle == bundle:
            return KeepOutcome(checked, None, standing, created=False)
        previous = None if standing is None else standing.bundle
        kept, created = self.keep(principal, bundle, previous)
        return KeepOutcome(checked, kept, None, created)

    def keep(self, principal: Principal, bundle: str, previous: str | None) -> tuple[KeptBundle, bool]:
        """Let a stored bundle wait for another person's decision; the bool tells whether the bundle is newly kept."""
        return self.retrying.on_conflict(lambda: self._kept_once(principal, bundle, previous))

    def _kept_once(self, principal: Principal, bundle: str, previous: str | None) -> tuple[KeptBundle, bool]:
        known = self.drafts.latest(bundle)
        if known is not None and known.status is KeptStatus.KEPT:
            return known, False
        number = 1 if known is None else known.number + 1
        kept = KeptBundle(bundle, previous, Act.of(principal, instant(self.clock.now())), number)
        self.commits.commit([Revise(kept)])
        return kept, True


@dataclass(frozen=True, slots=True)
class DecidePublication:
    bundles: BundleStore
    drafts: KeptBundles
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(
        self,
        principal: Principal,
        bundle: str,
        *,
        approve: bool,
        previous: str | None = None,
        reason: str | None = None,
    ) -> tuple[KeptBundle, Publication | None]:
        """Put a kept bundle in force, or refuse it; the same decision again is answered as the first.

        `previous` names the bundle the officer compared it with; without it the bundle that the files were based on has
        to be in force still. Raises `NotFound` for a bundle nobody handed in, `OwnAct` for the officer who did, and
        `Conflict` where the bundle was decided otherwise or another bundle is in force.

            read pointer ──> is it the base? ──> move pointer, if it still stands there ──> note the decision
        """
        require(principal, POLICY_PUBLISH, Resource("policy"))
        wanted = KeptStatus.PUBLISHED if approve else KeptStatus.REFUSED
        done = self.retrying.on_conflict(lambda: self._decide_once(principal, bundle, wanted, previous, reason))
        found = (each for each in newest_first(self.bundles) if (each.bundle, each.kept) == (bundle, done.kept))
        return done, next(found, None) if approve else None

    def _decide_once(
        self,
        principal: Principal,
        bundle: str,
        wanted: KeptStatus,
        previous: str | None,
        reason: str | None,
    ) -> KeptBundle:
        kept = existing(self.drafts.latest(bundle))
        require(principal, POLICY_PUBLISH, Resource("policy", acted=(kept.kept.actor,)))
        if kept.status is not KeptStatus.KEPT:
            if kept.status is not wanted:
                raise Conflict([_DECIDED.naming(status=kept.status.value)])
            return kept
        standing = self.bundles.pointer()
        in_force = standing is not None and (standing.bundle, standing.kept) == (bundle, kept.kept)
        if in_force and wanted is KeptStatus.REFUSED:
            raise Conflict([_DECIDED.naming(status=KeptStatus.PUBLISHED.value)])
        decided = Act.of(principal, instant(self.clock.now()))
        if in_force and standing is not None:
            # An earlier decision was cut off after it had moved the pointer: the earlier decision stands.
            decided = standing.decided
        elif wanted is KeptStatus.PUBLISHED:
            _refuse_other_base(kept.previous if previous is None else previous, standing)
            self._move_pointer(kept, standing, decided)
        done = replace(kept, status=wanted, decided=decided, reason=reason, revision=kept.revision + 1)
        self.commits.commit([Revise(done)])
        return done

    def _move_pointer(self, kept: KeptBundle, standing: Publication | None, decided: Act) -> None:
        number, previous = (1, None) if standing is None else (standing.number + 1, standing.bundle)
        self.bundles.move_pointer(Publication(number, kept.bundle, previous, kept.kept, decided))


@dataclass(frozen=True, slots=True)
class ListPublications:
    bundles: BundleStore

    def __call__(self, principal: Principal, page: PageRequest) -> Page[Publication]:
        """Return every publication, the one in force first. Raises `Malformed` for a foreign cursor."""
        require(principal, POLICY_READ, Resource("policy"))

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


@dataclass(frozen=True, slots=True)
class ListKeptBundles:
    drafts: KeptBundles

    def __call__(self, principal: Principal, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        """Return the policy sets that wait for another officer, or were decided, the newest first."""
        require(principal, POLICY_READ, Resource("policy"))
        return self.drafts.find(status, page)


_DECIDED = Finding(
    "publication-decided",
    "decision",
    Text(
        "该政策包已有另一决定；如需改变，请重新提交文件。",
        "Another decision was taken on this bundle; hand the files in again to have it decided anew.",
    ),
)


def _refuse_other_base(base: str | None, standing: Publication | None) -> None:
    if base != (None if standing is None else standing.bundle):
        raise Conflict([_overtaken(standing)])


def _overtaken(standing: Publication | None) -> Finding:
    if standing is None:
        return Finding(
            "not-current",
            "previous",
            Text("尚未发布任何政策包，请先发布。", "No bundle is published yet; publish one first."),
        )
    when, current = standing.published_at, standing.bundle
    return Finding(
        "not-current",
        "previous",
        Text(
            f"现行政策包已是 {current}（第 {standing.number} 次发布，{when}）；请先比较，再将其填入 previous。",
            f"Bundle {current} is current now (publication {standing.number}, {when}); compare with it, then send it "
            "as `previous`.",
        ),
    ).naming(bundle=current, publication=standing.number)


def _of_failure(failure: Failure, compiled: Compiled) -> Finding:
    """Return a failure of the proof at the first provision's line, with the smallest cell that shows it."""
    cited = ", ".join(failure.provisions)
    cell = _cell(failure)
    first = failure.provisions[0] if failure.provisions else None
    text = failure.text
    return Finding(
        f"proof-{failure.fault.value}",
        compiled.places.get(first or "", failure.slot.value),
        Text(
            f"{text.zh}情形：{cell.zh or '全部'}。条款：{cited or '无'}。",
            f"{text.en} Cell: {cell.en or 'any'}. Provisions: {cited or 'none'}.",
        ),
        first,
    )


def _cell(failure: Failure) -> Text:
    """Write the smallest case that fails: its facts, the two areas and the days."""
    facts = [f"{name}={value}" for name, value in failure.cell.items()]
    days = [
        Text(
            f"{anchor.value} {_day(days.from_on)} 至 {_day(days.to_on)}",
            f"{anchor.value} {_day(days.from_on)} to {_day(days.to_on)}",
        )
        for anchor, days in failure.days.items()
    ]
    places = [Text(f"就医地 {failure.treatment}", f"treated in {failure.treatment}")] if failure.treatment else []
    if failure.insured:
        places.append(Text(f"参保地 {failure.insured}", f"insured in {failure.insured}"))
    return Text(
        "，".join([*facts, *(each.zh for each in [*places, *days])]),
        ", ".join([*facts, *(each.en for each in [*places, *days])]),
    )


def _day(day: date | None) -> str:
    return "…" if day is None else day.isoformat()


def _of_coverage(coverage: Coverage) -> Iterator[Finding]:
    for row in coverage.faults:
        if row.fault is not None:
            yield Finding(f"article-{row.standing.value}", f"articles.yaml: {row.article.id}", row.fault)


def articles_by_standing(coverage: Coverage) -> dict[str, int]:
    """Return the number of rows of articles.yaml by standing."""
    return {standing.value: coverage.count(standing) for standing in Standing}
