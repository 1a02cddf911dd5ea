"""What has to be decided again, and on which figures, when something that was decided no longer holds.

A reversed claim leaves its person's year, so every later claim of the year is decided again in the order of their
numbers; a diagnosis reaches back to earlier visits of the same episode (N-08); a status that was wrong is put right
from its day on. Each is answered by correcting transactions, never by changing what was posted.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.claims import Claim, StatusEvent
from chalicelib.domain.facts import first_diagnosed_on, gravest_status


def corrected_history(claim: Claim, event: StatusEvent) -> Claim:
    """The claim with its history put right: from the day on, the status is the event's, whatever was stated."""
    history = (*(known for known in claim.diagnosis.history if known.on < event.on), event)
    return replace(claim, diagnosis=replace(claim.diagnosis, history=history))


def reaches_back(diagnosed: Claim, earlier: Claim) -> bool:
    """Whether a diagnosis covers an earlier visit: the same episode of the same person, ended before the first day of
    suspicion or confirmation, and not itself known to be of the illness. Source: N-08, 国家医保局 2020-03 访谈 问4.
    """
    since = first_diagnosed_on(diagnosed.diagnosis)
    return (
        diagnosed.visit.episode is not None
        and diagnosed.visit.episode == earlier.visit.episode
        and diagnosed.person == earlier.person
        and since is not None
        and earlier.visit.discharged_on <= since
        and gravest_status(earlier.diagnosis) == "none"
    )


def of_the_illness(earlier: Claim, diagnosed: Claim) -> Claim:
    """The earlier visit as one of the illness that was diagnosed later: with that diagnosis, codes included, since they
    name the illness both were for.
    """
    return replace(earlier, diagnosis=diagnosed.diagnosis)
