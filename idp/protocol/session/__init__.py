"""How a login ends, and who hears of it."""
