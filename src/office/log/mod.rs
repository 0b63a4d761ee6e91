//! 操作履歴: the operation log as people read it. By person, application, time and command; who looked at whose data; one
//! operation with what it changed; a file for the privacy officer. Looking at the log is an operation itself, durable
//! before anything is shown.

mod fault;
mod file;
mod filter;
mod item;
mod list;
mod looks;
mod shown;

pub use fault::LogError;
pub use file::{LogFile, LogLines, export_log};
pub use filter::LogFilter;
pub use item::{LogItem, Second};
pub use list::{LogPart, LogStanding, Told, log, log_part, log_standing, look_at_log};
pub use looks::{Look, looks};
pub use shown::{ShownOperation, operation_shown};
