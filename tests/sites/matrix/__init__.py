"""The stage of the access matrix: people, what is theirs, every address of every site, and who should meet what."""
