"""Events: what changed for a caller, in order, for whoever follows it instead of asking for everything again."""
