//! The question before leaving while work runs: what runs, how far it is, and what leaving means for it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::format::grouped;
use crate::tui::jobs::Job;
use crate::tui::layout;
use crate::tui::message::Work;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::text;
use crate::tui::theme::Role;

/// Whether leaving asks because of this work. Looking something up is begun again in a moment.
#[must_use]
pub fn asks(job: &Job) -> bool {
    job.work.writes() || matches!(job.work, Work::Export | Work::Import)
}

/// Draws the question over the screen.
pub fn draw(model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
    let words = &model.words;
    let width = screen.width.min(70);
    let room = width.saturating_sub(6);
    let wrapped = |sentence: &str| text::wrap(sentence, room, model.theme.policy, text::Gaiji::Mark);
    let jobs: Vec<&Job> = model.work.running().iter().filter(|job| asks(job)).collect();
    let question = words.text(if jobs.is_empty() { "leave.ended" } else { "leave.question" });
    let mut lines: Vec<(String, Role)> = wrapped(question).into_iter().map(|line| (line, Role::Text)).collect();
    // A line for the question, two for the border, two for the keys.
    let most = usize::from(screen.height.saturating_sub(5)).max(1);
    for (at, job) in jobs.iter().enumerate() {
        let head = format!("{}  {}  {}", job.name(words), job.state_words(model), job.time_words(words));
        let mut more = vec![(String::new(), Role::Text)];
        more.extend(wrapped(head.trim_end()).into_iter().map(|line| (line, Role::Label)));
        let means = format!("  {}", words.text(&job.meaning_key("leave")));
        more.extend(wrapped(&means).into_iter().map(|line| (line, Role::Text)));
        if lines.len() + more.len() > most {
            let left = grouped((jobs.len() - at) as u64);
            lines.push((words.fill("jobs.and_more", &[("count", left)]), Role::Quiet));
            break;
        }
        lines.extend(more);
    }
    let keys = [
        ("leave", model.key_name(Context::Leave, CommandId::LeaveNow)),
        ("stay", model.key_name(Context::Leave, CommandId::LayerClose)),
    ];
    lines.push((String::new(), Role::Text));
    lines.push((words.fill("leave.keys", &keys), Role::Quiet));
    let area = layout::dialog(screen, width, lines.len() as u16 + 2);
    let inner = surface.boxed(area, words.text("leave.title"));
    for (y, (line, role)) in (inner.top()..inner.bottom()).zip(&lines) {
        surface.text(inner.x, y, inner.width, line, *role);
    }
    inner.as_position()
}
