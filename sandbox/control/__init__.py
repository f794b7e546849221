"""The sandbox's levers: faults, clock, notifications, and the ledger that tells what truly happened."""
