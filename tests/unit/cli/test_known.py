"""What a code in a file means: a key, a stated code, or the satker that is asked for."""

from cli.known import Known

KNOWN = Known(frozenset({"banjarbaru", "tarakan"}), {"019937": "banjarbaru"}, frozenset({2024}))


def test_a_key_and_a_stated_code_mean_their_satker() -> None:
    meant = KNOWN.satker_of()
    assert [meant(text) for text in ("banjarbaru", "BANJARBARU", "019937", "656553")] == [
        "banjarbaru",
        "banjarbaru",
        "banjarbaru",
        None,
    ]


def test_the_satker_asked_for_answers_to_one_new_code() -> None:
    meant = KNOWN.satker_of("tarakan")
    assert meant("656553") == "tarakan"
    assert meant("656560") is None
    assert meant("656553") == "tarakan"
    assert meant("019937") == "banjarbaru"


def test_a_satker_whose_code_is_known_answers_to_no_other() -> None:
    assert KNOWN.satker_of("banjarbaru")("656553") is None


def test_a_key_that_is_a_code_answers_to_no_other() -> None:
    assert Known().satker_of("007130")("656512") is None


def test_the_only_one_is_named() -> None:
    assert (KNOWN.only_key, KNOWN.only_year) == (None, 2024)
    assert Known(frozenset({"a"})).only_key == "a"
    assert Known().only_year is None
