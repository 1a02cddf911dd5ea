"""Events: the changes that concern a caller, in order, to be followed instead of asking for everything again."""
