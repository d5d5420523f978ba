"""The sample services: what a department writes itself, on top of the kit."""
