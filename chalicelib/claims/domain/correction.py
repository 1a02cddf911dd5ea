"""Corrections: the claims and figures to be decided again when a decided fact no longer holds.

A reversed claim leaves its person's year, so every later claim of the year is decided again in the order of their
numbers; a diagnosis reaches back to earlier visits of the same episode (N-08), wherever they were; a wrong status is
corrected from its day on. All of these are answered by correcting transactions, never by changing posted transactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from chalicelib.adjudication.domain.claim import CaseStatus, Claim, LaterDiagnosis, StatusEvent
from chalicelib.adjudication.domain.facts import first_diagnosed_on, own_status


def corrected_history(claim: Claim, event: StatusEvent) -> Claim:
    """Return the claim with its history corrected: from the event's day on, the status is the event's, whatever was
    stated.
    """
    kept = tuple(known for known in claim.diagnosis.history if known.on < event.on)
    history = kept if event.status is CaseStatus.NONE else (*kept, event)
    return replace(claim, diagnosis=replace(claim.diagnosis, history=history))


def reached_by(visit: Claim, diagnosed: Iterable[Claim]) -> Claim:
    """Return the visit with the diagnosis that reaches back from diagnosed claims, or without one where no diagnosis
    does.

    A diagnosis covers another visit of the same episode of the same person, at whichever place, that ended on or before
    the first day of suspicion or confirmation and was not itself known to be of the illness. Of several diagnoses the
    gravest counts, then the earliest. The visit keeps its codes: they name what the visit was for. The caller passes
    only claims for which a provision grants that reach. Source: N-08, 国家医保局 2020-03 访谈 问4: "以患者为中心".
    """
    found = [later for each in diagnosed if (later := _reaching(each, visit)) is not None]
    later = min(found, key=_gravest_then_earliest, default=None)
    return replace(visit, diagnosis=replace(visit.diagnosis, later=later))


def _reaching(diagnosed: Claim, visit: Claim) -> LaterDiagnosis | None:
    own = replace(diagnosed.diagnosis, later=None)
    since, status = first_diagnosed_on(own), own_status(own)
    if (
        diagnosed.visit.episode is None
        or diagnosed.visit.episode != visit.visit.episode
        or diagnosed.person != visit.person
        or since is None
        or visit.visit.discharged_on > since
        or own_status(visit.diagnosis) != "none"
    ):
        return None
    return LaterDiagnosis(CaseStatus(status), since, diagnosed.visit.admitted_on, diagnosed.visit.discharged_on)


def _gravest_then_earliest(later: LaterDiagnosis) -> tuple[bool, date, date, date]:
    return (later.status is not CaseStatus.CONFIRMED, later.on, later.admitted_on, later.discharged_on)
