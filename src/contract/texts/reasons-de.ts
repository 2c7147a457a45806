import type { FaultTemplate, ReasonTemplate } from '../../domain/reason.ts'

/** Why something failed, in German, by the English sentence that its maker says (domain/reason.ts). */
export const reasonsDe: { readonly [English in ReasonTemplate | FaultTemplate]: string } = {
  // of the network
  'There is no network': 'Es gibt kein Netz',
  'Nothing answers at {host}': 'Unter {host} antwortet niemand',
  'The name {host} is not known on this network': 'Der Name {host} ist in diesem Netz nicht bekannt',
  'The name {host} could not be looked up': 'Der Name {host} ließ sich nicht auflösen',
  'There is no way to {host}': 'Zu {host} führt kein Weg',
  'No connection to {host} came about': 'Es kam keine Verbindung zu {host} zustande',
  'No connection to {host} within {n} seconds': 'Innerhalb von {n} Sekunden kam keine Verbindung zu {host} zustande',
  'No answer came within {n} seconds': 'Innerhalb von {n} Sekunden kam keine Antwort',
  '{host} cut the connection': '{host} hat die Verbindung getrennt',
  'What answers at {host} does not speak TLS 1.2 or newer':
    'Was unter {host} antwortet, beherrscht weder TLS 1.2 noch etwas Neueres',
  'The connection to {host} broke': 'Die Verbindung zu {host} ist abgebrochen',
  'Something in front of the gateway answered with {status}':
    'Statt des Gateways hat etwas davor geantwortet, mit Status {status}',
  'There is no verdict yet that the request could name':
    'Es gibt noch kein Urteil, auf das sich der Antrag beziehen könnte',
  '{reason}, through the proxy {proxy}. Check the proxy settings of this system':
    '{reason}; der Weg führt über den Proxy {proxy}. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  // of certificates
  'The certificate of {host} was issued by “{authority}”, which this system does not trust':
    'Das Zertifikat von {host} wurde von „{authority}“ ausgestellt; dieser Stelle vertraut dieses System nicht',
  'The certificate of {host} was issued by an authority that this system does not trust':
    'Das Zertifikat von {host} stammt von einer Stelle, der dieses System nicht vertraut',
  'The certificate of {host} (“{subject}”) is signed by itself, not by an authority that this system trusts':
    'Das Zertifikat von {host} („{subject}“) ist von sich selbst signiert, nicht von einer Stelle, der dieses System vertraut',
  'The certificate of {host} is signed by itself, not by an authority that this system trusts':
    'Das Zertifikat von {host} ist von sich selbst signiert, nicht von einer Stelle, der dieses System vertraut',
  'The certificate is for “{names}”, not for {host}. Check the address for spelling':
    'Das Zertifikat gilt für „{names}“, nicht für {host}. Bitte die Schreibweise der Adresse prüfen',
  'The certificate is for another name, not for {host}. Check the address for spelling':
    'Das Zertifikat gilt für einen anderen Namen, nicht für {host}. Bitte die Schreibweise der Adresse prüfen',
  'The certificate of {host} has run out, or the clock of this device is wrong':
    'Das Zertifikat von {host} ist abgelaufen, oder die Uhr dieses Geräts geht falsch',
  'The certificate of {host} is not valid yet, or the clock of this device is wrong':
    'Das Zertifikat von {host} gilt noch nicht, oder die Uhr dieses Geräts geht falsch',
  'The certificate of {host}, issued by “{authority}”, holds none of the keys that your organisation allows. Ask whoever manages this device':
    'Das Zertifikat von {host}, ausgestellt von „{authority}“, enthält keinen der Schlüssel, die Ihre Organisation erlaubt. Bitte die Administration dieses Geräts fragen',
  'The certificate of {host} holds none of the keys that your organisation allows. Ask whoever manages this device':
    'Das Zertifikat von {host} enthält keinen der Schlüssel, die Ihre Organisation erlaubt. Bitte die Administration dieses Geräts fragen',
  'The certificate of {host} was revoked': 'Das Zertifikat von {host} wurde widerrufen',
  // of proxies
  'This system does not say whether a proxy is to be used. Try again':
    'Dieses System sagt nicht, ob ein Proxy zu benutzen ist. Bitte noch einmal versuchen',
  'The proxy settings of this system lead to a SOCKS proxy, which Postern does not support. Name an HTTP proxy, or let the gateway be reached without one':
    'Die Proxy-Einstellungen dieses Systems führen zu einem SOCKS-Proxy, den Postern nicht unterstützt. Bitte einen HTTP-Proxy nennen oder das Gateway ohne Proxy erreichbar machen',
  'HTTPS_PROXY names no proxy. Its form is http://proxy.example.com:8080':
    'HTTPS_PROXY nennt keinen Proxy. Die Form ist http://proxy.example.com:8080',
  'The settings of your organisation ask for a fixed proxy and name none. Ask whoever manages this device to set ProxyUrl':
    'Die Einstellungen Ihrer Organisation verlangen einen festen Proxy und nennen keinen. Bitte die Administration dieses Geräts, ProxyUrl zu setzen',
  'Nothing answers at the proxy {proxy}. Check the proxy settings of this system':
    'Unter dem Proxy {proxy} antwortet niemand. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'The name of the proxy {proxy} is not known on this network. Check the proxy settings of this system':
    'Der Name des Proxys {proxy} ist in diesem Netz nicht bekannt. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'The proxy {proxy} did not answer within {n} seconds. Check the proxy settings of this system':
    'Der Proxy {proxy} hat innerhalb von {n} Sekunden nicht geantwortet. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'The proxy {proxy} could not be reached. Check the proxy settings of this system':
    'Der Proxy {proxy} ist nicht erreichbar. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'This system does not trust the certificate of the proxy {proxy}. Check the proxy settings of this system':
    'Dieses System vertraut dem Zertifikat des Proxys {proxy} nicht. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'What answers at {proxy} is no proxy of the kind that is set. Check the proxy settings of this system':
    'Was unter {proxy} antwortet, ist kein Proxy der eingestellten Art. Bitte die Proxy-Einstellungen dieses Systems prüfen',
  'The proxy {proxy} cut the connection. Try again, or ask whoever runs it':
    'Der Proxy {proxy} hat die Verbindung getrennt. Bitte noch einmal versuchen oder seine Administration fragen',
  'The proxy {proxy} spoke in place of {target}': 'Der Proxy {proxy} hat anstelle von {target} gesprochen',
  'The proxy {proxy} could not reach {target} (status {status})':
    'Der Proxy {proxy} konnte {target} nicht erreichen (Status {status})',
  'The proxy {proxy} does not let this device reach {target} (status {status}). Ask whoever runs it to allow that':
    'Der Proxy {proxy} lässt dieses Gerät nicht zu {target} (Status {status}). Bitte seine Administration, das zu erlauben',
  'The proxy {proxy} asks for a name and a password, and takes none or not these. Put them into HTTPS_PROXY, or ask for a way to {target} without':
    'Der Proxy {proxy} verlangt Name und Passwort und bekam keine oder nimmt diese nicht an. Bitte in HTTPS_PROXY eintragen oder um einen Weg zu {target} ohne Anmeldung bitten',
  'The proxy {proxy} wants NTLM or Negotiate, which Postern does not support. Ask whoever runs it to let {target} through without sign-in':
    'Der Proxy {proxy} verlangt NTLM oder Negotiate, was Postern nicht unterstützt. Bitte seine Administration, {target} ohne Anmeldung durchzulassen',
  'The proxy {proxy} wants a kind of sign-in that Postern does not support. Ask whoever runs it to let {target} through without sign-in':
    'Der Proxy {proxy} verlangt eine Art der Anmeldung, die Postern nicht unterstützt. Bitte seine Administration, {target} ohne Anmeldung durchzulassen',
  // of what a gateway said
  'It is a redirect, and none is followed': 'Sie ist eine Umleitung, und Postern folgt keiner',
  'It has the code {code}, which is not known here': 'Sie trägt den Code {code}, der hier nicht bekannt ist',
  'It has the status {status} and is not from a Postern gateway':
    'Sie trägt den Status {status} und kommt nicht von einem Postern-Gateway',
  'It is not {media}': 'Sie ist nicht von der Art {media}',
  'It is not JSON by the rules agreed on': 'Sie ist kein JSON nach den vereinbarten Regeln',
  'It is encoded, which was not asked for': 'Sie ist kodiert, was nicht verlangt war',
  'It is not made of bytes': 'Sie besteht nicht aus Bytes',
  'It has more than {n} KiB': 'Sie hat mehr als {n} KiB',
  'It is not UTF-8 text': 'Sie ist kein Text in UTF-8',
  'It is not in the form of this call': 'Sie hat nicht die Form dieses Aufrufs',
  'It is about another request': 'Sie betrifft einen anderen Antrag',
  'It is wrong: {fault}': 'Sie ist falsch: {fault}',
  'It is wrong at {pointer}: {fault}': 'Sie ist falsch bei {pointer}: {fault}',
  'Its configuration asks for nothing': 'Seine Konfiguration verlangt nichts',
  'Its description does not fit its digest': 'Seine Beschreibung passt nicht zu ihrem Prüfwert',
  'The fields of its description are not sorted': 'Die Felder seiner Beschreibung sind nicht sortiert',
  'Its description leaves out {field}, which is part of every report':
    'In seiner Beschreibung fehlt {field}, das zu jedem Bericht gehört',
  // of addresses and links
  'It is not encrypted and for development alone: give the gateway a certificate and an https address, or start the agent with --development':
    'Sie ist nicht verschlüsselt und nur für die Entwicklung: Bitte dem Gateway ein Zertifikat und eine https-Adresse geben oder den Agenten mit --development starten',
  'It is not encrypted. Ask your administrator for an address that begins with https://':
    'Sie ist nicht verschlüsselt. Bitte die Administration um eine Adresse bitten, die mit https:// beginnt',
  'An address looks like https://posture.example.com. Ask your administrator for it':
    'Eine Adresse sieht aus wie https://posture.example.com. Bitte die Administration danach fragen',
  'It must be spelled {address}': 'Sie muss {address} geschrieben werden',
  'It is not the address of a gateway': 'Sie ist nicht die Adresse eines Gateways',
  'It is not complete, or not in its form': 'Er ist nicht vollständig oder nicht in seiner Form',
  'It is a link for something else': 'Er ist ein Link für etwas anderes',
  'It names another gateway key than the organisation does':
    'Er nennt einen anderen Schlüssel des Gateways als die Organisation',
  // of what was not opened
  'Your organisation names no help page': 'Ihre Organisation nennt keine Hilfeseite',
  'This request has nothing to confirm': 'An diesem Antrag ist nichts zu bestätigen',
  'This check has no settings page on this system':
    'Zu dieser Prüfung gibt es auf diesem System keine Seite in den Einstellungen',
  'It is no address that may be opened': 'Das ist keine Adresse, die geöffnet werden darf',
  'The system opened nothing': 'Das System hat nichts geöffnet',
  'This desktop has no settings program that Postern knows':
    'Dieser Desktop hat kein Einstellungsprogramm, das Postern kennt',
  // of files
  'Its rights do not let Postern in ({code})': 'Die Zugriffsrechte lassen Postern nicht hinein ({code})',
  'The disk can only be read ({code})': 'Der Datenträger lässt sich nur lesen ({code})',
  'The disk is full ({code})': 'Der Datenträger ist voll ({code})',
  'Your share of the disk is full ({code})': 'Ihr Anteil am Datenträger ist voll ({code})',
  'The disk reports an error ({code})': 'Der Datenträger meldet einen Fehler ({code})',
  'It is not there ({code})': 'Es gibt sie nicht ({code})',
  'The system says {code}': 'Das System meldet {code}',
  'The system does not say why': 'Das System sagt nicht, warum',
  'Something else has written into it: it is not JSON': 'Etwas anderes hat hineingeschrieben: Sie ist kein JSON',
  'Something else has written into it: it is not a JSON object':
    'Etwas anderes hat hineingeschrieben: Sie ist kein JSON-Objekt',
  'Something else has written into it: it is not in the form that Postern writes':
    'Etwas anderes hat hineingeschrieben: Sie hat nicht die Form, die Postern schreibt',
  'It does not belong to this enrolment': 'Sie gehört nicht zu dieser Anmeldung',
  'It cannot be opened': 'Sie lässt sich nicht öffnen',
  'It is not a plain file': 'Sie ist keine gewöhnliche Datei',
  'It belongs to another user': 'Sie gehört einem anderen Konto',
  'Others may read it: chmod 600': 'Andere können sie lesen: chmod 600',
  'It is too large': 'Sie ist zu groß',
  'It holds no key': 'Sie enthält keinen Schlüssel',
  'It is not a key': 'Sie ist kein Schlüssel',
  'It is not a key of this use': 'Sie ist kein Schlüssel für diesen Zweck',
  'It is not the key of a log': 'Sie ist nicht der Schlüssel eines Protokolls',
  'It is not a database, or lies on a disk without locks':
    'Sie ist keine Datenbank oder liegt auf einem Datenträger ohne Sperren',
  'It is a broken zip': 'Sie ist ein beschädigtes Zip-Archiv',
  'One of its lines is no vkey': 'Eine ihrer Zeilen ist kein vkey',
  'It holds no checkpoint of this log that one of the keys signed':
    'Sie enthält keinen Prüfpunkt dieses Protokolls, den einer der Schlüssel unterschrieben hat',
  // of signed messages
  'not a signed message of this kind': 'Sie ist keine signierte Nachricht dieser Art',
  'signed by a key that is not trusted': 'Signiert hat ein Schlüssel, dem nicht vertraut wird',
  'signature does not verify': 'Die Signatur stimmt nicht',
  'claims are not strict JSON': 'Ihr Inhalt ist kein strenges JSON',
  'claims are wrong: {fault}': 'Ihr Inhalt ist falsch: {fault}',
  'claims are wrong at {pointer}: {fault}': 'Ihr Inhalt ist falsch bei {pointer}: {fault}',
  'no times': 'Sie nennt keine Zeiten',
  'another issuer': 'Sie kommt von einem anderen Aussteller',
  'another audience': 'Sie ist an jemand anderen gerichtet',
  'from the future': 'Sie kommt aus der Zukunft',
  expired: 'Sie ist abgelaufen',
  'too old': 'Sie ist zu alt',
  'about another report': 'Sie betrifft einen anderen Bericht',
  'about another device': 'Sie betrifft ein anderes Gerät',
  'the key set is not a JWK Set': 'Die Schlüsselliste ist kein JWK Set',
  'a key name stands twice in the set': 'Ein Schlüsselname steht zweimal in der Liste',
  'a key of the set is not for ES256 signatures': 'Ein Schlüssel der Liste ist nicht für Signaturen mit ES256',
  'a key of the set is not named by its thumbprint': 'Ein Schlüssel der Liste heißt nicht nach seinem Fingerabdruck',
  'a key of the set is not a public P-256 key': 'Ein Schlüssel der Liste ist kein öffentlicher P-256-Schlüssel',
  // of single values
  'is not known here': 'hier nicht bekannt',
  'is not valid': 'nicht gültig',
  'is of the wrong type': 'von der falschen Art',
  'is not one of the values allowed here': 'keiner der hier erlaubten Werte',
  'has none of the forms allowed here': 'in keiner der hier erlaubten Formen',
  'is not in the form required here': 'nicht in der hier verlangten Form',
  'is more than {most} allows': 'mehr als erlaubt, die Grenze ist {most}',
  'is less than {least}': 'weniger als {least}',
  'is too much': 'zu viel',
  'is too little': 'zu wenig',
  'must be string': 'muss Text sein',
  'must be number': 'muss eine Zahl sein',
  'must be int': 'muss eine ganze Zahl sein',
  'must be boolean': 'muss true oder false sein',
  'must be array': 'muss eine Liste sein',
  'must be tuple': 'muss eine Liste von fester Länge sein',
  'must be object': 'muss ein Objekt sein',
  'must be record': 'muss ein Objekt sein',
  'must be null': 'muss null sein',
  'must be undefined': 'darf nicht da sein',
  'must be a point on P-256': 'muss ein Punkt auf P-256 sein',
  'must be base64url of at most {n} bytes': 'muss base64url von höchstens {n} Bytes sein',
  'must be named once': 'darf nur einmal genannt sein',
  'must be at most 4 KiB': 'darf höchstens 4 KiB haben',
  'must be sorted, without repeats': 'muss sortiert und ohne Wiederholung sein',
  'must be there exactly with break_glass': 'muss genau bei break_glass da sein',
  'must be there exactly when pendingSecurity is above 0': 'muss genau dann da sein, wenn pendingSecurity über 0 liegt',
  'must be {what}': 'muss sein: {what}',
  'must say why': 'muss sagen, warum',
  'at most {n} requests open at once': 'höchstens {n} Anträge zugleich offen',
  'at most {span}': 'höchstens {span}',
  'at least {n} characters': 'mindestens {n} Zeichen',
  'is none of the categories': 'keine der Kategorien',
  'Your organisation decides this': 'Das legt Ihre Organisation fest',
}
