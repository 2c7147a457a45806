import { startWindow } from '../start-window.tsx'
import { loopbackTransport, takeToken } from './loopback-transport.ts'
import { pseudoLocale } from './pseudo-locales.ts'

// The windows in a browser, for development: the token of the address opens the one socket to the agent.
const { token, locale } = takeToken(window)
startWindow(window, loopbackTransport(window.location.origin, token), pseudoLocale(locale))
