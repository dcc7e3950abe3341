"""What can be done about organisations, people, tokens and consents, one verb or two per file."""

from levee.identity.consents import give_consent, withdraw_consent
from levee.identity.forgetting import forget
from levee.identity.services.accounts import principals_of, set_up_account
from levee.identity.services.answering import answer_terms
from levee.identity.services.links import address_of_link, make_link, use_link, write_link
from levee.identity.services.maintainers import add_maintainer, add_maintainer_anew
from levee.identity.services.members import add_member, end_member, write_member
from levee.identity.services.organisations import add_organisation, let_in, write_organisation
from levee.identity.services.tokens import authenticate, issue_token, revoke_token
from levee.identity.ways_in import SESSION_KEY

__all__ = [
    "SESSION_KEY",
    "add_maintainer",
    "add_maintainer_anew",
    "add_member",
    "add_organisation",
    "address_of_link",
    "answer_terms",
    "authenticate",
    "end_member",
    "forget",
    "give_consent",
    "issue_token",
    "let_in",
    "make_link",
    "principals_of",
    "revoke_token",
    "set_up_account",
    "use_link",
    "withdraw_consent",
    "write_link",
    "write_member",
    "write_organisation",
]
