import { describe, expect, it } from 'vitest'
import { explainFailure, type ShownCertificate, TimeLimit } from '#agent/gateway-client/explain-failure.ts'
import { notPinnedCode } from '#agent/gateway-client/gateway-network.ts'
import { ProxyTrouble } from '#agent/gateway-client/open-tunnel.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'

const host = 'posture.example.com'
const shown: ShownCertificate = { subject: 'gate', authority: 'Example Private CA', names: 'a.example, b.example' }
const nameless: ShownCertificate = { subject: undefined, authority: '\u0000', names: undefined }
const broken = (code: string) => Object.assign(new Error('no words of this'), { code })

async function said(thrown: unknown, at: { readonly via?: string; readonly certificate?: ShownCertificate } = {}) {
  const { code, details } = explainFailure(thrown, { host, ...at })
  return { code, english: details.reason, german: (await sayReasonIn('de'))(details.reason) }
}

describe('A connection that does not come about', () => {
  it.each([
    ['ECONNREFUSED', `Nothing answers at ${host}`, `Unter ${host} antwortet niemand`],
    ['ENOTFOUND', `The name ${host} is not known on this network`, `Der Name ${host} ist in diesem Netz nicht bekannt`],
    ['EAI_AGAIN', `The name ${host} could not be looked up`, `Der Name ${host} ließ sich nicht auflösen`],
    ['ENETUNREACH', 'There is no network', 'Es gibt kein Netz'],
    ['EHOSTUNREACH', `There is no way to ${host}`, `Zu ${host} führt kein Weg`],
    ['ETIMEDOUT', `No connection to ${host} came about`, `Es kam keine Verbindung zu ${host} zustande`],
    ['ECONNRESET', `${host} cut the connection`, `${host} hat die Verbindung getrennt`],
    ['EPIPE', `${host} cut the connection`, `${host} hat die Verbindung getrennt`],
    [
      'EPROTO',
      `What answers at ${host} does not speak TLS 1.2 or newer`,
      `Was unter ${host} antwortet, beherrscht weder TLS 1.2 noch etwas Neueres`,
    ],
    ['EWHATEVER', `The connection to ${host} broke`, `Die Verbindung zu ${host} ist abgebrochen`],
  ])('says why in both languages: %s', async (code, english, german) => {
    expect(await said(broken(code))).toEqual({ code: 'gateway_unreachable', english, german })
    const through = await said(broken(code), { via: 'proxy.example:8080' })
    expect(through.english).toBe(
      `${english}, through the proxy proxy.example:8080. Check the proxy settings of this system`,
    )
    expect(through.german).toBe(
      `${german}; der Weg führt über den Proxy proxy.example:8080. Bitte die Proxy-Einstellungen dieses Systems prüfen`,
    )
  })

  it('says that time ran out, and through which proxy', async () => {
    const late = await said(new TimeLimit(`No connection to ${host} within 5 seconds`), { via: '[::1]:3128' })
    expect(late.german).toMatch(
      /^Innerhalb von 5 Sekunden kam keine Verbindung zu .+; der Weg führt über den Proxy \[::1\]:3128\./,
    )
    expect((await said(new TimeLimit('No answer came within 20 seconds'))).german).toBe(
      'Innerhalb von 20 Sekunden kam keine Antwort',
    )
  })

  it('tells of the last of several addresses', async () => {
    const both = new AggregateError([broken('ENETUNREACH'), broken('ECONNREFUSED')])
    expect((await said(both)).english).toBe(`Nothing answers at ${host}`)
  })

  it('says what a proxy said of itself', async () => {
    const trouble = new ProxyTrouble('The proxy p:1 could not reach gateway.test:443 (status 502)')
    expect(await said(trouble, { via: 'p:1' })).toEqual({
      code: 'gateway_unreachable',
      english: 'The proxy p:1 could not reach gateway.test:443 (status 502)',
      german: 'Der Proxy p:1 konnte gateway.test:443 nicht erreichen (Status 502)',
    })
  })
})

