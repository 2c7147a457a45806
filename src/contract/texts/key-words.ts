/** Why a key cannot be used, and where one is kept, in words. */
export type KeyWords = {
  /** By the reasons of the key store; one that is not listed is shown as it is. */
  readonly reasons: { readonly [reason: string]: string }
  readonly stores: { readonly [Kind in 'keytar' | 'tpm2' | 'file' | 'napi-keyring' | 'safe-storage']: string }
}

export const keyWordsEn: KeyWords = {
  reasons: {
    'no-key': 'No key was made yet',
    'key-gone': 'The keychain no longer holds it',
    'other-machine': 'This key belongs to another machine',
    'collection-locked': 'The default keyring is locked',
    'no-answer': 'The keychain does not answer; perhaps a prompt is open',
    'no-session-bus': 'There is no session bus, so no keychain can be asked',
    'no-secret-service': 'No Secret Service runs in this session',
    'no-collection': 'The Secret Service has no default keyring',
    'cannot-ask': 'Nothing here can tell whether the keychain is locked (busctl is missing)',
    'not-judged': 'The keychain gave no usable answer',
    'back-end-missing': 'The native module of the keychain does not load (libsecret is missing)',
    'back-end-error': 'The keychain reported an error',
    'not-kept': 'The keychain did not keep what was stored',
    'recorded-elsewhere': 'The key was made in another place, and that is never changed silently',
    'file-not-allowed': 'A key file is not allowed here',
    'file-link': 'The key file is a link',
    'file-kind': 'The key file is no plain file',
    'file-owner': 'The key file belongs to somebody else',
    'file-mode': 'Others may read the key file',
    'file-system': 'The key file is not on a local disk',
  },
  stores: {
    keytar: 'system keychain',
    tpm2: 'hardware key (TPM)',
    file: 'a file on this disk',
    'napi-keyring': 'system keychain',
    'safe-storage': 'system keychain',
  },
}

export const keyWordsDe: KeyWords = {
  reasons: {
    'no-key': 'Es wurde noch kein Schlüssel erstellt',
    'key-gone': 'Der Schlüsselbund hat ihn nicht mehr',
    'other-machine': 'Dieser Schlüssel gehört zu einer anderen Maschine',
    'collection-locked': 'Der Standard-Schlüsselbund ist gesperrt',
    'no-answer': 'Der Schlüsselbund antwortet nicht; vielleicht wartet eine Abfrage',
    'no-session-bus': 'Es gibt keinen Sitzungsbus, also lässt sich kein Schlüsselbund fragen',
    'no-secret-service': 'In dieser Sitzung läuft kein Secret Service',
    'no-collection': 'Der Secret Service hat keinen Standard-Schlüsselbund',
    'cannot-ask': 'Hier lässt sich nicht erkennen, ob der Schlüsselbund gesperrt ist (busctl fehlt)',
    'not-judged': 'Der Schlüsselbund gab keine brauchbare Antwort',
    'back-end-missing': 'Das Modul für den Schlüsselbund lädt nicht (libsecret fehlt)',
    'back-end-error': 'Der Schlüsselbund meldet einen Fehler',
    'not-kept': 'Der Schlüsselbund hat nicht behalten, was er bekam',
    'recorded-elsewhere': 'Der Schlüssel liegt an einem anderen Ort, und das wird nie stillschweigend geändert',
    'file-not-allowed': 'Eine Schlüsseldatei ist hier nicht erlaubt',
    'file-link': 'Die Schlüsseldatei ist ein Verweis',
    'file-kind': 'Die Schlüsseldatei ist keine gewöhnliche Datei',
    'file-owner': 'Die Schlüsseldatei gehört jemand anderem',
    'file-mode': 'Andere können die Schlüsseldatei lesen',
    'file-system': 'Die Schlüsseldatei liegt nicht auf einem eigenen Datenträger',
  },
  stores: {
    keytar: 'System-Schlüsselbund',
    tpm2: 'Hardware-Schlüssel (TPM)',
    file: 'eine Datei auf diesem Datenträger',
    'napi-keyring': 'System-Schlüsselbund',
    'safe-storage': 'System-Schlüsselbund',
  },
}
