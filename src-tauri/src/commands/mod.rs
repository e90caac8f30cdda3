//! The commands that the page can call. A command reads its arguments, calls the [`App`](crate::app::App) and returns the answer;
//! it decides nothing. The access list is made from `list.txt` beside this file.

mod connection;
mod contract;
pub mod desk;
mod desktop;
mod guest;
mod journal;
mod operation;
mod settings;
mod support;
mod terms;
mod update;
mod window;

use tauri_specta::{Builder, Commands, ErrorHandlingMode, collect_commands};

use crate::{
    error::{ErrorCode, FieldCode},
    events,
    shape::{ProfileFieldView, profile_fields},
};

/// Declares the commands, room by room. `collected` is their handler with their types.
macro_rules! commands {
    ($($room:ident: $($command:ident),+;)+) => {
        fn collected<R: tauri::Runtime>() -> Commands<R> {
            collect_commands![$($($room::$command),+),+]
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$($(stringify!($command)),+),+];
    };
}

commands! {
    window: page_ready;
    connection: app_status, start_training, leave_training, reset_training, leave_safe_mode, connect,
        check_connection, sign_in, sign_out, network, save_proxy, add_authority, trust_authority, remove_authority;
    contract: contract_report, find_contract, accept_contract, decline_contract, see_contract_news, settle_rights,
        overrule_line, keep_secret_constant, forget_secret_constant, export_contract, probe_contract;
    guest: find_guest, guest_card, transactions, receipt, groups, guest_raw;
    operation: new_operation_id, understand, preview, submit, cancel_operation, reconcile, decide, resend,
        operation_story, operations, find_purchase, pause_queue, resume_queue;
    settings: settings, save_settings, draft, save_draft;
    journal: export_journal, backup_journal, reopen_journal, backups, preview_restore, restore_backup, add_backup,
        begin_journal_anew, acknowledge_roll_back, open_logs_folder;
    support: gather_support, support_text, save_support, acknowledge_crash, about, open_licences, set_log_detail;
    update: update, check_update, install_update, postpone_update, check_updates_at_start;
    desktop: desktop, open_at_sign_in, show_tray, notify_of_outcomes, close_window, end_program;
}

/// The commands and events with their types: mounted by the window and by the development host, exported by
/// `export-bindings`.
#[must_use]
pub fn builder<R: tauri::Runtime>() -> Builder<R> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Result)
        .disable_serde_phases()
        .commands(collected())
        .events(events::collected())
        .typ::<ErrorCode>()
        .typ::<FieldCode>()
        .typ::<ProfileFieldView>()
        .constant("profileFields", profile_fields())
}

#[cfg(test)]
mod tests {
    /// A command that is not in the access list can't be called; an entry without a command is a mistake.
    #[test]
    fn the_access_list_names_exactly_the_commands() {
        let mut listed: Vec<&str> = include_str!("list.txt").lines().collect();
        let mut commands = super::NAMES.to_vec();
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
