"""How allauth asks us about phones, codes and who may register."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Ways in by phone and e-mail code."""
