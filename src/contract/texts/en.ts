import type { FailureCode } from '../../domain/failure.ts'
import { type Words, wordsEn } from './words-en.ts'

/** What happened, and why or what to do next. `{name}` is filled in from the failure's details. */
export type FailureText = { readonly title: string; readonly detail: string }

/** Every sentence that a person reads, in one language. A language that lacks one does not compile. */
export type Texts = Words & {
  readonly failures: { readonly [Code in FailureCode]: FailureText }
}

export const en: Texts = {
  failures: {
    use_nonce: {
      title: 'The message needs a fresh nonce',
      detail: 'The nonce was missing or too old. Postern asks for a new one and sends again by itself.',
    },
    clock_skew: {
      title: 'The clock of this device is wrong',
      detail: "Its time differs too much from the gateway's. Set date and time automatically, then try again.",
    },
    invalid_signature: {
      title: 'This gateway does not know this device',
      detail:
        'The message was malformed, signed by an unknown key, or its signature does not fit. If this goes on, enrol the device again.',
    },
    invalid_token: {
      title: 'The access token is not valid',
      detail: 'It ran out or belongs to another key. A new report brings a new token.',
    },
    invalid_dpop_proof: {
      title: 'The proof of possession is not valid',
      detail: 'The DPoP proof does not fit this call. Postern makes a new one by itself.',
    },
    use_dpop_nonce: {
      title: 'The proof of possession needs a fresh nonce',
      detail: 'Postern sends it again with the nonce of this answer.',
    },
    step_up_required: {
      title: 'Please confirm that it is you',
      detail: 'This needs a fresh sign-in. Confirm in the browser.',
    },
    enrollment_refused: {
      title: 'The enrolment code was not accepted',
      detail: 'It is unknown, already used, or older than 24 hours. Ask your administrator for a new one.',
    },
    tier_too_low: {
      title: 'The device key is not protected well enough',
      detail: 'This gateway asks for a key in the system keychain or better. Set up a keychain, then enrol again.',
    },
    tier_downgrade: {
      title: 'The protection of the device key may not fall',
      detail: 'Enrol the device again if the stronger key is gone.',
    },
    pending_approval: {
      title: 'An administrator must approve this device',
      detail: 'Nothing is to be done here; Postern asks again by itself.',
    },
    retired_key: {
      title: 'This device key was retired',
      detail: 'The device was removed or has a newer key. Enrol again, or ask your administrator.',
    },
    device_quarantined: {
      title: 'This device is on hold',
      detail:
        'Its reports no longer fit together, as after a restored backup or a copied key. Ask your administrator to release it, or enrol again.',
    },
    not_owner: {
      title: 'This device belongs to somebody else',
      detail: 'Use a device of your own, or ask your administrator.',
    },
    device_silent: { title: 'This device has not reported for too long', detail: 'Check now, then try again.' },
    posture_failed: {
      title: 'Some checks of this device fail',
      detail: 'See which, fix them, or ask for a temporary exception.',
    },
    not_found: { title: 'There is no such thing here', detail: 'It does not exist, or it is not yours to see.' },
    replayed: {
      title: 'This message was already received',
      detail: 'Postern settles it with the gateway and goes on by itself.',
    },
    chain_fork: {
      title: 'The reports of this device do not follow each other',
      detail: 'Postern settles it with the gateway and goes on by itself. If it cannot, the device must be confirmed.',
    },
    key_in_use: { title: 'This key belongs to another device record', detail: 'Postern makes a new key; enrol again.' },
    request_closed: {
      title: 'This request is over',
      detail: 'It takes no more changes. Make a new request if you still need it.',
    },
    state_conflict: {
      title: 'This cannot be done now',
      detail: 'The request has moved on. Look at its present state.',
    },
    terms_changed: { title: 'The terms have changed', detail: 'Read the new terms before you go on.' },
    handoff_expired: { title: 'This sign-in took too long', detail: 'Start again in the browser.' },
    too_large: {
      title: 'The message is too large',
      detail: 'A message may have 64 KiB. Please report this as a fault of Postern.',
    },
    media_type: {
      title: 'The message is of the wrong kind',
      detail: 'The content type does not fit this address. Please report this as a fault of Postern.',
    },
    profile_unsupported: {
      title: 'Gateway and agent speak different versions',
      detail: 'Update Postern on this device.',
    },
    schema_invalid: {
      title: 'The message is not in the form agreed on',
      detail: 'The named places are wrong. Please report this as a fault of Postern.',
    },
    agent_outdated: {
      title: 'Postern must be updated',
      detail: 'This gateway no longer takes reports of so old an agent. Update Postern on this device.',
    },
    not_supported: { title: 'This gateway cannot do that yet', detail: 'It belongs to a later version of Postern.' },
    exception_limit: {
      title: 'The request goes beyond a limit',
      detail: 'Correct the marked values and send it again.',
    },
    number_mismatch: {
      title: 'The number does not fit',
      detail: 'Compare it with the number in the browser, and start again.',
    },
    rate_limited: { title: 'Too many messages in a short time', detail: 'Postern waits and tries again by itself.' },
    internal: {
      title: 'Something went wrong in the gateway',
      detail: "It is in the gateway's log under the id of this answer. Postern tries again by itself.",
    },
    unavailable: {
      title: 'The gateway is busy or being restarted',
      detail: 'Nothing is lost. Postern tries again by itself.',
    },
    log_locked: {
      title: 'The audit log takes no new entries',
      detail: 'Until an administrator has looked at it, nothing that must be logged can be done.',
    },
    not_eligible: { title: 'You may not vote on this', detail: 'The rule named in the answer says why.' },
    already_voted: { title: 'You have already voted on this', detail: 'A vote is given once for the same terms.' },
    stage_choice: { title: 'Choose the stage you vote in', detail: 'You are in the pools of more than one.' },
    challenge_expired: { title: 'This confirmation took too long', detail: 'Start the confirmation again.' },
    login_required: { title: 'You are not signed in', detail: 'Sign in with your passkey.' },
    ambiguous_credentials: {
      title: 'Two ways to say who is asking',
      detail: 'Send either the cookie of a session or a token, not both.',
    },
    origin_refused: {
      title: 'This call came from another page',
      detail: 'Open the console at the address of this gateway, and try again there.',
    },
    role_required: { title: 'This needs another role', detail: 'The answer names the roles that may do it.' },
    sign_in_refused: {
      title: 'You could not be signed in',
      detail: 'Try again. If your passkey is lost, use the way back on this page.',
    },
    invitation_refused: {
      title: 'This link cannot be used',
      detail: 'It is unknown, was used already, or has run out. Ask for a new one.',
    },
    assertion_refused: {
      title: 'The confirmation was not accepted',
      detail: 'Confirm again with a passkey of your own on the page of this gateway.',
    },
    passkey_missing: {
      title: 'There is no passkey to confirm with',
      detail: 'Ask an administrator for a link to register one.',
    },
    passkey_exists: {
      title: 'This person has a passkey already',
      detail: 'Who has lost theirs asks for their way back on the sign-in page.',
    },
    last_passkey: { title: 'This is your last passkey', detail: 'Register another one first.' },
    last_admin: {
      title: 'Somebody must be able to administer this',
      detail: 'Name another administrator with a passkey first.',
    },
    role_held: {
      title: 'This person has a role or may approve',
      detail: 'Take the roles named in the answer away first, or let them ask for their way back.',
    },
    managed_elsewhere: {
      title: 'This is kept somewhere else',
      detail: 'The answer names where. Change it there, or let the console take over.',
    },
    edit_conflict: {
      title: 'Somebody else changed this first',
      detail: 'Look at the newest version in the answer, and try again.',
    },
    book_changed: {
      title: 'Another policy is in force by now',
      detail: 'Compare with the book that the answer names.',
    },
    already_exists: { title: 'This exists already', detail: 'The named place is taken.' },
    in_use: { title: 'This is in use', detail: 'The answer names what uses it.' },
    lint_failed: { title: 'The documents have errors', detail: 'The answer names their lines.' },
    not_enrolled: {
      title: 'This device is not enrolled',
      detail: 'Nothing is sent. Open the enrolment link from your administrator, or run: postern agent enroll <link>',
    },
    already_enrolled: {
      title: 'This device is already enrolled with {host}',
      detail: 'Leave that gateway first; a link never changes it.',
    },
    consent_missing: {
      title: 'Nobody has agreed yet to what is sent',
      detail: 'Nothing is sent before that. Enrol again and read the description.',
    },
    consent_changed: {
      title: "The gateway's description has changed",
      detail: 'It is not the one you agreed to. Read it again, then agree or stop.',
    },
    key_missing: { title: 'The device key is gone', detail: '{reason}. Enrol again.' },
    key_locked: { title: 'The keychain is locked', detail: 'Unlock it, then try again.' },
    key_unavailable: {
      title: 'No system keychain was found',
      detail: "{reason}. Install and unlock GNOME Keyring, KWallet's Secret Service or KeePassXC, then try again.",
    },
    file_key_refused: {
      title: 'The key file cannot be used',
      detail: "{reason}. Only the organisation's setting AllowFileKey permits a key file, in a folder of your own.",
    },
    gateway_unreachable: {
      title: 'The gateway cannot be reached',
      detail: '{reason}. Check the network; Postern tries again by itself.',
    },
    gateway_untrusted: {
      title: "The gateway's certificate is not trusted",
      detail:
        "{reason}. Nothing was sent. Ask your administrator; a private authority belongs in the system's certificate store.",
    },
    gateway_identity: {
      title: 'The gateway is not who it should be',
      detail: 'It says it is {seen}, but {expected} was asked. Check the enrolment link.',
    },
    gateway_answer_invalid: {
      title: "The gateway's answer was not understood",
      detail: '{reason}. Nothing was changed. Ask your administrator whether the gateway is up to date.',
    },
    issuer_not_allowed: { title: 'The address {issuer} cannot be used', detail: '{reason}.' },
    link_invalid: {
      title: 'This is not an enrolment link',
      detail: '{reason}. It begins with postern://enroll? and comes from your administrator.',
    },
    config_stale: {
      title: 'The gateway sent an older configuration',
      detail: 'It has number {got}, this device already has {have}. The newer one stays in force.',
    },
    state_too_new: {
      title: 'A newer Postern wrote {file}',
      detail: 'It is left as it is. Update Postern on this device.',
    },
    state_unreadable: {
      title: '{file} cannot be read',
      detail: '{reason}. Move it aside, then start again; the device may have to be enrolled again.',
    },
    state_unwritable: {
      title: '{file} cannot be written',
      detail: '{reason}. What was there before is still there. Make room or mend the rights of the folder.',
    },
    agent_not_running: { title: 'No agent is running', detail: 'Start it with: postern agent' },
    agent_running: { title: 'An agent is already running here', detail: 'Stop it first, or use it: postern status' },
    socket_path_too_long: {
      title: "The path of the command line's endpoint is too long",
      detail: '{path} has {bytes} bytes, 100 are allowed. Name a shorter one with --control.',
    },
    settings_invalid: { title: 'The settings in {file} cannot be used', detail: 'Correct the places named below.' },
    book_invalid: {
      title: 'The policy documents do not load',
      detail: '{remarks} remarks; the book in force stays in force. Run: postern policy lint',
    },
    unknown_person: {
      title: '{email} is not known here',
      detail: 'Add the person to `people` in the settings, then try again.',
    },
    not_here: {
      title: 'This cannot be done from here',
      detail: 'It needs the Postern app on a desktop. Open Postern from the app menu, and try again there.',
    },
    quit_hidden: {
      title: 'Postern stays running on this device',
      detail: 'Your organisation wants it so. If it has to end, ask whoever looks after this device.',
    },
    cannot_open: {
      title: 'This could not be opened',
      detail: '{reason}. Nothing was changed. Open it yourself in the settings of your system, or in the browser.',
    },
    not_implemented: { title: '{what} comes later', detail: 'It belongs to a later version of Postern.' },
    question_invalid: {
      title: 'This question is not in the form agreed on',
      detail: 'Please report this as a fault of Postern.',
    },
    drafts_full: { title: '{most} drafts are kept', detail: 'Discard one, then go on.' },
    draft_sent: {
      title: 'This draft has already been sent',
      detail: 'It is a request now. What was written since then goes on as a new draft.',
    },
    too_many_questions: { title: 'Too many questions in a short time', detail: 'Wait a second, then try again.' },
    token_invalid: { title: 'The signed message was not accepted', detail: '{reason}.' },
  },
  ...wordsEn,
}
