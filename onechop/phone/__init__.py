"""A phone for scripts: what a resident's phone does, without a screen."""
