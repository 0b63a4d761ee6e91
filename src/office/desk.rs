//! The desk: an open store with the person who works at it. Every use case begins here.

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::fault::OfficeError;
use super::forbidden::{refuse_by_policy, refuse_folder};
use super::form_definitions::{self, Forms};
use super::outgoing::Ready;
use super::release::{Held, Release};
use super::sign_in::{Credential, SignInError, SignedIn};
use crate::config::policy::Policy;
use crate::domain::application::Instant;
use crate::domain::calendar::{Day, JAPAN, civil, iso};
use crate::domain::credential::Cost;
use crate::domain::fault::Arguments;
use crate::domain::identity::OperationId;
use crate::domain::people::{self, Act, People, Rights, Scope};
use crate::domain::query::{Context, Query};
use crate::domain::release::Marks;
use crate::store::{Entropy, Founding, Index, Machine, PeopleVersion, Segment, SignIn, Signed, Store};

/// Tells the time: milliseconds since the Unix epoch.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Fills a slice with random bytes.
pub type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Where time and randomness come from.
#[derive(Clone)]
pub struct Surroundings {
    /// The time.
    pub now: Now,
    /// Randomness.
    pub entropy: Chance,
    /// The operating system's user.
    pub user: String,
    /// The machine, by which a copy of a store is recognized.
    pub machine: Machine,
    /// What the administrator lays down.
    pub policy: Arc<Policy>,
    /// What needs a second person by the settings.
    pub marks: Marks,
    /// What a passphrase costs that is set here.
    pub cost: Cost,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Randomness for one store.
    pub(super) fn fill(&self) -> Entropy {
        let entropy = Arc::clone(&self.entropy);
        Box::new(move |bytes| entropy(bytes))
    }
}

/// What several desks of one process answer queries from; the first that asks makes it, [`Desk::keep_up`] renews it.
#[derive(Debug, Clone, Default)]
pub struct SharedIndex(Arc<Index>);

/// What a new store is to be.
#[derive(Debug, Clone)]
pub struct Founder {
    /// The segment that it stands in.
    pub segment: Segment,
    /// How operators sign in.
    pub sign_in: SignIn,
    /// The terminal's name.
    pub terminal: String,
}

/// How to open a store.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// `--as`.
    pub operator: Option<String>,
    /// How long a writer waits for others.
    pub wait: Duration,
    /// By what the person shows who they are, where that isn't the operating system's business.
    pub credential: Option<Credential>,
}

/// An open store and who works at it.
#[derive(Debug)]
pub struct Desk {
    pub(super) store: Store,
    pub(super) surroundings: Surroundings,
    wait: Duration,
    warnings: Vec<DeskWarning>,
    pub(super) people: RefCell<Option<(PeopleVersion, Arc<People>)>>,
    /// For whom it works while a request is tried out or carried out.
    pub(super) release: Option<Release>,
    /// Files that get their names once their record is durable.
    pub(super) held: Vec<Held>,
    /// Files that are written before the transaction in which they are recorded; `None` = each is recorded at once.
    pub(super) prepared: Option<Vec<Ready>>,
    /// Who has signed in, where that isn't the operating system's business.
    signed_in: Option<SignedIn>,
    /// What is known of the store's forms.
    pub(super) forms: Arc<OnceLock<Arc<Forms>>>,
}

/// What a person should know who sits down at a store; none of it keeps anybody from working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskWarning {
    /// The store was copied, taken to another machine or rolled back: it goes on in a new epoch.
    Copied,
    /// The clock is behind the newest operation: when that was, milliseconds since the Unix epoch.
    ClockBehind(i64),
}

impl DeskWarning {
    /// The key of its sentence in the message files, and what that mentions.
    #[must_use]
    pub fn sentence(&self) -> (&'static str, Arguments) {
        match self {
            Self::Copied => ("warning.copied", Vec::new()),
            Self::ClockBehind(newest_ms) => {
                let newest = Instant { seconds: newest_ms.div_euclid(1000), offset_minutes: JAPAN };
                ("warning.clock_behind", vec![("newest", iso(&newest))])
            }
        }
    }
}

