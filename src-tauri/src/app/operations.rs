//! Operations: preview, submit, reconcile, decide. Each call leads into the office's one pipeline.

use office::{Approval, Draft, Event, Evidence, Filter, Kind, MatchedEntry, Office, PageRequest, Story};

use crate::{
    app::{App, machine::host::Machine, terms::named},
    error::{AppError, ErrorCode, FieldCode, FieldError},
    form::{
        DayOf, DecisionForm, OperationFilter, OperationForm, TypedText, Understood, parse_id, read_day, understand,
    },
    view::{OperationPage, OperationView, PreviewView, QueueView, ReconciledView, StoryView},
};

/// Purchases that a search shows.
const MOST_PURCHASES: u32 = 50;

impl App {
    /// Parses texts while they are being typed.
    #[must_use]
    pub fn understand(&self, texts: &[TypedText]) -> Vec<Understood> {
        understand(texts, Machine.today())
    }

    /// What a form would do. Writes and sends nothing.
    ///
    /// # Errors
    /// Fields that can't be parsed, and the office's refusals.
    pub async fn preview(&self, form: &OperationForm) -> Result<PreviewView, AppError> {
        self.not_in_safe_mode()?;
        let draft = self.read(form)?;
        self.must_know_phones(&draft).await?;
        let office = self.office().await?;
        // On the heap, as below: the future of an office step is too large for a worker thread's stack.
        let preview = Box::pin(office.preview(&draft)).await?;
        Ok((&preview).into())
    }

    /// Submits a form. The same id submitted again does nothing more.
    ///
    /// # Errors
    /// Fields that can't be parsed, and the office's refusals: nothing was sent then.
    pub async fn submit(
        &self,
        id: &str,
        form: &OperationForm,
        duplicate_reason: Option<String>,
    ) -> Result<OperationView, AppError> {
        self.not_in_safe_mode()?;
        let (id, draft) = (parse_id(id)?, self.read(form)?);
        let reason = duplicate_reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        self.search_ended().await;
        self.checked().await;
        self.must_know_phones(&draft).await?;
        let approval = Approval { operator: self.operator(), reason_for_duplicate: reason };
        let office = self.office().await?;
        let operation = Box::pin(office.submit(id, draft, approval)).await?;
        Ok((&operation).into())
    }

    /// Cancels an operation that was not sent.
    ///
    /// # Errors
    /// `wrong_state` if it was.
    pub async fn cancel_operation(&self, id: &str) -> Result<OperationView, AppError> {
        self.not_in_safe_mode()?;
        let operation = self.office().await?.cancel(parse_id(id)?, &self.operator()).await?;
        Ok((&operation).into())
    }

    /// Asks the server what became of an operation.
    ///
    /// # Errors
    /// `wrong_state` if its outcome is known, and those of the server.
    pub async fn reconcile(&self, id: &str) -> Result<ReconciledView, AppError> {
        self.not_in_safe_mode()?;
        let office = self.office().await?;
        let reconciled = Box::pin(office.reconcile(parse_id(id)?)).await?;
        Ok((&reconciled).into())
    }

    /// Records the operator's decision about an operation of unknown outcome.
    ///
    /// # Errors
    /// `wrong_state` if its outcome is known, `invalid_input` without a reason.
    pub async fn decide(&self, id: &str, decision: DecisionForm) -> Result<OperationView, AppError> {
        self.not_in_safe_mode()?;
        let id = parse_id(id)?;
        let office = self.office().await?;
        let found = match decision.proof.clone() {
            Some(proof) => shown(&office.story(id).await?, &proof),
            None => None,
        };
        let operation = Box::pin(office.decide(id, decision.by(self.operator(), found))).await?;
        Ok((&operation).into())
    }

    /// Sends an operation again that was not applied. If that is not proven, `reason` says why it is sent.
    ///
    /// # Errors
    /// `wrong_state` if it is in another state, `not_proven_absent` if a reason is needed.
    pub async fn resend(&self, id: &str, reason: Option<String>) -> Result<OperationView, AppError> {
        self.not_in_safe_mode()?;
        let office = self.office().await?;
        let operator = self.operator();
        let operation =
            Box::pin(office.resend_because(parse_id(id)?, &operator, reason.as_deref().unwrap_or_default())).await?;
        Ok((&operation).into())
    }

