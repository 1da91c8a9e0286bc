"""The figures of the web shop, as PNG files in a temporary folder, with German words.

python examples/plots.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from matplotlib.figure import Figure

import kundenmetrik as km


def main() -> None:
    shop = km.datasets.webshop(n_customers=3000, seed=7)
    answers = shop.responses.merge(shop.customers[["customer_id", "segment"]], on="customer_id")
    until = shop.interactions["occurred_at"].max()
    nps = km.measure(answers, km.NPS(), by="segment", period="quarter", date="answered_at")
    complaints = km.measure(shop.interactions, km.TGW(), period="month", date="occurred_at")
    counted = complaints.counts.table
    chart = km.monitoring.control_chart(
        counted[:, 0], counted[:, 1], period=[key[0] for key in complaints.groups.keys], method="laney"
    )
    figures = {
        "nps": km.plot.trend(nps, language="de"),
        "nps_segments": km.plot.forest(nps.total("segment"), language="de"),
        "nps_differences": km.plot.differences(nps.total("segment").compare(), language="de"),
        "nps_answers": km.plot.histogram(nps.overall(), language="de"),
        "complaints": km.plot.control_chart(chart, language="de"),
        "cohorts": km.plot.cohorts(
            km.retention.cohorts(shop.interactions, period="quarter", observed_until=until), language="de"
        ),
        "kano": km.plot.kano(km.kano.classify(shop.kano), language="de"),
    }
    folder = Path(tempfile.mkdtemp(prefix="kundenmetrik-"))
    for name, ax in figures.items():
        file = folder / f"{name}.png"
        figure = ax.figure
        if isinstance(figure, Figure):
            figure.savefig(file, dpi=150)  # pyright: ignore[reportUnknownMemberType] - matplotlib's own stubs
        print(file)


if __name__ == "__main__":
    main()
