"""A weekly report of a shop: answers cleaned, counted by ISO week, with a metric of its own."""

from examples.pipeline.weekly.cleaning import iso_weeks, latest_answers
from examples.pipeline.weekly.promoters import Promoters
from examples.pipeline.weekly.report import weekly_report

__all__ = ["Promoters", "iso_weeks", "latest_answers", "weekly_report"]
