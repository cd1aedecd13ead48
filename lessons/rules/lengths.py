"""R01–R10, R23: how long things are, how many, and that feedback says why."""

from collections.abc import Iterator

from lessons.fault import Level
from lessons.page import Key
from lessons.rules.script import Finding, Script, Text, count_words, sentences, tokens

# field -> rule, the limit's name, level
_LIMITS: dict[str, tuple[str, str, Level]] = {
    **dict.fromkeys(("say", "intro", "stop_say"), ("R02", "card", "error")),
    **dict.fromkeys(("text", "left", "right", "steps"), ("R05", "option_text", "error")),
    "prompt": ("R07", "prompt", "error"),
    "hint": ("R08", "hint", "warning"),
    "recap": ("R09", "recap", "error"),
    "title": ("R10", "title", "warning"),
    "objective": ("objective", "objective", "warning"),
    **dict.fromkeys(("them", "them_again"), ("roleplay", "roleplay_line", "error")),
}
_FEEDBACK: tuple[str, str, Level] = ("R06", "feedback", "error")
_LONG = frozenset(("say", "recap"))  # several sentences: each is looked at whatever the whole is
_RECAP_LINES = 3
_REASON = 3  # words beside the verdict and the praise
_REASONED = frozenset(
    ("feedback", "feedback_true", "feedback_false", "feedback_right", "feedback_wrong")
)
_MINUTES = (3, 5)
_WORDS_A_MINUTE = 80
_ASK_MINUTES = 0.5
_PRACTICE_MINUTES = 1.0
_MINUTES_OFF = 1.5  # what the sum may differ from what is promised
_REVIEWED = (2, 4)  # curriculum.md section 1.4
_ONLY_PRACTISED = ("ROLEPLAY", "REAL_TASK")  # curriculum.md section 2


def _limit(field: str) -> tuple[str, str, Level] | None:
    return _FEEDBACK if field.startswith("feedback") else _LIMITS.get(field)


def _most(script: Script, text: Text) -> int | None:
    limit = _limit(text.field)
    return script.most(limit[1]) if limit else None


def sentences_are_short(script: Script) -> Iterator[Finding]:
    """R01. A short text that is too long as a whole is told so once, not per sentence."""
    most = script.most("sentence")
    for text in script.texts:
        if text.field in ("objective", "alt"):
            continue
        whole = _most(script, text)
        if text.field not in _LONG and whole is not None and count_words(text.value) > whole:
            continue
        for sentence in sentences(text.value):
            count = count_words(sentence)
            if count > most:
                message = f"a sentence of {count} tiếng; {most} at most"
                mend = f"cut it in two: “{sentence[:40]}…”"
                yield Finding(text.key, "R01", message, mend, said=sentence)


def texts_are_short(script: Script) -> Iterator[Finding]:
    """R02, R05–R10: each kind of text has its limit."""
    for text in script.texts:
        limit, most, count = _limit(text.field), _most(script, text), count_words(text.value)
        if limit and most is not None and count > most:
            message = f"`{text.field}` has {count} tiếng; {most} at most"
            yield Finding(text.key, limit[0], message, "shorten it", limit[2])


def recap_is_short(script: Script) -> Iterator[Finding]:
    """R09: one to three lines."""
    recap = script.tree.get("recap")
    lines = [line for line in recap.splitlines() if line.strip()] if isinstance(recap, str) else []
    if len(lines) > _RECAP_LINES:
        yield Finding(("recap",), "R09", f"{len(lines)} lines; 3 at most", "keep what matters most")


def three_to_six_cards(script: Script) -> Iterator[Finding]:
    """R03: cards that say or show something; questions are not counted."""
    if not script.whole:
        return
    count = sum(bool(card.get("say") or card.get("picture")) for card in script.cards)
    least, most = script.terms.limits.get("cards_min", 0), script.most("cards_max")
    if script.cards and not least <= count <= most:
        mend = f"write {least} to {most} cards with `say` or `picture`"
        yield Finding(("cards",), "R03", f"{count} cards beside the questions", mend)


def one_exercise(script: Script) -> Iterator[Finding]:
    """Exactly one card practises; a role play and a task are only ever that exercise."""
    if not script.whole or script.tree.get("draft"):
        return
    asked = [(key, question.get("type")) for key, question in script.questions()]
    practised = [key for key, _ in asked if key[-1] == "practice"]
    if not practised:
        mend = "write `practice:` in place of the last `ask:`"
        yield Finding(("cards",), "practice", "no card practises", mend)
    for key in practised[1:]:
        yield Finding(key, "practice", "a second exercise", "write `ask:`, or leave it out")
    for key, kind in asked:
        if key[-1] == "ask" and kind in _ONLY_PRACTISED and practised:
            yield Finding(key, "practice", f"{kind} is no question on the way", "write `practice:`")


def two_to_four_come_back(script: Script) -> Iterator[Finding]:
    """What is asked again on later days."""
    review = script.tree.get("review") or []
    if not script.whole or script.tree.get("draft") or not isinstance(review, list):
        return
    least, most = _REVIEWED
    if not least <= len(review) <= most:
        mend = f"name {least} to {most} cards with `ask` or `practice`"
        yield Finding(("review",), "review", f"{len(review)} questions come back", mend)


def feedback_has_a_reason(script: Script) -> Iterator[Finding]:
    """R06: a verdict alone teaches nothing."""
    verdict = {"_", *script.terms.verdicts}
    for text in script.texts:
        if text.field in _REASONED and text.value:
            reason = [word for word in tokens(text.value) if word not in verdict]
            if len(reason) < _REASON:
                message = f"`{text.field}` gives no reason"
                yield Finding(text.key, "R06", message, "say in a few words why")


def minutes_are_true(script: Script) -> Iterator[Finding]:
    """R23: three to five, and near what reading and answering take."""
    minutes = script.tree.get("minutes")
    if not isinstance(minutes, int):
        return
    least, most = _MINUTES
    if not least <= minutes <= most:
        mend = f"write {least} to {most}"
        yield Finding(("minutes",), "R23", f"{minutes} minutes", mend, "warning")
        return
    taken = _taken(script)
    if script.whole and not script.tree.get("draft") and abs(taken - minutes) > _MINUTES_OFF:
        message = f"{minutes} minutes are promised, about {taken:.1f} are taken"
        yield Finding(("minutes",), "R23", message, "change the number or the lesson", "warning")


def _taken(script: Script) -> float:
    """Minutes that a lesson takes: its words once through, its questions, its exercise."""
    words = sum(
        count_words(text.value)
        for text in script.texts
        if text.field in ("say", "recap", "prompt", "text") and not _is_end(text.key)
    )
    asks = sum(key[-1] == "ask" for key, _ in script.questions())
    practices = sum(key[-1] == "practice" for key, _ in script.questions())
    return words / _WORDS_A_MINUTE + asks * _ASK_MINUTES + practices * _PRACTICE_MINUTES


def _is_end(key: Key) -> bool:
    """Part of a role play: which of it is read depends on the way taken."""
    return "ends" in key or "nodes" in key
