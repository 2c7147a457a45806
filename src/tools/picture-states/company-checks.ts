import type { Snapshot } from '#contract/ipc.ts'

/** What the company asks of a laptop. */
export const companyChecks = [
  {
    id: 'disk-encrypted',
    title: { en: 'Disk encryption', de: 'Festplattenverschlüsselung' },
    why: {
      en: 'Whoever finds a lost laptop must not be able to read it.',
      de: 'Wer ein verlorenes Gerät findet, darf es nicht lesen können.',
    },
    steps: {
      en: [
        'Open System Settings, Privacy & Security.',
        'Turn on FileVault and keep the recovery key at the help desk.',
      ],
      de: [
        'Öffnen Sie Systemeinstellungen, Datenschutz & Sicherheit.',
        'Schalten Sie FileVault ein und geben Sie den Wiederherstellungsschlüssel dem Helpdesk.',
      ],
    },
    open: 'macos/disk-encryption',
  },
  {
    id: 'firewall-on',
    title: { en: 'Firewall', de: 'Firewall' },
    why: {
      en: 'Other machines on the same network must not reach this one.',
      de: 'Andere Geräte im selben Netz dürfen dieses nicht erreichen.',
    },
    steps: {
      en: ['Open System Settings, Network, Firewall.', 'Turn the firewall on.'],
      de: ['Öffnen Sie Systemeinstellungen, Netzwerk, Firewall.', 'Schalten Sie die Firewall ein.'],
    },
    open: 'macos/firewall',
  },
  {
    id: 'updates-current',
    title: { en: 'Security updates', de: 'Sicherheitsaktualisierungen' },
    why: {
      en: 'Most break-ins use a hole that an update has closed already.',
      de: 'Die meisten Einbrüche nutzen eine Lücke, die eine Aktualisierung längst geschlossen hat.',
    },
    steps: {
      en: ['Open System Settings, General, Software Update.', 'Install what is offered and restart.'],
      de: [
        'Öffnen Sie Systemeinstellungen, Allgemein, Softwareupdate.',
        'Installieren Sie, was angeboten wird, und starten Sie neu.',
      ],
    },
    open: 'macos/os-updates',
  },
  {
    id: 'screen-locks',
    title: { en: 'Screen lock', de: 'Bildschirmsperre' },
    why: {
      en: 'An open desk is an open laptop.',
      de: 'Ein offener Schreibtisch ist ein offener Laptop.',
    },
    steps: {
      en: ['Open System Settings, Lock Screen.', 'Require a password immediately after five minutes at the most.'],
      de: [
        'Öffnen Sie Systemeinstellungen, Sperrbildschirm.',
        'Verlangen Sie nach höchstens fünf Minuten sofort ein Passwort.',
      ],
    },
    open: 'macos/screen-lock',
  },
  {
    id: 'endpoint-agent',
    title: { en: 'Endpoint protection', de: 'Endpunktschutz' },
    why: {
      en: 'The security team sees an attack while there is still time to act.',
      de: 'Das Sicherheitsteam sieht einen Angriff, solange noch Zeit zum Handeln ist.',
    },
    steps: {
      en: ['Restart the laptop.', 'If nothing changes, ask the help desk to install the sensor again.'],
      de: [
        'Starten Sie das Gerät neu.',
        'Ändert sich nichts, bitten Sie den Helpdesk, den Sensor neu zu installieren.',
      ],
    },
  },
  {
    id: 'ssh-keys-protected',
    title: { en: 'SSH keys', de: 'SSH-Schlüssel' },
    why: {
      en: 'A private key without a passphrase can be copied and used by anyone who reads the file.',
      de: 'Ein privater Schlüssel ohne Passphrase kann von jedem benutzt werden, der die Datei liest.',
    },
    steps: {
      en: [
        'In a terminal, run: ssh-keygen -p -f ~/.ssh/id_ed25519',
        'Choose a passphrase and keep it in your keychain.',
      ],
      de: [
        'Führen Sie in einem Terminal aus: ssh-keygen -p -f ~/.ssh/id_ed25519',
        'Wählen Sie eine Passphrase und legen Sie sie im Schlüsselbund ab.',
      ],
    },
  },
  {
    id: 'os-supported',
    title: { en: 'Operating system', de: 'Betriebssystem' },
    why: {
      en: 'A system that its maker no longer looks after gets no more security updates.',
      de: 'Ein System, das der Hersteller nicht mehr pflegt, bekommt keine Sicherheitsaktualisierungen mehr.',
    },
  },
  {
    id: 'remote-access-off',
    title: { en: 'Remote access', de: 'Fernzugriff' },
    why: {
      en: 'Nobody should be able to sign in to a laptop from outside.',
      de: 'Niemand soll sich von außen an einem Laptop anmelden können.',
    },
    open: 'macos/remote-access',
  },
  {
    id: 'hardware-key-chip',
    title: { en: 'Security chip', de: 'Sicherheitschip' },
    why: {
      en: 'A key inside a chip cannot be copied.',
      de: 'Ein Schlüssel in einem Chip lässt sich nicht kopieren.',
    },
  },
] as const satisfies readonly Snapshot['checks'][number][]
export type CheckId = (typeof companyChecks)[number]['id']
