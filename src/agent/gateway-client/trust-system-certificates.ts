import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/**
 * Makes the system's certificate store count beside Node's own, for requests and the stream alike. Called once, before
 * the first encrypted connection: it holds for the whole process, and costs some megabytes and a tenth of a second.
 */
export function trustSystemCertificates(): void {
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  setDefaultCACertificates([...all])
}
