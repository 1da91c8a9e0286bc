"""Models of contractual lifetimes: sBG, BdW, geometric and discrete Weibull."""
