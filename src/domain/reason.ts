/**
 * Why something failed, in English, as a sentence without its full stop: the `reason` of a failure. `{…}` is a gap; those
 * named `reason`, `fault` and `what` hold a sentence again, all others a value. Every sentence has a German form in
 * `contract/texts/reasons-de.ts`: one without it does not compile.
 */
export type ReasonTemplate =
  | NetworkReason
  | CertificateReason
  | ProxyReason
  | AnswerReason
  | AddressReason
  | OpenReason
  | FileReason
  | TokenReason

/** A sentence of the list with its gaps filled in. The compiler reads template strings, so nothing is made of them here. */
export type Reason = Filled<ReasonTemplate>

/** What is wrong with one value, as the `detail` of a `SchemaIssue` of our own making. */
export type Fault = Filled<FaultTemplate>

type Filled<Template extends string> = Template extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Template

type NetworkReason =
  | 'There is no network'
  | 'Nothing answers at {host}'
  | 'The name {host} is not known on this network'
  | 'The name {host} could not be looked up'
  | 'There is no way to {host}'
  | 'No connection to {host} came about'
  | 'No connection to {host} within {n} seconds'
  | 'No answer came within {n} seconds'
  | '{host} cut the connection'
  | 'What answers at {host} does not speak TLS 1.2 or newer'
  | 'The connection to {host} broke'
  | 'Something in front of the gateway answered with {status}'
  | 'There is no verdict yet that the request could name'
  | '{reason}, through the proxy {proxy}. Check the proxy settings of this system'

type CertificateReason =
  | 'The certificate of {host} was issued by “{authority}”, which this system does not trust'
  | 'The certificate of {host} was issued by an authority that this system does not trust'
  | 'The certificate of {host} (“{subject}”) is signed by itself, not by an authority that this system trusts'
  | 'The certificate of {host} is signed by itself, not by an authority that this system trusts'
  | 'The certificate is for “{names}”, not for {host}. Check the address for spelling'
  | 'The certificate is for another name, not for {host}. Check the address for spelling'
  | 'The certificate of {host} has run out, or the clock of this device is wrong'
  | 'The certificate of {host} is not valid yet, or the clock of this device is wrong'
  | 'The certificate of {host}, issued by “{authority}”, holds none of the keys that your organisation allows. Ask whoever manages this device'
  | 'The certificate of {host} holds none of the keys that your organisation allows. Ask whoever manages this device'
  | 'The certificate of {host} was revoked'

type ProxyReason =
  | 'This system does not say whether a proxy is to be used. Try again'
  | 'The proxy settings of this system lead to a SOCKS proxy, which Postern does not support. Name an HTTP proxy, or let the gateway be reached without one'
  | 'HTTPS_PROXY names no proxy. Its form is http://proxy.example.com:8080'
  | 'The settings of your organisation ask for a fixed proxy and name none. Ask whoever manages this device to set ProxyUrl'
  | 'Nothing answers at the proxy {proxy}. Check the proxy settings of this system'
  | 'The name of the proxy {proxy} is not known on this network. Check the proxy settings of this system'
  | 'The proxy {proxy} did not answer within {n} seconds. Check the proxy settings of this system'
  | 'The proxy {proxy} could not be reached. Check the proxy settings of this system'
  | 'This system does not trust the certificate of the proxy {proxy}. Check the proxy settings of this system'
  | 'What answers at {proxy} is no proxy of the kind that is set. Check the proxy settings of this system'
  | 'The proxy {proxy} cut the connection. Try again, or ask whoever runs it'
  | 'The proxy {proxy} spoke in place of {target}'
  | 'The proxy {proxy} could not reach {target} (status {status})'
  | 'The proxy {proxy} does not let this device reach {target} (status {status}). Ask whoever runs it to allow that'
  | 'The proxy {proxy} asks for a name and a password, and takes none or not these. Put them into HTTPS_PROXY, or ask for a way to {target} without'
  | 'The proxy {proxy} wants NTLM or Negotiate, which Postern does not support. Ask whoever runs it to let {target} through without sign-in'
  | 'The proxy {proxy} wants a kind of sign-in that Postern does not support. Ask whoever runs it to let {target} through without sign-in'

