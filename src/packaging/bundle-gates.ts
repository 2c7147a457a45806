import ts from 'typescript'

/** One input of a bundle: its path in the repository, and what it says. */
export type GateInput = { readonly path: string; readonly text: string }

/** Where the dangerous thing may stand, and how often it does there; anywhere else it is a breach. */
type Place = { readonly path: RegExp; readonly times: number | 'any' }

type Gate = {
  /** What is forbidden, for the breach's sentence. */
  readonly forbids: string
  readonly finds: (node: ts.Node, isOurs: boolean) => boolean
  readonly allowed: readonly Place[]
}

const nowhere: readonly Place[] = []
const once = (path: RegExp): readonly Place[] => [{ path, times: 1 }]
const any = (...paths: readonly RegExp[]): readonly Place[] => paths.map((path) => ({ path, times: 'any' as const }))

/** Listening programs that lie in a library of clients, and are not called (`ws` has both halves in one package). */
const unusedServers = [/^node_modules\/ws\/(lib\/(websocket-server|websocket|subprotocol)\.js|wrapper\.mjs)$/]

/**
 * What no input of the app's bundles may hold (desktop.md section 18.4). Strict on ours, where a name alone is enough;
 * in packages the dangerous form counts, and those that hold it for a reason of their own are listed here.
 */
const gates: { readonly [name: string]: Gate } = {
  'one-window-factory': {
    forbids: 'a window that is constructed elsewhere than in windows.ts',
    finds: (node) =>
      (ts.isNewExpression(node) && windowClasses.has(lastName(node.expression))) ||
      (ts.isImportSpecifier(node) && windowClasses.has(node.propertyName?.text ?? '')), // renamed it would be lost to us
    allowed: once(/^src\/agent\/shell\/windows\.ts$/),
  },
  'no-file-pages': {
    forbids: 'pages from files (file://, loadFile)',
    finds: (node, isOurs) => (isOurs && textOf(node).includes('file://')) || isNamed(node, 'loadFile'),
    allowed: nowhere,
  },
  'safe-preferences': {
    forbids: 'a preference that weakens a window',
    finds: (node, isOurs) => isUnsafeMember(node, isOurs, windowPreferences),
    allowed: nowhere,
  },
  'strict-tls': {
    forbids: 'TLS without verification',
    finds: (node, isOurs) =>
      isUnsafeMember(node, isOurs, { rejectUnauthorized: true }) || textOf(node) === 'NODE_TLS_REJECT_UNAUTHORIZED',
    allowed: nowhere,
  },
  'no-text-as-code': {
    forbids: 'text that is run as code (eval, Function)',
    finds: runsText,
    allowed: any(
      /^node_modules\/zod\/v4\/core\/(util|doc)\.js$/, // asks whether it may, and then writes faster checks; in main alone
      /^node_modules\/node-machine-id\/dist\/index\.js$/, // finds the global object, as bundlers once did
    ),
  },
  'one-open-external': {
    forbids: 'openExternal elsewhere than in open-settings.ts',
    finds: (node) => isNamed(node, 'openExternal'),
    allowed: once(/^src\/agent\/shell\/open-settings\.ts$/),
  },
  'no-listener': {
    forbids: 'something that listens (listen, createServer) outside control/',
    finds: (node, isOurs) => (isOurs ? namesListener(node) : isServerMade(node)),
    allowed: any(/^src\/agent\/control\//, ...unusedServers),
  },
  'two-verbs-for-pages': {
    forbids: 'anything exposed to pages but ask and on',
    finds: (node) =>
      isNamed(node, 'exposeInMainWorld') && (ts.isImportSpecifier(node.parent) || exposedKeys(node) !== 'ask,on'),
    allowed: nowhere,
  },
  'one-exposure': {
    forbids: 'a second object for pages',
    finds: (node) => isNamed(node, 'exposeInMainWorld'),
    allowed: once(/^src\/preload\/preload\.ts$/),
  },
  'one-ipc-channel': {
    forbids: 'a way into main beside the one ipcMain.handle',
    finds: (node) => usesIpcMain(node) && nameOf(memberOf(node)) === 'handle',
    allowed: once(/^src\/agent\/shell\/serve-ipc\.ts$/),
  },
  'no-ipc-events': {
    forbids: 'ipcMain by any other verb (on, once, handleOnce)',
    finds: (node) => usesIpcMain(node) && !['handle', 'removeHandler'].includes(nameOf(memberOf(node))),
    allowed: nowhere,
  },
}

export const gateNames: readonly string[] = Object.keys(gates)

/** Every breach in a sentence; empty: the inputs hold nothing forbidden, and each lone place exactly what it is there for. */
export function gateBreaches(inputs: readonly GateInput[]): readonly string[] {
  const found = inputs.flatMap(findingsOf)
  return Object.entries(gates).flatMap(([name, gate]) => [
    ...found
      .filter((each) => each.gate === name && !gate.allowed.some(({ path }) => path.test(each.path)))
      .map(({ path, line, text }) => `${name}: ${path}:${line} holds ${gate.forbids}: ${text}`),
    ...gate.allowed.flatMap(({ path, times }) => {
      const count = found.filter((each) => each.gate === name && path.test(each.path)).length
      return times === 'any' || count === times ? [] : [`${name}: ${path.source} holds it ${count} times, not ${times}`]
    }),
  ])
}

type Found = { readonly gate: string; readonly path: string; readonly line: number; readonly text: string }

function findingsOf({ path, text }: GateInput): readonly Found[] {
  const isOurs = !path.includes('node_modules/')
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kindOf(path))
  const found: Found[] = []
  const look = (node: ts.Node): void => {
    for (const [gate, { finds }] of Object.entries(gates))
      if (finds(node, isOurs)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
        found.push({ gate, path, line: line + 1, text: (node.parent ?? node).getText(source).slice(0, 80) })
      }
    ts.forEachChild(node, look)
  }
  look(source)
  return found
}

