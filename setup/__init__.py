"""The embedded set-up: from a bare clone to a running, tested or measured system. Standard library only, but for
`keys`, `assets`: these run once the packages are there."""
