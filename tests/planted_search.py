"""Faults planted in what search keeps; see tests/planted.py."""

from typing import Final

SEARCH: Final = (
    (
        "search",
        {
            "weights_are_of_texts": [
                "update search.weight set weight = weight + 1",
                "delete from search.weight where term = (select min(term) from search.weight)",
                "insert into search.weight (term, product, weight) values ('ghost', 1, 1)",
                "update search.document set frequencies[1] = frequencies[1] + 1",
            ],
            "terms_are_counted": [
                "update search.term set documents = documents + 1",
                "delete from search.term",
            ],
            "texts_are_counted": [
                "update search.statistics set documents = documents + 1",
                "update search.statistics set length = length + 1",
                "update search.statistics set average = average * 2",
            ],
            "texts_have_their_length": [
                "update search.document set length = length + 1",
            ],
        },
    ),
)
