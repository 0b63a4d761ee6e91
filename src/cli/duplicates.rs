//! `duplicates`: applications that may be the same one sent more than once. Nothing is changed: a person decides.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, query_of};
use super::clerk_flags;
use super::error::CliError;
use super::output::tier_word;
use super::progress::{Bar, stop_flag};
use crate::domain::calendar::iso;
use crate::domain::visible::visible;
use crate::office::{self, Cluster, DuplicateKey, Work};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Duplicates) -> Answer {
    let key = |word: &String| DuplicateKey::parse(word).ok_or_else(|| CliError::UnknownDuplicateKey(word.clone()));
    let mut keys: Vec<DuplicateKey> = flags.by.iter().map(key).collect::<Result<_, _>>()?;
    if keys.is_empty() {
        keys.extend(DuplicateKey::USUAL);
    }
    let desk = call.desk()?;
    let query = query_of(&desk, flags.query.as_deref())?;
    let stop = stop_flag();
    let found = {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        office::duplicates(&desk, &query, &keys, &mut Work::new(&stop, &mut tell))
    };
    let mut clusters = found.map_err(CliError::reading)?;
    clusters.retain(|cluster| flags.decided || !cluster.distinct);
    if call.flags.json {
        let with_text = call.flags.with_text;
        let clusters: Vec<Value> = clusters.iter().map(|cluster| object(cluster, with_text)).collect();
        call.out.document(&json!({ "count": clusters.len(), "clusters": clusters }))?;
        return Ok(DONE);
    }
    for cluster in &clusters {
        let tier = call.text(&format!("cli.duplicates.tier.{}", tier_word(cluster.tier)), &[]);
        let by = match &cluster.by {
            DuplicateKey::Item(name) => name.clone(),
            other => call.text(&format!("cli.duplicates.by.{}", other.id()), &[]),
        };
        let count = cluster.suspects.len().to_string();
        let line = call.text("cli.duplicates.cluster", &[("by", by), ("tier", tier), ("count", count)]);
        call.out.line(&visible(&line))?;
        for suspect in &cluster.suspects {
            let content = &suspect.entry.content;
            let at = content.submitted.as_ref().map_or_else(|| "-".to_owned(), iso);
            let status = suspect.entry.state.status.0.label();
            call.out.line(&visible(&format!("  {}  {at}  {status}", content.number)))?;
        }
    }
    let sentence = call.text("cli.duplicates.found", &[("count", clusters.len().to_string())]);
    call.out.line(&sentence)?;
    Ok(DONE)
}

/// A cluster as JSON. What applicants wrote is in it only where it is asked for.
fn object(cluster: &Cluster, with_text: bool) -> Value {
    let suspects = cluster.suspects.iter().map(|suspect| {
        let (content, state) = (&suspect.entry.content, &suspect.entry.state);
        let mut one = json!({
            "source": content.source,
            "number": content.number.as_str(),
            "form": content.form.code,
            "submitted_at": content.submitted.as_ref().map(iso),
            "status": state.status.0.id(),
            "status_label": state.status.0.label(),
        });
        if with_text {
            one["text"] = json!(suspect.said);
        }
        one
    });
    let mut object = json!({
        "by": cluster.by.id(), "tier": tier_word(cluster.tier), "distinct": cluster.distinct, "applications": suspects.collect::<Vec<_>>(),
    });
    if with_text {
        object["birthdate"] = json!(cluster.birth.map(|day| day.to_string()));
    }
    object
}
