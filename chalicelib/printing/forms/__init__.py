"""What each printed form says, from what the product knows of a claim, an advance or a hospital's payments."""
