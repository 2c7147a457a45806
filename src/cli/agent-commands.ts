import type { CommandRow } from './words.ts'

const place = ['development', 'state', 'control'] as const

/** Verbs of the device: the app carries these too. */
export const agentCommands = {
  status: {
    options: ['json', ...place],
    load: async () => (await import('./commands/status.ts')).status,
  },
  check: {
    options: ['json', ...place],
    load: async () => (await import('./commands/check.ts')).check,
  },
  request: {
    options: ['check', 'resource', 'for', 'category', 'reason', 'ticket', 'fix-by', 'yes', 'json', ...place],
    load: async () => (await import('./commands/request.ts')).request,
  },
  'request list': {
    options: ['json', ...place],
    load: async () => (await import('./commands/request-list.ts')).requestList,
  },
  'request show': {
    argument: { name: 'id', required: false },
    options: ['json', ...place],
    load: async () => (await import('./commands/request-show.ts')).requestShow,
  },
  'request reply': {
    argument: { name: 'id', required: false },
    options: ['text', 'json', ...place],
    load: async () => (await import('./commands/request-acts.ts')).requestReply,
  },
  'request withdraw': {
    argument: { name: 'id', required: false },
    options: ['json', ...place],
    load: async () => (await import('./commands/request-acts.ts')).requestWithdraw,
  },
  'request surrender': {
    argument: { name: 'id', required: false },
    options: ['json', ...place],
    load: async () => (await import('./commands/request-acts.ts')).requestSurrender,
  },
  token: { options: [] },
  doctor: {
    options: ['json', ...place, 'config'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  'doctor proxy': { options: [] },
  agent: {
    options: ['json', ...place],
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  'agent enroll': {
    argument: { name: 'link', required: true },
    options: ['yes', 'json', ...place],
    load: async () => (await import('./commands/agent-enroll.ts')).agentEnroll,
  },
  'agent stop': {
    options: ['json', ...place],
    load: async () => (await import('./commands/agent-stop.ts')).agentStop,
  },
  'agent leave': { options: [] },
} as const satisfies { readonly [name: string]: CommandRow }
