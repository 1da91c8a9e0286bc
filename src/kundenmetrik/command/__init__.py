"""The command ``kundenmetrik``: scorecard, check, init, verify, demo."""
