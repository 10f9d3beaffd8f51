"""The forms a survey is handed in as: single answers, counts of answers, or means with their spread."""
