"""What is in a spreadsheet file, cell by cell, whatever its format; what it means is `io.sheets`."""
