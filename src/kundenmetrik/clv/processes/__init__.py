"""The mathematics of the repeat-buying processes: likelihoods and conditional expectations."""
