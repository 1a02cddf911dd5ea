"""The exact decision of a claim, with its reasons. Entrances: `assess.assess` and `assess.covers_earlier_visits`."""
