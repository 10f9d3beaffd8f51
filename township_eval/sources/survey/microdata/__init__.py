"""The parts of `survey_estimates`: reading a frame, judging the sample, totals, options, limits."""
