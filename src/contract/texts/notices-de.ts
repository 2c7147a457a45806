import type { NoticesTexts } from './notices-texts.ts'

export const noticesDe: NoticesTexts = {
  failing: '{check} braucht Aufmerksamkeit',
  failingBody: 'Öffnen Sie Postern, um zu sehen, was zu tun ist.',
  severalFailing: {
    title: '{n} Prüfungen brauchen Aufmerksamkeit',
    body: 'Öffnen Sie Postern, um zu sehen, was zu tun ist.',
  },
  refused: 'Zugriff verweigert: {check}',
  refusedWithout: 'Zugriff verweigert',
  refusedBody: 'Kein Zugriff auf {name}. Öffnen Sie Postern, um zu sehen, wie Sie ihn zurückbekommen.',
  deadline: '{check}: Der Zugriff endet {time}',
  deadlineBody: 'Beheben Sie es vorher, oder beantragen Sie eine Ausnahme.',
  fixed: '{check} ist behoben',
  fixedBody: 'Mehr ist nicht zu tun.',
  restoredBody: 'Der Zugriff ist wieder da.',
  accessEnds: 'Der Zugriff endet {time}.',
  vote: { title: '{name} bittet um eine Ausnahme: {check}', body: 'Entscheiden Sie bis {time}, in der Konsole.' },
  decided: {
    denied: { title: 'Ihre Ausnahme für {check} wurde abgelehnt', body: 'Den Grund lesen Sie in Postern.' },
    refused: { title: 'Ihre Ausnahme für {check} wurde verweigert', body: 'Den Grund lesen Sie in Postern.' },
    lapsed: {
      title: 'Niemand hat über Ihre Ausnahme für {check} entschieden',
      body: 'Sie können sie neu beantragen.',
    },
    stale: {
      title: 'Ihr Antrag für {check} ist überholt',
      body: 'Regeln, Gerät oder Menschen haben sich geändert. Sie können ihn neu stellen.',
    },
  },
  granted: {
    active: { title: 'Ihrer Ausnahme für {check} wurde zugestimmt', body: 'Sie gilt bis {time}.' },
    scheduled: {
      title: 'Ihrer Ausnahme für {check} wurde zugestimmt',
      body: 'Sie beginnt später und gilt bis {time}.',
    },
    awaiting_activation: {
      title: 'Ihrer Ausnahme für {check} wurde zugestimmt',
      body: 'Öffnen Sie Postern, um sie zu beginnen.',
    },
    other: { title: 'Ihrer Ausnahme für {check} wurde zugestimmt', body: 'Bis wann, sehen Sie in Postern.' },
  },
  question: { title: 'Eine Frage zu Ihrer Ausnahme für {check}', body: 'Der Antrag wartet auf Ihre Antwort.' },
  grants: {
    suspended: { title: 'Ihre Ausnahme für {check} ist ausgesetzt', body: 'Ihr Ende verschiebt sich nicht.' },
    expired: { title: 'Ihre Ausnahme für {check} ist zu Ende', body: 'Die Zeit ist um.' },
    revoked: { title: 'Ihre Ausnahme für {check} wurde beendet', body: 'Den Grund lesen Sie in Postern.' },
    cured: { title: '{check} besteht', body: 'Die Ausnahme endete von selbst.' },
    unclaimed: { title: 'Ihre Ausnahme für {check} ist zu Ende', body: 'Sie wurde nicht rechtzeitig begonnen.' },
    voided: { title: 'Ihre Ausnahme für {check} gilt nicht mehr', body: 'Den Grund lesen Sie in Postern.' },
  },
  exceptionEnds: {
    title: '{check}: Der Zugriff endet {time}',
    body: 'Dann endet die Ausnahme. Beheben Sie es vorher.',
  },
  keyLocked: { title: 'Schlüsselbund gesperrt', body: 'Entsperren Sie ihn, damit weiter berichtet wird.' },
  trayMissing: { title: 'Kein Tray auf diesem Desktop', body: 'Öffnen Sie Postern über das Anwendungsmenü.' },
  iconHides: {
    title: 'Postern ist neben der Uhr',
    body: 'Windows verbirgt neue Symbole dort hinter dem Pfeil. Ziehen Sie den Bogen heraus, damit er zu sehen bleibt.',
  },
  updateReady: { title: 'Update {version} ist bereit', body: 'Öffnen Sie Postern, um es zu installieren.' },
  andMore: '{check} und {n} weitere',
}
