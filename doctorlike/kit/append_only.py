"""Tables whose rows the database itself refuses to change or delete."""

import pgtrigger

APPEND_ONLY = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