/** Of what a gateway said. */
type AnswerReason =
  | 'It is a redirect, and none is followed'
  | 'It has the code {code}, which is not known here'
  | 'It has the status {status} and is not from a Postern gateway'
  | 'It is not {media}'
  | 'It is not JSON by the rules agreed on'
  | 'It is encoded, which was not asked for'
  | 'It is not made of bytes'
  | 'It has more than {n} KiB'
  | 'It is not UTF-8 text'
  | 'It is not in the form of this call'
  | 'It is about another request'
  | 'It is wrong: {fault}'
  | 'It is wrong at {pointer}: {fault}'
  | 'Its configuration asks for nothing'
  | 'Its description does not fit its digest'
  | 'The fields of its description are not sorted'
  | 'Its description leaves out {field}, which is part of every report'

/** Of a gateway's address, or an enrolment link. */
type AddressReason =
  | 'It is not encrypted and for development alone: give the gateway a certificate and an https address, or start the agent with --development'
  | 'It is not encrypted. Ask your administrator for an address that begins with https://'
  | 'An address looks like https://posture.example.com. Ask your administrator for it'
  | 'It must be spelled {address}'
  | 'It is not the address of a gateway'
  | 'It is not complete, or not in its form'
  | 'It is a link for something else'
  | 'It names another gateway key than the organisation does'

/** Why a page or a place was not opened. */
type OpenReason =
  | 'Your organisation names no help page'
  | 'This request has nothing to confirm'
  | 'This check has no settings page on this system'
  | 'It is no address that may be opened'
  | 'The system opened nothing'
  | 'This desktop has no settings program that Postern knows'

/** Of a file or a folder. `{code}` is the system's own, such as `EACCES`. */
type FileReason =
  | 'Its rights do not let Postern in ({code})'
  | 'The disk can only be read ({code})'
  | 'The disk is full ({code})'
  | 'Your share of the disk is full ({code})'
  | 'The disk reports an error ({code})'
  | 'It is not there ({code})'
  | 'The system says {code}'
  | 'The system does not say why'
  | 'Something else has written into it: it is not JSON'
  | 'Something else has written into it: it is not a JSON object'
  | 'Something else has written into it: it is not in the form that Postern writes'
  | 'It does not belong to this enrolment'
  | 'It cannot be opened'
  | 'It is not a plain file'
  | 'It belongs to another user'
  | 'Others may read it: chmod 600'
  | 'It is too large'
  | 'It holds no key'
  | 'It is not a key'
  | 'It is not a key of this use'
  | 'It is not the key of a log'
  | 'It is not a database, or lies on a disk without locks'
  | 'It is a broken zip'
  | 'One of its lines is no vkey'
  | 'It holds no checkpoint of this log that one of the keys signed'

/** Of a signed message; verifiers log these. */
type TokenReason =
  | 'not a signed message of this kind'
  | 'signed by a key that is not trusted'
  | 'signature does not verify'
  | 'claims are not strict JSON'
  | 'claims are wrong: {fault}'
  | 'claims are wrong at {pointer}: {fault}'
  | 'no times'
  | 'another issuer'
  | 'another audience'
  | 'from the future'
  | 'expired'
  | 'too old'
  | 'about another report'
  | 'about another device'
  | 'the key set is not a JWK Set'
  | 'a key name stands twice in the set'
  | 'a key of the set is not for ES256 signatures'
  | 'a key of the set is not named by its thumbprint'
  | 'a key of the set is not a public P-256 key'

export type FaultTemplate =
  | 'is not known here'
  | 'is not valid'
  | 'is of the wrong type'
  | 'is not one of the values allowed here'
  | 'has none of the forms allowed here'
  | 'is not in the form required here'
  | 'is more than {most} allows'
  | 'is less than {least}'
  | 'is too much'
  | 'is too little'
  | 'must be string'
  | 'must be number'
  | 'must be int'
  | 'must be boolean'
  | 'must be array'
  | 'must be tuple'
  | 'must be object'
  | 'must be record'
  | 'must be null'
  | 'must be undefined'
  | 'must be a point on P-256'
  | 'must be base64url of at most {n} bytes'
  | 'must be named once'
  | 'must be at most 4 KiB'
  | 'must be sorted, without repeats'
  | 'must be there exactly with break_glass'
  | 'must be there exactly when pendingSecurity is above 0'
  | 'must be {what}'
  | 'must say why'
  | 'at most {n} requests open at once'
  | 'at most {span}' // `14400 seconds`; people are told of hours
  | 'at least {n} characters'
  | 'is none of the categories'
  | 'Your organisation decides this'
