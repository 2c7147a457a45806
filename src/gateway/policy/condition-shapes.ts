import { type ObjectShape, type Shape, signalShape } from '#contract/signal-shapes.ts'
import type { Parameter, Parameters } from '#domain/policy/documents.ts'
import type { SignalId } from '#domain/signals.ts'

const int: Shape = { kind: 'int' }
const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const strings: Shape = { kind: 'list', of: string }

/** The shape of a platform's parameters, from the constants themselves. */
export function parametersShape(parameters: Parameters): ObjectShape {
  return object(
    Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, shapeOfParameter(parameter)])),
  )
}

function shapeOfParameter(parameter: Parameter): Shape {
  if (typeof parameter === 'boolean') return bool
  if (typeof parameter === 'number') return int
  if (typeof parameter === 'string') return string
  if (isList(parameter)) return strings
  return { kind: 'map', of: Object.values(parameter).some((value) => typeof value === 'number') ? int : string }
}

function isList(parameter: Parameter): parameter is readonly string[] {
  return Array.isArray(parameter)
}

function object(fields: { readonly [name: string]: Shape }, optional: readonly string[] = []): ObjectShape {
  return {
    kind: 'object',
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, shape]) => [name, { shape, optional: optional.includes(name) }]),
    ),
  }
}

/** What `pass` sees of one signal on one platform. */
export function passVariables(signal: SignalId, parameters: Parameters): { readonly [name: string]: Shape } {
  return { value: signalShape(signal), param: parametersShape(parameters), platform: string, now: int }
}

/** What `match` sees. */
export const matchVariables: { readonly [name: string]: Shape } = {
  request: object({
    mode: string,
    durationSeconds: int,
    renewal: int,
    platform: string,
    category: string,
    onBehalf: bool,
    checks: { kind: 'list', of: object({ id: string, severity: string, covers: strings }) },
    resources: { kind: 'list', of: object({ id: string, tags: strings, tier: string }) },
    controls: strings,
  }),
}

/** What `when` sees. */
export const whenVariables: { readonly [name: string]: Shape } = {
  ...matchVariables,
  risk: object({ tier: string, score: int, factors: strings }),
  subject: object({ status: string, team: string, groups: strings }, ['team']),
  device: object({ keyTier: string, ageDays: int, platform: string }),
  time: object({ offHours: bool, weekday: int, hour: int }),
}
