"""Fits of the models of repeat buying, and what is predicted from them."""
