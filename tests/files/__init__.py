"""Invented treasury exports with their ground truth, and twins wrong in one known place."""
