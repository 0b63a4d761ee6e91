//! The strip of the tour above the messages: what is offered, or what to do now.

use ratatui::layout::Rect;

use crate::command::{CommandId, Context};
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;
use crate::tui::tour::{Step, Tour};

/// Draws the strip.
pub fn draw(model: &Model, tour: Tour, area: Rect, surface: &mut Surface<'_>) {
    let words = &model.words;
    for x in area.left()..area.right() {
        surface.text(x, area.y, 1, surface.theme.glyphs.lines[0], Role::Border);
    }
    let end = model.key_name(Context::Tour, CommandId::TourEnd);
    let (title, sentence) = match tour {
        Tour::Offered => {
            let keys = [("begin", model.key_name(Context::Tour, CommandId::TourBegin)), ("decline", end)];
            (words.text("tour.offer_title").to_owned(), words.fill("tour.offer", &keys))
        }
        Tour::At(step, _) => {
            let ends = format!(" {} ", words.fill("tour.end", &[("key", end)]));
            surface.text_right(Rect { width: area.width - 2, ..area }, &ends, Role::Quiet);
            let place = Step::ALL.into_iter().position(|one| one == step).map_or(0, |at| at + 1);
            let places = [("step", place.to_string()), ("steps", Step::ALL.len().to_string())];
            (words.fill("tour.title", &places), sentence(model, step))
        }
    };
    surface.text(area.x + 1, area.y, area.width - 1, &format!(" {title} "), Role::Title);
    let lines = lines(&sentence, area.width - 4, surface);
    for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
        surface.text(area.x + 2, y, area.width - 4, line, Role::Notice);
    }
}

/// The sentence in lines. Names of keys and English words stay whole, and no line begins with a closing sign.
fn lines(sentence: &str, room: u16, surface: &Surface<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(sentence) {
        match lines.last_mut() {
            Some(line) if surface.columns(line) + surface.columns(&piece) <= room => line.push_str(&piece),
            _ if piece == " " => {}
            _ => lines.push(piece),
        }
    }
    lines
}

/// What stays together on a line.
fn pieces(sentence: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in sentence.chars() {
        let joins = |before: char| {
            "。、）」".contains(c) || "（「".contains(before) || c.is_ascii_graphic() && before.is_ascii_graphic()
        };
        match pieces.last_mut() {
            Some(piece) if piece.chars().next_back().is_some_and(joins) => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

/// What to do, with the names of the keys in force.
fn sentence(model: &Model, step: Step) -> String {
    let list = |command| model.keymap.keys_of(Context::List, command).into_iter().next().unwrap_or_default();
    let key = |context, command| model.keymap.keys_of(context, command).into_iter().next().unwrap_or_default();
    match step {
        Step::Today => {
            let keys = [("today", list(CommandId::TodayOpen)), ("enter", key(Context::Today, CommandId::TodayEnter))];
            model.words.fill("tour.step.today", &keys)
        }
        Step::Search => {
            let keys =
                [("search", list(CommandId::ListSearch)), ("accept", key(Context::Search, CommandId::SearchAccept))];
            model.words.fill("tour.step.search", &keys)
        }
        Step::MarkAll => {
            let keys = [("all", list(CommandId::MarkAll)), ("toggle", list(CommandId::MarkToggle))];
            model.words.fill("tour.step.mark_all", &keys)
        }
        Step::Choose => {
            let keys =
                [("status", list(CommandId::SetStatus)), ("choose", key(Context::Status, CommandId::StatusChoose))];
            model.words.fill("tour.step.choose", &keys)
        }
        Step::Execute => {
            let keys = [("execute", key(Context::Batch, CommandId::BatchExecute))];
            model.words.fill("tour.step.execute", &keys)
        }
        Step::Undo => model.words.fill("tour.step.undo", &[("undo", list(CommandId::Undo))]),
        Step::Open => {
            let keys = [
                ("cursor", model.theme.glyphs.cursor.to_owned()),
                ("open", list(CommandId::RecordOpen)),
                ("close", key(Context::Record, CommandId::LayerClose)),
            ];
            model.words.fill("tour.step.open", &keys)
        }
        Step::Help => {
            let keys = [("help", list(CommandId::HelpOpen)), ("close", key(Context::Help, CommandId::LayerClose))];
            model.words.fill("tour.step.help", &keys)
        }
    }
}
