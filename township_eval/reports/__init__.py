"""An evaluation shown: the result workbook. Nothing is scored here."""
