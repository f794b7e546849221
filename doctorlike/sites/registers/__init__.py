"""Registers sent, looked through and answered: the same pages at a clinic's reception and at the insurer's desk."""
