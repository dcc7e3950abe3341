from levee.feeds.services.choosing import add, ask_load, ask_pull
from levee.feeds.services.ending import remove, start, stop
from levee.feeds.services.publishing import found_root, publish, renew_root
from levee.feeds.services.running import by_hand, by_name, load, pull

__all__ = [
    "add",
    "ask_load",
    "ask_pull",
    "by_hand",
    "by_name",
    "found_root",
    "load",
    "publish",
    "pull",
    "remove",
    "renew_root",
    "start",
    "stop",
]
