import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/**
 * Makes the system's certificate store count beside Node's own, for requests and the stream alike. Called once by an
 * entry, before the first connection: it holds for the whole process.
 */
export function trustSystemCertificates(): void {
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  setDefaultCACertificates([...all])
}