/// A clock may be off by so much before anybody is told, milliseconds.
pub(super) const CLOCK_TOLERANCE: i64 = 60_000;

impl Desk {
    /// Founds a store and sits down at it.
    ///
    /// # Errors
    /// [`SignInError`] where a passphrase is needed and none is given that may be set; what the store says.
    pub fn found(
        dir: &Path,
        founder: &Founder,
        demo: bool,
        surroundings: Surroundings,
        opening: &Opening,
    ) -> Result<Self, OfficeError> {
        refuse_by_policy(&surroundings.policy, dir, founder.sign_in, demo)?;
        let first = super::sign_in::first_passphrase(founder.sign_in, &surroundings, opening)?;
        let founding =
            Founding { segment: founder.segment, sign_in: founder.sign_in, terminal: founder.terminal.clone(), demo };
        let signed = Signed { actor: None, at_ms: (surroundings.now)(), command: "store.init", approval: None };
        let mut store = Store::found(dir, &founding, &signed, opening.wait, surroundings.fill())?;
        store.recognize(surroundings.machine.clone(), signed.at_ms)?;
        let mut desk = Self::at(store, surroundings, opening, None);
        match first {
            Some((code, passphrase)) => super::sign_in::enter_founder(&mut desk, &code, &passphrase)?,
            None => desk.enter_founder()?,
        }
        desk.seat()?;
        Ok(desk)
    }

    /// Opens a store and sits down at it.
    ///
    /// # Errors
    /// [`OfficeError::OtherOperator`] if `--as` names somebody else; [`SignInError`] where a passphrase is asked for;
    /// what the store says.
    pub fn open(dir: &Path, surroundings: Surroundings, opening: &Opening) -> Result<Self, OfficeError> {
        let desk = Self::open_at_first(dir, surroundings, opening)?;
        if desk.signed_in.as_ref().is_some_and(SignedIn::must_change) {
            return Err(SignInError::MustChange.into());
        }
        Ok(desk)
    }

    /// The same for somebody whose passphrase was set by another, and who is here to change it.
    pub(super) fn open_at_first(
        dir: &Path,
        surroundings: Surroundings,
        opening: &Opening,
    ) -> Result<Self, OfficeError> {
        refuse_folder(&surroundings.policy, dir)?;
        let mut store = Store::open(dir, opening.wait, surroundings.fill())?;
        refuse_by_policy(&surroundings.policy, dir, store.meta().sign_in, store.meta().demo)?;
        let signed_in = super::sign_in::enter(&mut store, &surroundings, opening)?;
        let now = (surroundings.now)();
        let mut warnings = Vec::new();
        // Looked at before a new epoch begins: that would be the newest.
        if let Some(newest) = store.newest_ms()?.filter(|newest| now + CLOCK_TOLERANCE < *newest) {
            warnings.push(DeskWarning::ClockBehind(newest));
        }
        if store.recognize(surroundings.machine.clone(), now)? {
            warnings.push(DeskWarning::Copied);
        }
        store.attach(Arc::new(Index::default()));
        let mut desk = Self { warnings, ..Self::at(store, surroundings, opening, signed_in) };
        // Nothing of the store is shown to somebody who may not look into it.
        desk.permit(Act::Look)?;
        desk.seat()?;
        desk.finish_what_can_be();
        Ok(desk)
    }

    fn at(mut store: Store, mut surroundings: Surroundings, opening: &Opening, signed_in: Option<SignedIn>) -> Self {
        if let Some(signed_in) = &signed_in {
            signed_in.code().clone_into(&mut surroundings.user);
        }
        let (people, release, held, prepared) = (RefCell::default(), None, Vec::new(), None);
        let (wait, warnings, forms) = (opening.wait, Vec::new(), Arc::<OnceLock<Arc<Forms>>>::default());
        let (known, dir, demo) = (Arc::clone(&forms), store.dir().to_owned(), store.meta().demo);
        store.knows_forms_by(move || Arc::clone(&known.get_or_init(|| form_definitions::load(&dir, demo)).definitions));
        Self { store, surroundings, wait, warnings, people, release, held, prepared, signed_in, forms }
    }

