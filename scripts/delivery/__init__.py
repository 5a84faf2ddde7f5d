"""Delivery of alerts: who is told what, once, and what became of it."""
