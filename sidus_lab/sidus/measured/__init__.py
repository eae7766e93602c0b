"""Measured boot: what a machine's TPM signs of its start, held against what the server published."""
