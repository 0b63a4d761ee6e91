//! `export reflect`: the 反映用一覧, what somebody is to enter into the source system.

use serde_json::json;

use super::call::{Answer, Call, DONE, query_of};
use super::error::CliError;
use super::export::unmappable_line;
use super::flags;
use super::output::hex;
use super::progress::{Bar, stop_flag};
use crate::office::{self, ReflectCount, ReflectRequest, TargetEncoding, Work};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Export) -> Answer {
    if flags.audience.is_some() || !flags.columns.is_empty() {
        return Err(CliError::NotForReflect);
    }
    let mut desk = call.desk()?;
    let text = flags.query.clone().unwrap_or_default();
    let query = query_of(&desk, flags.query.as_deref())?;
    let request = ReflectRequest {
        out: &flags.out,
        which: (&query, &text),
        encoding: flags.encoding.unwrap_or(TargetEncoding::Utf8Bom),
        on_unmappable: flags.on_unmappable.unwrap_or_default(),
        excel_text: flags.excel_text,
    };
    let stop = stop_flag();
    let exported = {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        office::export_reflect(&mut desk, &request, &mut Work::new(&stop, &mut tell))
    };
    let report = exported.map_err(CliError::reading)?;
    let Some(receipt) = report.receipt else {
        for one in &report.unmappable {
            call.notice(&unmappable_line(call, one));
        }
        return Err(CliError::Unmappable(flags.out.clone(), report.unmappable));
    };
    let group = |group: &ReflectCount| {
        json!({
            "status": group.status.id(),
            "status_label": group.status.label(),
            "count": group.count,
            "blocks": group.blocks,
        })
    };
    let (file, operation) = (receipt.path.display().to_string(), receipt.operation.to_string());
    let mut document = json!({
        "file": file,
        "count": receipt.count,
        "groups": report.groups.iter().map(group).collect::<Vec<_>>(),
        "operation": operation,
    });
    let mut sentences = vec![call.text(
        "cli.export.done",
        &[
            ("file", file),
            ("count", receipt.count.to_string()),
            ("sha256", hex(&receipt.hash)),
            ("operation", operation),
        ],
    )];
    sentences.extend(report.groups.iter().map(|group| {
        let counts = [("count", group.count.to_string()), ("blocks", group.blocks.to_string())];
        call.text("cli.reflect.group", &[&[("status", group.status.label().to_owned())][..], &counts].concat())
    }));
    sentences.push(call.text("cli.reflect.next", &[]));
    if let Some(list) = report.replaced.as_ref().map(|path| path.display().to_string()) {
        document["replaced"] = list.clone().into();
        let count = ("count", report.unmappable.len().to_string());
        sentences.push(call.text("cli.export.replaced", &[count, ("list", list)]));
    }
    call.answer(&document, &sentences)?;
    Ok(DONE)
}
