// Who may import whom. A new arrow is a commit of its own that says why.
const { builtinModules } = require('node:module')

const base = ['domain', 'contract', 'runtime']
const act = [...base, 'verify', 'gateway/storage', 'gateway/audit', 'gateway/keys', 'node'] // rows, leaves, signatures
const page = ['domain', 'contract', 'npm:react', 'npm:react-dom', 'npm:react-aria-components']

/** A row reaches itself and what it lists; everything else is refused. Lowest rows first. */
const mayImport = {
  domain: [],
  contract: ['domain', 'npm:zod'],
  verify: ['domain', 'contract', 'npm:jose'],
  runtime: ['domain', 'node', 'npm:zod', 'npm:pino'],
  'agent/machine': ['domain'],
  'agent/probes': ['domain', 'agent/machine'],
  'agent/system': [
    'domain',
    'runtime',
    'agent/machine',
    'node',
    'npm:systeminformation',
    'npm:node-machine-id',
    'npm:@jellybrick/dbus-next',
  ],
  'agent/managed-settings': ['domain', 'runtime', 'agent/machine', 'npm:zod'],
  'agent/posture': ['domain', 'runtime', 'agent/machine', 'agent/probes'],
  'agent/privacy': [...base],
  'agent/gateway-client': [...base, 'verify', 'agent/privacy', 'node', 'npm:ws'],
  'agent/attestation': [...base, 'verify', 'agent/machine', 'agent/gateway-client', 'node', 'npm:keytar'],
  'agent/enrollment': [
    ...base,
    'verify',
    'agent/machine',
    'agent/attestation',
    'agent/gateway-client',
    'agent/privacy',
  ],
  'agent/handoff': [...base, 'verify', 'agent/attestation', 'agent/gateway-client'],
  'agent/exceptions': [...base, 'verify', 'agent/attestation', 'agent/gateway-client'],
  'agent/notices': ['domain', 'contract'],
  'agent/tray': ['domain', 'contract'],
  'agent/update': ['domain', 'runtime', 'node', 'npm:electron-updater'],
  'agent/window-api': [...base, 'agent'],
  'agent/control': [...base, 'agent/window-api', 'node'],
  'agent/ports.ts': [...base, 'agent'],
  'agent/shell': [...base, 'agent', 'node', 'npm:electron'],
  'agent/agent-core.ts': [...base, 'verify', 'agent', 'node'],
  'agent/main.ts': [
    ...base,
    'agent',
    'cli/agent-commands.ts',
    'cli/run-verb.ts', // the verbs, in a file of their own
    'cli/headless-ports.ts', // it stands on what the headless agent stands on, and answers the command line as that does
    'cli/run-agent.ts',
    'node',
    'npm:electron',
  ],
  preload: ['domain', 'contract', 'npm:electron'],
  'gateway/settings': ['domain', 'runtime', 'node', 'npm:zod', 'npm:yaml'],
  'gateway/storage': ['domain', 'runtime', 'node', 'npm:kysely', 'npm:pg'],
  'gateway/audit': ['domain', 'contract', 'runtime', 'gateway/storage', 'node', 'npm:yazl', 'npm:yauzl'],
  'gateway/keys': [...base, 'gateway/storage', 'gateway/audit', 'node', 'npm:jose'],
  'gateway/outbound': ['domain', 'runtime', 'node', 'npm:undici', 'npm:ipaddr.js'],
  'gateway/devices': act,
  'gateway/people': [...act, 'gateway/outbound', 'npm:jose'],
  'gateway/policy': [...act, 'npm:yaml', 'npm:@marcbachmann/cel-js'],
  'gateway/enrollment': [...act, 'gateway/devices', 'gateway/people'],
  'gateway/agent-config': [...act, 'gateway/policy'],
  'gateway/attestations': [...act, 'gateway/devices', 'gateway/policy'],
  'gateway/exceptions': [...act, 'gateway/devices', 'gateway/people', 'gateway/policy'],
  'gateway/sessions': [
    ...act,
    'gateway/devices',
    'gateway/people',
    'gateway/outbound',
    'npm:openid-client',
    'npm:otpauth',
    'npm:@simplewebauthn/server',
  ],
  'gateway/access': [...act, 'gateway/devices', 'gateway/policy', 'gateway/sessions', 'npm:@grpc/grpc-js'],
  'gateway/live': [...base, 'gateway/storage'],
  'gateway/signals-out': [...act, 'gateway/outbound'],
  'gateway/http': [
    ...act,
    'gateway',
    'npm:fastify',
    'npm:ws',
    'npm:zod',
    'npm:prom-client',
    'npm:rate-limiter-flexible',
  ],
  'gateway/gateway-core.ts': [...base, 'verify', 'gateway', 'node'],
  cli: [
    ...base,
    'verify',
    'agent/agent-core.ts',
    'agent/ports.ts',
    'agent/machine',
    'agent/system',
    'agent/probes',
    'agent/posture',
    'agent/control',
    'agent/window-api', // doctor and the window's diagnostics find the same
    'gateway/gateway-core.ts',
    'gateway/settings',
    'gateway/policy',
    'gateway/audit',
    'node',
    'npm:commander',
  ],
  'dev-shell': [
    ...base,
    'agent/agent-core.ts',
    'agent/ports.ts',
    'agent/system',
    'agent/window-api',
    'agent/control', // the form of a frame
    'cli/headless-ports.ts', // it stands on what the headless agent stands on, and answers the command line as that does
    'cli/run-agent.ts',
    'packaging',
    'node',
    'npm:ws',
  ],
  packaging: ['node', 'npm'],
  tools: [...base, 'verify', 'agent', 'gateway', 'cli/print', 'dev-shell', 'packaging', 'node', 'npm'], // demo, bench, fill, pictures; set-up is plain .mjs
  'renderer/vite.config.ts': ['node', 'npm'],
  'renderer/ui': page,
  'renderer/agent': [...page, 'renderer/ui'],
  'renderer/console': [...page, 'renderer/ui', 'npm:uplot', 'npm:@simplewebauthn/browser'],
}

