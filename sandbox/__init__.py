"""The world outside, for the embedded set-up and the tests: an acquirer, an SMS provider and a mail server.

It shares nothing with the product but the wire: own process, own storage, HTTP and SMTP only, so that the
product meets it exactly as it would meet the real ones.
"""
