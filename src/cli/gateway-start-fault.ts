import { fillText } from '#contract/fill-text.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { UsageFault } from './usage-fault.ts'

/** Of the settings: where they came from, and where the gateway keeps things. */
type Places = { readonly file: string; readonly data: { readonly folder: string } }

const folderCodes = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ERR_SQLITE_ERROR']

/** Why a gateway did not start, where a person can mend it; anything else comes back as it was. */
export function gatewayStartFault(thrown: unknown, settings: Places, texts: CliTexts['gateway']): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return thrown
  const { code } = thrown
  if ('syscall' in thrown && (thrown.syscall === 'listen' || thrown.syscall === 'getaddrinfo')) {
    const says = fillText(listenTexts(texts)[code] ?? texts.addressAbsent, { place: placeOf(thrown) })
    return new UsageFault(says, fillText(texts.fixListen, { file: settings.file }))
  }
  if (code.startsWith('ERR_OSSL') || code === 'ERR_TLS_INVALID_CONTEXT')
    return new UsageFault(texts.tlsUnusable, fillText(texts.fixTls, { file: settings.file }))
  if (folderCodes.includes(code)) {
    const reason = code === 'ERR_SQLITE_ERROR' ? thrown.message : code
    return new UsageFault(texts.dataUnwritable, fillText(texts.fixData, { folder: settings.data.folder, reason }))
  }
  return thrown
}

function listenTexts(texts: CliTexts['gateway']): { readonly [code: string]: string | undefined } {
  return { EADDRINUSE: texts.portInUse, EACCES: texts.portDenied, EADDRNOTAVAIL: texts.addressAbsent }
}

function placeOf(thrown: Error): string {
  const host = 'address' in thrown ? thrown.address : 'hostname' in thrown ? thrown.hostname : ''
  return 'port' in thrown && thrown.port !== undefined ? `${String(host)}:${String(thrown.port)}` : String(host)
}
