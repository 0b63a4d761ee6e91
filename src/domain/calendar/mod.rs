//! Dates as the field writes them: 和暦 and Western, with or without a time.
