//! The real backend: errands of the screen carried to the office, each kind on a thread of its own with a store
//! connection of its own. One thread writes, several read; the screen's thread never waits for any of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::backend::{Backend, Cancel, Reply};
use super::compare_backend;
use super::dialogs::reveal::Seen;
use super::entry_backend;
use super::gate::Gate;
use super::intake_backend::{self, IntakeSetting};
use super::keeper::Keeper;
use super::log_backend;
use super::message::{
    Errand, Explained, ExportFormat, ExportOf, Exported, Listed, Message, Sort, Summary, ViewDone, Work,
};
pub(super) use super::office_rooms::Room;
use super::office_rooms::room;
use super::pace::Pace;
use super::phone_backend;
use super::requests::{Asked, RequestMessage};
use super::requests_backend;
use crate::config;
use crate::domain::application::Instant as Now;
use crate::domain::fault::Fault;
use crate::domain::marks::Marks;
use crate::domain::order::Order;
use crate::domain::query::Query;
use crate::messages::Messages;
use crate::office::{self, Desk, Grounds, KnownView, OfficeError, ReleaseError};
use crate::panics;

/// Opens one more desk at the store of the screen.
pub type OpenDesk = Arc<dyn Fn() -> Result<Desk, OfficeError> + Send + Sync>;

/// The threads of the office.
pub struct OfficeBackend {
    desks: HashMap<Room, Sender<Job>>,
    /// Nothing ever comes here: it closes when the thread that writes has ended.
    writing: Receiver<()>,
    _keeper: Keeper,
}

/// How long leaving waits for a change or a file to end. By then the work has been asked to stop, so what is left is
/// the rest of a transaction, or taking a half-written file away: it holds applicants' data and must not stay behind.
const LEAVING: Duration = Duration::from_secs(5);

impl Drop for OfficeBackend {
    fn drop(&mut self) {
        self.desks.clear();
        let _ended = self.writing.recv_timeout(LEAVING);
    }
}

pub(super) struct Job {
    pub errand: Errand,
    pub reply: Reply,
    pub cancel: Cancel,
}

impl OfficeBackend {
    /// Starts the threads. Those of the first screen have their desks at once: one is `desk`, which is open already. The
    /// others open theirs with their first errand, and what only fills the header in waits for the first rows.
    #[must_use]
    pub fn start(
        open: &OpenDesk,
        desk: Desk,
        messages: &Arc<Messages>,
        shipped: &Arc<Vec<KnownView>>,
        intake: &IntakeSetting,
        clock: fn() -> Now,
    ) -> Self {
        let reading = [Room::Search, Room::Rows, Room::Counts, Room::Plan, Room::Dialogs];
        let rooms = reading.into_iter().chain([
            Room::Compare,
            Room::Write,
            Room::Intake,
            Room::Phone,
            Room::Session,
            Room::Log,
            Room::Chain,
        ]);
        let (writes, writing) = channel::<()>();
        let mut writes = Some(writes);
        let gate = Gate::default();
        let keeper = Keeper::start(open, &gate);
        let mut at_hand = Some(desk);
        let desks = rooms.map(|room| {
            let (sender, jobs) = channel::<Job>();
            let held = if room == Room::Write { writes.take() } else { None };
            let (open, messages) = (Arc::clone(open), Arc::clone(messages));
            let (shipped, intake) = (Arc::clone(shipped), intake.clone());
            let (gate, at_hand) = (gate.clone(), if room == Room::Search { at_hand.take() } else { None });
            thread::spawn(move || {
                let _held = held;
                // What the first screen needs is made ready before its errand comes; should that fail, the errand tries
                // again and tells why. The others would only take its turn on the processor, and hold memory.
                let ready = || match room {
                    Room::Search => at_hand.inspect(|desk| drop(desk.make_ready())),
                    Room::Rows => open().ok(),
                    _ => None,
                };
                let mut desk = catch_unwind(AssertUnwindSafe(ready)).unwrap_or_default();
                for job in jobs {
                    if room == Room::Counts {
                        gate.pass();
                    }
                    let mut clerk = Clerk {
                        desk: &mut desk,
                        open: &open,
                        messages: &messages,
                        shipped: &shipped,
                        intake: &intake,
                        job: &job,
                    };
                    // A panic must not take the answer with it: the screen would wait for ever.
                    if catch_unwind(AssertUnwindSafe(|| clerk.work())).is_err() {
                        desk = None;
                        let broken = fell(&job.errand, &messages, &clock());
                        job.reply.send(failed(&job.errand, broken));
                    }
                    // Rows come when a first part of the list is there: the rest of a long first search need not be
                    // waited for.
                    if matches!(room, Room::Search | Room::Rows) {
                        gate.open();
                    }
                }
            });
            (room, sender)
        });
        let mut desks: HashMap<Room, Sender<Job>> = desks.collect();
        let (sender, jobs) = channel::<Job>();
        let (open, messages, intake) = (Arc::clone(open), Arc::clone(messages), intake.clone());
        thread::spawn(move || {
            gate.pass();
            intake_backend::watch_folders(&open, &messages, &intake, &jobs);
        });
        desks.insert(Room::Inbox, sender);
        Self { desks, writing, _keeper: keeper }
    }
}

