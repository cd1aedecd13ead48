"""What a learner's words mean: a wish, a danger, a secret, an option, a yes.

Pure: text and vocabulary in, meaning out. The rule above all others: what is not
understood is `Unread` or `Unsure`, never a wrong answer. The words themselves are data,
in `wording/words.yaml`, `spelling.yaml`, `danger.yaml` and `examples/`.

    vocabulary.py        the vocabulary, compiled
    reading_words.py     how a phrase is found
    reading_patterns.py  the little language of its patterns
    reading_parts.py     a message in parts, and what is taken back
    reading_choice.py    which option is meant: by its label
    reading_labels.py    … in its words, and reading_likeness.py in nearly its letters
    reading_numbers.py   … by its number
    reading_answers.py   … by what people say for it
    reading_several.py   several steps or lines in one message
    reading_pairs.py     pairs in one message
    reading_yes.py       yes and no, Đúng and Sai
    reading_statement.py Đúng and Sai in the words of what is stated
    reading_wish.py      the words understood at any moment
    reading_likely.py    wishes that no rule surely reads, by examples
    reading_learnt.py    … and how they are weighed
    reading_danger.py    words of danger
    reading_cries.py     danger that no rule tells, by examples
    reading_secret.py    numbers that are never kept
    reading_asked.py     a part of the day, a form of address
    reading_typed.py     a phrase that was to be typed

Leads in: `step`, screens, kinds. Source: learner-experience.md 2 to 5; curriculum.md 2.
"""

from bot.conversation.reading_answers import (
    is_rather_a_wish,
    likely_answer,
    likely_outcome,
    likely_side,
)
from bot.conversation.reading_asked import (
    Part,
    read_pair,
    read_part,
    read_progress,
    says_elsewhere,
)
from bot.conversation.reading_choice import (
    is_in_doubt,
    read_choice,
    read_exactly,
    read_label,
    tells_of_past,
)
from bot.conversation.reading_cries import is_calm, likely_danger
from bot.conversation.reading_danger import (
    danger_kind,
    happened,
    is_talk,
    is_verdict,
    may_be_urgent,
    may_have_met,
)
from bot.conversation.reading_labels import says_more
from bot.conversation.reading_likely import likely_wish
from bot.conversation.reading_numbers import (
    Choice,
    Chosen,
    OutOfRange,
    Reading,
    Unread,
    Unsure,
    read_numbers,
)
from bot.conversation.reading_pairs import read_pairs
from bot.conversation.reading_secret import is_secret
from bot.conversation.reading_several import Told, read_lines, read_steps
from bot.conversation.reading_statement import read_of_statement
from bot.conversation.reading_typed import Typed, compare_typed
from bot.conversation.reading_wish import read_task, whole_wish, wish
from bot.conversation.reading_yes import leans, read_truth, read_yes_no
from bot.conversation.vocabulary import (
    LEARNT_FILE,
    VOCABULARY_FILES,
    Intent,
    Vocabulary,
    vocabulary,
)

__all__ = [
    "LEARNT_FILE",
    "VOCABULARY_FILES",
    "Choice",
    "Chosen",
    "Intent",
    "OutOfRange",
    "Part",
    "Reading",
    "Told",
    "Typed",
    "Unread",
    "Unsure",
    "Vocabulary",
    "compare_typed",
    "danger_kind",
    "happened",
    "is_calm",
    "is_in_doubt",
    "is_rather_a_wish",
    "is_secret",
    "is_talk",
    "is_verdict",
    "leans",
    "likely_answer",
    "likely_danger",
    "likely_outcome",
    "likely_side",
    "likely_wish",
    "may_be_urgent",
    "may_have_met",
    "read_choice",
    "read_exactly",
    "read_label",
    "read_lines",
    "read_numbers",
    "read_of_statement",
    "read_pair",
    "read_pairs",
    "read_part",
    "read_progress",
    "read_steps",
    "read_task",
    "read_truth",
    "read_yes_no",
    "says_elsewhere",
    "says_more",
    "tells_of_past",
    "vocabulary",
    "whole_wish",
    "wish",
]
