//! The use cases: one function for each thing that staff do. The screen, the command line and the tests call the same
//! functions; this is the only room that combines the others, and where permission and policy are asked.

mod backup;
pub mod books;
mod calls;
mod charges;
mod comparison;
mod corrected;
mod correction;
mod correction_blocks;
mod deadlines;
pub mod demo;
mod demo_store;
mod desk;
pub mod doctor;
mod dry_run;
mod duplicates;
mod entry;
mod examination;
mod export;
mod export_columns;
mod fault;
mod field_request;
mod fields;
mod forbidden;
mod form_definitions;
mod forms;
mod handing;
mod handover;
mod hashing;
mod inbox;
mod intake;
mod intake_report;
mod journal;
mod judging;
mod learn;
mod limits;
mod listing;
mod log;
mod looks;
mod migrate;
mod notes;
mod numbering;
mod numbers;
mod office_calendar;
mod outgoing;
mod people;
mod phone;
mod practice;
mod present;
mod profiles;
mod reading;
mod reconcile;
mod reflect_list;
mod reflection;
mod release;
mod reminders;
mod replaced;
mod retention;
mod rulings;
mod sealing;
mod session;
mod set_aside;
mod set_aside_work;
mod sign_in;
mod sitting;
mod spool;
mod status;
mod ticking;
mod value_check;
pub mod view;
mod views;
mod withdrawal;
mod work;

