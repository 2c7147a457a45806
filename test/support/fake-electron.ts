import { EventEmitter } from 'node:events'

/**
 * Stands in for the module `electron` in tests (an alias of the runner's configuration). It records what was called, in
 * order; its members are checked against `electron.d.ts` by `test/agent/shell/fake-electron.test.ts`.
 */
export type Call = { readonly name: string; readonly args: readonly unknown[] }

let calls: Call[] = []
let windows: BrowserWindow[] = []
let trays: Tray[] = []
let notifications: Notification[] = []
let sessions = new Map<string, FakeSession>()
let answers: { [name: string]: unknown } = {}

function record(name: string, ...args: readonly unknown[]): unknown {
  calls.push({ name, args })
  return answers[name]
}

/** What a test says and sees. */
export const fakeElectron = {
  calls: () => calls,
  names: () => calls.map(({ name }) => name),
  windows: () => windows,
  trays: () => trays,
  notifications: () => notifications,
  sessions: () => sessions,
  /** What a recorded call answers from now on. */
  answer(name: string, value: unknown) {
    answers[name] = value
  },
  reset() {
    calls = []
    windows = []
    trays = []
    notifications = []
    sessions = new Map()
    answers = { 'app.requestSingleInstanceLock': true, 'app.getPreferredSystemLanguages': ['en-GB'] }
    app.removeAllListeners()
    app.isPackaged = false
    app.ready = Promise.withResolvers()
    ipcMain.handlers.clear()
    powerMonitor.removeAllListeners()
    screen.removeAllListeners()
    session.defaultSession = new FakeSession()
  },
}

class App extends EventEmitter {
  isPackaged = false
  ready: PromiseWithResolvers<void> = Promise.withResolvers()

  setPath = (...args: readonly unknown[]) => record('app.setPath', ...args)
  getPath = (...args: readonly unknown[]) => record('app.getPath', ...args) ?? '/home/person/.config'
  getAppPath = () => '/opt/Postern/resources/app.asar'
  requestSingleInstanceLock = (...args: readonly unknown[]) => record('app.requestSingleInstanceLock', ...args)
  enableSandbox = () => record('app.enableSandbox')
  disableHardwareAcceleration = () => record('app.disableHardwareAcceleration')
  setAppUserModelId = (...args: readonly unknown[]) => record('app.setAppUserModelId', ...args)
  setToastActivatorCLSID = (...args: readonly unknown[]) => record('app.setToastActivatorCLSID', ...args)
  setActivationPolicy = (...args: readonly unknown[]) => record('app.setActivationPolicy', ...args)
  getPreferredSystemLanguages = () => record('app.getPreferredSystemLanguages')
  getLoginItemSettings = (...args: readonly unknown[]) => record('app.getLoginItemSettings', ...args)
  setLoginItemSettings = (...args: readonly unknown[]) => record('app.setLoginItemSettings', ...args)
  getAppMetrics = () => [{ type: 'Browser', memory: { workingSetSize: 1000 } }]
  whenReady = () => this.ready.promise
  isReady = () => true
  quit = () => {
    record('app.quit')
    const event = new Prevented()
    this.emit('before-quit', event)
    if (!event.isPrevented) this.exit(0)
  }
  exit = (...args: readonly unknown[]) => record('app.exit', ...args)
  relaunch = (...args: readonly unknown[]) => record('app.relaunch', ...args)
}
export const app = new App()

/** An event that can be kept from having its effect. */
export class Prevented {
  isPrevented = false
  preventDefault = (): void => {
    this.isPrevented = true
  }
}

export class FakeSession extends EventEmitter {
  readonly handlers: { [name: string]: (...args: readonly never[]) => unknown } = {}
  readonly schemes: { [scheme: string]: (request: Request) => Promise<Response> } = {}
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
      this.schemes[scheme] = handler
    },
  }
  #keep = (name: string) => (handler: (...args: readonly never[]) => unknown) => {
    this.handlers[name] = handler
  }
  setPermissionRequestHandler = this.#keep('request')
  setPermissionCheckHandler = this.#keep('check')
  setDevicePermissionHandler = this.#keep('device')
  setDisplayMediaRequestHandler = this.#keep('display')
  resolveProxy = async (url: string) => record('session.resolveProxy', url) ?? 'DIRECT'
}

export const session = {
  defaultSession: new FakeSession(),
  fromPartition(name: string) {
    const known = sessions.get(name)
    if (known !== undefined) return known
    const made = new FakeSession()
    sessions.set(name, made)
    app.emit('session-created', made)
    return made
  },
}

