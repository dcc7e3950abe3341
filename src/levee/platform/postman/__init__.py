"""The postman: a small process of its own that hands letters to the mail server, each once.

A worker can be killed between the server's "250" and its own note of it. It would then send the letter again. The
postman outlives it, knows which letters left, and answers for those without sending them twice.
"""

from levee.platform.postman.client import Postman
from levee.platform.postman.letters import Answer, FolderPost, Outcome, Outgoing, Post

__all__ = ["Answer", "FolderPost", "Outcome", "Outgoing", "Post", "Postman"]
