/** What the plain page of a one-time link says. */
export type InvitePageTexts = {
  readonly title: string
  readonly welcome: string
  readonly firstAdmin: string
  readonly what: string
  readonly name: string
  readonly email: string
  readonly label: string
  readonly labelDefault: string
  readonly register: string
  readonly working: string
  readonly done: string
  readonly doneMore: string
  readonly refused: string
  readonly refusedMore: string
  readonly noPasskeys: string
  readonly cancelled: string
  readonly taken: string
  readonly failed: string
  readonly needsScript: string
}

export const invitePageTexts: { readonly [Language in 'en' | 'de']: InvitePageTexts } = {
  en: {
    title: 'Register a passkey',
    welcome: 'Hello {name}',
    firstAdmin: 'You are the first to administer Postern here',
    what: 'With a passkey you sign in to Postern of {organisation} and confirm what you decide. It stays on your device or key; nothing secret leaves it.',
    name: 'Your name',
    email: 'Your mail address',
    label: 'What you call this passkey',
    labelDefault: 'My passkey',
    register: 'Register a passkey',
    working: 'Follow what your browser asks…',
    done: 'Your passkey is registered',
    doneMore: 'You can close this page.',
    refused: 'This link cannot be used',
    refusedMore: 'It is unknown, was used already, or has run out. Ask for a new one.',
    noPasskeys: 'This browser cannot register passkeys. Open the link in another one.',
    cancelled: 'No passkey was registered. You can try again.',
    taken: 'This mail address belongs to somebody already.',
    failed: 'That did not work. Try again; if it stays so, ask for a new link.',
    needsScript: 'This page needs JavaScript to talk to your passkey.',
  },
  de: {
    title: 'Passkey registrieren',
    welcome: 'Hallo {name}',
    firstAdmin: 'Sie verwalten Postern hier als Erste oder Erster',
    what: 'Mit einem Passkey melden Sie sich bei Postern von {organisation} an und bestätigen, was Sie entscheiden. Er bleibt auf Ihrem Gerät oder Schlüssel; nichts Geheimes verlässt ihn.',
    name: 'Ihr Name',
    email: 'Ihre Mailadresse',
    label: 'So nennen Sie diesen Passkey',
    labelDefault: 'Mein Passkey',
    register: 'Passkey registrieren',
    working: 'Folgen Sie Ihrem Browser …',
    done: 'Ihr Passkey ist registriert',
    doneMore: 'Sie können diese Seite schließen.',
    refused: 'Dieser Link kann nicht verwendet werden',
    refusedMore: 'Er ist unbekannt, schon benutzt oder abgelaufen. Bitten Sie um einen neuen.',
    noPasskeys: 'Dieser Browser kann keine Passkeys registrieren. Öffnen Sie den Link in einem anderen.',
    cancelled: 'Es wurde kein Passkey registriert. Sie können es noch einmal versuchen.',
    taken: 'Diese Mailadresse gehört schon jemandem.',
    failed: 'Das hat nicht geklappt. Versuchen Sie es noch einmal; bleibt es so, bitten Sie um einen neuen Link.',
    needsScript: 'Diese Seite braucht JavaScript, um mit Ihrem Passkey zu sprechen.',
  },
}