    /// An operation with its events.
    ///
    /// # Errors
    /// `operation_not_found`.
    pub async fn operation_story(&self, id: &str) -> Result<StoryView, AppError> {
        let work = self.work().await?;
        let story = work.office.story(parse_id(id)?).await?;
        let view = StoryView::from(&story).for_server(&story, work.server.as_deref());
        if story.operation.payload.kind() != Kind::EditGuest {
            return Ok(view);
        }
        Ok(StoryView { codes: named(&self.binding_of(&work), &work.known_codes, &self.settings()), ..view })
    }

    /// A page of the journal.
    ///
    /// # Errors
    /// `invalid_input` for days that can't be parsed, and those of the journal.
    pub async fn operations(
        &self,
        filter: OperationFilter,
        after: Option<String>,
        size: u32,
    ) -> Result<OperationPage, AppError> {
        let filter = filter.parse(Machine.today())?;
        let page = self.office().await?.list(&filter, PageRequest { after, size: size.clamp(1, 200) }).await?;
        Ok((&page).into())
    }

    /// Purchases of the journal by outside number, GUID, phone, name or day.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn find_purchase(&self, query: &str) -> Result<Vec<OperationView>, AppError> {
        let mut filter = Filter { kinds: vec![Kind::RegisterCheck], ..Filter::default() };
        match read_day(query, DayOf::Other, Machine.today()) {
            Ok(day) => (filter.from, filter.to) = (Some(day), Some(day)),
            Err(_) => filter.text = query.chars().take(200).collect(),
        }
        let page = PageRequest { after: None, size: MOST_PURCHASES };
        let page = self.office().await?.list(&filter, page).await?;
        Ok(page.rows.iter().map(OperationView::from).collect())
    }

    /// Stops the outbox.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn pause_queue(&self) -> Result<QueueView, AppError> {
        self.not_in_safe_mode()?;
        let number = self.next_number();
        let queue = self.office().await?.pause(&self.operator()).await?;
        Ok(QueueView::of(&queue, number))
    }

    /// Resumes the outbox, and lifts a halt.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn resume_queue(&self) -> Result<QueueView, AppError> {
        self.not_in_safe_mode()?;
        let number = self.next_number();
        let queue = self.office().await?.resume(&self.operator()).await?;
        Ok(QueueView::of(&queue, number))
    }

    /// Parses a form. If the settings list restaurants, the receipt's must be one of them.
    fn read(&self, form: &OperationForm) -> Result<Draft, AppError> {
        let draft = form.parse(Machine.today())?;
        let rest_code = match &draft {
            Draft::RegisterCheck(check) => &check.rest_code,
            Draft::ReturnForeign { rest_code, .. } => rest_code,
            _ => return Ok(draft),
        };
        let restaurants = self.settings().restaurants;
        if restaurants.is_empty() || restaurants.iter().any(|restaurant| restaurant.code == rest_code.as_str()) {
            return Ok(draft);
        }
        Err(AppError::invalid(vec![FieldError::new("restCode", FieldCode::NotInList)]))
    }

    /// A guest is created only if the server's format of phones is known. With another format a search finds nobody, and a
    /// guest who exists would get a second account.
    async fn must_know_phones(&self, draft: &Draft) -> Result<(), AppError> {
        if !matches!(draft, Draft::CreateGuest { .. }) || self.phones_are_understood(&*self.work().await?).await {
            return Ok(());
        }
        Err(AppError::new(ErrorCode::PhoneFormatUnknown, "nobody was found by a phone on this server yet"))
    }

    /// The office, held so that the mode is not closed meanwhile.
    async fn office(&self) -> Result<impl std::ops::Deref<Target = Office> + '_, AppError> {
        let work = self.work().await?;
        Ok(tokio::sync::RwLockReadGuard::map(work, |work| &work.office))
    }
}

/// The entry of the last probe that the operator chose.
fn shown(story: &Story, proof: &str) -> Option<MatchedEntry> {
    story.events.iter().rev().find_map(|record| match &record.event {
        Event::Probed { evidence: Evidence::Found(found) } => Some(found).filter(|f| f.proof == proof).cloned(),
        Event::Probed { evidence: Evidence::Ambiguous { candidates } } => {
            candidates.iter().find(|found| found.proof == proof).cloned()
        }
        _ => None,
    })
}