const toPattern = (name) => {
  if (name === 'node') return `^(node:)?(${builtinModules.map((module) => module.replace(/^node:/, '')).join('|')})$`
  if (name === 'npm') return '^node_modules/(?!electron/)'
  if (name.startsWith('npm:')) return `^node_modules/(@types/)?${name.slice(4)}/`
  const path = name.startsWith('renderer/') ? name : `src/${name}`
  return name.endsWith('.ts') ? `^${path}$` : `^${path}/`
}
const error = (name, from, to) => ({ name, severity: 'error', from, to })
const layers = Object.entries(mayImport).map(([row, reachable]) =>
  error(`${row} reaches only what it may`, { path: toPattern(row) }, { pathNot: [row, ...reachable].map(toPattern) }),
)
const only = (home, target, name) => error(name, { pathNot: home }, { path: target })

module.exports = {
  forbidden: [
    ...layers,
    only('^src/agent/(shell/|main\\.ts)|^test/', '^src/agent/shell/', 'main.ts alone reaches the shell'),
    only(
      '^src/(agent/system/run-command|dev-shell/start)\\.ts$|^src/packaging/launch\\.mjs$|^(src/tools|test)/',
      '^(node:)?child_process$',
      'one file starts programs',
    ),
    only('/bus-link\\.ts$|^test/', '^node_modules/@jellybrick/', 'one file knows the D-Bus library'),
    only('/keytar-key-store\\.ts$|^test/', '^node_modules/keytar/', 'one file knows keytar'),
    only('/compile-condition\\.ts$|^test/', '^node_modules/@marcbachmann/', 'one file knows CEL'),
    only('^src/(agent/main\\.ts|cli/|dev-shell/|tools/)|^test/', '/(agent|gateway)-core\\.ts$', 'entries assemble'),
    only('^$', '^src/(agent/main|cli/postern|dev-shell/start)\\.ts$', 'entries are never imported'),
    only('^test/', '^test/', 'test code stays in test'),
    error(
      'windows take schemas as types only', // the agent parses; zod stays out of the page
      { path: '^renderer/(agent|ui)/' },
      { path: '^src/contract/(?!texts/)', dependencyTypesNot: ['type-only'] },
    ),
    error('no cycles', {}, { circular: true }),
    error('every import resolves', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // type-only imports count: that is how layers leak
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}

// For the tests of these rules; dependency-cruiser refuses properties it does not know, and sees none that is not listed.
Object.defineProperty(module.exports, 'mayImport', { value: mayImport })
