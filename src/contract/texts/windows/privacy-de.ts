import type { PrivacyTexts } from './privacy-texts.ts'

export const privacyDe: PrivacyTexts = {
  sentences: {
    nothing: 'Nichts hat dieses Gerät verlassen.',
    accepted: 'Der letzte Bericht wurde {distance} gesendet.',
    refused: 'Der letzte Bericht wurde {distance} abgelehnt.',
    unconfirmed: 'Der letzte Bericht wurde {distance} gesendet. Ob er ankam, ist nicht bekannt.',
    noReport: 'Es wurde noch kein Bericht gesendet.',
    waiting: 'Etwas wartet darauf, gesendet zu werden.',
    asked: {
      one: '{org} bittet um eine weitere Angabe. Sie bleibt hier, bis Sie zustimmen.',
      other: '{org} bittet um {n} weitere Angaben. Sie bleiben hier, bis Sie zustimmen.',
    },
    enrolledByPolicy: 'Ihre Organisation hat dieses Gerät angemeldet. Das wird gesendet.',
  },
  note: 'Jede Nachricht steht hier, bevor sie das Gerät verlässt, Byte für Byte. Die Hersteller von Postern erhalten nichts.',
  noteBefore:
    'Nichts wird gesendet, bevor Sie gelesen haben, was es ist, und zugestimmt haben. Die Hersteller von Postern erhalten nie etwas.',
  anOrganisation: 'Ihre Organisation',

  signals: {
    'os-version': {
      means: 'Name und Version des Systems, etwa „Debian 13“.',
      why: 'Alte Versionen erhalten keine Sicherheitskorrekturen mehr.',
    },
    'os-updates': {
      means: 'Wie viele Updates ausstehen, seit wann, und ob ein Neustart nötig ist. Nicht welche.',
      why: 'Eine bekannte Lücke bleibt offen, bis ihr Update eingespielt ist.',
    },
    'automatic-updates': {
      means: 'Ob sich Sicherheitsupdates von selbst einspielen, und wer das entschieden hat.',
      why: 'Updates, die auf jemanden warten, warten lange.',
    },
    'disk-encryption': {
      means: 'Ob die Festplatte verschlüsselt ist, Teil für Teil. Kein Schlüssel, kein Wiederherstellungsschlüssel.',
      why: 'Ein verlorenes Gerät verrät dann nichts.',
    },
    firewall: {
      means:
        'Ob eine Firewall an ist, wessen, und was mit eingehenden Verbindungen geschieht. Keine Regeln, keine Adressen.',
      why: 'Sie hält andere im selben Netz draußen.',
    },
    enrollment: {
      means:
        'Ob ein Verwaltungsdienst oder Verzeichnis dieses Gerät verwaltet, welcher, und dessen Domäne oder Mandant.',
      why: 'Verwaltete Geräte erhalten Einstellungen und Reparaturen von der Organisation.',
    },
    'screen-lock': {
      means: 'Ob sich der Bildschirm von selbst sperrt, und nach welcher Zeit.',
      why: 'Niemand sonst arbeitet an einem Gerät, das allein gelassen wurde.',
    },
    'malware-protection': {
      means:
        'Schutzprogramme mit Name und Version, ob sie laufen und wie aktuell sie sind. Nichts von dem, was sie fanden.',
      why: 'Sie halten bekannte Angriffe auf.',
    },
    'security-agents': {
      means:
        'Welche Programme einer festen Liste von Sicherheitsprogrammen hier sind, mit Version. Keine anderen Programme.',
      why: 'Organisationen verlangen manche davon.',
    },
    'secure-boot': {
      means: 'Ob dieses Gerät nur signierte Software startet.',
      why: 'Dann kann vor dem System nichts Fremdes starten.',
    },
    'system-integrity': {
      means: 'Ob die Schutzmechanismen des Systems an sind, etwa SIP, Treibersignaturen oder AppArmor.',
      why: 'Sie hindern Programme daran, das System zu verändern.',
    },
    'hardware-security': {
      means: 'Welcher Sicherheitschip eingebaut ist: ein TPM, eine Secure Enclave oder keiner.',
      why: 'Ein Schlüssel in einem solchen Chip lässt sich nicht kopieren.',
    },
    'remote-access': {
      means: 'Welche Zugänge für andere Maschinen an sind, etwa SSH oder Bildschirmfreigabe. Nicht, wer sie nutzt.',
      why: 'Jeder davon ist auch ein Weg hinein.',
    },
    'automatic-login': {
      means: 'Ob der Start des Geräts jemanden ohne Passwort anmeldet, und ob Gäste dürfen.',
      why: 'Sonst ist drin, wer es einschaltet.',
    },
    'ssh-keys': {
      means:
        'Wie viele private SSH-Schlüssel eine Passphrase haben und wie viele keine. Zwei Zahlen; keine Namen, keine Schlüssel.',
      why: 'Ein kopierter Schlüssel ohne Passphrase funktioniert sofort.',
    },
    hardware: {
      means: 'Hersteller und Modell, wie die Firmware sie nennt. Keine Seriennummer.',
      why: 'Was ein Modell kann, entscheidet, was sich verlangen lässt.',
    },
  },
  extras: {
    'agent-version': {
      name: 'Version von Postern',
      means: 'Welches Postern den Bericht gemacht hat, aus welchem Kanal, und ob sein Code signiert ist.',
      why: 'Eine alte Version liest vielleicht etwas falsch.',
    },
    'boot-state': {
      name: 'Zustand beim Start',
      means: 'Ob Secure Boot und der Schutz des Kernels beim Start des Systems an waren.',
      why: 'Es sagt, wie weit man allem später Gelesenen trauen kann.',
    },
    'device-key': {
      name: 'Geräteschlüssel',
      means:
        'Die öffentliche Hälfte eines Schlüssels dieses Geräts und die Kennung, die das Gateway ihm gab. Die private Hälfte bleibt hier.',
      why: 'Er beweist, dass ein Bericht von diesem Gerät kommt.',
    },
    'device-name': {
      name: 'Gerätename',
      means: 'Der Name, den dieses Gerät im Netz hat. Einmal, bei der Anmeldung.',
      why: 'Administratoren erkennen es an seinem Namen.',
    },
    'hardware-model': {
      name: 'Modell',
      means: 'Das Modell, wie die Firmware es nennt, höchstens 32 Byte.',
      why: 'Berichte einer anderen Maschine unter diesem Namen fallen auf.',
    },
    'key-store': {
      name: 'Ort des Geräteschlüssels',
      means: 'Ob der private Schlüssel im System-Schlüsselbund liegt, in einem Sicherheitschip oder in einer Datei.',
      why: 'Davon hängt ab, wie weit man dem Schlüssel trauen kann.',
    },
    'machine-hash': {
      name: 'Hash der Maschinenkennung',
      means:
        'Ein Schlüssel-Hash, der nur diesem einen Gateway etwas sagt. Die Kennung selbst bleibt hier. Einmal, bei der Anmeldung.',
      why: 'Ein doppelt angemeldetes Gerät oder eine kopierte Platte fällt auf.',
    },
    platform: {
      name: 'System und Prozessor',
      means:
        'macOS, Windows oder Linux, die Art des Prozessors, ob es eine virtuelle Maschine ist, ob Postern verwaltet wird, und ob TLS unterwegs geprüft wird.',
      why: 'Es wählt die Prüfungen, die gelten.',
    },
    'serial-hash': {
      name: 'Hash der Seriennummer',
      means:
        'Ein Schlüssel-Hash, der nur diesem einen Gateway etwas sagt. Die Nummer selbst bleibt hier. Einmal, bei der Anmeldung.',
      why: 'Die Organisation findet das Gerät in ihrer eigenen Liste.',
    },
    uptime: {
      name: 'Zeit seit dem Start',
      means: 'Sekunden seit dem Start des Systems, und wie oft es gestartet wurde.',
      why: 'Ein aufgezeichneter und erneut gesendeter Bericht fällt auf.',
    },
  },
  fields: {
    title: 'Was gesendet werden kann',
    agreedByUser: 'Dem haben Sie am {time} zugestimmt. Alles andere bleibt weg, was immer das Gateway verlangt.',
    agreedByPolicy:
      'Dem hat {org} am {time} für Sie zugestimmt. Alles andere bleibt weg, was immer das Gateway verlangt.',
    groups: {
      agreed: { one: 'Zugestimmt: {n} Angabe', other: 'Zugestimmt: {n} Angaben' },
      asked: { one: 'Erbeten, nicht zugestimmt: {n} Angabe', other: 'Erbeten, nicht zugestimmt: {n} Angaben' },
      notAsked: { one: 'Hier nicht erbeten: {n} Angabe', other: 'Hier nicht erbeten: {n} Angaben' },
      possible: { one: 'Alles, was es gibt: {n} Angabe', other: 'Alles, was es gibt: {n} Angaben' },
    },
    why: 'Warum es gelesen wird',
    who: 'Wer es sieht',
    kept: 'Aufbewahrt',
    inLast: 'Im letzten Bericht',
    seenInReports:
      'Administration, Sicherheitsadministration und Revision von {org}. Wer über eine Ausnahme entscheidet, sieht es, wenn die Ausnahme davon handelt oder wenn es nicht erfüllt ist.',
    seen: 'Administration, Sicherheitsadministration und Revision von {org}.',
    keptReports: {
      one: 'Dort: der neueste Bericht ganz, die Hashes älterer {n} Tag lang. Hier: 30 Tage.',
      other: 'Dort: der neueste Bericht ganz, die Hashes älterer {n} Tage lang. Hier: 30 Tage.',
    },
    keptWithout: 'Wie lange, sagt das Gateway, bevor Sie zustimmen.',
    keptOnce: 'Dort: solange dieses Gerät bekannt ist. Hier: 30 Tage.',
  },
  ask: {
    title: 'Erbeten, seit Sie zugestimmt haben',
    note: 'Sie müssen nicht zustimmen. Dann bleiben diese Angaben auf dem Gerät, und Prüfungen, die sie brauchen, sagen „noch nicht zugestimmt“.',
    agree: { one: 'Zustimmen und mitsenden', other: 'Zustimmen und diese {n} mitsenden' },
    agreed: 'Zugestimmt. Es steht im nächsten Bericht.',
    understood: 'Ich habe es gelesen',
    policyNote:
      '{org} hat per Richtlinie für Sie zugestimmt. Dass Sie es hier lesen, ändert nichts an dem, was gesendet wird.',
  },

  never: {
    title: 'Wird nie erfasst',
    note: 'In Postern gibt es keinen Code, der das sammelt. Darum kann es keine Einstellung und kein Gateway verlangen.',
    kinds: {
      files: { name: 'Dateien', more: 'Keine Namen, keine Inhalte, keine Listen dessen, was gespeichert ist.' },
      browsing: { name: 'Surfen', more: 'Keine Seiten, keine Suchen, kein Verlauf.' },
      keystrokes: { name: 'Tastatureingaben', more: 'Nichts, was Sie tippen, sagen oder kopieren.' },
      location: {
        name: 'Standort',
        more: 'Kein Ort, keine Namen von Netzen. Ihre Netzadresse hält das Gateway fest, wenn Sie sich anmelden oder um eine Ausnahme bitten, nicht bei Berichten.',
      },
      apps: { name: 'Inhalte von Apps', more: 'Keine Nachrichten, keine Kalender, keine Bilder vom Bildschirm.' },
    },
  },

  last: {
    title: 'Letzter Bericht',
    says: 'Was darin steht',
    about: 'Über dieses Gerät und Postern',
    rest: 'Das Übrige adressiert, datiert, nummeriert und beweist die Nachricht: {claims}.',
    couldNot: 'nicht gelesen: {why}',
    notHere: 'trifft nicht zu: {why}',
  },
  facts: {
    signed: 'signierter Code',
    unsigned: 'unsignierter Code',
    signatureUnknown: 'Signatur des Codes unbekannt',
    development: 'Entwicklung',
    virtual: 'virtuelle Maschine',
    bootProtected: 'Secure Boot war an',
    bootOpen: 'Secure Boot war aus',
    debugOff: 'Kernel-Schutz an',
    debugOn: 'Kernel-Schutz aus',
    started: { one: '{n}-mal gestartet', other: '{n}-mal gestartet' },
    managed: 'Einstellungen verwaltet',
    inspected: 'TLS unterwegs geprüft',
  },
  message: {
    types: {
      'activate+jwt': 'Zweiter Schritt der Anmeldung',
      'dpop+jwt': 'Beweis, dass die Verbindung unsere ist',
      'eat+jwt': 'Bericht',
      'enroll+jwt': 'Anmeldung des Geräts',
      'exception-action+jwt': 'Schritt in einem Antrag: Antwort, Rücknahme oder Ende',
      'exception-preview+jwt': 'Frage nach den Grenzen einer Ausnahme',
      'exception-request+jwt': 'Antrag auf eine Ausnahme',
      'handoff+jwt': 'Anmeldung eines Browsers',
      'rotate+jwt': 'Neuer Geräteschlüssel',
      'unenroll+jwt': 'Verlassen der Organisation',
    },
    unknownType: 'Nachricht vom Typ {typ}',
    sentAt: 'Gesendet',
    receiver: 'An',
    because: 'Anlass',
    reasons: {
      start: 'Postern war eben gestartet',
      interval: 'die übliche Zeit war um',
      'next-due': 'das Gateway wollte bis dahin einen',
      changed: 'etwas hatte sich geändert',
      asked: 'Sie oder das Gateway haben darum gebeten',
      woken: 'das Gerät war aufgewacht',
      retry: 'der vorige kam nicht durch',
    },
    size: 'Größe',
    bytes: { one: '{n} Byte', other: '{n} Byte' },
    answer: 'Antwort',
    outcomes: { accepted: 'angenommen', refused: 'abgelehnt', unconfirmed: 'nicht bestätigt' },
    refusedBecause: 'abgelehnt: {why}',
    unconfirmedMore: 'nicht bestätigt: es kam keine Antwort, also weiß hier niemand, ob sie ankam',
    exact: 'Ansehen',
    inWords: 'In Worten',
    views: { compact: 'Nachricht', header: 'Kopf', payload: 'Inhalt' },
    viewNotes: {
      compact:
        'Kopf, Inhalt und Signatur, je kodiert, durch Punkte getrennt. Diese Bytes gingen über die Leitung, keine anderen.',
      header: 'Der erste Teil dekodiert: wie und mit welchem Schlüssel signiert ist.',
      payload: 'Der zweite Teil dekodiert; nichts ist hinzugefügt oder weggelassen.',
    },
    hash: 'SHA-256',
    hashNote: 'Der Nachricht. sha256sum gibt für die gespeicherte Datei dasselbe aus.',
    save: 'Als Datei sichern …',
    saved: 'Gesichert: {path}',
  },
  ledger: {
    title: 'Alles, was gesendet wurde',
    note: 'Das Neueste zuerst. 30 Tage oder bis zu 10 MB auf diesem Gerät aufbewahrt, nur für Sie lesbar.',
    filter: 'Anzeigen',
    all: 'Alle Nachrichten',
    none: 'Keine solche Nachricht ist aufbewahrt.',
  },
  waiting: {
    title: 'Wartet auf das Senden',
    report: 'Bericht',
    reportMore: 'Das Gateway antwortet seit {time} nicht. Sobald es antwortet, wird ein frischer Bericht gemacht.',
    request: 'Antrag auf eine Ausnahme: {checks}',
    requestMore:
      'Von Ihnen um {time} abgeschickt. Er geht hinaus, wenn das Gateway antwortet; seine Zeit zählt ab dann.',
  },
  questions: {
    title: 'Sehen Sie selbst nach',
    contact: 'Wen Sie fragen können',
    url: 'Seite zum Datenschutz',
    commandLine: 'Dieselben Bytes',
  },
}
