"""What the keys and words of a scheme file are called in a Chinese sheet, and what they mean."""

from township_eval.scheme.fields.choices import CHOICES, Choice, choice_of, choice_words, nearest_choice
from township_eval.scheme.fields.field import Field
from township_eval.scheme.fields.labels import FIELDS, field_of

__all__ = ["CHOICES", "FIELDS", "Choice", "Field", "choice_of", "choice_words", "field_of", "nearest_choice"]