function kindOf(path: string): ts.ScriptKind {
  if (path.endsWith('.tsx')) return ts.ScriptKind.TSX
  return /\.[cm]?ts$/.test(path) ? ts.ScriptKind.TS : ts.ScriptKind.JS
}

const windowClasses = new Set(['BrowserWindow', 'BaseWindow', 'BrowserView', 'WebContentsView'])
const windowPreferences = {
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webSecurity: true,
  contextIsolation: true,
  sandbox: true,
} as const
const listenerNames = new Set(['createServer', 'createSecureServer', 'createSocket', 'WebSocketServer'])

/** Ours may say such a name with its safe value and in no other way; a package may not say it with the other one. */
function isUnsafeMember(node: ts.Node, isOurs: boolean, safe: { readonly [name: string]: boolean }): boolean {
  const name = nameOf(node)
  if (!Object.hasOwn(safe, name)) return false
  const value = valueGiven(node)
  const is = (wanted: boolean) =>
    value?.kind === (wanted ? ts.SyntaxKind.TrueKeyword : ts.SyntaxKind.FalseKeyword) ||
    (value !== undefined && value.getText() === (wanted ? '!0' : '!1'))
  return isOurs ? !is(safe[name] === true) : is(safe[name] !== true)
}

/** What is given to a member by this name: `name: value`, `x.name = value`. */
function valueGiven(node: ts.Node): ts.Node | undefined {
  const { parent } = node
  if (ts.isPropertyAssignment(parent) && parent.name === node) return parent.initializer
  const member = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) ? parent.parent : parent
  return ts.isBinaryExpression(member) && member.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? member.right
    : undefined
}

/** In ours: whatever makes a server, by its name alone; `listen` where it is a member that is called or taken. */
function namesListener(node: ts.Node): boolean {
  if (listenerNames.has(nameOf(node))) return true
  const { parent } = node
  if (!isNamed(node, 'listen')) return false
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ts.isElementAccessExpression(parent) ||
    ts.isBindingElement(parent)
  )
}

function runsText(node: ts.Node, isOurs: boolean): boolean {
  if (!ts.isIdentifier(node) || (node.text !== 'eval' && node.text !== 'Function')) return false
  const { parent } = node
  if (ts.isTypeNode(parent) || ts.isTypeQueryNode(parent)) return false
  if (isOurs) return true
  const isCalled = (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === node
  const isTaken = ts.isVariableDeclaration(parent) && parent.initializer === node
  return isCalled || isTaken
}

/** In a package: a server that is really made or told to listen, not a word of that name. */
function isServerMade(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false
  const name = lastName(node.expression)
  return listenerNames.has(name) || (name === 'listen' && (node.arguments ?? []).length > 0)
}

function exposedKeys(name: ts.Node): string {
  const call = name.parent.parent
  const exposed = ts.isCallExpression(call) ? call.arguments[1] : undefined
  if (exposed === undefined || !ts.isObjectLiteralExpression(exposed)) return 'unreadable'
  const keys = exposed.properties.map((member) =>
    ts.isPropertyAssignment(member) || ts.isMethodDeclaration(member) ? nameOf(member.name) : 'unreadable',
  )
  return keys.sort().join()
}

/** `ipcMain` anywhere but where it is imported, as it is (renamed it would be lost to us). */
function usesIpcMain(node: ts.Node): boolean {
  return isNamed(node, 'ipcMain') && !(ts.isImportSpecifier(node.parent) && node.parent.propertyName === undefined)
}

function memberOf(object: ts.Node): ts.Node {
  return ts.isPropertyAccessExpression(object.parent) && object.parent.expression === object
    ? object.parent.name
    : object
}

function isNamed(node: ts.Node, name: string): boolean {
  return nameOf(node) === name
}

/** The name that a node is: an identifier, or a text used as one (`x['listen']`). */
function nameOf(node: ts.Node): string {
  return ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : ''
}

function lastName(expression: ts.Expression): string {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  if (ts.isElementAccessExpression(expression)) return nameOf(expression.argumentExpression)
  return nameOf(expression)
}

function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) return node.text
  return ts.isIdentifier(node) ? node.text : ''
}
