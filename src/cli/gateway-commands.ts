import type { CommandRow } from './words.ts'

const place = ['config', 'data', 'issuer', 'listen', 'check-listen', 'database-url'] as const

/** Verbs of whoever runs a gateway and writes its policy. */
export const gatewayCommands = {
  gateway: {
    options: [...place, 'json'],
    load: async () => (await import('./commands/gateway.ts')).gateway,
  },
  'gateway token': {
    options: ['for', 'ownership', 'until', 'asset-tag', 'json', ...place],
    load: async () => (await import('./commands/gateway-token.ts')).gatewayToken,
  },
  'gateway recover-chains': {
    options: ['until', 'json', ...place],
    load: async () => (await import('./commands/gateway-recover-chains.ts')).gatewayRecoverChains,
  },
  'gateway invite': {
    options: ['admin', 'json', ...place],
    load: async () => (await import('./commands/gateway-invite.ts')).gatewayInvite,
  },
  'gateway new-log': {
    options: ['reason', 'json', ...place],
    load: async () => (await import('./commands/gateway-new-log.ts')).gatewayNewLog,
  },
  'policy lint': {
    options: ['dir', 'config', 'json'],
    load: async () => (await import('./commands/policy-lint.ts')).policyLint,
  },
  'policy test': {
    options: ['dir', 'config', 'coverage', 'json'],
    load: async () => (await import('./commands/policy-test.ts')).policyTest,
  },
  'policy publish': { options: [] },
  'policy simulate': { options: [] },
  'audit verify': {
    argument: { name: 'bundle', required: true },
    options: ['keys', 'from', 'json'],
    load: async () => (await import('./commands/audit-verify.ts')).auditVerify,
  },
  'audit erase': { options: [] },
} as const satisfies { readonly [name: string]: CommandRow }
