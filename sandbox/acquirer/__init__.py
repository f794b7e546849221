"""An acquirer that speaks YooKassa's API v3: payments, refunds, saved cards, notifications and the hosted card page."""
