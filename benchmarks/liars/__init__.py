"""Worlds with known truth that try to fool the verdict, and the count of how often they do."""
