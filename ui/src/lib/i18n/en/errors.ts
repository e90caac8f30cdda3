import type { Catalogue } from '../ru';

export const errors: Catalogue['errors'] = {
  name_not_resolved: {
    title: 'There is no server of this name',
    todo: 'Check the server’s address and the internet. A name of the inner network is known only inside it or by VPN.',
  },
  cannot_connect: {
    title: 'The server does not take the connection',
    todo: 'The computer is there, and nobody answers at the port. Check the port; if it is right, ProBonus may be off.',
  },
  unreachable: {
    title: 'The server can’t be reached',
    todo: 'Check the internet, the VPN and the address with its port. A firewall may be in the way: ask the network administrator.',
  },
  no_tls: {
    title: 'No secure connection comes about',
    todo: 'Nobody speaks https at this port. Check the port; if the server works without protection, begin the address with http://. If the address is right, a network filter cuts it off.',
  },
  tls_too_old: {
    title: 'The server offers outdated protection',
    todo: 'Ask the server’s administrator to turn on TLS 1.2 or newer: earlier versions are broken.',
  },
  certificate: {
    title: 'The server’s certificate is not accepted',
    todo: 'Show this with its details to the server’s administrator: the certificate is revoked, damaged or not for web servers.',
  },
  certificate_expired: {
    title: 'The server’s certificate has expired',
    todo: 'Check the computer’s date and time. If they are right, ask the administrator to renew the certificate.',
  },
  certificate_not_yet_valid: {
    title: 'The server’s certificate is not valid yet',
    todo: 'Check the computer’s date and time: its clock is probably behind. If they are right, tell the server’s administrator.',
  },
  certificate_other_host: {
    title: 'The certificate is of another host',
    todo: 'Check the server’s address: it must be the one the certificate was issued to.',
  },
  certificate_not_trusted: {
    title: 'The server’s certificate is not trusted',
    todo: 'It is signed by someone this computer does not know. Ask the administrator for the root certificate’s file and add it in Settings → Network.',
  },
  busy: { title: 'Something else is being done', todo: 'Wait until it ends and try again.' },
  proxy_absent: {
    title: 'The proxy does not answer',
    todo: 'Check the proxy’s address and port in Settings → Network. If there is no proxy any more, choose “No proxy”.',
  },
  proxy_password: {
    title: 'The proxy wants a name and a password',
    todo: 'Enter them in Settings → Network. If they are entered, the proxy refused them. They are not those of ProBonus.',
  },
  proxy_scheme: {
    title: 'The proxy takes only a Windows sign-in (NTLM)',
    todo: 'The program can’t do that, and no password helps. Ask the network administrator to allow a name and a password, or to open the ProBonus server without the proxy.',
  },
  proxy: {
    title: 'The proxy did not let the request through',
    todo: 'Ask the network administrator to allow the ProBonus server’s address on the proxy.',
  },
  timeout: { title: 'The server did not answer in time', todo: 'Wait a little and try again.' },
  slow_answer: {
    title: 'The answer comes too slowly',
    todo: 'Check the network’s speed and try again. If it does not help, narrow the period.',
  },
  connection_lost: {
    title: 'The connection broke',
    todo: 'Check the network and try again. If it always breaks, check the port and how the address begins: http:// or https://.',
  },
  answer_too_large: {
    title: 'The answer is too large',
    todo: 'Narrow the period. If it does not help, check the server’s address.',
  },
  packed_too_large: {
    title: 'The answer is suspiciously packed',
    todo: 'Unpacked it would pass every sensible limit, so it was dropped. Check the address and tell the network administrator.',
  },
  redirect: {
    title: 'The server sends us elsewhere',
    todo: 'In a guest network, sign in with a browser. Otherwise set ProBonus’s final address: the sign-in is not passed to another host.',
  },
  redirect_to_tls: {
    title: 'The server has moved to https',
    todo: 'Begin the address with https:// instead of http:// and connect the server anew.',
  },
  redirect_loop: {
    title: 'The server sends us round in circles',
    todo: 'Check the address and the path behind it. If they are right, tell the server’s administrator.',
  },
  wants_tls: {
    title: 'This port answers by https only',
    todo: 'Begin the address with https:// instead of http:// and connect the server anew.',
  },
  not_http: {
    title: 'It is no web server that answers there',
    todo: 'Check the port. If the server is protected, begin the address with https://.',
  },
  web_page: {
    title: 'A web page answers instead of ProBonus',
    todo: 'Open a browser: the network may want you to sign in, or a filter may block the site. If not, check the address and port.',
  },
  not_pro_bonus: {
    title: 'It is not ProBonus that answers there',
    todo: 'It is another program. Check the address, the port and the path behind them.',
  },
  unreadable: {
    title: 'The server’s answer can’t be understood',
    todo: 'The server answers otherwise than expected. Pass the details to the program’s support.',
  },
  other_account: {
    title: 'The server sent the data of another account',
    todo: 'A faulty cache or load balancer in front of the server does that. The data must not be trusted. Pass the details on to the administrator of the server.',
  },
  only_part: {
    title: 'The server did not give all entries',
    todo: 'There are more in this period than it gives at once. Choose a shorter period.',
  },
  sign_in_again: { title: 'Sign in again', todo: 'Enter the token or password once more. Nothing typed is lost.' },
  key_wanted: {
    title: 'The server asks for another key',
    todo: 'Enter the key and try again. Whoever set up the server knows it.',
  },
  forbidden: {
    title: 'The server does not allow that',
    todo: 'Ask the ProBonus administrator to allow it for this user or token.',
  },
  no_such_method: {
    title: 'This ProBonus can’t do that',
    todo: 'Check the address. If it is right, ask the administrator to update ProBonus.',
  },
  server_refused: { title: 'The server refused', todo: 'Mend the data by what the server says and send anew.' },
  server_fault: { title: 'The server failed', todo: 'Try later. If it goes on, tell the ProBonus administrator.' },
  unsupported: { title: 'This server can’t do that', todo: 'What is missing is told in Settings → Compatibility.' },
  invalid_request: { title: 'It can’t be sent like this', todo: 'Check the fields. Nothing was sent.' },
  invalid_input: { title: 'Check the marked fields', todo: 'Nothing was sent.' },
  phone_known: { title: 'A guest with this phone exists', todo: 'Open the card instead of creating another.' },
  phone_format_unknown: {
    title: 'It is not known whether the number is free',
    todo: 'Nobody was found by a phone on this server yet: the guest may be there already. Check with a known guest first.',
  },
  group_has_no_template: {
    title: 'This group takes no new guests',
    todo: 'Choose another, or ask the administrator to set “Шаблон для API” for it.',
  },
  no_template_group: {
    title: 'No group has a template',
    todo: 'Ask the ProBonus administrator to set “Шаблон для API” for a group.',
  },
  account_closed: {
    title: 'The account is deleted or blocked on the server',
    todo: 'Nothing was sent. Find another account of the guest, or restore this one in ProBonus.',
  },
  account_not_found: {
    title: 'The account was not found',
    todo: 'Find the guest again: the account may be gone or have another phone.',
  },
  account_changed: {
    title: 'The profile was changed meanwhile',
    todo: 'Nothing was sent. Compare the versions and take the fresh profile: your edits stay in it.',
  },
  balance_too_low: { title: 'Not enough bonuses', todo: 'Pay no more with bonuses than there are.' },
  balance_not_told: {
    title: 'The server tells no balance',
    todo: 'The first refill is checked by the balance, which is not shown. Nothing was sent: ask the ProBonus administrator.',
  },
  guid_taken: { title: 'This GUID was used', todo: 'The receipt is registered. See it in the journal.' },
  outside_number_taken: {
    title: 'A receipt with this number is registered',
    todo: 'Check the number and the restaurant, or see that receipt in the journal.',
    field: 'A receipt with this number is registered. If the numbers began anew, add the date: 28.11-555',
  },
  already_registered: {
    title: 'This receipt is registered',
    todo: 'The server shows it: another PC registered it, or this one before. Nothing was sent. If it is another receipt, check the number and the restaurant.',
  },
  possible_duplicate: { title: 'It looks like a repetition', todo: 'Write why it shall be done once more.' },
  not_proven_absent: {
    title: 'It is not known whether the operation was done',
    todo: 'The server may have shown old data. To send it again, write why.',
  },
  purchase_not_found: {
    title: 'The receipt was not found',
    todo: 'Check the number. A receipt of another program is returned by its GUID.',
  },
  purchase_not_active: {
    title: 'This receipt is not registered',
    todo: 'There is nothing to return: see its state in the journal.',
  },
  already_returned: {
    title: 'This receipt is returned already',
    todo: 'It can’t be returned twice. The return is in the journal.',
  },
  id_reused: {
    title: 'The operation is written down with other data',
    todo: 'Clear the form and begin another operation.',
  },
  unknown_pending: {
    title: 'Settle the earlier operation first',
    todo: 'The account has an operation of unknown outcome. Open it in the journal.',
  },
  may_be_applied: {
    title: 'The operation seems to be done',
    todo: 'It was not sent again. Look at what the server shows: if this is it, mark it as done.',
  },
  refused_was_applied: {
    title: 'The earlier operation was done although the server refused it',
    todo: 'It was found on the server. This one was not sent: look at the earlier one in the journal and decide whether another is needed.',
  },
  halted: {
    title: 'Sending is halted',
    todo: 'The cause is at the top of the window. Compare the operation and resume.',
  },
  other_server: {
    title: 'The operation was made for another server',
    todo: 'It is neither looked for nor sent here. Connect that server, or make a new operation.',
  },
  operation_not_found: { title: 'The journal has no such operation', todo: 'Refresh the list.' },
  wrong_state: {
    title: 'That can’t be done to the operation any more',
    todo: 'Its state has changed. See it in the journal.',
  },
  proof_taken: {
    title: 'This row of the server is another operation',
    todo: 'It proves another entry of the journal. Choose another row.',
  },
  wrong_mode: { title: 'Not in this mode', todo: 'Leave training mode, or go to it.' },
  unfinished_operations: {
    title: 'Some operations are unfinished',
    todo: 'Settle those waiting and of unknown outcome in the journal before you change the server.',
  },
  journal_of_other_server: {
    title: 'The journal belongs to another server',
    todo: 'Operations are unfinished there. Connect that server again and settle them before you change the address.',
  },
  not_started: { title: 'No server is chosen yet', todo: 'Connect ProBonus or go to training mode.' },
  stale: { title: 'The operation has moved on', todo: 'See it in the journal again.' },
  not_connected: { title: 'No server is connected', todo: 'Connect ProBonus or go to training mode.' },
  keychain_locked: {
    title: 'The keychain is locked',
    todo: 'Unlock it (sign in to the system again), or keep the sign-in in memory until the program is closed.',
  },
  keychain_missing: {
    title: 'The system has no keychain',
    todo: 'The sign-in can be kept in memory until the program is closed. It is not written to disk.',
  },
  keychain_refused: {
    title: 'The keychain refused',
    todo: 'Allow the program to use it, or keep the sign-in in memory until the program is closed.',
  },
  keychain_timeout: {
    title: 'The keychain does not answer',
    todo: 'It may be asking for your password in another window. Otherwise keep the sign-in in memory.',
  },
  disk_full: {
    title: 'The disk is full',
    todo: 'Free some space and try again. Nothing new is sent; the program itself asks the server what became of what was sent before.',
  },
  journal_read_only: {
    title: 'The journal can’t be written',
    todo: 'The folder or the whole disk can’t be written: check the rights, and whether the disk is still there. Nothing is sent without the journal.',
  },
  journal_locked: {
    title: 'Another program holds the journal',
    todo: 'Close the other window or the program that holds the file.',
  },
  journal_corrupt: {
    title: 'The journal file is damaged',
    todo: 'Restore a backup: Settings → Journal. The damaged file stays among the backups.',
  },
  journal_missing: {
    title: 'The journal is not found',
    todo: 'Restore a backup, choose a file or begin a new journal: Settings → Journal.',
  },
  journal_displaced: {
    title: 'The journal file was deleted or replaced while in use',
    todo: 'Close the second copy of the program, if there is one, and open the journal again. Compare the last operations with ProBonus.',
  },
  not_a_journal: {
    title: 'A file of another program is in the journal’s place',
    todo: 'It was left as it is. Move it away or restore a backup.',
  },
  backup_not_found: { title: 'There is no such backup any more', todo: 'Open the list again and choose another one.' },
  backup_damaged: { title: 'The backup is damaged', todo: 'The journal is as it was. Choose another backup.' },
  journal_newer: { title: 'The journal was written by a newer version', todo: 'Update the program on this computer.' },
  journal_failed: {
    title: 'The journal failed',
    todo: 'Try again. If it does not help, copy the file and ask for support.',
  },
  not_a_certificate: {
    title: 'The file holds no certificate',
    todo: 'A .crt, .cer or .pem file is needed. A .pfx or .p12 with a key will not do: ask for the root certificate.',
  },
  authority_expired: {
    title: 'This certificate is not in force',
    todo: 'It has ended or not begun. Check the computer’s clock, or ask the administrator for a new one.',
  },
  not_an_authority: {
    title: 'This is a server’s certificate',
    todo: 'The root certificate of the authority that signed it is needed. Ask the administrator for it.',
  },
  settings_newer: {
    title: 'The settings were written by a newer version',
    todo: 'Update the program on this computer.',
  },
  settings_not_saved: {
    title: 'The settings were not saved',
    todo: 'Check the disk’s space and the rights to the program’s folder.',
  },
  description_not_found: {
    title: 'No description was found on the server',
    todo: 'Ask the administrator of ProBonus for the address of the Swagger, or a file with it. Without one the program goes by its table.',
  },
  description_unreadable: {
    title: 'This is no description of a server',
    todo: 'A document of Swagger 2.0 or OpenAPI 3 is needed, in JSON or YAML. Check the address or the file.',
  },
  description_of_other: {
    title: 'A description of another service',
    todo: 'The document has no methods of ProBonus. Check the address: one server may have several descriptions.',
  },
  description_unprotected: {
    title: 'A description from elsewhere without protection',
    todo: 'A description on another server is read over https only. Give an https address or a file.',
  },
  file_newer: { title: 'The file is of a newer version', todo: 'Update the program on this computer.' },
  file_broken: { title: 'The file is damaged', todo: 'Save it again on the computer where it was made.' },
  proposal_gone: {
    title: 'The proposal does not hold any more',
    todo: 'The server’s description has changed since. Look at what is proposed now.',
  },
  safe_mode: {
    title: 'Not in the safe mode',
    todo: 'The program uses no network and sends nothing. Leave the safe mode and try again.',
  },
  licences_missing: {
    title: 'The file of licences did not open',
    todo: 'It lies beside the program: THIRD-PARTY.txt. Open it by hand or install the program again.',
  },
  support_files_gone: { title: 'The files for support are gone', todo: 'Gather them once more.' },
  file_not_written: { title: 'The file was not written', todo: 'Choose another folder or free some space.' },
  update_not_found: {
    title: 'There are no updates at this address',
    todo: 'The server of updates answered, but lacks the file. Try again later; it does not keep you from working.',
  },
  update_server_failed: {
    title: 'The server of updates fails or refuses',
    todo: 'The failure is on its side. Try again later; it does not keep you from working.',
  },
  update_not_protected: {
    title: 'The server of updates names an address without protection',
    todo: 'The program takes updates over https only. Nothing was fetched or changed. If it happens again, show the details to those who help.',
  },
  update_unreadable: {
    title: 'The server of updates can’t be understood',
    todo: 'Perhaps a page of the network or a filter answers in its place. Nothing was changed. Try again later.',
  },
  update_not_trusted: {
    title: 'The update did not pass the check',
    todo: 'The file is not the one that the authors of the program signed, or was damaged on its way. Nothing was installed. If it happens again, show the details to those who help.',
  },
  update_not_installed: {
    title: 'The update was not installed',
    todo: 'The program works as before. The details tell why: usually a virus scanner, or no right to write the folder.',
  },
  update_gone: { title: 'No newer version was found', todo: 'Press “Check now”.' },
  update_impossible: {
    title: 'This copy does not update itself',
    todo: 'Get the new version where this one came from.',
  },
  operations_out: {
    title: 'An operation is being sent',
    todo: 'The update does not break it off. Wait for the server’s answer, and install the update then.',
  },
  autostart_not_set: {
    title: 'The system did not take the setting',
    todo: 'Nothing has changed. The details tell why: often rights are missing, or an antivirus is in the way.',
  },
  tray_impossible: {
    title: 'The desktop has no notification area',
    todo: 'There is nowhere to show the icon, so the cross still ends the program. The details tell why.',
  },
  notifications_impossible: {
    title: 'The system shows no notifications',
    todo: 'Outcomes are seen in the journal and beside the icon. The details tell why.',
  },
  training_failed: { title: 'The training server did not start', todo: 'Restart the program.' },
  internal: {
    title: 'An error in the program',
    todo: 'Try again. If it does not help, send the “Files for support” (Settings → Help).',
  },
};

