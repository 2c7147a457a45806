import type { PrivacyTexts } from './privacy-texts.ts'

export const privacyEn: PrivacyTexts = {
  sentences: {
    nothing: 'Nothing has left this device.',
    accepted: 'The last report was sent {distance}.',
    refused: 'The last report was refused {distance}.',
    unconfirmed: 'The last report was sent {distance}. Whether it arrived is not known.',
    noReport: 'No report was sent yet.',
    waiting: 'Something waits to be sent.',
    asked: {
      one: '{org} asks for one more field. It stays here until you agree.',
      other: '{org} asks for {n} more fields. They stay here until you agree.',
    },
    enrolledByPolicy: 'Your organisation enrolled this device. This is what is sent.',
  },
  note: 'Every message is written down here before it leaves, byte for byte. The makers of Postern receive nothing.',
  noteBefore:
    'Nothing is sent before you have read what it is and agreed. The makers of Postern never receive anything.',
  anOrganisation: 'your organisation',

  signals: {
    'os-version': {
      means: 'Name and version of the system, as “Debian 13”.',
      why: 'Old versions no longer get security fixes.',
    },
    'os-updates': {
      means: 'How many updates wait, since when, and whether a restart is needed. Not which ones.',
      why: 'A known hole stays open until its update is in.',
    },
    'automatic-updates': {
      means: 'Whether security updates install themselves, and who decided that.',
      why: 'Updates that wait for somebody wait long.',
    },
    'disk-encryption': {
      means: 'Whether the disk is encrypted, part by part. No key, no recovery key.',
      why: 'A lost device then gives nothing away.',
    },
    firewall: {
      means: 'Whether a firewall is on, whose, and what it does with incoming connections. No rules, no addresses.',
      why: 'It keeps others on the same network out.',
    },
    enrollment: {
      means: 'Whether a management service or directory governs this device, which one, and its domain or tenant.',
      why: 'Managed devices get their settings and repairs from the organisation.',
    },
    'screen-lock': {
      means: 'Whether the screen locks by itself, and after how long.',
      why: 'Nobody else works at a device that was left alone.',
    },
    'malware-protection': {
      means:
        'Protection programs by name and version, whether they run, and how fresh they are. Nothing that they found.',
      why: 'They stop attacks that are known.',
    },
    'security-agents': {
      means: 'Which programs of a fixed list of security programs are here, and their versions. No other programs.',
      why: 'Organisations ask for some of them.',
    },
    'secure-boot': {
      means: 'Whether this device starts signed software only.',
      why: 'Then nothing foreign can start before the system does.',
    },
    'system-integrity': {
      means: 'Whether the system’s own protections are on, such as SIP, driver signing or AppArmor.',
      why: 'They keep programs from changing the system.',
    },
    'hardware-security': {
      means: 'Which security chip is built in: a TPM, a Secure Enclave, or none.',
      why: 'A key kept in such a chip cannot be copied.',
    },
    'remote-access': {
      means: 'Which ways in from other machines are on, such as SSH or screen sharing. Not who uses them.',
      why: 'Each of them is a way in for others too.',
    },
    'automatic-login': {
      means: 'Whether starting the device signs somebody in without a password, and whether guests may.',
      why: 'Otherwise whoever switches it on is in.',
    },
    'ssh-keys': {
      means: 'How many private SSH keys have a passphrase, and how many have none. Two numbers; no names, no keys.',
      why: 'A copied key without a passphrase works at once.',
    },
    hardware: {
      means: 'Maker and model as the firmware names them. No serial number.',
      why: 'What a model can do decides what may be asked of it.',
    },
  },
  extras: {
    'agent-version': {
      name: 'Version of Postern',
      means: 'Which Postern made the report, from which channel, and whether its code is signed.',
      why: 'An old version may read something wrongly.',
    },
    'boot-state': {
      name: 'State at start',
      means: 'Whether Secure Boot and the kernel’s protections were on when the system started.',
      why: 'It says how far everything read later can be trusted.',
    },
    'device-key': {
      name: 'Device key',
      means:
        'The public half of a key made for this device, and the id that the gateway gave it. The private half stays here.',
      why: 'It proves that a report comes from this device.',
    },
    'device-name': {
      name: 'Device name',
      means: 'The name that this device has in the network. Once, at enrolment.',
      why: 'Administrators recognise it by its name.',
    },
    'hardware-model': {
      name: 'Model',
      means: 'The model as the firmware names it, at most 32 bytes.',
      why: 'Reports of another machine under this name are noticed.',
    },
    'key-store': {
      name: 'Place of the device key',
      means: 'Whether the private key lies in the system keychain, in a security chip, or in a file.',
      why: 'It decides how far the key can be trusted.',
    },
    'machine-hash': {
      name: 'Hash of the machine id',
      means: 'A keyed hash that means something to this one gateway. The id itself stays here. Once, at enrolment.',
      why: 'A device that enrols twice, or a copied disk, is noticed.',
    },
    platform: {
      name: 'System and processor',
      means:
        'macOS, Windows or Linux, the kind of processor, whether it is a virtual machine, whether Postern is managed, and whether TLS is inspected on the way.',
      why: 'It chooses the checks that apply.',
    },
    'serial-hash': {
      name: 'Hash of the serial number',
      means: 'A keyed hash that means something to this one gateway. The number itself stays here. Once, at enrolment.',
      why: 'The organisation finds the device in its own list.',
    },
    uptime: {
      name: 'Time since the start',
      means: 'Seconds since the system started, and how often it was started.',
      why: 'A report that was recorded and sent again is noticed.',
    },
  },
  fields: {
    title: 'What may be sent',
    agreedByUser: 'You agreed to this on {time}. Anything else is left out, whatever the gateway asks for.',
    agreedByPolicy: '{org} agreed to this for you on {time}. Anything else is left out, whatever the gateway asks for.',
    groups: {
      agreed: { one: 'Agreed: {n} field', other: 'Agreed: {n} fields' },
      asked: { one: 'Asked for, not agreed: {n} field', other: 'Asked for, not agreed: {n} fields' },
      notAsked: { one: 'Not asked for here: {n} field', other: 'Not asked for here: {n} fields' },
      possible: { one: 'All there is: {n} field', other: 'All there is: {n} fields' },
    },
    why: 'Why it is read',
    who: 'Who sees it',
    kept: 'Kept',
    inLast: 'In the last report',
    seenInReports:
      'Administrators, the security administrator and auditors of {org}. Whoever decides on an exception sees it if the exception is about it, or if it fails.',
    seen: 'Administrators, the security administrator and auditors of {org}.',
    keptReports: {
      one: 'There: the newest report whole, the hashes of older ones for {n} day. Here: 30 days.',
      other: 'There: the newest report whole, the hashes of older ones for {n} days. Here: 30 days.',
    },
    keptWithout: 'The gateway says how long before you agree.',
    keptOnce: 'There: for as long as this device is known. Here: 30 days.',
  },
  ask: {
    title: 'Asked for since you agreed',
    note: 'You need not agree. Then these stay on this device, and checks that need them say “not agreed to yet”.',
    agree: { one: 'Agree to send it', other: 'Agree to send these {n}' },
    agreed: 'Agreed. It is in the next report.',
    understood: 'I have read it',
    policyNote: '{org} agreed for you by policy. Reading it here changes nothing of what is sent.',
  },

  never: {
    title: 'Never collected',
    note: 'There is no code in Postern that collects these, so no setting and no gateway can ask for them.',
    kinds: {
      files: { name: 'Files', more: 'No names, no contents, no lists of what is stored.' },
      browsing: { name: 'Browsing', more: 'No pages, no searches, no history.' },
      keystrokes: { name: 'Keystrokes', more: 'Nothing that you type, say or copy.' },
      location: {
        name: 'Location',
        more: 'No place, no names of networks. The gateway notes your network address when you enrol or ask for an exception, not with reports.',
      },
      apps: { name: 'App contents', more: 'No messages, no calendars, no pictures of the screen.' },
    },
  },

  last: {
    title: 'Last report',
    says: 'What it says',
    about: 'About this device and Postern',
    rest: 'The rest addresses, dates, numbers and proves the message: {claims}.',
    couldNot: 'not read: {why}',
    notHere: 'does not apply: {why}',
  },
  facts: {
    signed: 'signed code',
    unsigned: 'unsigned code',
    signatureUnknown: 'signature of the code unknown',
    development: 'development',
    virtual: 'virtual machine',
    bootProtected: 'Secure Boot was on',
    bootOpen: 'Secure Boot was off',
    debugOff: 'kernel protections on',
    debugOn: 'kernel protections off',
    started: { one: 'started {n} time', other: 'started {n} times' },
    managed: 'settings managed',
    inspected: 'TLS inspected on the way',
  },
  message: {
    types: {
      'activate+jwt': 'Second step of enrolment',
      'dpop+jwt': 'Proof that the connection is ours',
      'eat+jwt': 'Report',
      'enroll+jwt': 'Enrolment',
      'exception-action+jwt': 'Step in a request: reply, withdrawal or end',
      'exception-preview+jwt': 'Question about limits of an exception',
      'exception-request+jwt': 'Request for an exception',
      'handoff+jwt': 'Sign-in of a browser',
      'rotate+jwt': 'New device key',
      'unenroll+jwt': 'Leaving the organisation',
    },
    unknownType: 'Message of type {typ}',
    sentAt: 'Sent',
    receiver: 'To',
    because: 'Because',
    reasons: {
      start: 'Postern had just started',
      interval: 'its usual time had come',
      'next-due': 'the gateway asked for one by then',
      changed: 'something had changed',
      asked: 'you or the gateway asked for it',
      woken: 'the device had woken up',
      retry: 'the one before had not got through',
    },
    size: 'Size',
    bytes: { one: '{n} byte', other: '{n} bytes' },
    answer: 'Answer',
    outcomes: { accepted: 'accepted', refused: 'refused', unconfirmed: 'not confirmed' },
    refusedBecause: 'refused: {why}',
    unconfirmedMore: 'not confirmed: no answer came, so nobody here knows whether it arrived',
    exact: 'Read it',
    inWords: 'In words',
    views: { compact: 'Message', header: 'Header', payload: 'Payload' },
    viewNotes: {
      compact:
        'Header, payload and signature, each encoded, parted by dots. These bytes went over the wire, and no others.',
      header: 'The first part decoded: how it is signed, and by which key.',
      payload: 'The second part decoded, with nothing added or left out.',
    },
    hash: 'SHA-256',
    hashNote: 'Of the message. sha256sum prints the same for the saved file.',
    save: 'Save as file…',
    saved: 'Saved: {path}',
  },
  ledger: {
    title: 'Everything that was sent',
    note: 'Newest first. Kept on this device for 30 days or up to 10 MB, readable by you alone.',
    filter: 'Show',
    all: 'All messages',
    none: 'No such message is kept.',
  },
  waiting: {
    title: 'Waiting to be sent',
    report: 'Report',
    reportMore: 'The gateway has not answered since {time}. A fresh report is made as soon as it does.',
    request: 'Request for an exception: {checks}',
    requestMore: 'Sent off by you at {time}. It goes out when the gateway answers; its time counts from then.',
  },
  questions: {
    title: 'See for yourself',
    contact: 'Whom to ask',
    url: 'Privacy page',
    commandLine: 'The same bytes',
  },
}
