"""Bringing versions to the market."""

from doctorlike.products.commands.drafting import discard_draft, publish_draft, save_draft, start_draft
from doctorlike.products.commands.publishing import publish_version, seed_demo_product

__all__ = ["discard_draft", "publish_draft", "publish_version", "save_draft", "seed_demo_product", "start_draft"]
