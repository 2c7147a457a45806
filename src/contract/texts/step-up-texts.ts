/** What the plain page says on which a person confirms their own request. */
export type StepUpTexts = {
  readonly title: string
  readonly greeting: string
  readonly what: string
  readonly yourReason: string
  readonly ticket: string
  readonly until: string
  readonly confirm: string
  readonly notYou: string
  readonly details: string
  readonly request: string
  readonly digest: string
  readonly book: string
  readonly needsScript: string
  /** Said beneath the button, by what came of it. */
  readonly says: {
    readonly working: string
    readonly done: string
    readonly none: string
    readonly cancelled: string
    readonly refused: string
    readonly changed: string
    readonly expired: string
    readonly closed: string
    readonly already: string
    readonly missing: string
    readonly limited: string
    readonly failed: string
  }
  /** Instead of the terms, where there is nothing to confirm: a heading, and what to do. */
  readonly instead: {
    readonly [State in 'unknown' | 'expired' | 'confirmed' | 'closed' | 'noPasskey']: readonly [string, string]
  }
}

export const stepUpTexts: { readonly [Language in 'en' | 'de']: StepUpTexts } = {
  en: {
    title: 'Confirm your request',
    greeting: '{name}, is this your request?',
    what: 'Your device asked for an exception in your name. Read it: with your passkey you confirm exactly this, then others decide.',
    yourReason: 'What was written',
    ticket: 'Ticket {ticket}',
    until: 'You can confirm until {time}.',
    confirm: 'Confirm with passkey',
    notYou:
      'If you did not ask for this, close the page and tell those who look after {organisation}. Without you nothing opens.',
    details: 'What exactly is signed',
    request: 'Request',
    digest: 'Digest of the terms',
    book: 'Policy book',
    needsScript: 'This page needs JavaScript to talk to your passkey.',
    says: {
      working: 'Follow what your browser asks…',
      done: 'Confirmed. Your request is now with those who decide; your device shows how it goes on. You can close this page.',
      none: 'This browser cannot use passkeys. Open the link in another one.',
      cancelled: 'Nothing was confirmed: no passkey of {name} answered. You can try again.',
      refused: 'This passkey was not accepted: only {name} can confirm this, with a passkey that checks who you are.',
      changed: 'The terms are no longer those shown here. Nothing was signed. Open the link again from your device.',
      expired: 'This link has run out. Open the request on your device for a new one.',
      closed: 'This request has ended in the meantime. Nothing was confirmed.',
      already: 'This request is confirmed already. You can close this page.',
      missing: 'No passkey is registered for {name}. Ask for a one-time link to register one.',
      limited: 'Too many tries. Wait a while, then try again.',
      failed: 'That did not work, and nothing was confirmed. Try again.',
    },
    instead: {
      unknown: ['This link is not known', 'It may be cut off. Open it again from your device.'],
      expired: [
        'This link has run out',
        'Nothing was confirmed. Open the request on your device for a new link, or ask once more.',
      ],
      confirmed: [
        'This request is confirmed already',
        'There is nothing more to do here. Your device shows how it goes on.',
      ],
      closed: ['This request has ended', 'It can no longer be confirmed. Your device shows how it ended.'],
      noPasskey: [
        'You have no passkey yet',
        'Without one you cannot confirm. Ask those who look after {organisation} for a one-time link, register a passkey there, and open this page again.',
      ],
    },
  },
  de: {
    title: 'Anfrage bestätigen',
    greeting: '{name}, ist das Ihre Anfrage?',
    what: 'Ihr Gerät hat in Ihrem Namen um eine Ausnahme gebeten. Lesen Sie sie: Mit Ihrem Passkey bestätigen Sie genau dies, danach entscheiden andere.',
    yourReason: 'Was geschrieben wurde',
    ticket: 'Ticket {ticket}',
    until: 'Sie können bis {time} bestätigen.',
    confirm: 'Mit Passkey bestätigen',
    notYou:
      'Haben Sie nicht darum gebeten, dann schließen Sie die Seite und sagen Sie es denen, die {organisation} betreuen. Ohne Sie öffnet sich nichts.',
    details: 'Was genau unterschrieben wird',
    request: 'Anfrage',
    digest: 'Prüfsumme der Bedingungen',
    book: 'Regelbuch',
    needsScript: 'Diese Seite braucht JavaScript, um mit Ihrem Passkey zu sprechen.',
    says: {
      working: 'Folgen Sie Ihrem Browser …',
      done: 'Bestätigt. Ihre Anfrage liegt jetzt bei denen, die entscheiden; Ihr Gerät zeigt, wie es weitergeht. Sie können diese Seite schließen.',
      none: 'Dieser Browser kann keine Passkeys verwenden. Öffnen Sie den Link in einem anderen.',
      cancelled:
        'Es wurde nichts bestätigt: Kein Passkey von {name} hat geantwortet. Sie können es noch einmal versuchen.',
      refused:
        'Dieser Passkey wurde nicht angenommen: Nur {name} kann dies bestätigen, mit einem Passkey, der prüft, wer Sie sind.',
      changed:
        'Die Bedingungen sind nicht mehr die hier gezeigten. Es wurde nichts unterschrieben. Öffnen Sie den Link noch einmal von Ihrem Gerät.',
      expired: 'Dieser Link ist abgelaufen. Öffnen Sie die Anfrage auf Ihrem Gerät für einen neuen.',
      closed: 'Diese Anfrage ist inzwischen beendet. Es wurde nichts bestätigt.',
      already: 'Diese Anfrage ist schon bestätigt. Sie können diese Seite schließen.',
      missing: 'Für {name} ist kein Passkey registriert. Bitten Sie um einen Einmal-Link, um einen zu registrieren.',
      limited: 'Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.',
      failed: 'Das hat nicht geklappt, und es wurde nichts bestätigt. Versuchen Sie es noch einmal.',
    },
    instead: {
      unknown: [
        'Dieser Link ist nicht bekannt',
        'Vielleicht ist er abgeschnitten. Öffnen Sie ihn noch einmal von Ihrem Gerät.',
      ],
      expired: [
        'Dieser Link ist abgelaufen',
        'Es wurde nichts bestätigt. Öffnen Sie die Anfrage auf Ihrem Gerät für einen neuen Link, oder fragen Sie noch einmal.',
      ],
      confirmed: [
        'Diese Anfrage ist schon bestätigt',
        'Hier ist nichts mehr zu tun. Ihr Gerät zeigt, wie es weitergeht.',
      ],
      closed: [
        'Diese Anfrage ist beendet',
        'Sie kann nicht mehr bestätigt werden. Ihr Gerät zeigt, wie sie geendet hat.',
      ],
      noPasskey: [
        'Sie haben noch keinen Passkey',
        'Ohne ihn können Sie nicht bestätigen. Bitten Sie die, die {organisation} betreuen, um einen Einmal-Link, registrieren Sie dort einen Passkey und öffnen Sie diese Seite noch einmal.',
      ],
    },
  },
}
