"""A government identity service that speaks as ЕСИА does: authorization code, signed requests, data of a person."""