impl Backend for OfficeBackend {
    fn execute(&self, errand: Errand, reply: Reply, cancel: Cancel) {
        if let Some(desk) = self.desks.get(&room(&errand)) {
            // The threads live as long as the screen; should one be gone, its errand has nobody to answer it.
            drop(desk.send(Job { errand, reply, cancel }));
        }
    }
}

/// What is told of a panic, with the place of its report.
fn fell(errand: &Errand, messages: &Messages, now: &Now) -> Explained {
    let mut sentence = messages.text("error.screen.internal").to_owned();
    let work = errand.work().map_or("reading", Work::id).to_owned();
    let folder = config::reports_folder();
    if let Some(path) = panics::report(folder.as_deref(), now, &[("work", work)]) {
        sentence += &messages.fill("screen.report", &[("path", path.display().to_string())]);
    }
    Explained { code: "screen.internal".to_owned(), sentence }
}

/// The answer that says that an errand failed.
fn failed(errand: &Errand, why: Explained) -> Message {
    match errand {
        Errand::Search { generation, .. } => Message::SearchFailed(*generation, why),
        Errand::LoadRows(..) | Errand::LoadRecord(_) | Errand::Summarize => Message::Failed(why),
        Errand::Views { ticket, .. } => Message::Views(*ticket, Err(why)),
        Errand::SaveView { .. } | Errand::DeleteView { .. } => Message::ViewChanged(Err(why)),
        Errand::Forms { ticket, .. } => Message::Forms(*ticket, Err(why)),
        Errand::Find { ticket, .. } => Message::Found(*ticket, Err(why)),
        Errand::KeepLayout(_) | Errand::KeepToured => Message::LayoutKept(Err(why)),
        Errand::TakeUp(_) => Message::TakenUp(Err(why)),
        Errand::KeepSitting(..) => Message::SittingKept(Err(why)),
        Errand::Plan { ticket, .. } => Message::Planned(*ticket, Err(why)),
        Errand::PlanField { ticket, .. } => Message::FieldPlanned(*ticket, Err(why)),
        Errand::ApplyField { .. } => Message::FieldDone(Err(why)),
        Errand::TakeInHand(_) => Message::TakenInHand(Err(why)),
        Errand::AddNote { .. } | Errand::StrikeNote { .. } => Message::Noted(Err(why)),
        Errand::Apply { .. } => Message::BatchDone(Err(why)),
        Errand::Intake(errand) => Message::Intake(errand.failed(why)),
        Errand::Request(errand) => Message::Request(errand.failed(why)),
        Errand::Log(errand) => Message::Log(errand.failed(why)),
        Errand::Phone(errand) => Message::Phone(errand.failed(why)),
        Errand::Compare(errand) => Message::Compare(errand.failed(why)),
        Errand::Entry(errand) => Message::Entry(errand.failed(why)),
        Errand::Reveal(_) => Message::Revealed(Err(why)),
        Errand::Undo => Message::Undone(Err(why)),
        Errand::Redo => Message::Redone(Err(why)),
        Errand::Export { .. } | Errand::WriteRuling(..) => Message::Exported(Err(why)),
        Errand::LoadBooks => Message::Books(Err(why)),
        Errand::Unlock(_) => Message::Unlocked(Err(why)),
        Errand::Settle { decision, .. } => Message::Settled(*decision, Err(why)),
        Errand::ExportReflect(_) => Message::ReflectExported(Err(why)),
    }
}

