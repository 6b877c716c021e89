"""The shapes a report of `check` comes in: one file for each, `table` names them."""
