"""Reconciliation: other institutions match their names to our things (W3C Reconciliation Service API 0.2)."""
