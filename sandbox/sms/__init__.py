"""An SMS provider that speaks sms.ru's HTTP API and keeps every message for people and tests to read."""
