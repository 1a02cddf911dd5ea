"""Printed forms, built from a claim, an advance or a hospital's payments."""
