"""Decides one claim exactly, with its reasons. `assess` and `covers_earlier_visits` are the only entrances."""

from chalicelib.adjudication.domain.assess import ENGINE, Assessment, Circumstances, assess, covers_earlier_visits

__all__ = ["ENGINE", "Assessment", "Circumstances", "assess", "covers_earlier_visits"]
