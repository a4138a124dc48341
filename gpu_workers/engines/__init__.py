"""Restoration engines: one contract, one table of facts, one windowed pipeline. Plain Python, no Django."""
