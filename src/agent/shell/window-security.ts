import { app, type Session, session, type WebContents } from 'electron'

/** Whether an address is a page of ours. Parts are compared: a prefix would also fit `app://ui.evil.example`. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'app:' && url.host === 'ui' && url.username === '' && url.password === ''
}

/** Nothing that a page may ask the system for is granted, and nothing is downloaded. Electron grants by default. */
export function denyPermissions(of: Session): void {
  of.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  of.setPermissionCheckHandler(() => false)
  of.setDevicePermissionHandler(() => false)
  of.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  of.on('will-download', (event) => event.preventDefault())
}

/** A page stays on `app://ui`, opens no window and holds no webview. */
export function confineContents(contents: WebContents): void {
  const stayHome = (event: { readonly url?: string; preventDefault(): void }, address?: string) => {
    if (!isOwnPage(event.url ?? address ?? '')) event.preventDefault()
  }
  contents.on('will-navigate', stayHome)
  contents.on('will-frame-navigate', stayHome)
  contents.on('will-redirect', stayHome)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Before `ready`: every session and every page that comes is confined, whoever makes it; no client certificate is sent. */
export function confineEverything(): void {
  app.on('session-created', denyPermissions)
  app.on('web-contents-created', (_event, contents) => confineContents(contents))
  app.on('select-client-certificate', (event, _contents, _url, _list, choose) => {
    event.preventDefault()
    choose()
  })
}

/** After `ready`: the session that Electron made by itself. */
export function confineDefaultSession(): void {
  denyPermissions(session.defaultSession)
}