/// One errand at a desk.
struct Clerk<'a> {
    desk: &'a mut Option<Desk>,
    open: &'a OpenDesk,
    messages: &'a Messages,
    intake: &'a IntakeSetting,
    shipped: &'a [KnownView],
    job: &'a Job,
}

impl Clerk<'_> {
    fn work(&mut self) {
        if self.desk.is_none() {
            match (self.open)() {
                Ok(desk) => *self.desk = Some(desk),
                Err(error) => return self.job.reply.send(failed(&self.job.errand, self.explain(&error))),
            }
        }
        let Some(mut desk) = self.desk.take() else { return };
        let answer = self.carry_out(&mut desk);
        *self.desk = Some(desk);
        match answer {
            Ok(message) => self.job.reply.send(message),
            // What is marked wasn't done: it waits for a second person.
            Err(OfficeError::Release(ReleaseError::Waiting { request, count, left })) => {
                let asked = Asked { work: self.job.errand.work(), request, count, left };
                self.job.reply.send(Message::Request(RequestMessage::Asked(asked)));
            }
            Err(error) => self.job.reply.send(failed(&self.job.errand, self.explain(&error))),
        }
    }

    fn explain(&self, error: &OfficeError) -> Explained {
        Explained { code: error.code().to_owned(), sentence: self.messages.explain(error) }
    }

    fn carry_out(&self, desk: &mut Desk) -> Result<Message, OfficeError> {
        Ok(match &self.job.errand {
            Errand::Search { generation, query, sort } => self.search(desk, *generation, query, *sort)?,
            Errand::LoadRows(ids, columns) => Message::Rows(office::rows(desk, ids, columns)?),
            Errand::Views { ticket, count } => self.views(desk, *ticket, *count)?,
            Errand::SaveView { view, private, base } => {
                office::save_view(desk, view, *private, *base)?;
                Message::ViewChanged(Ok(ViewDone::Saved(view.clone())))
            }
            Errand::DeleteView { name, private, base } => {
                office::delete_view(desk, self.shipped, name, *private, *base)?;
                Message::ViewChanged(Ok(ViewDone::Deleted(name.clone())))
            }
            Errand::Forms { ticket, query } => {
                let flag = self.job.cancel.flag();
                let forms = office::forms_of(desk, query, &office::Work::new(&flag, &mut |_| {}))?;
                Message::Forms(*ticket, Ok(forms))
            }
            Errand::Find { ticket, query } => self.find(desk, *ticket, query)?,
            Errand::KeepLayout(layout) => {
                office::keep_layout(desk, layout)?;
                Message::LayoutKept(Ok(()))
            }
            Errand::TakeUp(sitting) => {
                let mut sitting = sitting.clone();
                let gone = office::look_through(desk, &mut sitting)?;
                Message::TakenUp(Ok((sitting, gone)))
            }
            Errand::KeepSitting(sitting, layout) => {
                office::keep_sitting(desk, layout, sitting)?;
                Message::SittingKept(Ok(()))
            }
            Errand::KeepToured => {
                office::keep_toured(desk)?;
                Message::LayoutKept(Ok(()))
            }
            Errand::LoadRecord(id) => Message::Record(*id, office::record(desk, *id)?.map(Box::new)),
            Errand::Summarize => {
                let flag = self.job.cancel.flag();
                let counts = office::summary(desk.store(), &office::Work::new(&flag, &mut |_| {}))?;
                let charges = office::charges(desk, &office::Work::new(&flag, &mut |_| {}))?;
                Message::Summary(Summary {
                    total: counts.total,
                    unprocessed: counts.unprocessed,
                    reflect_pending: counts.pending,
                    reflect_check: counts.check,
                    corrections: counts.corrections,
                    withdrawals: counts.withdrawals,
                    requests: desk.store().waiting_requests()?,
                    callbacks: desk.store().waiting_callbacks()?,
                    charges,
                    allowed: desk.rights()?.allowed(),
                })
            }
            Errand::Plan { ticket, request, ids } => {
                let plan = office::plan_at(desk, *request, &office::Target::Ids(ids.clone()))?;
                Message::Planned(*ticket, Ok(Box::new(plan)))
            }
            Errand::PlanField { ticket, request, ids } => {
                let plan = office::plan_field(desk, request, &office::Target::Ids(ids.clone()))?;
                Message::FieldPlanned(*ticket, Ok(Box::new(plan)))
            }
            Errand::TakeInHand(id) => Message::TakenInHand(Ok(office::take_in_hand(desk, *id)?)),
            Errand::ApplyField { plan, reason } => {
                Message::FieldDone(Ok(office::set_field_as_planned(desk, plan, reason.as_deref())?))
            }
            Errand::WriteRuling(id, path) => {
                let files = office::write_ruling(desk, *id, &home(path))?;
                let (path, rows) = (files.list.path.display().to_string(), files.list.count);
                let remarks = vec![files.text.path.display().to_string()];
                Message::Exported(Ok(Exported { path, rows, remarks }))
            }
            Errand::AddNote { id, reader, text } => {
                office::add_note(desk, *id, *reader, text)?;
                Message::Noted(Ok(()))
            }
            Errand::StrikeNote { id, note, reason } => {
                office::strike_note(desk, *id, *note, reason)?;
                Message::Noted(Ok(()))
            }
            Errand::Apply { plan, reason, how: (declared, until, blocks) } => {
                let grounds = Grounds { reason: reason.as_deref(), declared: *declared, until: *until, blocks };
                Message::BatchDone(Ok(office::set_status_as_planned(desk, plan, grounds)?))
            }
            Errand::Intake(errand) => {
                intake_backend::carry_out(desk, errand, self.intake, (&self.job.reply, &self.job.cancel))?
            }
            Errand::Reveal(errand) => {
                let passphrase = errand.passphrase.as_ref();
                let seen = office::reveal(desk, errand.id, &errand.item, &errand.reason, passphrase)?;
                Message::Revealed(Ok(Seen(seen.value)))
            }
            Errand::Phone(errand) => phone_backend::carry_out(desk, errand)?,
            Errand::Entry(errand) => entry_backend::carry_out(desk, errand)?,
            Errand::Request(errand) => requests_backend::carry_out(desk, errand, (&self.job.reply, &self.job.cancel))?,
            Errand::Log(errand) => log_backend::carry_out(desk, errand, &self.job.reply)?,
            Errand::Compare(errand) => compare_backend::carry_out(desk, errand, (&self.job.reply, &self.job.cancel))?,
            Errand::Undo => Message::Undone(Ok(office::undo(desk, None)?)),
            Errand::Redo => Message::Redone(Ok(office::redo(desk)?)),
            Errand::Export { format, path, of, columns, order } => {
                let columns = columns.as_ref().map(|all| all.iter().map(|column| column.id().into_owned()).collect());
                self.export(desk, *format, path, of, columns, *order)?
            }
            Errand::Unlock(passphrase) => {
                let code = desk.person()?;
                desk.verify_person(&code, passphrase)?;
                Message::Unlocked(Ok(()))
            }
            Errand::LoadBooks => Message::Books(Ok(Box::new(office::books::books(desk.store())?))),
            Errand::Settle { decision, shown } => {
                Message::Settled(*decision, Ok(office::settle_as_shown(desk, *decision, shown)?))
            }
            Errand::ExportReflect(path) => self.export_reflect(desk, path)?,
        })
    }

    fn search(&self, desk: &Desk, generation: u64, query: &str, sort: Sort) -> Result<Message, OfficeError> {
        let flag = self.job.cancel.flag();
        let (mut append, mut last) = (false, None);
        office::search(desk, query, sort, &flag, &mut |part| {
            let (done, scanned, total) = (part.last, part.scanned, part.total);
            let listed = Message::Listed(Listed { generation, ids: part.ids, append, scanned, total, done });
            append = true;
            if done {
                last = Some(listed);
            } else {
                self.job.reply.send(listed);
            }
        })?;
        last.ok_or(OfficeError::Stopped)
    }

    fn find(&self, desk: &Desk, ticket: u64, query: &str) -> Result<Message, OfficeError> {
        let flag = self.job.cancel.flag();
        let mut pace = Pace::new(Work::Find, self.job.reply.clone());
        let mut found = Marks::default();
        let mut tell = |progress| pace.tell(progress);
        office::find(desk, query, &mut office::Work::new(&flag, &mut tell), &mut |id| found.extend([id]))?;
        Ok(Message::Found(ticket, Ok(found)))
    }

    fn export_reflect(&self, desk: &mut Desk, path: &str) -> Result<Message, OfficeError> {
        let (out, query) = (home(path), Query::default());
        let request = office::ReflectRequest::usual(&out, &query);
        let flag = self.job.cancel.flag();
        let mut pace = Pace::new(Work::Export, self.job.reply.clone());
        let report =
            office::export_reflect(desk, &request, &mut office::Work::new(&flag, &mut |progress| pace.tell(progress)))?;
        // UTF-8 holds every character, so there is always a receipt.
        let rows = report.receipt.as_ref().map_or(0, |receipt| receipt.count);
        Ok(Message::ReflectExported(Ok(Exported { path: out.display().to_string(), rows, remarks: Vec::new() })))
    }

    /// The views, and what each shows: all counted in one pass.
    fn views(&self, desk: &Desk, ticket: u64, count: bool) -> Result<Message, OfficeError> {
        let views = office::views(desk, self.shipped)?;
        let queries: Vec<Option<Query>> =
            views.iter().map(|known| office::understand(desk, &known.view).ok().map(|view| view.query)).collect();
        let answer = Message::Views(ticket, Ok(views));
        if !count {
            return Ok(answer);
        }
        self.job.reply.send(answer);
        let spread = |counts: &[u64], done: bool| {
            let mut counts = counts.iter();
            let counts = queries.iter().map(|query| query.as_ref().and_then(|_| counts.next().copied())).collect();
            Message::ViewCounts { ticket, counts, done }
        };
        let whole: Vec<Query> = queries.iter().flatten().cloned().collect();
        let flag = self.job.cancel.flag();
        let mut nobody = |_| {};
        let work = office::Work::new(&flag, &mut nobody);
        let counts = office::count_each(desk, &whole, &work, &mut |counts| self.job.reply.send(spread(counts, false)))?;
        Ok(spread(&counts, true))
    }

    fn export(
        &self,
        desk: &mut Desk,
        format: ExportFormat,
        path: &str,
        of: &ExportOf,
        columns: Option<Vec<String>>,
        order: Order,
    ) -> Result<Message, OfficeError> {
        let path = home(path);
        let query;
        let which = match of {
            ExportOf::Marked(ids) => office::Which::Ids(ids),
            ExportOf::Matching(text) => {
                query = desk.query(text)?;
                office::Which::Query(&query, text)
            }
        };
        let format = match format {
            ExportFormat::CsvForPeople => office::ExportFormat::csv_for_people(),
            ExportFormat::CsvForMachines => office::ExportFormat::csv_for_machines(),
            ExportFormat::Xlsx => office::ExportFormat::Xlsx,
        };
        let request = office::ExportRequest { format, out: &path, which, columns, of_view: true, order };
        let flag = self.job.cancel.flag();
        let mut pace = Pace::new(Work::Export, self.job.reply.clone());
        let report =
            office::export(desk, &request, &mut office::Work::new(&flag, &mut |progress| pace.tell(progress)))?;
        // UTF-8 and XLSX hold every character, so there is always a receipt.
        let rows = report.receipt.as_ref().map_or(0, |receipt| receipt.count);
        Ok(Message::Exported(Ok(Exported { path: path.display().to_string(), rows, remarks: Vec::new() })))
    }
}

/// A path as a person types it: `~/` is the home folder.
pub(super) fn home(path: &str) -> std::path::PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => Path::new(path).to_owned(),
    }
}

/// Watches the store on an idle connection and tells the screen when another process (or this one) has changed it.
/// Ends when the screen does: the process goes with it.
pub fn watch(open: OpenDesk, reply: Reply) {
    // data_version costs microseconds; a fifth of a second is below what a person notices.
    const PAUSE: Duration = Duration::from_millis(200);
    thread::spawn(move || {
        let Ok(desk) = open() else { return };
        let mut known = desk.data_version().ok();
        loop {
            thread::sleep(PAUSE);
            let now = desk.data_version().ok();
            if now != known {
                known = now;
                desk.remember();
                reply.send(Message::StoreChanged);
            }
        }
    });
}
