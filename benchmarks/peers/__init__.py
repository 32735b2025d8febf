"""The other verifiers that can be installed: each in its own file, each in its own environment."""
