"""When a learner may next be written to unasked: rules over the document, nothing else.

`next_nudge_at` says the moment; the scheduler finds it in the learner's row; `step` asks
again before a word is said. What the nudge then asks: `nudge.py`.

    active today ─► tomorrow at the learner's hour ─► nudge 1 ─ no word ─► after 1, 2, 4, 7
      days ─► every 30 ─► three of those ─► listed for a visit; any word starts anew

Source: learner-experience.md section 8 (N1–N8); promises.md P7, P38.
"""

from datetime import datetime, timedelta
from zlib import crc32

import msgspec

from bot.conversation.days import MINUTES_A_DAY, at_second, day_number, minute_number, second_of
from bot.conversation.learner import Learner, Nudges, change, is_welcomed
from bot.conversation.off_days import is_off
from bot.conversation.quiet import DAY_S, MINUTE, NudgeRules, QuietHours, minutes_of

SPREAD_S = 600  # ten minutes either way of the hour
BEFORE_QUIET_S = 300  # a tick and a full outbox take a while; at the quiet hour it is over
LATE = timedelta(hours=2)  # a nudge later than this is skipped
GAPS, MONTH, MONTHLY = (1, 2, 4, 7), 30, 3
MOST_UNANSWERED = 1 + len(GAPS) + MONTHLY
PAUSE_DAYS = 14
# No rule puts a nudge off for longer, Tết and holidays in a row included: what stands
# further ahead was written while the clock ran ahead (promises.md P7).
FARTHEST = timedelta(days=60)


def next_nudge_at(learner: Learner, rules: NudgeRules) -> datetime | None:
    """The moment (aware UTC) of this learner's next nudge; None when none may come.

    Never in quiet hours, never on a day off, never on a day on which the learner wrote or
    was written to unasked. It says nothing of the present: it may be long past.
    """
    if learner.consent != "yes" or learner.stopped or learner.seen_min is None:
        return None
    if learner.hour in ("", "none") or not is_welcomed(learner):
        return None
    nudges = learner.nudges
    if nudges.unanswered > MOST_UNANSWERED:
        return None
    day = max(learner.seen_min // MINUTES_A_DAY + 1, nudges.unasked_on + 1, nudges.not_before)
    if nudges.unanswered:
        day = max(day, nudges.on + gap_days(nudges.unanswered))
    while is_off(day):
        day += 1
    return at_second(day, second_of_day(learner.id, learner.hour, rules.quiet))


def gap_days(unanswered: int) -> int:
    """Days from one nudge to the next after so many without a word."""
    return GAPS[unanswered - 1] if unanswered <= len(GAPS) else MONTH


def second_of_day(learner_id: str, hour: str, quiet: QuietHours) -> int:
    """The learner's own second of the day: their hour, spread by a hash of who they are.

    An hour inside quiet hours (the settings may have changed since) means their end. Within
    five minutes before them no moment lies: it would come too late to be sent.
    """
    spread = crc32(learner_id.encode()) % (2 * SPREAD_S + 1) - SPREAD_S
    wanted = minutes_of(hour) * MINUTE
    if quiet.covers(wanted):
        wanted, spread = quiet.end * MINUTE, abs(spread)
    for second in ((wanted + spread) % DAY_S, (wanted - spread) % DAY_S):
        if not (quiet.covers(second) or quiet.covers((second + BEFORE_QUIET_S) % DAY_S)):
            return second
    # The hour itself is within those five minutes: a little before them.
    return (quiet.start * MINUTE - BEFORE_QUIET_S - abs(spread) // 4) % DAY_S


def expires_at(due_at: datetime, quiet: QuietHours) -> datetime:
    """Until when a nudge is worth sending: two hours, and never into quiet hours."""
    late = due_at + LATE
    silence = quiet.next_start(due_at)
    return late if silence is None else min(late, silence)


def is_too_late(due_at: datetime, now: datetime, quiet: QuietHours) -> bool:
    """Is a nudge that was due then to be skipped now?"""
    is_another_day = day_number(now) != day_number(due_at)
    return now >= expires_at(due_at, quiet) or is_another_day


def asked(learner: Learner, now: datetime) -> Learner:
    """The document after a nudge was asked."""
    today, nudges = day_number(now), learner.nudges
    return change(
        learner,
        nudges=Nudges(today, nudges.unanswered + 1, nudges.count + 1, today, nudges.not_before),
    )


def unasked(learner: Learner, now: datetime) -> Learner:
    """The document after some other message that nobody asked for."""
    said = msgspec.structs.replace(learner.nudges, unasked_on=day_number(now))
    return change(learner, nudges=said)


def passed_over(learner: Learner, now: datetime, days: int = 1) -> Learner:
    """The document when nothing may be asked for so many days, today included."""
    until = day_number(now) + days
    nudges = learner.nudges
    later = msgspec.structs.replace(nudges, not_before=max(nudges.not_before, until))
    return change(learner, nudges=later)


def paused(learner: Learner, now: datetime) -> Learner:
    """The document of one who is ill or has trouble at home: fourteen whole days of peace."""
    return passed_over(learner, now, PAUSE_DAYS + 1)


def given_up(learner: Learner) -> Learner:
    """The document of one who is listed for a visit: nothing more until they write."""
    listed = msgspec.structs.replace(learner.nudges, unanswered=MOST_UNANSWERED + 1)
    return change(learner, nudges=listed)


def answered(learner: Learner) -> Learner:
    """The document after any word of the learner: what was not answered is forgotten."""
    if not learner.nudges.unanswered:
        return learner
    return change(learner, nudges=msgspec.structs.replace(learner.nudges, unanswered=0))


def not_delivered(learner: Learner) -> Learner:
    """The document when the last nudge did not arrive: that is not the learner's silence."""
    nudges = learner.nudges
    fewer = msgspec.structs.replace(nudges, unanswered=max(0, nudges.unanswered - 1))
    return change(learner, nudges=fewer)


def is_answer_open(learner: Learner, now: datetime) -> bool:
    """Does the question of a nudge stand open, asked today or yesterday?"""
    fresh = learner.nudges.unanswered > 0 and day_number(now) - learner.nudges.on <= 1
    return fresh and learner.screen in ("review", "task")


def is_unasked_free(learner: Learner, now: datetime, rules: NudgeRules) -> bool:
    """May anything unasked be said now? One message a day in all, none in quiet hours."""
    free = learner.nudges.unasked_on < day_number(now)
    return free and not learner.stopped and not rules.quiet.covers(second_of(now))


def mended(learner: Learner, now: datetime) -> Learner:
    """The document without days that lie ahead: they were written by a clock gone wrong."""
    today, nudges = day_number(now), learner.nudges
    is_pause = nudges.not_before <= today + PAUSE_DAYS + 1
    sound = Nudges(
        min(nudges.on, today),
        nudges.unanswered,
        nudges.count,
        min(nudges.unasked_on, today),
        nudges.not_before if is_pause else today + 1,
    )
    seen = None if learner.seen_min is None else min(learner.seen_min, minute_number(now))
    if sound == nudges and seen == learner.seen_min:
        return learner
    return change(learner, nudges=sound, seen_min=seen)
