//! The one pair that turns item values into the text of `app.items` and back: a JSON array, absent = null.

/// Encodes values.
pub(super) fn encode(values: &[Option<String>]) -> String {
    // Strings and nulls always have a JSON form; the fallback is never met.
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}

/// Decodes values.
pub(super) fn decode(text: &str) -> Option<Vec<Option<String>>> {
    serde_json::from_str(text).ok()
}
