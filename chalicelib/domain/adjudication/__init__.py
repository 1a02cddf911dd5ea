"""Decides one claim exactly, with its reasons. `assess` is the only entrance."""

from chalicelib.domain.adjudication.assess import ENGINE, Assessment, Circumstances, assess

__all__ = ["ENGINE", "Assessment", "Circumstances", "assess"]
