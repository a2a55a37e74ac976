"""Whole minutes and exact money: tables to check by head, and sums that hold to the last cent."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.rounding import (
    amount_of,
    billable_minutes,
    draw_value,
    format_hours,
    invoice_quantity,
    money,
    to_hours,
    to_minutes,
)

digits = st.sampled_from([0, 2, 3])
minutes = st.integers(0, 6000)
cents = st.integers(0, 10**7)
rates = st.decimals(0, 500, places=2)


def rounded(fraction, places):
    """Return a fraction that is not negative with ``places`` decimals, the half rounded up."""
    return Fraction(floor(fraction * 10**places + Fraction(1, 2)), 10**places)


@pytest.mark.parametrize(
    ("hours", "answer"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(1.5, 90, id="an hour and a half"),
        pytest.param(1 / 3, 20, id="a third of an hour"),
        pytest.param(0.1 + 0.2, 18, id="a sum that a float only nearly holds"),
        pytest.param(1.33, 80, id="1.33 on a screen of two digits is 79.8 minutes"),
        pytest.param(0.0249, 1, id="just under one and a half minutes"),
        pytest.param(0.025, 2, id="one and a half minutes go up"),
        pytest.param(0.175, 11, id="ten and a half minutes go up, though the float is below"),
        pytest.param(-0.025, -2, id="a correction rounds like what it corrects"),
        pytest.param(Decimal("0.175"), 11, id="an exact decimal"),
        pytest.param(40, 2400, id="whole hours"),
    ],
)
def test_hours_become_the_nearest_whole_minutes(hours, answer):
    assert to_minutes(hours) == answer
    assert isinstance(to_minutes(hours), int)


@given(st.integers(-(10**6), 10**6))
def test_minutes_survive_being_shown_as_hours(number):
    assert to_minutes(to_hours(number)) == number


def test_ninety_minutes_are_one_and_a_half_hours_on_a_screen():
    assert to_hours(90) == 1.5


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0:00"),
        (5, "0:05"),
        (59, "0:59"),
        (60, "1:00"),
        (90, "1:30"),
        (6001, "100:01"),
        (-5, "-0:05"),
        (-90, "-1:30"),
    ],
)
def test_minutes_are_written_as_people_write_hours(number, text):
    assert format_hours(number) == text


def test_hours_that_come_may_have_their_plus():
    assert [format_hours(number, plus="+") for number in (300, 0, -105)] == [
        "+5:00",
        "+0:00",
        "-1:45",
    ]


@pytest.mark.parametrize(
    ("amount", "places", "answer"),
    [
        pytest.param("1.005", 2, "1.01", id="half a cent goes up"),
        pytest.param("1.025", 2, "1.03", id="half a cent goes up, also to an odd cent"),
        pytest.param("-1.005", 2, "-1.01", id="a credit rounds like what it credits"),
        pytest.param(1.005, 2, "1.01", id="a float means what it shows"),
        pytest.param(0.1, 2, "0.10", id="a tenth"),
        pytest.param("1.0049999", 2, "1.00", id="nearly half a cent goes down"),
        pytest.param(7, 2, "7.00", id="a whole number gets its cents"),
        pytest.param("99.5", 0, "100", id="a currency without cents"),
        pytest.param("0.0005", 3, "0.001", id="a currency of three digits"),
    ],
)
def test_money_has_the_digits_of_its_currency(amount, places, answer):
    assert str(money(amount, places)) == answer


@pytest.mark.parametrize(
    ("value", "drawn", "left", "answer"),
    [
        pytest.param("800", 60, 1200, "40.00", id="an hour of twenty at 40 is 40"),
        pytest.param("800", 1200, 1200, "800.00", id="all minutes take all the money"),
        pytest.param("0.65", 5, 5, "0.65", id="the last minutes take exactly what remains"),
        pytest.param("100", 1, 3, "33.33", id="a third of a hundred"),
        pytest.param("0.01", 1, 2, "0.01", id="half a cent goes up"),
        pytest.param("0.01", 1, 3, "0.00", id="a third of a cent is nothing yet"),
        pytest.param("800", 0, 1200, "0.00", id="no minutes cost nothing"),
        pytest.param("0", 60, 120, "0.00", id="granted hours without value stay without value"),
        pytest.param("0", 0, 0, "0.00", id="an empty pack"),
    ],
)
def test_a_draw_takes_its_share_of_what_is_left(value, drawn, left, answer):
    assert str(draw_value(Decimal(value), drawn, left)) == answer


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        pytest.param(61, 60, id="one too many"),
        pytest.param(-1, 60, id="a negative draw"),
        pytest.param(1, 0, id="from an empty pack"),
    ],
)
def test_more_than_there_is_cannot_be_drawn(drawn, left):
    with pytest.raises(ValueError, match=f"cannot draw {drawn} of {left} minutes"):
        draw_value(Decimal(10), drawn, left)


@given(cents, st.lists(st.integers(1, 90), min_size=1, max_size=60), digits)
def test_the_draws_of_a_pack_add_up_to_its_value_in_whatever_steps_it_is_used(units, steps, places):
    value = left = Decimal(units).scaleb(-places)
    minutes_left = sum(steps)
    taken = []
    for step in steps:
        taken.append(draw_value(left, step, minutes_left, places))
        left -= taken[-1]
        minutes_left -= step
        assert taken[-1] >= 0
        assert left >= 0
    assert sum(taken) == value


def test_a_pack_of_twenty_hours_used_minute_by_minute_ends_at_nothing():
    left = Decimal("800.00")
    for minutes_left in range(1200, 0, -1):
        left -= draw_value(left, 1, minutes_left)
        assert left >= 0
    assert left == 0


@given(cents, minutes, minutes, digits)
def test_a_draw_is_the_fair_share_to_the_last_digit(units, drawn, rest, places):
    value = Decimal(units).scaleb(-places)
    share = Fraction(value) * drawn / max(drawn + rest, 1)
    assert Fraction(draw_value(value, drawn, drawn + rest, places)) == rounded(share, places)


@pytest.mark.parametrize(
    ("number", "rate", "answer"),
    [
        pytest.param(80, 50, "66.67", id="1:20 at 50 is 66.67, not 66.50"),
        pytest.param(20, 50, "16.67", id="twenty minutes at 50"),
        pytest.param(60, 49.99, "49.99", id="an hour is the rate"),
        pytest.param(1, 0.3, "0.01", id="half a cent goes up"),
        pytest.param(90, Decimal("33.335"), "50.00", id="a rate of three digits is not cut first"),
        pytest.param(0, 50, "0.00", id="no time"),
    ],
)
def test_time_has_a_price_to_the_cent(number, rate, answer):
    assert str(amount_of(number, rate)) == answer


@given(minutes, rates, digits)
def test_a_price_is_rounded_once_and_at_the_end(number, rate, places):
    exact = Fraction(rate) * number / 60
    assert Fraction(amount_of(number, rate, places)) == rounded(exact, places)


@pytest.mark.parametrize(
    ("worked", "approved", "increment", "minimum", "answer"),
    [
        pytest.param(50, 120, 0, 0, 50, id="to the minute when nothing else is agreed"),
        pytest.param(50, 120, 15, 0, 60, id="up to the quarter of an hour"),
        pytest.param(60, 120, 15, 0, 60, id="a full quarter stays"),
        pytest.param(61, 120, 15, 0, 75, id="a minute more opens the next quarter"),
        pytest.param(5, 120, 15, 30, 30, id="at least the minimum"),
        pytest.param(5, 120, 15, 20, 30, id="the minimum, up to the increment"),
        pytest.param(5, 10, 15, 30, 10, id="never more than was approved"),
        pytest.param(115, 118, 15, 0, 118, id="the increment does not reach beyond consent"),
        pytest.param(200, 120, 15, 0, 120, id="work beyond consent is not billed"),
        pytest.param(0, 120, 15, 30, 0, id="nothing worked is nothing billed"),
        pytest.param(-5, 120, 15, 30, 0, id="more taken back than worked is nothing billed"),
        pytest.param(50, 0, 15, 30, 0, id="nothing approved is nothing billed"),
    ],
)
def test_a_job_is_billed_as_agreed(worked, approved, increment, minimum, answer):
    assert billable_minutes(worked, approved, increment, minimum) == answer


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 60), st.integers(0, 90))
def test_counting_on_to_the_next_full_increment_gives_the_same(worked, approved, step, minimum):
    count = worked
    while count < minimum or count % step:
        count += 1
    while count > approved:
        count -= 1
    assert billable_minutes(worked, approved, step, minimum) == count


@pytest.mark.parametrize(
    ("minutes", "rate", "quantity"),
    [
        pytest.param(90, 50, 1.5, id="an hour and a half"),
        pytest.param(
            15,
            "33.33",
            None,
            id="a quarter at 33.33 costs 8.3325: the cent decides, not the product",
        ),
        pytest.param(3, 50, 0.05, id="three minutes are five hundredths"),
        pytest.param(80, 50, None, id="1:20 h is not 1.33 h"),
        pytest.param(20, 30, None, id="a third of an hour, though its price is round"),
        pytest.param(0, 50, 0.0, id="nothing"),
    ],
)
def test_the_quantity_of_an_invoice_line_is_exact_or_there_is_none(minutes, rate, quantity):
    assert invoice_quantity(minutes, Decimal(rate)) == quantity


@given(minutes, rates)
def test_a_quantity_times_the_rate_is_the_price_to_the_cent(number, rate):
    quantity = invoice_quantity(number, rate)
    if quantity is not None:
        assert money(quantity) * rate == amount_of(number, rate), "without rounding"
        assert to_minutes(quantity) == number
