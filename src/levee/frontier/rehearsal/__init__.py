"""Scripted agents that stand in for a model, to try the process: what they score says nothing of any model."""
