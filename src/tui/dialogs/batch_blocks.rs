//! 補正文の部品 in the batch dialog: the numbers that are typed, and the text that is made of them.

use ratatui::layout::Rect;

use super::batch::{BatchDialog, Focus};
use crate::domain::calendar::{Day, civil, parse_one_day};
use crate::domain::correction::numbers_in;
use crate::messages::Messages;
use crate::office::{CorrectionError, CorrectionParts};
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

impl BatchDialog {
    /// What the text may be made of; `None` where nothing is sent back, or there are no 部品.
    pub(super) fn correction(&self) -> Option<&CorrectionParts> {
        self.plan()?.parts.as_deref().filter(|parts| !parts.blocks.is_empty())
    }

    /// The numbers that were typed, in the order in which they are to stand.
    pub(super) fn picked(&self) -> Vec<u32> {
        let typed = self.correction().and_then(|_| numbers_in(self.blocks.text()));
        typed.unwrap_or_default()
    }

    /// The reason: what was typed, behind the texts of the 部品. Of what can't be said: the part and why.
    pub(super) fn said(&self, until: Option<Day>, words: &Messages) -> Result<String, (Focus, String)> {
        let typed = self.reason.text().trim();
        let Some(parts) = self.correction() else { return Ok(typed.to_owned()) };
        let Some(numbers) = numbers_in(self.blocks.text()) else {
            return Err((Focus::Blocks, words.text("correction.numbers_wrong").to_owned()));
        };
        parts.compose(&numbers, typed, until).map_err(|error| {
            let part = if matches!(error, CorrectionError::WantsUntil(_)) { Focus::Until } else { Focus::Blocks };
            (part, words.explain(&error))
        })
    }

    /// Draws the 部品 that can be picked and the text that they make, as far as there is room.
    pub(super) fn draw_blocks(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) {
        let mut lines: Vec<(String, Role)> = Vec::new();
        let wrapped = |text: &str| text::wrap(text, area.width, surface.theme.policy, Gaiji::Code);
        let plan = self.plan();
        if let Some(broken) = plan.and_then(|plan| plan.parts.as_ref()?.broken.as_ref()) {
            lines.extend(wrapped(&model.words.explain(broken)).into_iter().map(|line| (line, Role::NoticeError)));
        } else if let Some(parts) = self.correction() {
            let each = parts.blocks.iter().map(|block| format!("{} {}", block.number, block.title));
            let mut row = String::new();
            for choice in each {
                let longer = format!("{row}{}{choice}", if row.is_empty() { "" } else { "  " });
                if surface.columns(&longer) > area.width && !row.is_empty() {
                    lines.push((std::mem::replace(&mut row, choice), Role::Quiet));
                } else {
                    row = longer;
                }
            }
            lines.push((row, Role::Quiet));
            // The choice must not take all the room of the text that it makes.
            let most = usize::from(area.height / 2).max(1);
            if lines.len() > most {
                lines.truncate(most);
                if let Some((last, _)) = lines.last_mut() {
                    last.push_str(surface.theme.glyphs.ellipsis);
                }
            }
            if !self.blocks.text().trim().is_empty() {
                let today = model.now.map(|now| civil(&now).date());
                let until = today.and_then(|today| parse_one_day(self.until.text().trim(), today).ok());
                let (text, role) = match self.said(until.map(|dated| dated.value), &model.words) {
                    Ok(text) => (text, Role::Text),
                    Err((_, why)) => (why, Role::Notice),
                };
                lines.extend(wrapped(&text).into_iter().map(|line| (line, role)));
            }
        }
        let room = usize::from(area.height);
        if lines.len() > room && room > 0 {
            lines.truncate(room);
            if let Some((last, _)) = lines.last_mut() {
                last.push_str(surface.theme.glyphs.ellipsis);
            }
        }
        for (y, (line, role)) in (area.top()..area.bottom()).zip(&lines) {
            surface.text(area.x, y, area.width, line, *role);
        }
    }
}
