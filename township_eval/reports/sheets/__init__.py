"""The sheets of a report: each module makes one sheet, or one family of sheets, of a `View`."""
