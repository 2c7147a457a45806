import { ipcTransport } from '../ipc-transport.ts'
import { startWindow } from '../start-window.tsx'
import { pseudoLocale } from './pseudo-locales.ts'

// For tests and pictures: the carrier is put into the page from outside, as the preload does; `?locale=` disguises the texts.
startWindow(window, ipcTransport(window), pseudoLocale(new URLSearchParams(window.location.search).get('locale')))