export const tooManyRequests: Catalogue['tooManyRequests'] = {
  title: 'The server asks to wait',
  todo: 'It answered that there are too many requests (429). Wait a minute and try again.',
};

export const fieldErrors: Catalogue['fieldErrors'] = {
  required: 'Fill this in',
  not_a_number: 'Enter a number, for example 1\u202f234,56',
  not_understood: 'It can’t be written so: see the example below',
  no_room: 'The request has no such place, or the program itself uses it',
  secret_in_clear: 'It looks like a key or a password: enter it below, in Server keys',
  not_a_phone: 'Only digits in a phone, for example +7 912 345-67-89',
  not_days: 'Enter a whole number of days, from 1 to 36,500',
  too_precise: 'No more than two digits after the comma',
  not_positive: 'The sum must be above zero',
  negative: 'It can’t be below zero',
  too_large: 'The number is too large',
  over_limit: 'Above the limit',
  too_short: 'Some digits are missing, 10 are needed',
  too_long: 'Too long, shorten it',
  impossible: 'There is no such thing, check it',
  not_a_date: 'There is no such date. Enter DD.MM.YYYY, for example 30.11.2026',
  in_the_future: 'This date has not come yet',
  too_long_ago: 'Too long ago, check the year',
  not_a_guid: 'A GUID is needed: 32 digits and letters a–f',
  not_an_email: 'Enter an address like name@example.com',
  not_a_url: 'Enter an address like https://server:port',
  not_a_proxy: 'Enter an address with a port, like proxy.office:3128',
  not_in_list: 'No such restaurant in the list: choose another or add it in “Settings → Work”',
  bad_characters: 'Remove the forbidden characters',
  ends_before_begin: 'The period ends before it begins',
  nothing_changed: 'Nothing is changed',
  too_many: 'Too many, leave fewer',
  nothing_in_it: 'The receipt has no sum at all',
  repeated: 'The same twice',
};