let nextId = 1
export class FakeContents extends EventEmitter {
  readonly id = nextId++
  readonly sent: (readonly unknown[])[] = []
  readonly mainFrame = { url: 'app://ui/index.html' }
  openHandler: ((details: { readonly url: string }) => unknown) | undefined
  setWindowOpenHandler = (handler: (details: { readonly url: string }) => unknown) => {
    this.openHandler = handler
  }
  send = (...words: readonly unknown[]) => void this.sent.push(words)
  isDestroyed = () => false
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly options: { readonly webPreferences?: { readonly [name: string]: unknown }; readonly show?: boolean }
  isGone = false
  /** Its page takes its time to go: it closes when `closeNow` is called. */
  closesSlowly = false
  constructor(options: BrowserWindow['options']) {
    super()
    this.options = options
    windows.push(this)
    app.emit('web-contents-created', new Prevented(), this.webContents)
  }
  loadURL = async (url: string) => record('window.loadURL', url)
  show = () => record('window.show')
  focus = () => record('window.focus')
  isMinimized = () => false
  restore = () => record('window.restore')
  isDestroyed = () => this.isGone
  getNormalBounds = () => ({ x: 0, y: 0, width: 800, height: 600 })
  close = () => {
    this.emit('close', new Prevented())
    if (!this.closesSlowly) this.closeNow()
  }
  destroy = () => this.closeNow()
  closeNow = () => {
    this.isGone = true
    this.emit('closed')
  }
}

export const ipcMain = {
  handlers: new Map<string, (...args: readonly unknown[]) => Promise<unknown>>(),
  handle(channel: string, handler: (...args: readonly unknown[]) => Promise<unknown>) {
    ipcMain.handlers.set(channel, handler)
  },
  removeHandler(channel: string) {
    ipcMain.handlers.delete(channel)
  },
}

export const protocol = {
  registerSchemesAsPrivileged: (...args: readonly unknown[]) => record('protocol.registerSchemesAsPrivileged', ...args),
}

type Item = { readonly label?: string; readonly type?: string; readonly role?: string; readonly click?: () => void }
export class FakeMenu extends EventEmitter {
  readonly items: readonly Item[]
  constructor(items: readonly Item[]) {
    super()
    this.items = items
  }
}
export const Menu = {
  setApplicationMenu: (...args: readonly unknown[]) => record('Menu.setApplicationMenu', ...args),
  buildFromTemplate: (template: readonly Item[]) => new FakeMenu(template),
}

class Screen extends EventEmitter {
  getPrimaryDisplay = () => screenOf(answers['screen.getPrimaryDisplay'])
  getAllDisplays = () => [answers['screen.getPrimaryDisplay'], ...listOf(answers['screen.others'])].map(screenOf)
  getCursorScreenPoint = () => record('screen.getCursorScreenPoint') ?? { x: 0, y: 0 }
}
export const screen = new Screen()

function screenOf(given: unknown) {
  const usual = { scaleFactor: 1, workAreaSize: { width: 1920, height: 1080 } }
  return typeof given === 'object' ? { ...usual, ...given } : usual
}
function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : []
}

export const nativeImage = { createFromPath: (path: string) => path }

export class Tray extends EventEmitter {
  readonly images: unknown[]
  tooltip = ''
  menu: readonly Item[] = []
  /** The menu itself, of which `menu` are the rows. */
  shown: FakeMenu | undefined
  isGone = false
  constructor(image: unknown) {
    super()
    this.images = [image]
    trays.push(this)
  }
  setImage = (image: unknown) => void this.images.push(image)
  setToolTip = (text: string) => {
    this.tooltip = text
  }
  setContextMenu = (menu: FakeMenu) => {
    this.shown = menu
    this.menu = menu.items
  }
  focus = () => record('tray.focus')
  isDestroyed = () => this.isGone
  destroy = () => {
    this.isGone = true
  }
}

export class Notification extends EventEmitter {
  static isSupported = () => answers['Notification.isSupported'] !== false
  static handleActivation = (...args: readonly unknown[]) => record('Notification.handleActivation', ...args)
  readonly options: { readonly title?: string; readonly body?: string; readonly silent?: boolean }
  state: 'made' | 'shown' | 'closed' = 'made'
  constructor(options: Notification['options']) {
    super()
    this.options = options
    notifications.push(this)
  }
  show = () => {
    this.state = 'shown'
  }
  close = () => {
    this.state = 'closed'
  }
}

export const shell = {
  openExternal: async (...args: readonly unknown[]) => {
    if (answers['shell.openExternal'] instanceof Error) throw answers['shell.openExternal']
    record('shell.openExternal', ...args)
  },
}
export const clipboard = { writeText: (...args: readonly unknown[]) => record('clipboard.writeText', ...args) }
export const dialog = {
  showErrorBox: (...args: readonly unknown[]) => record('dialog.showErrorBox', ...args),
  showMessageBox: async (...args: readonly unknown[]) => record('dialog.showMessageBox', ...args) ?? { response: 1 },
  showSaveDialog: async (...args: readonly unknown[]) =>
    record('dialog.showSaveDialog', ...args) ?? { canceled: true, filePath: '' },
}

class PowerMonitor extends EventEmitter {
  isOnBatteryPower = () => answers['powerMonitor.isOnBatteryPower'] === true
  getSystemIdleTime = () => Number(answers['powerMonitor.getSystemIdleTime'] ?? 0)
}
export const powerMonitor = new PowerMonitor()

export const contextBridge = {
  exposeInMainWorld: (...args: readonly unknown[]) => record('contextBridge.exposeInMainWorld', ...args),
}
class IpcRenderer extends EventEmitter {
  invoke = async (...args: readonly unknown[]) => record('ipcRenderer.invoke', ...args)
}
export const ipcRenderer = new IpcRenderer()

fakeElectron.reset()
