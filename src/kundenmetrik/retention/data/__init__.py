"""Contracts and logs of activity, as the calculators of retention need them."""
