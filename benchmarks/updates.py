"""The same raw updates for everybody: 50 learners who type "1" in turn.

Only the standard library, so that the peers can read it in their own environment.
"""

import json

LEARNERS = 50
TURNS = 12_800
PEER_TURNS = 3_200
BATCH = 256


def raw_updates(count: int, first: int = 1) -> list[bytes]:
    """That many message updates as Telegram sends them, ids counting up from `first`."""
    return [
        json.dumps(
            {
                "update_id": first + n,
                "message": {
                    "message_id": first + n,
                    "date": 1_795_485_600,
                    "chat": {"id": 1000 + n % LEARNERS, "type": "private", "first_name": "Lan"},
                    "from": {
                        "id": 1000 + n % LEARNERS,
                        "is_bot": False,
                        "first_name": "Lan",
                        "language_code": "vi",
                    },
                    "text": "1",
                },
            }
        ).encode()
        for n in range(count)
    ]
