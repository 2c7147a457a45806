import { ipcTransport } from './ipc-transport.ts'
import { startWindow } from './start-window.tsx'

startWindow(window, ipcTransport(window))
