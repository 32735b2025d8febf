"""Verifies Comprehensive Learner Records, Open Badges and other Verifiable Credentials."""