const ofAuthority = [
  `The certificate of ${host} was issued by “Example Private CA”, which this system does not trust`,
  `Das Zertifikat von ${host} wurde von „Example Private CA“ ausgestellt; dieser Stelle vertraut dieses System nicht`,
  `The certificate of ${host} was issued by an authority that this system does not trust`,
  `Das Zertifikat von ${host} stammt von einer Stelle, der dieses System nicht vertraut`,
] as const

describe('A certificate that is not trusted', () => {
  it.each([
    ['UNABLE_TO_GET_ISSUER_CERT', ...ofAuthority],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ...ofAuthority],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ...ofAuthority],
    ['SELF_SIGNED_CERT_IN_CHAIN', ...ofAuthority],
    ['CERT_UNTRUSTED', ...ofAuthority],
    ['INVALID_CA', ...ofAuthority],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      `The certificate of ${host} (“gate”) is signed by itself, not by an authority that this system trusts`,
      `Das Zertifikat von ${host} („gate“) ist von sich selbst signiert, nicht von einer Stelle, der dieses System vertraut`,
      `The certificate of ${host} is signed by itself, not by an authority that this system trusts`,
      `Das Zertifikat von ${host} ist von sich selbst signiert, nicht von einer Stelle, der dieses System vertraut`,
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      `The certificate is for “a.example, b.example”, not for ${host}. Check the address for spelling`,
      `Das Zertifikat gilt für „a.example, b.example“, nicht für ${host}. Bitte die Schreibweise der Adresse prüfen`,
      `The certificate is for another name, not for ${host}. Check the address for spelling`,
      `Das Zertifikat gilt für einen anderen Namen, nicht für ${host}. Bitte die Schreibweise der Adresse prüfen`,
    ],
    [
      notPinnedCode,
      `The certificate of ${host}, issued by “Example Private CA”, holds none of the keys that your organisation allows. Ask whoever manages this device`,
      `Das Zertifikat von ${host}, ausgestellt von „Example Private CA“, enthält keinen der Schlüssel, die Ihre Organisation erlaubt. Bitte die Administration dieses Geräts fragen`,
      `The certificate of ${host} holds none of the keys that your organisation allows. Ask whoever manages this device`,
      `Das Zertifikat von ${host} enthält keinen der Schlüssel, die Ihre Organisation erlaubt. Bitte die Administration dieses Geräts fragen`,
    ],
  ])('names what it names of itself, in both languages: %s', async (code, english, german, bare, bareGerman) => {
    expect(await said(broken(code), { certificate: shown })).toEqual({ code: 'gateway_untrusted', english, german })
    for (const given of [{ certificate: nameless }, {}])
      expect(await said(broken(code), given)).toMatchObject({ english: bare, german: bareGerman })
  })

  it.each([
    ['CERT_HAS_EXPIRED', `Das Zertifikat von ${host} ist abgelaufen, oder die Uhr dieses Geräts geht falsch`],
    ['CERT_NOT_YET_VALID', `Das Zertifikat von ${host} gilt noch nicht, oder die Uhr dieses Geräts geht falsch`],
    ['CERT_REVOKED', `Das Zertifikat von ${host} wurde widerrufen`],
  ])('is told of by its time: %s', async (code, german) => {
    expect(await said(broken(code), { certificate: shown })).toMatchObject({ code: 'gateway_untrusted', german })
  })

  it('is not told of in another sentence because of a name that reads like one', async () => {
    const certificate = { ...shown, authority: 'There is no network, which this system does not trust' }
    expect((await said(broken('CERT_UNTRUSTED'), { certificate })).german).toBe(
      `Das Zertifikat von ${host} wurde von „There is no network, which this system does not trust“ ausgestellt; dieser Stelle vertraut dieses System nicht`,
    )
  })
})
