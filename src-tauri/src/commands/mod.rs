//! What the page may call. Each command reads its arguments, calls the [`App`](crate::app::App) and answers; nothing
//! is decided here. `list.txt` beside this file is what the access list is made of.

mod connection;
mod contract;
pub mod desk;
mod guest;
mod journal;
mod operation;
mod settings;
mod terms;
mod window;

use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::{
    error::{ErrorCode, FieldCode},
    events,
    shape::{ProfileFieldView, profile_fields},
};

/// The commands and events with their types: mounted by the window and by the development host, exported by
/// `export-bindings`.
#[must_use]
pub fn builder<R: tauri::Runtime>() -> Builder<R> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Result)
        .disable_serde_phases()
        .commands(collect_commands![
            window::page_ready,
            connection::app_status,
            connection::start_training,
            connection::leave_training,
            connection::reset_training,
            connection::connect,
            connection::check_connection,
            connection::sign_in,
            connection::sign_out,
            connection::network,
            connection::save_proxy,
            connection::add_authority,
            connection::trust_authority,
            connection::remove_authority,
            contract::contract_report,
            contract::find_contract,
            contract::accept_contract,
            contract::decline_contract,
            contract::see_contract_news,
            contract::overrule_line,
            contract::export_contract,
            contract::probe_contract,
            guest::find_guest,
            guest::guest_card,
            guest::transactions,
            guest::receipt,
            guest::groups,
            guest::guest_raw,
            operation::new_operation_id,
            operation::understand,
            operation::preview,
            operation::submit,
            operation::cancel_operation,
            operation::reconcile,
            operation::decide,
            operation::resend,
            operation::operation_story,
            operation::operations,
            operation::find_purchase,
            operation::pause_queue,
            operation::resume_queue,
            settings::settings,
            settings::save_settings,
            settings::draft,
            settings::save_draft,
            journal::export_journal,
            journal::backup_journal,
            journal::reopen_journal,
            journal::backups,
            journal::preview_restore,
            journal::restore_backup,
            journal::add_backup,
            journal::begin_journal_anew,
            journal::acknowledge_roll_back,
            journal::open_logs_folder,
        ])
        .events(events::collected())
        .typ::<ErrorCode>()
        .typ::<FieldCode>()
        .typ::<ProfileFieldView>()
        .constant("profileFields", profile_fields())
}

#[cfg(test)]
mod tests {
    /// A command that the access list does not name can't be called; one that it names in vain is a slip.
    #[test]
    fn the_access_list_names_exactly_the_commands() {
        let mut listed: Vec<&str> = include_str!("list.txt").lines().collect();
        let source = include_str!("mod.rs");
        let collected = source.split_once("collect_commands![").unwrap().1.split_once(']').unwrap().0;
        let mut commands: Vec<&str> =
            collected.split(',').filter_map(|path| path.trim().rsplit("::").next()).filter(|n| !n.is_empty()).collect();
        listed.sort_unstable();
        commands.sort_unstable();
        assert_eq!(commands, listed);
    }

    #[test]
    fn the_window_may_call_exactly_the_commands_and_hear_events() {
        let capability: serde_json::Value = serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
        let mut allowed: Vec<String> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|permission| permission.as_str().unwrap().to_owned())
            .collect();
        let mut expected: Vec<String> =
            include_str!("list.txt").lines().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        expected.extend(["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()]);
        allowed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(allowed, expected);
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
    }
}