    /// Sits down as somebody who has just shown who they are.
    pub(super) fn take_seat(&mut self, signed_in: SignedIn) -> Result<(), OfficeError> {
        signed_in.code().clone_into(&mut self.surroundings.user);
        self.signed_in = Some(signed_in);
        self.seat()
    }

    /// Who has signed in here, for further desks of the same sitting.
    #[must_use]
    pub const fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.as_ref()
    }

    /// Time, randomness, the user.
    pub(super) const fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The desk as one of several that share an index.
    #[must_use]
    pub fn sharing(mut self, index: &SharedIndex) -> Self {
        self.store.attach(Arc::clone(&index.0));
        self
    }

    /// Makes ready what the first search asks for, as far as that is done in no time.
    ///
    /// # Errors
    /// What the store says.
    pub fn make_ready(&self) -> Result<(), OfficeError> {
        Ok(self.store.make_ready()?)
    }

    /// Brings the shared index up to the present moment, the search cache on the disk with it, and what was committed into
    /// the database; `stop` ends it early. For a thread of its own: both may take seconds.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep_up(&self, stop: &AtomicBool) -> Result<(), OfficeError> {
        let there = self.store.keep_index()?;
        // A disk that is full doesn't keep anybody from searching.
        let kept = self.store.keep_up_search(stop);
        if !there && kept.is_ok() {
            self.store.keep_index()?;
        }
        Ok(self.store.checkpoint()?)
    }

    /// Whether the shared index was asked since this was last looked at. For the thread that keeps it.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.store.was_asked()
    }

    /// Gives the memory back that searches went through, until they come again.
    pub fn rest(&self) {
        self.store.rest();
    }

    /// What the person should know.
    #[must_use]
    pub fn warnings(&self) -> &[DeskWarning] {
        &self.warnings
    }

    /// Brings the side note of the store up, by which a roll-back is recognized; for who keeps a desk for long.
    pub fn remember(&self) {
        self.store.remember();
    }

    /// The store; for reading.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The segment that the store stands in.
    #[must_use]
    pub const fn segment(&self) -> Segment {
        self.store.meta().segment
    }

    /// The terminal's name.
    #[must_use]
    pub fn terminal(&self) -> &str {
        &self.store.meta().terminal
    }

    /// Whether it is a demo store.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.store.meta().demo
    }

    /// A number that changes whenever somebody else has committed.
    ///
    /// # Errors
    /// What the store says.
    pub fn data_version(&self) -> Result<i64, OfficeError> {
        Ok(self.store.data_version()?)
    }

    /// Randomness, for what is made ready beside the store.
    pub(super) fn entropy(&self) -> Entropy {
        self.surroundings.fill()
    }

    /// How long a writer waits.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        self.wait
    }

    /// The name under which the person works, for the header of the screen; `None` = unsigned.
    #[must_use]
    pub fn operator(&self) -> Option<&str> {
        (self.store.meta().sign_in != SignIn::None).then_some(self.surroundings.user.as_str())
    }

    /// The code of the person at the desk, whether their operations are signed or not: what 自分 means.
    ///
    /// # Errors
    /// What the store says.
    pub fn person(&self) -> Result<String, OfficeError> {
        let code = self.me()?.map_or(Ok(None), |me| self.store.operator_code(me))?;
        Ok(code.unwrap_or_else(|| self.surroundings.user.clone()))
    }

    /// The codes of those for whom the person stands in today (代理).
    fn absent(&self) -> Result<Vec<String>, OfficeError> {
        let Some(me) = self.me()? else { return Ok(Vec::new()) };
        let (people, today) = (self.people()?, self.today_in_log());
        let row = people.operators.get(&me).and_then(|one| one.on(today));
        let whom = row.and_then(|row| row.stands_for).filter(|(_, until)| today <= *until);
        let code = whom.map_or(Ok(None), |(whom, _)| self.store.operator_code(whom))?;
        Ok(code.into_iter().collect())
    }

    /// Tells the store whom 自分 means in a query.
    fn seat(&mut self) -> Result<(), OfficeError> {
        let (code, absent) = (self.person()?, self.absent()?);
        self.store.is_asked_by(&code);
        self.store.stands_in_for(absent);
        Ok(())
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.surroundings.now)()
    }

    /// 今日, in Japan.
    #[must_use]
    pub fn today(&self) -> Day {
        let seconds = self.now_ms().div_euclid(1000);
        civil(&Instant { seconds, offset_minutes: JAPAN }).date()
    }

    /// Reads a query as of today.
    ///
    /// # Errors
    /// Where it is wrong.
    pub fn query(&self, text: &str) -> Result<Query, OfficeError> {
        Ok(Query::parse(text, &Context { today: self.today() })?)
    }

    /// Operators, groups and grants, as they are now.
    ///
    /// # Errors
    /// What the store says.
    pub fn people(&self) -> Result<Arc<People>, OfficeError> {
        self.store.at_one_moment(|store| {
            let version = store.people_version()?;
            let mut kept = self.people.borrow_mut();
            if let Some((_, people)) = kept.as_ref().filter(|(known, _)| *known == version) {
                return Ok(Arc::clone(people));
            }
            let people = Arc::new(store.people()?);
            *kept = Some((version, Arc::clone(&people)));
            Ok(people)
        })
    }

    /// Whether nobody signs in here: everything is allowed then, and nothing is signed.
    pub(super) const fn is_unsigned(&self) -> bool {
        matches!(self.store.meta().sign_in, SignIn::None)
    }

    /// Today, as the log keeps days.
    pub(super) fn today_in_log(&self) -> people::Days {
        people::days(self.today())
    }

    /// The operator who works here, where the store knows them.
    pub(super) fn me(&self) -> Result<Option<OperationId>, OfficeError> {
        if let Some(release) = self.release {
            return Ok(Some(release.actor));
        }
        if self.is_unsigned() {
            return Ok(None);
        }
        if let Some(signed_in) = &self.signed_in {
            return Ok(Some(signed_in.operator()));
        }
        Ok(self.people()?.of_account(&self.surroundings.user, self.today_in_log()))
    }

    /// What the person may do today.
    ///
    /// # Errors
    /// What the store says.
    pub fn rights(&self) -> Result<Rights, OfficeError> {
        if self.is_unsigned() {
            return Ok(Rights::UNLIMITED);
        }
        let (people, day) = (self.people()?, self.today_in_log());
        Ok(people.rights(self.me()?, self.segment().code(), day))
    }

    /// For what a use case is allowed.
    pub(super) fn scope(&self, act: Act) -> Result<Scope, OfficeError> {
        self.refuse_act(act)?;
        let rights = self.rights()?;
        match (rights.scope(act), rights.barred()) {
            (Scope::Nothing, Some(barred)) => Err(OfficeError::Barred(self.surroundings.user.clone(), barred)),
            (Scope::Nothing, None) => Err(OfficeError::NotPermitted(act)),
            (scope, _) => Ok(scope),
        }
    }

    /// Refuses what the person may not do anywhere.
    ///
    /// # Errors
    /// [`OfficeError::NotPermitted`], [`OfficeError::Barred`]; what the store says.
    pub(super) fn permit(&self, act: Act) -> Result<(), OfficeError> {
        self.scope(act).map(drop)
    }

    /// Who signs the operation of a use case, and by which word it stands in the log. There is no other way to change
    /// anything, so the right is asked for here: nothing that is changed goes around it. An operator whom a store
    /// without rights doesn't know is added to it with the first command of theirs.
    pub(super) fn sign(&mut self, act: Act) -> Result<Signed<'static>, OfficeError> {
        self.permit(act)?;
        let (approval, at_ms) = (self.approval_of(act)?, self.now_ms());
        let actor = if self.is_unsigned() { None } else { Some(self.known()?) };
        Ok(Signed { actor, at_ms, command: act.id(), approval })
    }

    /// Whoever founds a store in which people sign in is its first administrator: from then on what isn't granted is
    /// denied.
    fn enter_founder(&mut self) -> Result<(), OfficeError> {
        if self.is_unsigned() {
            return Ok(());
        }
        let signed = self.sign(Act::GrantAdd)?;
        let Some(founder) = signed.actor else { return Ok(()) };
        self.store.change_people(|_, writer| super::people::make_administrator(writer, &signed, founder))
    }
}
