"""The command `onechop`: starts the demonstration and mounts the rooms' own commands."""