pub use backup::{Attended, BackupProgress, BackupReport, RestoreReport, backup, restore};
pub use calls::{Call, CallError, CallWish, Callback, calls_of, write_call};
pub use charges::{Charges, DISPOSAL, DUE_TODAY, MINE, OVERDUE, charges};
pub use comparison::{
    CompareError, Earlier, Facing, Found, Judged, Opposite, Pass, SameBy, compare, compared, earlier, passes,
};
pub use correction::{CorrectionError, CorrectionParts, compose_correction, correction_blocks, count_corrections};
pub use deadlines::Deadlines;
pub use demo_store::{DemoReport, DemoRequest, make_demo};
pub use desk::{Chance, Desk, DeskWarning, Founder, Now, Opening, SharedIndex, Surroundings};
pub use duplicates::{Cluster, DuplicateKey, Suspect, duplicates, say_distinct};
pub use entry::{
    DoubtfulField, Entered, Entering, EntryError, Part, Sheet, SheetField, SheetOf, Typed, channel_of, enter,
    form_to_enter, forms_to_enter, sheet_to_enter, sheet_to_revise, typed_on,
};
pub use export::{ExportFormat, ExportReport, ExportRequest, UnmappableCharacter, Which, export};
pub use fault::OfficeError;
pub use field_request::{FieldError, FieldRequest};
pub use fields::{plan_field, set_field, set_field_as_planned};
pub use form_definitions::{FORM_FOLDER, Forms, check_form, form_word};
pub use forms::{FormFacts, forms_of};
pub use handing::{FROM_PREDECESSOR, HandingOver, hand_over, take_in_hand};
pub use handover::{Handover, InHand, OpenRuling, Person, SOON, tags_in, write_handover};
pub use inbox::{
    Discarded, FileState, FolderState, HalfImport, Inbox, InboxFile, InboxLook, Trouble, discard as discard_download,
    give_up_import,
};
pub use intake::{ImportRequest, import_file, import_known};
pub use intake_report::{FileReport, FlaggedField, SetAsidePlace, Warning};
pub use journal::{Anchored, anchor_log, check, verify_log};
pub use learn::{
    Fit, FitColumn, LearnError, LearnRequest, fit_profile, is_profile_name, learn_profile, likely_name, own_form_file,
    own_profile_file, rivals, save_profile,
};
pub use limits::plan_at;
pub use listing::{
    CountGroup, GroupField, Page, SearchPart, Summary, count, find, list, numbers_of, record, resolve, rows, search,
    summary,
};
pub use log::{
    LogError, LogFile, LogFilter, LogItem, LogLines, LogPart, LogStanding, Look, Second, ShownOperation, Told,
    export_log, log, log_part, log_standing, look_at_log, looks, operation_shown,
};
pub use looks::{Looked, WhoLooked, who_looked};
pub use migrate::migrate;
pub use notes::{LONGEST_NOTE, NoteError, add_note, notes_of, strike_note};
pub use numbering::{Numbering, NumberingError};
pub use numbers::numbers_in;
pub use office_calendar::{CalendarError, CalendarReport, CalendarRequest, import_calendar, office_calendar};
pub use outgoing::Receipt;
pub use people::{
    GrantFacts, GrantWish, GroupFacts, OperatorFacts, OperatorWish, PeopleError, StaffReport, Wished, add_grant,
    add_group, add_operator, disable_operator, grants, groups, import_operators, operators, remove_group, revoke_grant,
};
pub use phone::{
    Answerable, Candidate, Candidates, Case, MOST_CANDIDATES, PhoneError, Withheld, candidates, open_on_phone,
    waiting_callers,
};
pub use practice::{PRACTICE_INBOX, PracticeError, PracticeReport, PracticeRequest, has_practice, make_practice};
pub use present::{display_name_of, due_of, received_of, record_of, row_of, updated};
pub use profiles::{OwnProfile, PROFILE_FOLDER, Profiles, check_profile, load_profiles};
pub use reconcile::{ReconcileError, reconcile};
pub use reflect_list::{
    BLOCK, ReflectBlock, ReflectCount, ReflectGroup, ReflectReport, ReflectRequest, block_label, export_reflect,
    reflect_groups,
};
pub use reflection::{Decision, Shown, settle, settle_as_shown};
pub use release::{
    Approved, Description, Difference, ReleaseError, RequestFacts, RequestState, Sampled, Since, approve, can_wait,
    refuse, request_shown, requests,
};
pub use reminders::REMINDERS;
pub use retention::{
    Disposal, DisposalError, DisposalFacts, DueGroup, Finished, Retentions, disposals, dispose, due_for_disposal,
    write_disposal,
};
pub use rulings::{
    RulingError, RulingFiles, Settlement, Submission, covers, refuse_out, return_ruling, ruling, rulings,
    settle_ruling, submit_ruling, write_ruling,
};
pub use sealing::{
    FoundedKeys, KeyFacts, Revealed, SealingError, found_keys, key_facts, recover_key, reveal, share_key, withdraw_key,
};
pub use session::{Beginning, begin_sitting, keep_toured};
pub use session::{keep_layout, layout};
pub use set_aside::{Cleared, SetAsideRow, SetAsideWords, clear_set_aside, export_set_aside, list_set_aside};
pub use set_aside_work::{export_for_import, newest_set_aside, set_aside_text};
pub use sign_in::{
    Credential, SignInError, SignedIn, change_passphrase, give_passphrase, may_recover, needs_passphrase,
    recover_passphrase, unlock_operator,
};
pub use sitting::{keep_sitting, look_through, sitting};
pub use status::{Target, plan, redo, set_status, set_status_as_planned, undo};
pub use ticking::TickedOff;
pub use value_check::{DOUBTS_NAMED, DoubtfulValue};
pub use views::{
    KnownView, ViewChange, ViewError, ViewKind, count_each, delete_view, save_view, shipped_views, understand,
    view_named, views,
};
pub use withdrawal::{Grounds, WithdrawalError};
pub use work::{Progress, Work};

pub use crate::domain::credential::{Cost, Passphrase};
// What callers name of the rooms below, so that they need not know those.
pub use crate::exchange::csv_target::{Audience, CsvOptions, OnUnmappable, TargetEncoding};
pub use crate::exchange::encoding::Choice;
pub use crate::exchange::learn::{Answer, BadAnswer, Doubt, Proposal, ProposedColumn, Question, WordOfStatus};
pub use crate::exchange::profile::{Column, Profile};
pub use crate::exchange::reconcile::{Flaws as ReconcileFlaws, KeyedRow, Reconciled, Submitted, Unread, WhyUnread};
pub use crate::store::{CheckProgress, CheckReport, Entry, Segment, SignIn, StatusDiffers, Store, ViewBase};
pub use crate::store::{FieldStanding, Machine, Migrated, Replaced, StoredFinding, StoredRuling};
