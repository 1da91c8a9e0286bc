"""Complaints that come later: lags, triangles, nowcasts and ages."""
