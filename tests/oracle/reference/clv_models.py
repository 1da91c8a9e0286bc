"""Make clv_models.csv.gz: reference values of the repeat-buying models, by mpmath at 50 digits.

Run by hand: ``python tests/oracle/reference/clv_models.py``. Every quantity is computed by another road than in the
library: hypergeometric closed forms and adaptive integrals, with extra digits where a form has a pole.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import mpmath as mp
import numpy as np

SEED = 20_260_101
ROWS = 1_000
TARGET = Path(__file__).with_name("clv_models.csv.gz")
NUDGE = mp.mpf(10) ** -30
"""A pole is stepped around by this much, at 90 digits."""


def value(x: float) -> mp.mpf:
    return mp.mpf(float(x))


def log_beta(a: mp.mpf, b: mp.mpf) -> mp.mpf:
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def geometric_likelihood(p: list[float], x: int, last: float, age: float, offset: int) -> mp.mpf:
    r, alpha, a, b = map(value, p)
    total, d, last, age = r + x, x + offset, value(last), value(age)
    level = mp.loggamma(total) - mp.loggamma(r) + r * mp.log(alpha) + log_beta(a, b + d) - log_beta(a, b)
    bracket = (alpha + age) ** -total
    if d > 0:
        bracket += a / (b + d - 1) * (alpha + last) ** -total
    return level + mp.log(bracket)


def geometric_odds(p: list[float], x: int, last: float, age: float, offset: int) -> mp.mpf:
    r, alpha, a, b = map(value, p)
    d = x + offset
    if d == 0:
        return mp.mpf(0)
    return a / (b + d - 1) * ((alpha + value(age)) / (alpha + value(last))) ** (r + x)


def geometric_expected(p: list[float], x: int, last: float, age: float, t: float, offset: int) -> mp.mpf:
    """1 - 2F1(R, a - 1; c; -z) times c / (a - 1), stepping around a = 1 and c = 0."""
    r, alpha, a, b = map(value, p)
    left = b + x + offset
    if abs(a - 1) < NUDGE:
        a += NUDGE
    c = a + left - 1
    if abs(c) < NUDGE:
        a, c = a + NUDGE, c + NUDGE
    z = value(t) / (alpha + value(age))
    alive = 1 / (1 + geometric_odds(p, x, last, age, offset))
    return alive * c / (a - 1) * (1 - mp.hyp2f1(r + x, a - 1, c, -z))


def geometric_pmf(p: list[float], x: int, last: float, age: float, t: float, n: int, offset: int) -> mp.mpf:
    """The mean over p and lambda written out: stay n times, or leave with the n-th purchase."""
    r, alpha, a, b = map(value, p)
    left, shape, scale, t = b + x + offset, r + x, alpha + value(age), value(t)
    alive = 1 / (1 + geometric_odds(p, x, last, age, offset))
    y = t / (scale + t)
    count = mp.rf(shape, n) / mp.factorial(n) * (1 - y) ** shape * y**n
    stay = mp.rf(left, n) / mp.rf(a + left, n) * count
    if n == 0:
        return alive * stay + (1 - alive)
    leave = a * mp.rf(left, n - 1) / mp.rf(a + left, n) * mp.betainc(n, shape, 0, y, regularized=True)
    return alive * (stay + leave)


def pareto_integral(p: list[float], x: int, last: float, age: float) -> mp.mpf:
    """s times the integral of (alpha + u)^-(r + x) (beta + u)^-(s + 1), by adaptive quadrature in a log variable."""
    r, alpha, s, beta = map(value, p)
    last, age = value(last), value(age)
    if age == last:
        return mp.mpf(0)
    near = min(alpha, beta) + last
    level = -(r + x) * mp.log(alpha + last) - (s + 1) * mp.log(beta + last)

    def inside(v: mp.mpf) -> mp.mpf:
        u = near * mp.expm1(v)
        return mp.exp(-(r + x) * mp.log(alpha + last + u) - (s + 1) * mp.log(beta + last + u) - level) * (near + u)

    end = mp.log1p((age - last) / near)
    steep = (r + x) * near / (alpha + last) + (s + 1) * near / (beta + last)
    cuts = sorted({mp.mpf(0), end, *(min(end, k / steep) for k in (1, 4, 16, 64, 256))})
    return s * mp.exp(level) * mp.quad(inside, cuts)


def pareto_likelihood(p: list[float], x: int, last: float, age: float) -> tuple[mp.mpf, mp.mpf]:
    r, alpha, s, beta = map(value, p)
    alive = (alpha + value(age)) ** -(r + x) * (beta + value(age)) ** -s
    dead = pareto_integral(p, x, last, age)
    level = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
    return level + mp.log(alive + dead), alive / (alive + dead)


def pareto_expected(p: list[float], x: int, last: float, age: float, t: float, rate: float | None) -> mp.mpf:
    """The expected purchases in t; with a rate, those discounted for ever."""
    r, alpha, s, beta = map(value, p)
    scale, wait = alpha + value(age), beta + value(age)
    if rate is not None:
        z = value(rate) * wait
        amount = mp.exp(z) * mp.expint(s, z) if s != 1 else mp.exp(z) * mp.e1(z)
    else:
        ratio = 1 + value(t) / wait
        amount = mp.log(ratio) if s == 1 else (1 - ratio ** (1 - s)) / (s - 1)
    return pareto_likelihood(p, x, last, age)[1] * (r + x) / scale * wait * amount


def pareto_pmf(p: list[float], x: int, last: float, age: float, t: float, n: int) -> mp.mpf:
    """Those who live through the horizon with n purchases, and those who leave before with n made."""
    r, alpha, s, beta = map(value, p)
    alive = pareto_likelihood(p, x, last, age)[1]
    shape, scale, wait, t = r + x, alpha + value(age), beta + value(age), value(t)
    level = mp.loggamma(shape + n) - mp.loggamma(shape) - mp.loggamma(n + 1)

    def count(u: mp.mpf) -> mp.mpf:
        return mp.exp(level + (n * mp.log(u / (scale + u)) if n else 0) - shape * mp.log1p(u / scale))

    def inside(v: mp.mpf) -> mp.mpf:
        u = mp.exp(v)
        return count(u) * s / wait * (1 + u / wait) ** (-s - 1) * u

    # The summit in u lies near n scale / shape; cuts around it on the scale of the logarithm.
    width = mp.sqrt(mp.mpf(1) / (n + 1) + 1 / shape)
    peak, end = mp.log((n + mp.mpf(1)) * scale / (shape + s + 1)), mp.log(t)
    near = {peak + k * width for k in (-60, -30, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 30)}
    near |= {mp.log(wait), mp.log(scale), *(end - mp.mpf(k) / (n + 1) for k in (1, 3, 8, 20, 50, 130))}
    cuts = sorted({c for c in near if c < end} | {end})
    left = mp.quad(inside, cuts) if len(cuts) > 1 else mp.mpf(0)
    bought = count(t) * (1 + t / wait) ** -s + left
    return alive * bought + (1 - alive if n == 0 else 0)


def geometric_discounted(p: list[float], x: int, last: float, age: float, rate: float, offset: int) -> mp.mpf:
    """For ever: the integral over time of the rate of buying, 2F1(R + 1, a; a + b; -u / A), discounted."""
    r, alpha, a, b = map(value, p)
    left, shape, scale, rate = b + x + offset, r + x, alpha + value(age), value(rate)
    alive = 1 / (1 + geometric_odds(p, x, last, age, offset))

    def inside(v: mp.mpf) -> mp.mpf:
        u = scale * mp.expm1(v)
        return shape / scale * mp.hyp2f1(shape + 1, a, a + left, -u / scale) * mp.exp(-rate * u) * (scale + u)

    end = mp.log1p(80 / (rate * scale))
    return alive * mp.quad(inside, mp.linspace(0, end, 9))


def history(rng: np.random.Generator) -> tuple[int, float, float]:
    """Draw a customer: heavy buyers, the last purchase at the end, next to it, or long ago."""
    x = int(rng.choice([0, 0, 1, 2, 5, 20, 100, 400, 2_000, 10_000]))
    age = float(10 ** rng.uniform(-2, 3))
    share = float(rng.choice([1.0, 1 - 1e-9, 0.999, rng.uniform(0.01, 1), 0.01]))
    return x, 0.0 if x == 0 else age * share, age


def geometric_parameters(rng: np.random.Generator) -> list[float]:
    a = float(rng.choice([1.0, 1 + 1e-12, 1 + 1e-7, 1 - 1e-9, 0.31, 0.79, 0.01, 10.0, 10 ** rng.uniform(-2, 1.5)]))
    b = float(rng.choice([0.5, 0.05, 2.4, 50.0, 10 ** rng.uniform(-1.5, 2)]))
    return [float(10 ** rng.uniform(-2, 1.5)), float(10 ** rng.uniform(-2, 3)), a, b]


def pareto_parameters(rng: np.random.Generator) -> list[float]:
    alpha = float(10 ** rng.uniform(-2, 3))
    beta = float(rng.choice([alpha, alpha * (1 + 1e-9), alpha * 10 ** rng.uniform(-3, 3), 10 ** rng.uniform(-2, 3)]))
    s = float(rng.choice([1.0, 1 + 1e-12, 0.606, 10 ** rng.uniform(-1.5, 1)]))
    return [float(10 ** rng.uniform(-2, 1)), alpha, s, beta]


def horizon(rng: np.random.Generator) -> float:
    return float(rng.choice([1e5, 39.0, 10 ** rng.uniform(-4, 5)]))


def rows() -> Iterator[list[object]]:
    rng = np.random.default_rng(SEED)
    for _ in range(ROWS):
        offset, p, (x, last, age) = int(rng.integers(2)), geometric_parameters(rng), history(rng)
        t, n = horizon(rng), int(rng.choice([0, 1, 2, 5, 17, 60, 200]))
        known = geometric_likelihood(p, x, last, age, offset)
        mp.mp.dps = 90
        expected = geometric_expected(p, x, last, age, t, offset)
        mp.mp.dps = 50
        alive = 1 / (1 + geometric_odds(p, x, last, age, offset))
        chance = geometric_pmf(p, x, last, age, t, n, offset)
        yield ["geometric", *p, x, last, age, t, n, offset, "", *map(printed, (known, alive, expected, chance)), ""]
    for _ in range(ROWS):
        p, (x, last, age) = pareto_parameters(rng), history(rng)
        t, rate = horizon(rng), float(10 ** rng.uniform(-5, -1))
        known, alive = pareto_likelihood(p, x, last, age)
        ever = pareto_expected(p, x, last, age, t, rate)
        expected = pareto_expected(p, x, last, age, t, None)
        n = int(rng.choice([0, 1, 2, 5, 17, 60, 200]))
        chance = pareto_pmf(p, x, last, age, t, n)
        yield ["pareto", *p, x, last, age, t, n, 0, rate, *map(printed, (known, alive, expected, chance, ever))]
    mp.mp.dps = 25
    for _ in range(ROWS // 10):
        offset, p, (x, last, age) = int(rng.integers(2)), geometric_parameters(rng), history(rng)
        x, rate = min(x, 100), float(10 ** rng.uniform(-4, -1))
        ever = geometric_discounted(p, x, last, age, rate, offset)
        yield ["discounted", *p, x, last, age, "", "", offset, rate, "", "", "", "", printed(ever)]


def printed(number: mp.mpf) -> str:
    return mp.nstr(number, 25)


HEADER = [
    *("model", "p1", "p2", "p3", "p4", "x", "last", "age", "horizon", "n", "offset", "rate"),
    *("log_likelihood", "alive", "expected", "chance", "discounted"),
]


def main() -> None:
    mp.mp.dps = 50
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for row in rows():
        table.writerow([repr(item) if isinstance(item, float) else item for item in row])
    with open(TARGET, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        packed.write(text.getvalue().encode())


if __name__ == "__main__":
    main()
