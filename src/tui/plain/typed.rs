//! Text that is being typed, echoed as it is typed: what comes to its end is written, what goes from its end is rubbed
//! out, and after any other change the field is written again on a line of its own.

use super::voice::Voice;

/// A field as it stands on the open line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// Which field: another one gets a line of its own.
    pub focus: String,
    text: String,
    behind: String,
}

impl Echo {
    /// Begins with a field: its label, and what stands in it. A text that typing would replace is only named.
    pub fn begin(focus: String, label: &str, (text, behind): (String, String), voice: &mut Voice) -> Self {
        if text.is_empty() || !label.ends_with(&text) {
            let colon = if label.trim_end().ends_with([':', '：']) { " " } else { ": " };
            voice.prompt(&format!("{}{colon}{text}", label.trim_end()));
        } else {
            voice.prompt(label);
        }
        Self { focus, text, behind }
    }

    /// Echoes what became of the field.
    pub fn follow(&mut self, (text, behind): (String, String), voice: &mut Voice) {
        if let Some(more) = text.strip_prefix(self.text.as_str()).filter(|more| !more.is_empty()) {
            voice.more(more);
        } else if let Some(less) = self.text.strip_prefix(text.as_str()).filter(|less| !less.is_empty()) {
            if voice.is_open() {
                voice.rub_out(less);
            } else {
                voice.prompt(&text);
            }
        } else if text != self.text {
            voice.prompt(&text);
        } else if behind != self.behind {
            // Only the caret has moved: what it stands before is told.
            voice.prompt(if behind.is_empty() { &text } else { &behind });
        }
        (self.text, self.behind) = (text, behind);
    }
}
