"""Records at the edge: check a table, say all that is wrong with it, go to records and back."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

import kundenmetrik as km


def main() -> None:
    answers = pd.DataFrame(
        {
            "response_id": ["r-1", "r-2", "r-3", "r-4"],
            "customer_id": [17, 18, None, 19],
            "question": ["nps", "nps", "csat", "nps"],
            "score": [9, 11, 4, None],
            "scale": ["0..10", "0..10", "1..5", "0..10"],
            "answered_at": pd.to_datetime(["2025-03-01 09:30"] * 4),
        }
    )
    print("As it was read:\n")
    print(_said(answers))

    repaired = answers.astype({"customer_id": "Int64"}).drop(index=1)
    print("\nRepaired:", _said(repaired))

    records = km.records(repaired, km.SurveyResponse)
    print("\nThe first record:", records[0].model_dump_json(exclude_none=True))
    print("Back and forth without loss:", km.records(km.to_frame(records), km.SurveyResponse) == records)

    complaint = km.Interaction(
        interaction_id="k-1",
        customer_id=17,
        kind="complaint",
        occurred_at=datetime(2025, 3, 1, 9, 30),
        first_response_at=datetime(2025, 3, 1, 16, 5),
        reason="late delivery",
    )
    print("\nOne complaint as a table:\n")
    print(km.to_frame([complaint]).dropna(axis="columns").T.to_string(header=False))


def _said(frame: pd.DataFrame) -> str:
    """Return what a check says of the frame."""
    try:
        km.check(frame, km.SurveyResponse)
    except km.errors.InvalidData as error:
        return str(error)
    return "every row is a valid survey response"


if __name__ == "__main__":
    main()
