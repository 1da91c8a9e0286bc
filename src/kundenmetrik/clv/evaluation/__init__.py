"""Whether a model can be believed: held-out periods, tracking, scores and backtests."""
