"""Decides one claim exactly, with its reasons. The entrances are `assess.assess` and `assess.covers_earlier_visits`."""
