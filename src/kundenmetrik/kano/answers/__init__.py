"""Pairs of answers: questionnaires, wordings, columns and their counts."""
