"""What is given: grants by type, the tokens that come of them, and what those open."""
