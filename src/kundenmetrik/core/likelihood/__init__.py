"""Maximum likelihood: Newton, profile intervals, the delta method."""
